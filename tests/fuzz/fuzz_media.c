/* An image or a PDF: the first byte chooses whether the rest is base64, or is encoded: in one line
 * or many.
 */
#include "fuzz.h"

#include <string.h>

#include "input/media.h"
#include "input/media_pdf.h"

#include "../base64_encode.h"

/* Whether the text is base64, read naively, and how many bytes it has. */
static bool is_base64(struct str text, size_t *size_bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t digits_len = 0, pads_len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
            continue;
        if (c != '=' && (pads_len || !memchr(digits, c, 64)))
            return false;
        digits_len += c != '=';
        pads_len += c == '=';
    }
    *size_bytes = digits_len * 3 / 4;
    return pads_len < 3 && (digits_len + pads_len) % 4 == 0;
}

/* Reads all of it in pieces of some sizes, now and then over one that is skipped. */
static void check_base64(struct arena *arena, struct str text, const struct str *bytes)
{
    struct base64 base64;
    struct error err = { 0 };
    size_t size_bytes = 0, done = 0;
    bool is_open = base64_open(&base64, text, &err);
    fuzz_expect(is_open == is_base64(text, &size_bytes), "the check and the naive one agree");
    if (!is_open)
        return;
    fuzz_expect(base64.size_bytes == size_bytes, "the size is that of what is encoded");
    unsigned char *out = arena_alloc(arena, size_bytes + 1, 1);
    for (size_t piece = 1; done < size_bytes; piece = piece * 5 % 97) {
        size_t got =
            piece % 3 ? base64_read(&base64, out + done, piece) : base64_skip(&base64, piece);
        size_t left = size_bytes - done;
        fuzz_expect(got == (left < piece ? left : piece), "as much as there is");
        fuzz_expect(!bytes || !(piece % 3) || memcmp(out + done, bytes->ptr + done, got) == 0,
                    "what was encoded is decoded");
        done += got;
    }
    fuzz_expect(!base64_read(&base64, out, 1) && !base64_skip(&base64, 1), "the end is the end");
}

static void check_tokens(const struct media_image *image)
{
    struct error err = { 0 };
    int64_t width_px = image->width_px, height_px = image->height_px;
    fuzz_expect(width_px >= 1 && width_px <= INT32_MAX, "a width is one");
    fuzz_expect(height_px >= 1 && height_px <= INT32_MAX, "a height is one");
    for (int t = 0; t < 2; t++) {
        enum media_tier tier = (enum media_tier)t;
        int64_t tokens = media_tokens(width_px, height_px, tier);
        fuzz_expect(tokens >= 1 && tokens <= media_tokens_max(tier), "tokens are bounded");
        fuzz_expect(tokens == media_tokens(height_px, width_px, tier), "turned, it costs the same");
    }
    fuzz_expect(media_limits_check(image, 1, &err) || !media_limits_check(image, 21, &err),
                "what one image may not, many may not");
}

/* Reads the image in the text; a shorter one that can be read has the same size. */
static void check_image(struct str text)
{
    struct media_image image = { 0 }, cut = { 0 };
    struct error err = { 0 }, cut_err = { 0 };
    bool is_image = media_image_size(text, &image, &err);
    struct str shorter = str_slice(text, 0, text.len / 8 * 4);
    bool is_cut_image = media_image_size(shorter, &cut, &cut_err);
    fuzz_expect(is_image != !!err.text[0], "an error is a sentence");
    for (const char *c = err.text; *c; c++)
        fuzz_expect(*c >= ' ' && *c <= '~', "in printable ASCII");
    if (!is_image)
        return;
    fuzz_expect(image.base64_size == text.len && image.size_bytes <= text.len / 4 * 3,
                "the bytes are counted");
    fuzz_expect(!is_cut_image || (cut.format == image.format && cut.width_px == image.width_px &&
                                  cut.height_px == image.height_px),
                "what follows the header does not matter");
    check_tokens(&image);
}

static bool is_same_pdf(const struct media_pdf *one, const struct media_pdf *other)
{
    return one->pages == other->pages && one->pages_seen == other->pages_seen &&
           one->is_encrypted == other->is_encrypted;
}

/* Reads the PDF in the text, which says as much whatever its lines are. */
static void check_pdf(struct arena *arena, struct str text, const struct str *bytes)
{
    struct base64 base64;
    struct media_pdf pdf, same;
    struct error err = { 0 };
    if (!base64_open(&base64, text, &err))
        return;
    media_pdf_read(&base64, &pdf);
    fuzz_expect(pdf.pages >= 0 && pdf.pages < 1000000000, "a number of pages");
    const size_t seen_max = (64 * 1024 + 33 * base64.size_bytes) / 10; /* with what is inflated */
    fuzz_expect(pdf.pages_seen >= 0 && (size_t)pdf.pages_seen <= seen_max, "a page has some bytes");
    if (!bytes)
        return;
    base64_open(&base64, base64_encode(arena, *bytes, 0), &err);
    media_pdf_read(&base64, &same);
    fuzz_expect(is_same_pdf(&pdf, &same), "lines do not matter");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t line_lens[] = { 0, 76, 3 };
    struct arena arena = { 0 };
    struct media_image one = { 0 }, other = { 0 };
    struct error err = { 0 };
    if (!size)
        return 0;
    struct str bytes = fuzz_text(data + 1, size - 1);
    bool is_encoded = data[0] % 4 != 0;
    struct str text = is_encoded ? base64_encode(&arena, bytes, line_lens[data[0] % 4 - 1]) : bytes;
    check_base64(&arena, text, is_encoded ? &bytes : NULL);
    check_image(text);
    check_pdf(&arena, text, is_encoded ? &bytes : NULL);
    if (is_encoded) {
        struct str line = base64_encode(&arena, bytes, 0);
        bool is_one = media_image_size(text, &one, &err);
        fuzz_expect(is_one == media_image_size(line, &other, &err), "lines do not matter");
        fuzz_expect(one.width_px == other.width_px && one.height_px == other.height_px,
                    "nor for the size");
    }
    arena_free(&arena);
    return 0;
}
