#include "input/ignore_rules.h"

#include "base/list.h"

/* The line without its trailing spaces, but for those that follow a backslash. */
static struct str trim_spaces(struct str line)
{
    size_t end = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == '\\') {
            if (++i == line.len)
                return line;
            end = i + 1;
        } else if (line.ptr[i] != ' ') {
            end = i + 1;
        }
    }
    return str_slice(line, 0, end);
}

/* Offset of the first character that is special to git, or the length. */
static size_t special_at(struct str pattern)
{
    size_t at = 0;
    while (at < pattern.len && pattern.ptr[at] != '*' && pattern.ptr[at] != '?' &&
           pattern.ptr[at] != '[' && pattern.ptr[at] != '\\')
        at++;
    return at;
}

/* How many bytes at its start a path must share with the pattern: those before the component with
 * the first special character. */
static size_t literal_len(struct str pattern)
{
    size_t len = special_at(pattern);
    while (len && len < pattern.len && pattern.ptr[len - 1] != '/')
        len--;
    return len;
}

/* Most patterns need no regular expression: names like "build" and endings like "*.log". */
static bool set_pattern(struct ignore_rule *rule, struct arena *arena, struct str pattern,
                        struct error *err)
{
    struct str rest = pattern.len ? str_slice(pattern, 1, pattern.len) : pattern;
    size_t len = literal_len(pattern);
    rule->literal = pattern;
    rule->match = IGNORE_MATCH_WHOLE;
    if (len == pattern.len)
        return true;
    if (rule->any_depth && pattern.ptr[0] == '*' && special_at(rest) == rest.len) {
        rule->literal = rest;
        rule->match = IGNORE_MATCH_SUFFIX;
        return true;
    }
    rule->literal = str_slice(pattern, 0, len);
    rule->match = IGNORE_MATCH_GLOB;
    return glob_compile(arena, str_slice(pattern, len, pattern.len), GLOB_STYLE_GITIGNORE,
                        &rule->glob, err);
}

static bool add_rule(struct ignore_rules *rules, struct str line, size_t number, struct error *err)
{
    struct ignore_rule rule = { .text = line, .line = number };
    rule.negated = str_starts(line, STR("!"));
    struct str pattern = str_slice(line, rule.negated, line.len);
    rule.directory_only = str_ends(pattern, STR("/"));
    pattern.len -= rule.directory_only;
    rule.any_depth = str_find(pattern, '/', 0) == pattern.len;
    if (str_starts(pattern, STR("/")))
        pattern = str_slice(pattern, 1, pattern.len);
    if (!pattern.len)
        return true; /* nothing has an empty name */
    struct error cause = { 0 };
    if (!set_pattern(&rule, rules->arena, pattern, &cause))
        return error_because(err, &cause, "line %zu: %s", number, cause.text);
    *LIST_PUSH(rules) = rule;
    return true;
}

bool ignore_rules_read(struct ignore_rules *rules, struct str content, struct error *err)
{
    bool more = true;
    if (str_starts(content, STR("\xEF\xBB\xBF")))
        content = str_slice(content, 3, content.len);
    for (size_t number = 1; more; number++) {
        struct str line;
        more = str_cut(content, '\n', &line, &content);
        if (str_ends(line, STR("\r")))
            line.len--;
        if (str_starts(line, STR("#")))
            continue;
        line.len = str_find(line, '\0', 0); /* as git, whose lines are C strings */
        if (!add_rule(rules, trim_spaces(line), number, err))
            return false;
    }
    return true;
}

static bool rule_matches(const struct ignore_rule *rule, struct str path, struct str name)
{
    struct str subject = rule->any_depth ? name : path;
    switch (rule->match) {
    case IGNORE_MATCH_GLOB:
        /* GLOB_LIMIT counts as no match: what is not ignored is checked. */
        return str_starts(subject, rule->literal) &&
               glob_matches(rule->glob, str_slice(subject, rule->literal.len, subject.len)) ==
                   GLOB_YES;
    case IGNORE_MATCH_SUFFIX:
        return str_ends(subject, rule->literal);
    case IGNORE_MATCH_WHOLE:
        return str_equal(subject, rule->literal);
    }
    return false;
}

const struct ignore_rule *ignore_rules_match(const struct ignore_rules *rules, struct str path,
                                             bool is_directory)
{
    size_t name_at = path.len;
    while (name_at && path.ptr[name_at - 1] != '/')
        name_at--;
    struct str name = str_slice(path, name_at, path.len);
    for (size_t i = rules->len; i; i--) {
        const struct ignore_rule *rule = &rules->items[i - 1];
        if ((is_directory || !rule->directory_only) && rule_matches(rule, path, name))
            return rule;
    }
    return NULL;
}
