#ifndef TOKGATE_INPUT_IGNORE_RULES_H
#define TOKGATE_INPUT_IGNORE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/glob.h"
#include "base/str.h"

/* The lines of one ignore file, in the format of gitignore(5). Used by ignore.c only. */

enum ignore_match {
    IGNORE_MATCH_GLOB,   /* literal, then what the glob matches */
    IGNORE_MATCH_SUFFIX, /* anything, then literal */
    IGNORE_MATCH_WHOLE,  /* literal and nothing else */
};

struct ignore_rule {
    struct str text; /* the line, without what is not part of the pattern */
    size_t line;
    bool negated;
    bool directory_only;
    bool any_depth; /* matched against the name, else against the path below the file's directory */
    enum ignore_match match;
    struct str literal;
    struct glob *glob; /* IGNORE_MATCH_GLOB only */
};

struct ignore_rules {
    struct arena *arena;
    struct ignore_rule *items;
    size_t len, cap;
    struct str file; /* as shown */
};

/* Appends the rules of the content, which must live as long as the list. Fails when a pattern is
 * longer than a glob may be; the message names line and cause but not the file. */
bool ignore_rules_read(struct ignore_rules *rules, struct str content, struct error *err);

/* The last rule that matches the path (relative to the file's directory), or NULL. */
const struct ignore_rule *ignore_rules_match(const struct ignore_rules *rules, struct str path,
                                             bool is_directory);

#endif
