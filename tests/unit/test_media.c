/* Images: the sizes in hand-made headers, every kind of damage, and the limits of the API. */
#include "input/media.h"

#include "base64_encode.h"
#include "tap.h"

static struct arena arena;

#define PNG_START   "\x89PNG\r\n\x1A\n"
#define PNG_IHDR    PNG_START "\0\0\0\x0DIHDR"
#define PNG_REST    "\x08\x02\0\0\0crc!" /* depth, color, methods, CRC */
#define GIF_REST    "\x80\0\0"           /* color table, background, ratio */
#define SOI         "\xFF\xD8"
#define FRAME(n)    "\xFF" n "\0\x11\x08\0\x03\x01\x05\x03\x01\x22\0\x02\x11\x01\x03\x11\x01"
#define RIFF        "RIFF\x64\0\0\0WEBP"
#define CHUNK(n)    RIFF n "\x40\0\0\0"
#define LOSSY(w, h) CHUNK("VP8 ") "\x10\x02\0\x9D\x01\x2A" w h

static const struct good {
    const char *what;
    struct str bytes;
    size_t header_size; /* with less it fails */
    enum media_format format;
    int64_t width_px, height_px;
} good[] = {
    { "GIF87a", STR_INIT("GIF87a\x05\x01\x03\0" GIF_REST), 13, MEDIA_FORMAT_GIF, 261, 3 },
    { "GIF89a", STR_INIT("GIF89a\xFF\xFF\0\x01" GIF_REST ","), 13, MEDIA_FORMAT_GIF, 65535, 256 },
    { "a PNG", STR_INIT(PNG_IHDR "\0\0\x01\x05\0\0\0\x03" PNG_REST "IDAT"), 33, MEDIA_FORMAT_PNG,
      261, 3 },
    { "the largest PNG", STR_INIT(PNG_IHDR "\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF" PNG_REST), 33,
      MEDIA_FORMAT_PNG, INT32_MAX, INT32_MAX },
    { "a JPEG, baseline", STR_INIT(SOI FRAME("\xC0")), 21, MEDIA_FORMAT_JPEG, 261, 3 },
    { "extended", STR_INIT(SOI FRAME("\xC1")), 21, MEDIA_FORMAT_JPEG, 261, 3 },
    { "progressive", STR_INIT(SOI FRAME("\xC2")), 21, MEDIA_FORMAT_JPEG, 261, 3 },
    { "arithmetic coding", STR_INIT(SOI FRAME("\xCF")), 21, MEDIA_FORMAT_JPEG, 261, 3 },
    { "tables before the frame",
      STR_INIT(SOI "\xFF\xC4\0\x03z\xFF\xC8\0\x03z\xFF\xCC\0\x03z" FRAME("\xC0")), 36,
      MEDIA_FORMAT_JPEG, 261, 3 },
    { "a preview in EXIF is not the image",
      STR_INIT(SOI "\xFF\xE1\0\x0D"
                   "Exif\0\0\xFF\xC0\0\x08\x08" FRAME("\xC0")),
      36, MEDIA_FORMAT_JPEG, 261, 3 },
    { "fill bytes, an empty segment, and markers alone",
      STR_INIT(SOI "\xFF\xFF\xFF\xFE\0\x02\xFF\xD0\xFF\x01" FRAME("\xC0")), 31, MEDIA_FORMAT_JPEG,
      261, 3 },
    { "bytes that decoders skip", STR_INIT(SOI "\xFF\xFE\0\x02z\xFF\0zz" FRAME("\xC0")), 30,
      MEDIA_FORMAT_JPEG, 261, 3 },
    { "a lossy WebP", STR_INIT(LOSSY("\x05\x01", "\x03\0")), 30, MEDIA_FORMAT_WEBP, 261, 3 },
    { "with a scale", STR_INIT(LOSSY("\x05\x41", "\x03\xC0")), 30, MEDIA_FORMAT_WEBP, 261, 3 },
    { "a lossless WebP", STR_INIT(CHUNK("VP8L") "/\x04\x81\0\x10"), 25, MEDIA_FORMAT_WEBP, 261, 3 },
    { "the largest", STR_INIT(CHUNK("VP8L") "/\xFF\xFF\xFF\x0F"), 25, MEDIA_FORMAT_WEBP, 16384,
      16384 },
    { "an extended WebP",
      STR_INIT(CHUNK("VP8X") "\x10\0\0\0\x04\x01\0\x02\0\0"
                             "ALPH"),
      30, MEDIA_FORMAT_WEBP, 261, 3 },
    { "a large canvas", STR_INIT(CHUNK("VP8X") "\x10\0\0\0\xFF\xFF\xFF\0\0\0"), 30,
      MEDIA_FORMAT_WEBP, 1 << 24, 1 },
};

enum { GOOD_LEN = sizeof good / sizeof good[0] };

static bool reads(struct str base64, const struct good *row, size_t size_bytes)
{
    struct media_image image = { 0 };
    struct error err = { 0 };
    return media_image_size(base64, &image, &err) && image.format == row->format &&
           image.width_px == row->width_px && image.height_px == row->height_px &&
           image.size_bytes == size_bytes && image.base64_size == base64.len;
}

static void test_sizes(void)
{
    for (size_t i = 0; i < GOOD_LEN; i++) {
        const struct good *row = &good[i];
        bool all = true, none = true, broken = true;
        for (size_t size = row->header_size; size <= row->bytes.len; size++) {
            struct str bytes = str_slice(row->bytes, 0, size);
            all &= reads(base64_encode(&arena, bytes, 0), row, size);
            broken &= reads(base64_encode(&arena, bytes, 5), row, size);
        }
        for (size_t size = 0; size < row->header_size; size++) {
            struct media_image image;
            struct error err = { 0 };
            struct str bytes = str_slice(row->bytes, 0, size);
            none &= !media_image_size(base64_encode(&arena, bytes, 0), &image, &err);
            none &= err.text[0] != '\0';
        }
        ok(all, row->what);
        ok(none, "not when cut off in its header");
        ok(broken, "also in lines");
    }
}

/* Segments as long as they can be, in front of the frame: 10 MB of base64 are seen once. */
static void test_long(void)
{
    enum { SEGMENTS_LEN = 110 };
    static const char segment[65537] = "\xFF\xE2\xFF\xFF";
    const struct good row = { .format = MEDIA_FORMAT_JPEG, .width_px = 261, .height_px = 3 };
    struct buf bytes = { .arena = &arena };
    buf_add(&bytes, STR(SOI));
    for (size_t i = 0; i < SEGMENTS_LEN; i++)
        buf_add(&bytes, (struct str){ segment, sizeof segment });
    buf_add(&bytes, STR(FRAME("\xC0")));
    struct str text = base64_encode(&arena, buf_str(&bytes), 0);
    ok(reads(text, &row, bytes.len), "a frame after megabytes of ICC profile");
    text.len -= 4;
    struct media_image image;
    struct error err = { 0 };
    ok(!media_image_size(text, &image, &err), "and cut off");
    is_str(str_from_c(err.text), "a JPEG that ends after 7209090 bytes, before its frame header",
           "says after how much");
}

static void test_damage(void)
{
    static const struct {
        struct str bytes;
        const char *want;
    } cases[] = {
        { STR_INIT(PNG_IHDR "\0\0\0\x05"), "a PNG whose header is cut off after 20 bytes" },
        { STR_INIT(PNG_START), "a PNG whose header is cut off after 8 bytes" },
        { STR_INIT(PNG_START "\0\0\0\x04"
                             "CgBI\x50\0\x20\x02"
                             "\0\0\0\0\0\0\0\0\0\0\0\0\0"),
          "a PNG that does not start with a chunk IHDR of 13 bytes" },
        { STR_INIT(PNG_START "\0\0\0\x0CIHDR\0\0\0\x05\0\0\0\x05" PNG_REST),
          "a PNG that does not start with a chunk IHDR of 13 bytes" },
        { STR_INIT(PNG_IHDR "\0\0\0\x05\0\0\0\0" PNG_REST), "a PNG of 5 x 0 pixels" },
        { STR_INIT(PNG_IHDR "\x80\0\0\0\0\0\0\x01" PNG_REST), "a PNG of 2147483648 x 1 pixels" },
        { STR_INIT("GIF89a\0\0\x05\0" GIF_REST), "a GIF of 0 x 5 pixels" },
        { STR_INIT("GIF88a\x05\0\x05\0" GIF_REST), "a GIF whose version is neither 87a nor 89a" },
        { STR_INIT("GIF89b\x05\0\x05\0" GIF_REST), "a GIF whose version is neither 87a nor 89a" },
        { STR_INIT("GIF89a\0\0"), "a GIF whose header is cut off after 8 bytes" },
        { STR_INIT("GIF"), "image data is no GIF, JPEG, PNG or WebP" },
        { STR_INIT(SOI), "image data is no GIF, JPEG, PNG or WebP" },
        { STR_INIT(SOI "\xFF"), "a JPEG that ends after 3 bytes, before its frame header" },
        { STR_INIT(SOI "\xFF\xE0\0\x10JFIF"),
          "a JPEG that ends after 10 bytes, before its frame header" },
        { STR_INIT(SOI "\xFF\xC0\0\x08\x08\0\x05"),
          "a JPEG that ends after 9 bytes, before its frame header" },
        { STR_INIT(SOI "\xFF\xE0\0\x02\xFF\xD9"), "a JPEG without a frame header" },
        { STR_INIT(SOI "\xFF\xDA\0\x0C"), "a JPEG without a frame header" },
        { STR_INIT(SOI "\xFF\xE1\0\x01" FRAME("\xC0")),
          "a JPEG whose segment 0xe1 says it has 1 bytes" },
        { STR_INIT(SOI "\xFF\xC2\0\x07" FRAME("\xC0")),
          "a JPEG whose segment 0xc2 says it has 7 bytes" },
        { STR_INIT(SOI "\xFF\xC0\0\x08\x08\0\0\0\x05\x01"), "a JPEG of 5 x 0 pixels" },
        { STR_INIT("RIFF\x64\0\0\0WAVEfmt "), "image data is no GIF, JPEG, PNG or WebP" },
        { STR_INIT("RIFF\x64\0\0"), "image data is no GIF, JPEG, PNG or WebP" },
        { STR_INIT(RIFF "VP8 "), "a WebP whose header is cut off after 16 bytes" },
        { STR_INIT(CHUNK("VP8X") "\x10\0\0\0"), "a WebP whose header is cut off after 24 bytes" },
        { STR_INIT(CHUNK("ALPH") "\x10\0\0\0"),
          "a WebP that does not start with a chunk VP8, VP8L or VP8X" },
        { STR_INIT(LOSSY("\0\x40", "\x05\0")), "a WebP of 0 x 5 pixels" },
        { STR_INIT(CHUNK("VP8 ") "\x11\x02\0\x9D\x01\x2A\x05\0\x05\0"),
          "a WebP whose chunk VP8 does not start with a key frame" },
        { STR_INIT(CHUNK("VP8 ") "\x10\x02\0\x9D\x01\x2B\x05\0\x05\0"),
          "a WebP whose chunk VP8 does not start with a key frame" },
        { STR_INIT(CHUNK("VP8L") "\x2E\0\0\0\0"),
          "a WebP whose chunk VP8L does not start with 0x2f" },
        { STR_INIT("BM\x36\0\0\0"), "image data is no GIF, JPEG, PNG or WebP" },
        { STR_INIT("<svg xmlns="), "image data is no GIF, JPEG, PNG or WebP" },
        { STR_INIT("\0\0\0\x1C"
                   "ftypavif"),
          "image data is no GIF, JPEG, PNG or WebP" },
        { STR_INIT(""), "image data is empty" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct media_image image;
        struct error err = { 0 };
        struct str text = base64_encode(&arena, cases[i].bytes, 0);
        ok(!media_image_size(text, &image, &err), "it is damaged");
        is_str(str_from_c(err.text), cases[i].want, cases[i].want);
    }
}

static void test_text(void)
{
    static const struct {
        struct str text;
        const char *want;
    } cases[] = {
        { STR_INIT("iVBORw0KGgoAAAANS*hEUg"), "image data is not base64: byte 0x2a at 17" },
        { STR_INIT("data:image/png;base64,iVBORw0KGgo="),
          "image data is a data: URL, not the base64 in it alone" },
        { STR_INIT("https://example.com/a.png"), "image data is not base64: byte 0x3a at 5" },
        { STR_INIT("R0lGODl"), "image data is not base64: 7 characters, no multiple of 4" },
        { STR_INIT(" \n"), "image data is empty" },
    };
    struct media_image image;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = { 0 };
        ok(!media_image_size(cases[i].text, &image, &err), "it is no image");
        is_str(str_from_c(err.text), cases[i].want, cases[i].want);
    }
    struct error err = { 0 };
    ok(media_image_size(STR("R0lGODlh\nBQADAIAAAA=="), &image, &err) && image.space_at == 8,
       "white space is told");
    ok(media_image_size(STR("R0lGODlhBQADAIAAAA=="), &image, &err) &&
           image.space_at == BASE64_NOWHERE,
       "and that there is none");
}

static void test_types(void)
{
    static const struct {
        struct str media_type;
        enum media_format format;
        const char *want;
    } cases[] = {
        { STR_INIT("image/gif"), MEDIA_FORMAT_GIF, "" },
        { STR_INIT("image/jpeg"), MEDIA_FORMAT_JPEG, "" },
        { STR_INIT("image/png"), MEDIA_FORMAT_PNG, "" },
        { STR_INIT("image/webp"), MEDIA_FORMAT_WEBP, "" },
        { STR_INIT("image/png"), MEDIA_FORMAT_JPEG,
          "image data is a JPEG, but its media_type is image/png" },
        { STR_INIT("image/gif"), MEDIA_FORMAT_WEBP,
          "image data is a WebP, but its media_type is image/gif" },
        { STR_INIT("image/jpg"), MEDIA_FORMAT_JPEG,
          "media_type is not image/gif, image/jpeg, image/png or image/webp" },
        { STR_INIT("IMAGE/PNG"), MEDIA_FORMAT_PNG,
          "media_type is not image/gif, image/jpeg, image/png or image/webp" },
        { STR_INIT(""), MEDIA_FORMAT_PNG,
          "media_type is not image/gif, image/jpeg, image/png or image/webp" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = { 0 };
        bool is_fine = media_type_check(cases[i].media_type, cases[i].format, &err);
        ok(is_fine == !cases[i].want[0], "the type that is declared");
        is_str(str_from_c(err.text), cases[i].want, cases[i].want);
    }
}

static void test_limits(void)
{
    static const struct {
        struct media_image image;
        size_t images_len;
        const char *want;
    } cases[] = {
        { { .width_px = 8000, .height_px = 8000 }, 20, "" },
        { { .width_px = 8001, .height_px = 1 },
          1,
          "an image of 8001 x 1 pixels: 8000 are the most" },
        { { .width_px = 1, .height_px = 8001 },
          21,
          "an image of 1 x 8001 pixels: 8000 are the most" },
        { { .width_px = 2001, .height_px = 2000 }, 20, "" },
        { { .width_px = 2000, .height_px = 2000 }, 21, "" },
        { { .width_px = 2000, .height_px = 2001 },
          21,
          "an image of 2000 x 2001 pixels: 2000 are the most in a request of more than 20 images" },
        { { .width_px = 1, .height_px = 1, .base64_size = 10485760 }, 1, "" },
        { { .width_px = 1, .height_px = 1, .base64_size = 10485764 },
          1,
          "an image of 10485764 bytes of base64: 10485760 are the most" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = { 0 };
        bool is_fine = media_limits_check(&cases[i].image, cases[i].images_len, &err);
        ok(is_fine == !cases[i].want[0], "the limits of the API");
        is_str(str_from_c(err.text), cases[i].want, cases[i].want);
    }
}

int main(void)
{
    test_sizes();
    test_long();
    test_damage();
    test_text();
    test_types();
    test_limits();
    arena_free(&arena);
    return tap_done();
}
