/* GIF89a, sections 17 and 18: signature and version, then the logical screen. */
#include "input/media_format.h"

bool media_gif_read(const struct media_head *head, struct base64 *data, struct media_size *size,
                    struct error *err)
{
    (void)data;
    (void)err;
    size->width_px = media_little_endian(head->bytes + 6, 2);
    size->height_px = media_little_endian(head->bytes + 8, 2);
    return true;
}
