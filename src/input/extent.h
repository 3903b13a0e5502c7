#ifndef TOKGATE_INPUT_EXTENT_H
#define TOKGATE_INPUT_EXTENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

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
