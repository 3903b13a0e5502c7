#ifndef TOKGATE_JSON_DUMP_H
#define TOKGATE_JSON_DUMP_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Writes JSON as Python's json.dumps does, which is how JSON stands in prompts: ", " and ": "
 * between, numbers as Python reads and prints them, control characters escaped.
 */
struct json_dump_style {
    bool sorts_keys;   /* by code point, at every level; else as they came */
    bool escapes_high; /* DEL and everything above ASCII as \uXXXX */
    int indent;        /* spaces a level, each item on its line; 0: all on one line */
};

/*
 * Adds the value that the text is, which was walked to its end without a problem before. False when
 * half of a surrogate pair is in it, which stands for no text: what was added is of no use then.
 * Memory beside out is some 40 bytes for each member of open objects, if they are to be sorted;
 * time is linear, or as sorting is.
 */
bool json_dump(struct buf *out, struct str text, struct json_dump_style style);

#endif
