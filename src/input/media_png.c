/* PNG, third edition, sections 5.2 and 11.2.1: signature, then the chunk IHDR. */
#include <string.h>

#include "input/media_format.h"

bool media_png_read(const struct media_head *head, struct base64 *data, struct media_size *size,
                    struct error *err)
{
    (void)data;
    if (memcmp(head->bytes + 8, "\0\0\0\x0DIHDR", 8) != 0)
        return error_set(err, "a PNG that does not start with a chunk IHDR of 13 bytes");
    size->width_px = media_big_endian(head->bytes + 16, 4);
    size->height_px = media_big_endian(head->bytes + 20, 4);
    return true;
}
