#include "base/glob_braces.h"

#include "base/glob.h"
#include "base/glob_regex.h"
#include "base/list.h"

/* The offset after the character, escaped character or class at at, in a glob that was checked. */
static size_t element_end(struct str glob, size_t at)
{
    if (glob.ptr[at] == '\\')
        return at + 2;
    if (glob.ptr[at] == '[')
        (void)glob_class_end(glob, &at);
    else
        at++;
    return at;
}

static bool check_element(struct str glob, size_t *at, struct error *err)
{
    size_t start = *at;
    if (glob.ptr[start] == '\\' && start + 1 == glob.len)
        return error_usage(err, "nothing after the \"\\\" at offset %zu", start);
    if (glob.ptr[start] == '[') {
        switch (glob_class_end(glob, at)) {
        case GLOB_CLASS_OPEN:
            return error_usage(err, "no \"]\" for the \"[\" at offset %zu", start);
        case GLOB_CLASS_UNKNOWN:
            return error_usage(err, "unknown [:class:] at offset %zu", *at);
        case GLOB_CLASS_OK:
            return true;
        }
    }
    *at = element_end(glob, start);
    return true;
}

bool glob_check(struct str glob, struct error *err)
{
    size_t depth = 0, outermost = 0;
    if (!glob.len)
        return error_usage(err, "an empty glob matches nothing");
    if (glob.ptr[0] == '/')
        return error_usage(err, "the \"/\" at offset 0: globs are relative, so it matches nothing");
    for (size_t at = 0; at < glob.len;) {
        char c = glob.ptr[at];
        if (c == '{' && depth++ == 0)
            outermost = at;
        if (c == '}' && depth)
            depth--;
        if (!check_element(glob, &at, err))
            return false;
    }
    if (depth)
        return error_usage(err, "no \"}\" for the \"{\" at offset %zu", outermost);
    return true;
}

/* Appends the glob with its first braces replaced by the part from..to of what is between them. */
static void push_alternative(struct globs *globs, struct str glob, struct str part, size_t open,
                             size_t close)
{
    struct buf text = { .arena = globs->arena };
    buf_add(&text, str_slice(glob, 0, open));
    buf_add(&text, part);
    buf_add(&text, str_slice(glob, close + 1, glob.len));
    *LIST_PUSH(globs) = buf_str(&text);
}

/* The offset of the comma or brace that ends the alternative which starts at at. */
static size_t alternative_end(struct str glob, size_t at)
{
    for (size_t depth = 0;; at = element_end(glob, at)) {
        char c = glob.ptr[at];
        if (!depth && (c == ',' || c == '}'))
            return at;
        depth += c == '{';
        depth -= c == '}';
    }
}

static size_t first_brace(struct str glob)
{
    size_t at = 0;
    while (at < glob.len && glob.ptr[at] != '{')
        at = element_end(glob, at);
    return at;
}

/* Replaces item index by its alternatives over its first braces (the last takes its place). False
 * when it has no braces. */
static bool expand_item(struct globs *globs, size_t index)
{
    struct str glob = globs->items[index];
    size_t open = first_brace(glob);
    if (open >= glob.len)
        return false;
    size_t close = open;
    do {
        close = alternative_end(glob, close + 1);
    } while (glob.ptr[close] != '}');
    for (size_t at = open; at < close;) {
        size_t end = alternative_end(glob, at + 1);
        push_alternative(globs, glob, str_slice(glob, at + 1, end), open, close);
        at = end;
    }
    globs->items[index] = globs->items[--globs->len];
    return true;
}

bool glob_expand(struct str glob, struct globs *globs, struct error *err)
{
    *LIST_PUSH(globs) = glob;
    for (size_t i = 0, steps = 0; i < globs->len; steps++) {
        if (!expand_item(globs, i))
            i++;
        /* {a}{b}... makes steps, and copies, without making more globs. */
        if (globs->len > GLOB_ALTERNATIVES_MAX || steps / 2 > GLOB_ALTERNATIVES_MAX)
            return error_usage(err, "its braces stand for more than %d globs",
                               (int)GLOB_ALTERNATIVES_MAX);
    }
    return true;
}
