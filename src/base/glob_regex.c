#include "base/glob_regex.h"

#include "base/utf8.h"

struct posix_class {
    struct str name;
    struct str members; /* inside a regular expression's brackets */
};

/* ASCII as git has it: [:space:] lacks \v and \f. */
static const struct posix_class posix_classes[] = {
    { STR_INIT("alnum"), STR_INIT("0-9A-Za-z") },
    { STR_INIT("alpha"), STR_INIT("A-Za-z") },
    { STR_INIT("blank"), STR_INIT("\\x20\\x09") },
    { STR_INIT("cntrl"), STR_INIT("\\x00-\\x1f\\x7f") },
    { STR_INIT("digit"), STR_INIT("0-9") },
    { STR_INIT("graph"), STR_INIT("\\x21-\\x7e") },
    { STR_INIT("lower"), STR_INIT("a-z") },
    { STR_INIT("print"), STR_INIT("\\x20-\\x7e") },
    { STR_INIT("punct"), STR_INIT("\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e") },
    { STR_INIT("space"), STR_INIT("\\x20\\x09\\x0a\\x0d") },
    { STR_INIT("upper"), STR_INIT("A-Z") },
    { STR_INIT("xdigit"), STR_INIT("0-9A-Fa-f") },
};

/* A class while it is read. Its regular expression goes to members, unless that is NULL. */
struct class
{
    struct str glob;
    size_t at;
    enum glob_unit unit;
    bool negated;
    struct str previous; /* the character that could start a range, else empty */
    struct buf *members;
};

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static void add_char(struct buf *out, struct str c)
{
    if (c.len > 1 || is_alnum(c.ptr[0]))
        buf_add(out, c);
    else
        buf_format(out, "\\x%02x", (unsigned)(unsigned char)c.ptr[0]);
}

static struct str char_at(struct str glob, size_t at, enum glob_unit unit)
{
    return str_slice(glob, at, at + (unit == GLOB_UNIT_BYTE ? 1 : utf8_char_len(glob, at)));
}

/* Adds the range first..last, or the one character, to the members. */
static void add_range(struct class *class, struct str first, struct str last)
{
    if (!class->members || str_compare(first, last) > 0)
        return;
    add_char(class->members, first);
    if (str_equal(first, last))
        return;
    buf_add_char(class->members, '-');
    add_char(class->members, last);
}

/* Reads a member or the end of a range, which may be escaped. False when the glob ends here. */
static bool read_char(struct class *class, struct str *c)
{
    if (class->at < class->glob.len && class->glob.ptr[class->at] == '\\')
        class->at++;
    if (class->at >= class->glob.len)
        return false;
    *c = char_at(class->glob, class->at, class->unit);
    class->at += c->len;
    return true;
}

static bool has_char(const struct class *class, size_t at, char c)
{
    return at < class->glob.len && class->glob.ptr[at] == c;
}

/* At "[:name:]". When there is no ":]" the '[' is an ordinary member. */
static enum glob_class read_posix_class(struct class *class)
{
    struct str glob = class->glob;
    size_t start = class->at + 2;
    size_t end = str_find(glob, ']', start);
    if (end >= glob.len)
        return GLOB_CLASS_OPEN;
    if (end == start || glob.ptr[end - 1] != ':') {
        class->previous = str_slice(glob, class->at, class->at + 1);
        class->at++;
        add_range(class, class->previous, class->previous);
        return GLOB_CLASS_OK;
    }
    struct str name = str_slice(glob, start, end - 1);
    for (size_t i = 0; i < sizeof posix_classes / sizeof posix_classes[0]; i++) {
        if (!str_equal(name, posix_classes[i].name))
            continue;
        if (class->members)
            buf_add(class->members, posix_classes[i].members);
        class->at = end + 1;
        class->previous = (struct str){ 0 };
        return GLOB_CLASS_OK;
    }
    return GLOB_CLASS_UNKNOWN;
}

static enum glob_class read_range(struct class *class)
{
    struct str last;
    class->at++;
    if (!read_char(class, &last))
        return GLOB_CLASS_OPEN;
    add_range(class, class->previous, last);
    class->previous = (struct str){ 0 };
    return GLOB_CLASS_OK;
}

static enum glob_class read_member(struct class *class)
{
    if (has_char(class, class->at, '-') && class->previous.len && class->at + 1 < class->glob.len &&
        !has_char(class, class->at + 1, ']'))
        return read_range(class);
    if (has_char(class, class->at, '[') && has_char(class, class->at + 1, ':'))
        return read_posix_class(class);
    if (!read_char(class, &class->previous))
        return GLOB_CLASS_OPEN;
    add_range(class, class->previous, class->previous);
    return GLOB_CLASS_OK;
}

/* The rules are those of git's wildmatch.c. */
static enum glob_class read_class(struct class *class)
{
    class->at++;
    class->negated = has_char(class, class->at, '!') || has_char(class, class->at, '^');
    class->at += class->negated;
    do {
        enum glob_class state = read_member(class);
        if (state != GLOB_CLASS_OK)
            return state;
    } while (!has_char(class, class->at, ']'));
    class->at++;
    return GLOB_CLASS_OK;
}

enum glob_class glob_class_end(struct str glob, size_t *at)
{
    struct class class = { .glob = glob, .at = *at };
    enum glob_class state = read_class(&class);
    *at = class.at;
    return state;
}

/* A glob while it is translated. */
struct translation {
    struct str glob;
    size_t at;
    enum glob_unit unit;
    struct buf out;
    bool in_star; /* the group of a "*" is open */
    bool in_deep; /* the group of a "**" is open */
};

static bool add_class(struct translation *to)
{
    struct buf members = { .arena = to->out.arena };
    struct class class = { .glob = to->glob, .at = to->at, .unit = to->unit, .members = &members };
    if (read_class(&class) != GLOB_CLASS_OK)
        return false;
    to->at = class.at;
    buf_add(&to->out, class.negated ? STR("[^/") : members.len ? STR("(?!/)[") : STR("(?!)"));
    buf_add(&to->out, buf_str(&members));
    if (class.negated || members.len)
        buf_add_char(&to->out, ']');
    return true;
}

static void end_star(struct translation *to)
{
    if (to->in_star)
        buf_add(&to->out, STR("(?=/|\\z))"));
    to->in_star = false;
}

static void end_deep(struct translation *to)
{
    if (to->in_deep)
        buf_add_char(&to->out, ')');
    to->in_deep = false;
}

/* Length of the slash, plain or escaped, at at; 0 for anything else. */
static size_t slash_len(struct str glob, size_t at)
{
    if (at < glob.len && glob.ptr[at] == '/')
        return 1;
    return at + 1 < glob.len && glob.ptr[at] == '\\' && glob.ptr[at + 1] == '/' ? 2 : 0;
}

/* At a "**" (or more) that is a whole component. */
static void add_deep(struct translation *to)
{
    size_t slash = slash_len(to->glob, to->at);
    if (to->at >= to->glob.len) {
        buf_add(&to->out, STR(".*+"));
        return;
    }
    end_deep(to);
    /* An escaped slash after it makes git want at least one directory. */
    buf_add(&to->out, slash == 2 ? STR("(?>(?:[^/]*+/)+?") : STR("(?>(?:[^/]*+/)*?"));
    to->at += slash;
    to->in_deep = true;
}

static void add_stars(struct translation *to)
{
    size_t start = to->at;
    while (to->at < to->glob.len && to->glob.ptr[to->at] == '*')
        to->at++;
    bool starts_component = start == 0 || to->glob.ptr[start - 1] == '/';
    bool ends_component = to->at >= to->glob.len || slash_len(to->glob, to->at);
    if (starts_component && ends_component && to->at - start >= 2) {
        add_deep(to);
        return;
    }
    if (to->in_star)
        buf_add_char(&to->out, ')');
    to->in_star = !ends_component;
    buf_add(&to->out, ends_component ? STR("[^/]*+") : STR("(?>[^/]*?"));
}

/* At a character that stands for itself, escaped or not. False for a final backslash. */
static bool add_plain(struct translation *to)
{
    if (to->glob.ptr[to->at] == '\\' && ++to->at >= to->glob.len)
        return false;
    struct str c = char_at(to->glob, to->at, to->unit);
    add_char(&to->out, c);
    to->at += c.len;
    return true;
}

static bool add_element(struct translation *to)
{
    size_t slash = slash_len(to->glob, to->at);
    if (slash) {
        end_star(to);
        buf_add_char(&to->out, '/');
        to->at += slash;
        return true;
    }
    switch (to->glob.ptr[to->at]) {
    case '*':
        add_stars(to);
        return true;
    case '?':
        buf_add(&to->out, STR("[^/]"));
        to->at++;
        return true;
    case '[':
        return add_class(to);
    default:
        return add_plain(to);
    }
}

bool glob_regex(struct arena *arena, struct str glob, enum glob_unit unit, struct str *regex)
{
    struct translation to = { .glob = glob, .unit = unit, .out = { .arena = arena } };
    while (to.at < glob.len)
        if (!add_element(&to))
            return false;
    end_star(&to);
    buf_add(&to.out, STR("\\z"));
    end_deep(&to);
    *regex = buf_str(&to.out);
    return true;
}
