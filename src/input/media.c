#include "input/media.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "input/media_format.h"

enum { PATCH_PX = 28 };

static const struct {
    int64_t edge_px, tokens;
} tiers[] = {
    [MEDIA_TIER_HIGH] = { 2576, 4784 },
    [MEDIA_TIER_STANDARD] = { 1568, 1568 },
};

static const struct format {
    const char *name;
    struct str media_type;
    struct str signature;
    struct str riff_form; /* at byte 8; empty: the format is no RIFF */
    size_t header_size;   /* less is no whole header, whatever is in it */
    bool (*read)(const struct media_head *head, struct base64 *data, struct media_size *size,
                 struct error *err);
} formats[] = {
    [MEDIA_FORMAT_GIF] = { .name = "GIF",
                           .media_type = STR_INIT("image/gif"),
                           .signature = STR_INIT("GIF8"),
                           .header_size = 13,
                           .read = media_gif_read },
    [MEDIA_FORMAT_JPEG] = { .name = "JPEG",
                            .media_type = STR_INIT("image/jpeg"),
                            .signature = STR_INIT("\xFF\xD8\xFF"),
                            .read = media_jpeg_read },
    [MEDIA_FORMAT_PNG] = { .name = "PNG",
                           .media_type = STR_INIT("image/png"),
                           .signature = STR_INIT("\x89PNG\r\n\x1A\n"),
                           .header_size = 33,
                           .read = media_png_read },
    [MEDIA_FORMAT_WEBP] = { .name = "WebP",
                            .media_type = STR_INIT("image/webp"),
                            .signature = STR_INIT("RIFF"),
                            .riff_form = STR_INIT("WEBP"),
                            .header_size = 16,
                            .read = media_webp_read },
};

enum { FORMATS_LEN = sizeof formats / sizeof formats[0] };

int64_t media_big_endian(const unsigned char *bytes, size_t len)
{
    int64_t number = 0;
    for (size_t i = 0; i < len; i++)
        number = number << 8 | bytes[i];
    return number;
}

int64_t media_little_endian(const unsigned char *bytes, size_t len)
{
    int64_t number = 0;
    for (size_t i = len; i > 0; i--)
        number = number << 8 | bytes[i - 1];
    return number;
}

bool media_cut_off(const char *name, size_t size_bytes, struct error *err)
{
    return error_set(err, "a %s whose header is cut off after %zu bytes", name, size_bytes);
}

static bool is_signed(const struct media_head *head, const struct format *format)
{
    struct str start = { (const char *)head->bytes, head->len };
    return str_starts(start, format->signature) &&
           (!format->riff_form.len || str_equal(str_slice(start, 8, 12), format->riff_form));
}

static bool read_size(const struct media_head *head, struct base64 *data,
                      const struct format *format, struct media_size *size, struct error *err)
{
    if (head->len < format->header_size)
        return media_cut_off(format->name, head->len, err);
    if (!format->read(head, data, size, err))
        return false;
    if (size->width_px < 1 || size->width_px > INT32_MAX || size->height_px < 1 ||
        size->height_px > INT32_MAX)
        return error_set(err, "a %s of %" PRId64 " x %" PRId64 " pixels", format->name,
                         size->width_px, size->height_px);
    return true;
}

bool media_image_size(struct str base64, struct media_image *image, struct error *err)
{
    struct error cause = { 0 };
    struct base64 data;
    struct media_head head = { 0 };
    struct media_size size = { 0 };
    if (str_starts(base64, STR("data:")))
        return error_set(err, "image data is a data: URL, not the base64 in it alone");
    if (!base64_open(&data, base64, &cause))
        return error_set(err, "image data is not base64: %s", cause.text);
    if (!data.size_bytes)
        return error_set(err, "image data is empty");
    head.len = base64_read(&data, head.bytes, sizeof head.bytes);
    size_t i = 0;
    while (i < FORMATS_LEN && !is_signed(&head, &formats[i]))
        i++;
    if (i == FORMATS_LEN)
        return error_set(err, "image data is no GIF, JPEG, PNG or WebP");
    if (!read_size(&head, &data, &formats[i], &size, err))
        return false;
    *image = (struct media_image){
        .format = (enum media_format)i,
        .width_px = size.width_px,
        .height_px = size.height_px,
        .size_bytes = data.size_bytes,
        .base64_size = base64.len,
        .space_at = data.space_at,
    };
    return true;
}

bool media_type_check(struct str media_type, enum media_format format, struct error *err)
{
    for (size_t i = 0; i < FORMATS_LEN; i++)
        if (str_equal(media_type, formats[i].media_type))
            return i == (size_t)format ||
                   error_set(err, "image data is a %s, but its media_type is %s",
                             formats[format].name, formats[i].media_type.ptr);
    return error_set(err, "media_type is not image/gif, image/jpeg, image/png or image/webp");
}

bool media_limits_check(const struct media_image *image, size_t images_len, struct error *err)
{
    int64_t edge_px = image->width_px > image->height_px ? image->width_px : image->height_px;
    if (edge_px > MEDIA_EDGE_MAX_PX)
        return error_set(err, "an image of %" PRId64 " x %" PRId64 " pixels: %d are the most",
                         image->width_px, image->height_px, MEDIA_EDGE_MAX_PX);
    if (edge_px > MEDIA_MANY_EDGE_MAX_PX && images_len > MEDIA_MANY_LEN)
        return error_set(err,
                         "an image of %" PRId64 " x %" PRId64
                         " pixels: %d are the most in a request of more than %d images",
                         image->width_px, image->height_px, MEDIA_MANY_EDGE_MAX_PX, MEDIA_MANY_LEN);
    if (image->base64_size > MEDIA_BASE64_SIZE_MAX)
        return error_set(err, "an image of %zu bytes of base64: %d are the most",
                         image->base64_size, MEDIA_BASE64_SIZE_MAX);
    return true;
}

static int64_t patches(int64_t edge_px)
{
    return (edge_px + PATCH_PX - 1) / PATCH_PX;
}

static bool fits(int64_t long_px, int64_t short_px, enum media_tier tier)
{
    return long_px <= tiers[tier].edge_px &&
           patches(long_px) * patches(short_px) <= tiers[tier].tokens;
}

/* The short edge that keeps the shape. In floating point, as in the vendor's code: exact ties would
 * fall to the other side for a few sizes. */
static int64_t shorten(double shape, int64_t long_px)
{
    int64_t short_px = (int64_t)rint((double)long_px / shape);
    return short_px ? short_px : 1;
}

struct media_size media_resized(int64_t width_px, int64_t height_px, enum media_tier tier)
{
    assert(width_px > 0 && width_px <= INT32_MAX && height_px > 0 && height_px <= INT32_MAX);
    bool is_wide = width_px >= height_px;
    int64_t long_px = is_wide ? width_px : height_px;
    int64_t short_px = is_wide ? height_px : width_px;
    if (fits(long_px, short_px, tier))
        return (struct media_size){ width_px, height_px };
    double shape = (double)long_px / (double)short_px;
    int64_t low = 1, high = long_px; /* fits, does not */
    while (high - low > 1) {
        int64_t middle = (low + high) / 2;
        if (fits(middle, shorten(shape, middle), tier))
            low = middle;
        else
            high = middle;
    }
    short_px = shorten(shape, low);
    return is_wide ? (struct media_size){ low, short_px } : (struct media_size){ short_px, low };
}

int64_t media_tokens(int64_t width_px, int64_t height_px, enum media_tier tier)
{
    struct media_size seen = media_resized(width_px, height_px, tier);
    return patches(seen.width_px) * patches(seen.height_px);
}

int64_t media_tokens_max(enum media_tier tier)
{
    return tiers[tier].tokens;
}
