#ifndef TOKGATE_JSON_DUMP_H
#define TOKGATE_JSON_DUMP_H

#include "json/tree.h"

/*
 * Writes a tree as Python's json.dumps does, which is how JSON stands in prompts: ", " and ": "
 * between, numbers as Python reads and prints them, control characters escaped.
 */
struct json_dump_style {
    bool sorts_keys;   /* by code point, at every level; else as they came */
    bool escapes_high; /* DEL and everything above ASCII as \uXXXX */
    int indent;        /* spaces a level, each item on its line; 0: all on one line */
};

void json_dump(struct buf *out, const struct json_node *node, struct json_dump_style style);

#endif
