#include "base/glob.h"

#include "base/glob_braces.h"
#include "base/glob_regex.h"
#include "base/list.h"
#include "base/regex.h"
#include "base/utf8.h"

/* A glob without braces. Either is NULL when the glob cannot match so. */
struct alternative {
    struct regex *bytes;
    struct regex *characters; /* for paths that are valid UTF-8; GLOB_STYLE_RULE only */
};

struct glob {
    struct str text;
    struct alternative *alternatives;
    size_t len;
    bool has_characters;
};

/*
 * PCRE2 counts a step for each place it may come back to. glob_regex() makes at most one for each
 * byte and component where a "**" may stop: for a path of PATH_MAX bytes 2048 components x 4096
 * bytes. The limit is above that, so that only longer paths can reach it.
 */
enum { STEPS_MAX = 16 * 1024 * 1024 };

/* *regex stays NULL for a glob that can match nothing. */
static bool compile_regex(struct arena *arena, struct str glob, enum glob_unit unit,
                          struct regex **regex, struct error *err)
{
    const unsigned flags = REGEX_PATH | (unit == GLOB_UNIT_BYTE ? 0 : REGEX_CHARACTERS);
    struct str pattern;
    struct error cause = { 0 };
    if (!glob_regex(arena, glob, unit, &pattern) ||
        regex_compile(arena, pattern, flags, STEPS_MAX, regex, &cause))
        return true;
    if (cause.kind != ERROR_USAGE)
        return error_because(err, &cause, "%s", cause.text);
    return error_because(err, &cause, "the glob cannot be compiled: %s", cause.text);
}

static bool compile_alternatives(struct arena *arena, const struct globs *globs, struct glob *glob,
                                 struct error *err)
{
    glob->alternatives = ARENA_ARRAY(arena, struct alternative, globs->len);
    glob->len = globs->len;
    for (size_t i = 0; i < globs->len; i++) {
        struct alternative *alternative = &glob->alternatives[i];
        struct str text = globs->items[i];
        if (str_starts(text, STR("./")) && glob->has_characters)
            text = str_slice(text, 2, text.len);
        if (!compile_regex(arena, text, GLOB_UNIT_BYTE, &alternative->bytes, err))
            return false;
        if (glob->has_characters &&
            !compile_regex(arena, text, GLOB_UNIT_CHARACTER, &alternative->characters, err))
            return false;
    }
    return true;
}

/* The globs without braces that the pattern stands for. */
static bool expand(struct arena *arena, struct str pattern, enum glob_style style,
                   struct globs *globs, struct error *err)
{
    if (style == GLOB_STYLE_GITIGNORE) {
        *LIST_PUSH(globs) = pattern;
        return true;
    }
    struct buf text = { .arena = arena };
    buf_add(&text, pattern);
    if (str_ends(pattern, STR("/")))
        buf_add(&text, STR("**"));
    return glob_check(buf_str(&text), err) && glob_expand(buf_str(&text), globs, err);
}

bool glob_compile(struct arena *arena, struct str pattern, enum glob_style style, struct glob **out,
                  struct error *err)
{
    if (pattern.len > GLOB_BYTES_MAX)
        return error_usage(err, "the glob has %zu bytes, more than %d", pattern.len,
                           (int)GLOB_BYTES_MAX);
    struct glob *glob = ARENA_NEW(arena, struct glob);
    glob->text = str_copy(arena, pattern);
    glob->has_characters = style == GLOB_STYLE_RULE && utf8_invalid_at(pattern, 0) == pattern.len;
    struct globs globs = { .arena = arena };
    *out = glob;
    return expand(arena, glob->text, style, &globs, err) &&
           compile_alternatives(arena, &globs, glob, err);
}

static enum glob_match match_one(const struct regex *regex, struct str path)
{
    static const enum glob_match matches[] = {
        [REGEX_NO] = GLOB_NO,
        [REGEX_YES] = GLOB_YES,
        [REGEX_LIMIT] = GLOB_LIMIT,
    };
    return regex ? matches[regex_find(regex, path, NULL)] : GLOB_NO;
}

enum glob_match glob_matches(const struct glob *glob, struct str path)
{
    bool as_characters = glob->has_characters && utf8_invalid_at(path, 0) == path.len;
    enum glob_match match = GLOB_NO;
    for (size_t i = 0; i < glob->len && match == GLOB_NO; i++) {
        const struct alternative *alternative = &glob->alternatives[i];
        match = match_one(as_characters ? alternative->characters : alternative->bytes, path);
    }
    return match;
}

struct str glob_text(const struct glob *glob)
{
    return glob->text;
}

size_t glob_alternatives(const struct glob *glob)
{
    return glob->len;
}
