#ifndef TOKGATE_INPUT_MANIFEST_H
#define TOKGATE_INPUT_MANIFEST_H

#include "input/reader.h"
#include "json/walk.h"

/* What the readers of manifests share. */

/* Makes the request of an entry {"custom_id": ..., "params": {...}} (Message Batches,
 * build-with-claude/batch-processing, 2026-08-22). */
void manifest_parse(struct arena *arena, const struct request_defaults *defaults,
                    struct request *request);

/* True when the object the walk is at has a custom_id and params, or params that look like a
 * request's. *ended: it is cut off before that could be known. */
bool manifest_is_entry(struct json_walk *walk, bool *ended);

/* The end of one JSON value in a window that grows: strings and brackets are told apart, nothing is
 * checked. Start with { 0 }. */
struct extent {
    size_t pos; /* offset in the window up to which was looked at */
    size_t depth;
    bool in_string, escaped;
};

/* Goes on to the end of the value that starts with a bracket at offset 0 of the window. True when
 * it was found: pos is after it. stop_at_newline: a line end ends it too (false, pos is at it). */
bool extent_find(struct extent *extent, struct str window, bool stop_at_newline);

/* Goes on to the end of the string the extent is in, in the same way. */
bool extent_leave_string(struct extent *extent, struct str window, bool stop_at_newline);

#endif
