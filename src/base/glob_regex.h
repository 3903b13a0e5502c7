#ifndef TOKGATE_BASE_GLOB_REGEX_H
#define TOKGATE_BASE_GLOB_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* Globs written as regular expressions of PCRE2. Used by glob.c and glob_braces.c only. */

enum glob_unit {
    GLOB_UNIT_BYTE,
    GLOB_UNIT_CHARACTER, /* the glob is valid UTF-8 */
};

enum glob_class {
    GLOB_CLASS_OK,
    GLOB_CLASS_OPEN,    /* no ']' */
    GLOB_CLASS_UNKNOWN, /* a [:name:] that is none */
};

/* Moves *at from the '[' of a class to what follows it; when it is not OK to where it is wrong. */
enum glob_class glob_class_end(struct str glob, size_t *at);

/*
 * The regular expression (in the arena) that the whole path has to match, to be compiled with
 * ANCHORED and DOTALL. Braces are ordinary characters. False for a glob that can match nothing: a
 * class that is not OK, a final backslash.
 *
 * Globs backtrack badly when "*" becomes ".*": a*a*a*a*b takes n^4 steps. Here every "*" takes as
 * little as it can and, once what follows it up to the next "*" has matched, never takes more (an
 * atomic group). That loses nothing: what follows is of fixed length, and the next "*" can take
 * whatever an earlier end leaves over. The last "*" of a component has the component's end in its
 * group. The same holds one level up for "**" and components. So a component takes linear time, and
 * a path the square of its components at worst.
 */
bool glob_regex(struct arena *arena, struct str glob, enum glob_unit unit, struct str *regex);

#endif
