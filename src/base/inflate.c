#include "base/inflate.h"

#define ZLIB_CONST /* input is only read */
#include <zlib.h>

struct inflate {
    z_stream stream;
};

static void *take(void *arena, unsigned len, unsigned size)
{
    return arena_alloc(arena, len, size);
}

static void give_back(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

struct inflate *inflate_open(struct arena *arena)
{
    struct inflate *opened = ARENA_NEW(arena, struct inflate);
    opened->stream = (z_stream){ .zalloc = take, .zfree = give_back, .opaque = arena };
    return inflateInit(&opened->stream) == Z_OK ? opened : NULL;
}

enum inflate_result inflate_step(struct inflate *opened, struct inflate_piece *piece)
{
    z_stream *stream = &opened->stream;
    stream->next_in = piece->in;
    stream->avail_in = (unsigned)piece->in_size;
    stream->next_out = piece->out;
    stream->avail_out = (unsigned)piece->out_size;
    const int result = inflate(stream, Z_NO_FLUSH);
    piece->used = piece->in_size - stream->avail_in;
    piece->written = piece->out_size - stream->avail_out;
    if (result == Z_STREAM_END)
        return INFLATE_DONE;
    return result == Z_OK ? INFLATE_MORE : INFLATE_BROKEN;
}
