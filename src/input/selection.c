#include "input/selection.h"

#include "base/glob.h"
#include "base/utf8.h"

struct ending {
    struct str text;
    bool is_request; /* taken also beside include globs: its content decides */
    bool is_prose;   /* may be documentation */
};

static const struct ending endings[] = {
    { .text = STR_INIT(".json"), .is_request = true },
    { .text = STR_INIT(".jsonl"), .is_request = true },
    { .text = STR_INIT(".markdown"), .is_prose = true },
    { .text = STR_INIT(".md"), .is_prose = true },
    { .text = STR_INIT(".mdc") },
    { .text = STR_INIT(".ndjson"), .is_request = true },
    { .text = STR_INIT(".prompt") },
    { .text = STR_INIT(".prompty") },
    { .text = STR_INIT(".txt"), .is_prose = true },
};

static const struct str documentation[] = {
    STR_INIT("AUTHORS"),
    STR_INIT("CHANGELOG"),
    STR_INIT("CHANGES"),
    STR_INIT("CODEOWNERS"),
    STR_INIT("CODE_OF_CONDUCT"),
    STR_INIT("CONTRIBUTING"),
    STR_INIT("COPYING"),
    STR_INIT("HISTORY"),
    STR_INIT("LICENCE"),
    STR_INIT("LICENSE"),
    STR_INIT("NEWS"),
    STR_INIT("NOTICE"),
    STR_INIT("README"),
    STR_INIT("SECURITY"),
};

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool same_letters(struct str a, struct str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

/* Offset of the first byte after the last c, or 0. */
static size_t after_last(struct str text, char c)
{
    size_t at = text.len;
    while (at && text.ptr[at - 1] != c)
        at--;
    return at;
}

/* The path relative to the root; false when it is outside. */
static bool below_root(const struct discover_options *options, struct str absolute,
                       struct str *below)
{
    struct str root = options->root;
    while (str_ends(root, STR("/")))
        root.len--;
    if (!str_starts(absolute, root) || absolute.len <= root.len || absolute.ptr[root.len] != '/')
        return false;
    *below = str_slice(absolute, root.len + 1, absolute.len);
    return true;
}

bool selection_includes(const struct discover_options *options, struct str absolute)
{
    struct str below;
    if (!below_root(options, absolute, &below))
        return false;
    /* GLOB_LIMIT counts as a match here and not below: what is in doubt is checked. */
    for (size_t i = 0; i < options->include_len; i++)
        if (glob_matches(options->include[i], below) != GLOB_NO)
            return true;
    return false;
}

bool selection_names(const struct discover_options *options, struct str name)
{
    if (str_equal(name, STR(".git")))
        return false;
    for (size_t i = 0; i < options->include_len; i++) {
        struct str component, rest = glob_text(options->include[i]);
        for (bool more = true; more;) {
            more = str_cut(rest, '/', &component, &rest);
            if (str_equal(component, name))
                return true;
        }
    }
    return false;
}

bool selection_excludes(const struct discover_options *options, struct arena *arena,
                        struct str absolute, bool is_directory, struct str *why)
{
    struct str below;
    if (!options->exclude_len || !below_root(options, absolute, &below))
        return false;
    struct buf with_slash = { .arena = arena };
    if (is_directory) {
        buf_add(&with_slash, below);
        buf_add_char(&with_slash, '/');
    }
    for (size_t i = 0; i < options->exclude_len; i++) {
        const struct glob *glob = options->exclude[i];
        if (glob_matches(glob, below) != GLOB_YES &&
            (!is_directory || glob_matches(glob, buf_str(&with_slash)) != GLOB_YES))
            continue;
        struct str text = utf8_printable(arena, glob_text(glob), SIZE_MAX);
        *why = str_format(arena, "excluded by %.*s", STR_ARGS(text));
        return true;
    }
    return false;
}

static const struct ending *find_ending(struct str text)
{
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (same_letters(endings[i].text, text))
            return &endings[i];
    return NULL;
}

static bool is_documentation(struct str stem, struct arena *arena, struct str *why)
{
    for (size_t i = 0; i < sizeof documentation / sizeof documentation[0]; i++) {
        if (!same_letters(documentation[i], stem))
            continue;
        *why = str_format(arena, "named like documentation (%.*s)", STR_ARGS(documentation[i]));
        return true;
    }
    return false;
}

bool selection_takes(const struct discover_options *options, struct arena *arena,
                     struct str absolute, bool *by_glob, struct str *why)
{
    struct str name = str_slice(absolute, after_last(absolute, '/'), absolute.len);
    size_t dot = after_last(name, '.');
    size_t stem_len = dot ? dot - 1 : name.len;
    struct str text = str_slice(name, stem_len, name.len);
    const struct ending *ending = find_ending(text);
    *by_glob = selection_includes(options, absolute);
    if (str_equal(name, STR("tokgate.json"))) {
        *why = STR("the rule file");
        return false;
    }
    if (*by_glob || (ending && ending->is_request))
        return true;
    if ((!ending || ending->is_prose) && is_documentation(str_slice(name, 0, stem_len), arena, why))
        return false;
    if (options->include_len)
        *why = STR("matches none of the rule file's prompts");
    else if (!ending && text.len)
        *why = str_format(arena, "ending %.*s is not one of prompts or requests",
                          STR_ARGS(utf8_printable(arena, text, SIZE_MAX)));
    else if (!ending)
        *why = STR("has no ending of prompts or requests");
    return ending && !options->include_len;
}
