/*
 * WebP (RFC 9649): RIFF, whose first chunk has the size: VP8 (lossy), VP8L (lossless) or VP8X (with
 * an alpha channel, an animation or metadata).
 */
#include <string.h>

#include "input/media_format.h"

/* A key frame's header (RFC 6386, section 9.1); the two highest bits of each edge are a scale. */
static bool read_lossy(const unsigned char *bytes, struct media_size *size, struct error *err)
{
    if (bytes[0] & 1 || memcmp(bytes + 3, "\x9D\x01\x2A", 3) != 0)
        return error_set(err, "a WebP whose chunk VP8 does not start with a key frame");
    size->width_px = media_little_endian(bytes + 6, 2) & 0x3FFF;
    size->height_px = media_little_endian(bytes + 8, 2) & 0x3FFF;
    return true;
}

/* Edges less one, of 14 bits each (RFC 9649, section 3.4). */
static bool read_lossless(const unsigned char *bytes, struct media_size *size, struct error *err)
{
    int64_t edges = media_little_endian(bytes + 1, 4);
    if (bytes[0] != 0x2F)
        return error_set(err, "a WebP whose chunk VP8L does not start with 0x2f");
    size->width_px = (edges & 0x3FFF) + 1;
    size->height_px = (edges >> 14 & 0x3FFF) + 1;
    return true;
}

/* The canvas, its edges less one (RFC 9649, section 2.7). */
static bool read_extended(const unsigned char *bytes, struct media_size *size, struct error *err)
{
    (void)err;
    size->width_px = media_little_endian(bytes + 4, 3) + 1;
    size->height_px = media_little_endian(bytes + 7, 3) + 1;
    return true;
}

enum { CHUNK_NAME_AT = 12, CHUNK_AT = 20 }; /* its data, after name and length */

static const struct {
    char name[5];
    size_t size_bytes; /* of its data, that the reader needs */
    bool (*read)(const unsigned char *bytes, struct media_size *size, struct error *err);
} chunks[] = {
    { "VP8 ", 10, read_lossy },
    { "VP8L", 5, read_lossless },
    { "VP8X", 10, read_extended },
};

bool media_webp_read(const struct media_head *head, struct base64 *data, struct media_size *size,
                     struct error *err)
{
    (void)data;
    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++)
        if (memcmp(head->bytes + CHUNK_NAME_AT, chunks[i].name, 4) == 0)
            return head->len < CHUNK_AT + chunks[i].size_bytes
                       ? media_cut_off("WebP", head->len, err)
                       : chunks[i].read(head->bytes + CHUNK_AT, size, err);
    return error_set(err, "a WebP that does not start with a chunk VP8, VP8L or VP8X");
}
