#ifndef TOKGATE_BASE_GLOB_H
#define TOKGATE_BASE_GLOB_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/*
 * Path globs. Both styles are matched against a whole path whose separator is '/':
 *
 *     ?        one character but '/'
 *     *        any characters but '/', also none
 *     [a-z]    one character of the class, never '/'; [!a] and [^a] negate; [[:digit:]] and the
 * other POSIX classes (of ASCII); a ']' that comes first is a member
 *     **       as a whole component: any number of components, also none; elsewhere the same as *
 *     \c       the character c
 *
 * GLOB_STYLE_RULE, for rule files, adds {a,b} (may be nested), drops a leading "./", and takes a
 * final
 * '/' as "/" and "**". A character is a Unicode character when both the glob and the path are valid
 * UTF-8, else a byte. A glob that cannot match what was meant is an error: an empty one, one that
 * starts with '/', an open bracket or brace, an unknown POSIX class, a final backslash.
 *
 * GLOB_STYLE_GITIGNORE is git's wildmatch with WM_PATHNAME, for the body of one line: bytes, no
 * braces, and what git takes for malformed matches nothing.
 *
 * A leading dot is nothing special in either.
 */
enum glob_style {
    GLOB_STYLE_GITIGNORE,
    GLOB_STYLE_RULE,
};

enum glob_match {
    GLOB_NO,
    GLOB_YES,
    GLOB_LIMIT, /* gave up; cannot happen for a path of PATH_MAX (4096) bytes, see glob.c */
};

enum { GLOB_BYTES_MAX = 4096, GLOB_ALTERNATIVES_MAX = 1024 };

struct glob;

/*
 * Compiles the pattern (need not outlive the call) into *out, which lives in the arena. The arena
 * must not be reset before the last use of the glob; nothing else must be released. Fails
 * (ERROR_USAGE) with what is wrong and its 0-based byte offset, but does not name the pattern: the
 * caller knows its place. In GLOB_STYLE_GITIGNORE only a pattern over GLOB_BYTES_MAX does. Fails
 * (ERROR_FAILED) when PCRE2 cannot be loaded.
 */
bool glob_compile(struct arena *arena, struct str pattern, enum glob_style style, struct glob **out,
                  struct error *err);

/* Whether the whole path matches; the path has no leading "./". May be called by several threads at
 * once. The empty path matches only globs that match nothing, like "*" and "**". */
enum glob_match glob_matches(const struct glob *glob, struct str path);

/* How many patterns its braces stand for: what it costs to keep and to match. */
size_t glob_alternatives(const struct glob *glob);

/* The pattern as it was given. */
struct str glob_text(const struct glob *glob);

#endif
