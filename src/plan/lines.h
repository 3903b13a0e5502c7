#ifndef TOKGATE_PLAN_LINES_H
#define TOKGATE_PLAN_LINES_H

#include "base/stream.h"

/* Lines of a stream, one after the other. Set the stream, all else starts as 0. */
struct lines {
    struct stream *stream;
    size_t taken;     /* bytes of the line before that are still in the window */
    size_t number;    /* of the line, from 1 */
    bool is_too_long; /* only its first bytes are given */
};

/* The next line without its line end (LF or CRLF), of at most max_bytes; of a longer one the
 * beginning. False at the end, and with err when the stream cannot be read. The line is valid until
 * the next call. */
bool lines_next(struct lines *lines, size_t max_bytes, struct str *line, struct error *err);

#endif
