#ifndef TOKGATE_BASE_INFLATE_H
#define TOKGATE_BASE_INFLATE_H

#include <stddef.h>

#include "base/arena.h"

/*
 * Decompression of zlib streams (RFC 1950), piece by piece: zlib. Nothing is read or written but
 * what the caller gives; all of its memory, some 45 KB, is in the arena.
 */
struct inflate;

/* NULL when it cannot be: not for want of memory. */
struct inflate *inflate_open(struct arena *arena);

enum inflate_result {
    INFLATE_MORE,   /* there may be more: give the next input, or room for output */
    INFLATE_DONE,   /* the stream has ended, and its checksum is right */
    INFLATE_BROKEN, /* it is none, or damaged; or nothing can be done with what was given */
};

struct inflate_piece {
    const unsigned char *in;
    size_t in_size;
    unsigned char *out;
    size_t out_size;
    size_t used, written; /* set: bytes of in and out */
};

/* Sizes are below 4 GB. */
enum inflate_result inflate_step(struct inflate *opened, struct inflate_piece *piece);

#endif
