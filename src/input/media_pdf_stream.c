#include "input/media_pdf_stream.h"

#include <string.h>

/* One without a filter ends where its length says. */
static enum inflate_result copy_step(const struct pdf_stream *stream, struct inflate_piece *piece)
{
    const size_t size = piece->in_size < piece->out_size ? piece->in_size : piece->out_size;
    memcpy(piece->out, piece->in, size);
    piece->used = piece->written = size;
    if (size == stream->left)
        return INFLATE_DONE;
    return size ? INFLATE_MORE : INFLATE_BROKEN;
}

size_t pdf_stream_read(struct pdf_stream *stream, unsigned char *out, size_t size)
{
    struct pdf_reading *outer = stream->outer;
    size_t len = 0;
    while (len < size && !stream->is_done && !stream->is_broken) {
        pdf_peek(outer); /* fills it */
        const size_t here = outer->len - outer->pos;
        struct inflate_piece piece = { .in = outer->bytes + outer->pos,
                                       .in_size = here < stream->left ? here : stream->left,
                                       .out = out + len,
                                       .out_size = size - len };
        const enum inflate_result result =
            stream->inflate ? inflate_step(stream->inflate, &piece) : copy_step(stream, &piece);
        outer->pos += piece.used;
        stream->left -= piece.used;
        len += piece.written;
        stream->is_done = result == INFLATE_DONE;
        stream->is_broken = result == INFLATE_BROKEN || piece.written > *stream->budget;
        *stream->budget -= piece.written < *stream->budget ? piece.written : *stream->budget;
    }
    return len;
}
