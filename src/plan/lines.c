#include "plan/lines.h"

/* Grows the window until it has a line end or max_bytes, or the stream ends. Returns the offset of
 * the line end, or the size of the window. */
static size_t fill(struct stream *stream, size_t max_bytes, struct error *err)
{
    size_t seen = 0;
    for (;;) {
        const struct str window = stream_window(stream);
        const size_t end = str_find(window, '\n', seen);
        if (end < window.len || window.len > max_bytes || stream->at_eof)
            return end;
        seen = window.len;
        if (!stream_fill(stream, window.len + 1, err))
            return window.len;
    }
}

/* The rest of a line that is too long. */
static void skip(struct stream *stream, struct error *err)
{
    for (;;) {
        const struct str window = stream_window(stream);
        const size_t end = str_find(window, '\n', 0);
        stream_take(stream, end < window.len ? end + 1 : window.len);
        if (end < window.len || stream->at_eof || !stream_fill(stream, 1, err))
            return;
        if (!stream_window(stream).len)
            return;
    }
}

bool lines_next(struct lines *lines, size_t max_bytes, struct str *line, struct error *err)
{
    struct stream *stream = lines->stream;
    if (lines->is_too_long)
        skip(stream, err);
    else
        stream_take(stream, lines->taken);
    const size_t end = fill(stream, max_bytes, err);
    const struct str window = stream_window(stream);
    lines->is_too_long = end > max_bytes;
    if (err->kind || !window.len)
        return false;
    lines->number++;
    lines->taken = end < window.len ? end + 1 : window.len;
    *line = str_slice(window, 0, lines->is_too_long ? max_bytes : end);
    if (line->len && line->ptr[line->len - 1] == '\r')
        line->len--;
    return true;
}
