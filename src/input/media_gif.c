/* GIF89a, sections 17 and 18: signature and version, then the logical screen. */
#include <string.h>

#include "input/media_format.h"

bool media_gif_read(const struct media_head *head, struct base64 *data, struct media_size *size,
                    struct error *err)
{
    const unsigned char *version = head->bytes + 3;
    (void)data;
    if (memcmp(version, "87a", 3) != 0 && memcmp(version, "89a", 3) != 0)
        return error_set(err, "a GIF whose version is neither 87a nor 89a");
    size->width_px = media_little_endian(head->bytes + 6, 2);
    size->height_px = media_little_endian(head->bytes + 8, 2);
    return true;
}
