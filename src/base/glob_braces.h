#ifndef TOKGATE_BASE_GLOB_BRACES_H
#define TOKGATE_BASE_GLOB_BRACES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* What GLOB_STYLE_RULE has beyond git's patterns: braces, and errors for what cannot be meant. Used
 * by glob.c only. */

struct globs {
    struct arena *arena;
    struct str *items;
    size_t len, cap;
};

/* False (ERROR_USAGE) for an open bracket or brace, an unknown POSIX class, a final backslash, a
 * leading '/' and an empty glob. */
bool glob_check(struct str glob, struct error *err);

/* Appends the globs without braces that the checked glob stands for; at least one. Fails when there
 * would be more than GLOB_ALTERNATIVES_MAX. */
bool glob_expand(struct str glob, struct globs *globs, struct error *err);

#endif
