#ifndef TOKGATE_BASE_REGEX_H
#define TOKGATE_BASE_REGEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* Regular expressions of PCRE2, with a limit on the steps of a match. */
enum {
    REGEX_PATH = 1,       /* matches from the beginning; '.' is any character, line ends too */
    REGEX_CHARACTERS = 2, /* of Unicode, else bytes: pattern and texts are valid UTF-8 */
};

enum regex_match {
    REGEX_NO,
    REGEX_YES,
    REGEX_LIMIT, /* gave up */
};

struct regex;

/*
 * Compiles the pattern (need not outlive the call) into *regex, which lives in the arena; nothing
 * else must be released. Fails (ERROR_USAGE) with what is wrong and its 0-based byte offset, and
 * (ERROR_FAILED) when PCRE2 cannot be loaded, whatever the pattern.
 */
bool regex_compile(struct arena *arena, struct str pattern, unsigned flags, uint32_t steps_max,
                   struct regex **regex, struct error *err);

/* Whether it matches (in) the text. *group (may be NULL) is the first group where it has one that
 * took part, else what matched. May be called by several threads at once. */
enum regex_match regex_find(const struct regex *regex, struct str text, struct str *group);

#endif
