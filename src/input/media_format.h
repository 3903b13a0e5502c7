#ifndef TOKGATE_INPUT_MEDIA_FORMAT_H
#define TOKGATE_INPUT_MEDIA_FORMAT_H

/* What media.c gives its readers, one for each format, in media_<format>.c. */
#include "input/media.h"

enum { MEDIA_HEAD_SIZE = 33 }; /* the most that a header of fixed size needs: a PNG's */

/* The first bytes of an image. */
struct media_head {
    unsigned char bytes[MEDIA_HEAD_SIZE];
    size_t len; /* less than MEDIA_HEAD_SIZE only if that is all of the image */
};

/*
 * Readers set the size. The head starts with the format's signature and has its header_size bytes
 * (see the table in media.c); data is all of the image, and stands anywhere. They fail with a
 * sentence in err; what a size may be is checked by who calls them.
 */
bool media_gif_read(const struct media_head *head, struct base64 *data, struct media_size *size,
                    struct error *err);
bool media_jpeg_read(const struct media_head *head, struct base64 *data, struct media_size *size,
                     struct error *err);
bool media_png_read(const struct media_head *head, struct base64 *data, struct media_size *size,
                    struct error *err);
bool media_webp_read(const struct media_head *head, struct base64 *data, struct media_size *size,
                     struct error *err);

/* The number in 1 to 4 bytes, the first of them the highest (big) or the lowest (little). */
int64_t media_big_endian(const unsigned char *bytes, size_t len);
int64_t media_little_endian(const unsigned char *bytes, size_t len);

/* Fails with "a PNG whose header is cut off after 20 bytes". */
bool media_cut_off(const char *name, size_t size_bytes, struct error *err);

#endif
