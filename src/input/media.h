#ifndef TOKGATE_INPUT_MEDIA_H
#define TOKGATE_INPUT_MEDIA_H

/*
 * Images: what their bytes say they are, and what they cost.
 *
 * Facts are from stored copies of the vendor's pages build-with-claude/vision and
 * vision-coordinates (2026-08-22) unless another source is named; the rule of the tokens was held
 * against counts of the API (2025-06 to 2026-08), see tests/unit/test_media_tokens.c. No function
 * here allocates, keeps a pointer or writes anything but what it is given; all are safe to call
 * from several threads.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base64.h"
#include "base/error.h"
#include "base/str.h"

/* All the API takes (vision, 2026-08-22). */
enum media_format {
    MEDIA_FORMAT_GIF,
    MEDIA_FORMAT_JPEG,
    MEDIA_FORMAT_PNG,
    MEDIA_FORMAT_WEBP,
};

/* Up to which size a model sees an image; larger ones are scaled down before they are counted. */
enum media_tier {
    MEDIA_TIER_STANDARD, /* before Claude 4.7: 1568 px on an edge and 1568 tokens */
    MEDIA_TIER_HIGH,     /* Claude 4.7 and later: 2576 px on an edge and 4784 tokens */
};

enum {
    MEDIA_EDGE_MAX_PX = 8000,      /* longer edges: 400 */
    MEDIA_MANY_LEN = 20,           /* in a request with more images than this ... */
    MEDIA_MANY_EDGE_MAX_PX = 2000, /* ... all of them must keep to this: else 400 */

    /* Of one image as base64: "image exceeds 10 MB maximum: 13588412 bytes > 10485760 bytes" (400,
     * measured by a third party 2026-08-23). Bedrock and Google take half. */
    MEDIA_BASE64_SIZE_MAX = 10 * 1024 * 1024,
};

struct media_image {
    enum media_format format;
    int64_t width_px, height_px; /* 1 to 2^31 - 1, as stored: EXIF does not turn it */
    size_t size_bytes;           /* decoded */
    size_t base64_size;          /* bytes of base64, white space and all */
    size_t space_at;             /* of the first white space in it; BASE64_NOWHERE: none */
};

struct media_size {
    int64_t width_px, height_px;
};

/*
 * Reads the size of an image out of its header. base64 is the text of image.source.data, after the
 * escapes of JSON were decoded (some writers write \/ for /). All of it is checked as base64, but
 * decoded only to the end of the header. White space in it is no failure, for no source says what
 * the API does with it; space_at tells.
 *
 * False when it is no base64, empty, none of the formats, or has a header that is damaged; err then
 * says in a sentence which ("a PNG whose header is cut off after 20 bytes"), and *image is not to
 * be used. The API refuses these with a 400: "invalid base64 data" (anthropic-sdk-typescript#603,
 * 2024-11), "image cannot be empty" (claude-code#12750, 2025-11), "Could not process image"
 * (claude-code#55492, 2026-05). What follows the header is not looked at. Linear in the length.
 */
bool media_image_size(struct str base64, struct media_image *image, struct error *err);

/*
 * Whether image.source.media_type names the format that was found. False for another one, which the
 * API refuses with a 400: "Image does not match the provided media type image/png"
 * (claude-code#6300, 2025-08), "The image was specified using the image/png media type, but the
 * image appears to be a image/jpeg image" (home-assistant/core#167208, 2026-04); and false for what
 * is none of the four media types. err says which.
 */
bool media_type_check(struct str media_type, enum media_format format, struct error *err);

/*
 * Whether the API takes an image of this size, in pixels and in bytes of base64, in a request of
 * images_len images (all of them, those in tool results and earlier turns too; on Bedrock and
 * Google documents as well). False when it refuses it; err says which limit is passed.
 */
bool media_limits_check(const struct media_image *image, size_t images_len, struct error *err);

/*
 * The size in which a model of the tier sees an image: the largest of the same shape that has no
 * edge above the tier's and costs no more than the tier's tokens. By the vendor's reference code
 * (vision-coordinates): a binary search on the long edge, the short one divided in floating point,
 * rounded half to even, at least 1; same as that code for every size up to 8000 x 8000. Edges must
 * be 1 to 2^31 - 1.
 */
struct media_size media_resized(int64_t width_px, int64_t height_px, enum media_tier tier);

/*
 * Tokens of an image: one for each patch of 28 x 28 px, also those it only begins to fill, in the
 * size it is seen in. At least 1, at most media_tokens_max(). Turning an image by 90 degrees does
 * not change them. What a model adds for each image is not in it (image_extra in
 * rules/catalog/profiles.json: 3; on v3 models 4 were counted where text follows the image). Edges
 * must be 1 to 2^31 - 1.
 */
int64_t media_tokens(int64_t width_px, int64_t height_px, enum media_tier tier);

/* The most that an image can cost. */
int64_t media_tokens_max(enum media_tier tier);

#endif
