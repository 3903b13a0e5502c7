/* Base64 as RFC 4648 has it, with white space, and what is none. */
#include "base/base64.h"

#include "base64_encode.h"
#include "tap.h"

static struct arena arena;

/* RFC 4648, section 10, all digits, and white space. */
static void test_decode(void)
{
    static const struct {
        struct str text;
        const char *want;
        size_t space_at;
    } cases[] = {
        { STR_INIT(""), "", BASE64_NOWHERE },
        { STR_INIT("Zg=="), "f", BASE64_NOWHERE },
        { STR_INIT("Zm8="), "fo", BASE64_NOWHERE },
        { STR_INIT("Zm9v"), "foo", BASE64_NOWHERE },
        { STR_INIT("Zm9vYg=="), "foob", BASE64_NOWHERE },
        { STR_INIT("Zm9vYmE="), "fooba", BASE64_NOWHERE },
        { STR_INIT("Zm9vYmFy"), "foobar", BASE64_NOWHERE },
        { STR_INIT("Zh=="), "f", BASE64_NOWHERE }, /* bits behind the last byte */
        { STR_INIT("/+/+"), "\xFF\xEF\xFE", BASE64_NOWHERE },
        { STR_INIT("Zm9v\nYg==\n"), "foob", 4 },
        { STR_INIT(" Z\tm\r\n9 v Y g = =\n"), "foob", 0 },
        { STR_INIT(" \n"), "", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct base64 base64;
        struct error err = { 0 };
        unsigned char out[16];
        bool is_open = base64_open(&base64, cases[i].text, &err);
        size_t size = is_open ? base64_read(&base64, out, sizeof out) : 0;
        ok(is_open && size == base64.size_bytes && base64.space_at == cases[i].space_at,
           "the size is known before");
        is_str(((struct str){ (const char *)out, size }), cases[i].want, cases[i].want);
    }
    struct base64 base64;
    struct error err = { 0 };
    ok(base64_open(&base64, (struct str){ 0 }, &err) && !base64.size_bytes, "no text is no bytes");
}

static void test_refuse(void)
{
    static const struct {
        struct str text;
        const char *want;
    } cases[] = {
        { STR_INIT("Zm9*"), "byte 0x2a at 3" },
        { STR_INIT("Z m9 \0"), "byte 0x00 at 5" },
        { STR_INIT("Zm\xC2\xA0"), "byte 0xc2 at 2" },
        { STR_INIT("Zm9v\\nZm9v"), "byte 0x5c at 4" },
        { STR_INIT("Zm-v"), "byte 0x2d at 2 (of the URL-safe alphabet)" },
        { STR_INIT("Zm_v"), "byte 0x5f at 2 (of the URL-safe alphabet)" },
        { STR_INIT("Z"), "1 characters, no multiple of 4" },
        { STR_INIT("Zm9vY"), "5 characters, no multiple of 4" },
        { STR_INIT("Zm8"), "3 characters, no multiple of 4" },
        { STR_INIT("Zm 8\n"), "3 characters, no multiple of 4" },
        { STR_INIT("Zg="), "3 characters, no multiple of 4" },
        { STR_INIT("="), "padding at 0 that pads nothing" },
        { STR_INIT("Z==="), "padding at 1 that pads nothing" },
        { STR_INIT("Zm9v="), "padding at 4 that pads nothing" },
        { STR_INIT("Zm8=="), "padding at 4 that pads nothing" },
        { STR_INIT("Zg==="), "padding at 4 that pads nothing" },
        { STR_INIT("Zg=v"), "byte 0x76 at 3 after the padding" },
        { STR_INIT("Zg==\nZg=="), "byte 0x5a at 5 after the padding" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct base64 base64;
        struct error err = { 0 };
        ok(!base64_open(&base64, cases[i].text, &err), "it is no base64");
        is_str(str_from_c(err.text), cases[i].want, cases[i].want);
    }
}

/* Every byte at every place of a text that is checked in blocks of 64. */
static void test_every_byte(size_t len)
{
    size_t wrong = 0;
    for (size_t at = 0; at < len; at++)
        for (unsigned byte = 0; byte < 256; byte++) {
            char text[200], want[80];
            struct base64 base64;
            struct error err = { 0 };
            bool is_digit = byte && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                           "0123456789+/",
                                           (int)byte);
            bool is_other = !is_digit && !(byte && strchr("\t\n\r =", (int)byte));
            memset(text, '/', len);
            text[at] = (char)byte;
            bool is_open = base64_open(&base64, (struct str){ text, len }, &err);
            bool is_last = byte == '=' && at == len - 1;
            snprintf(want, sizeof want, "byte 0x%02x at %zu", byte, at);
            wrong += is_open != (is_digit || is_last);
            wrong += is_other && strncmp(err.text, want, strlen(want)) != 0;
        }
    ok(!wrong, "every byte at every place is a digit or reported");
}

static unsigned next_random(unsigned *state, unsigned below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

/* Reads and skips pieces of any size; whether what is read is what was encoded. */
static bool is_same(struct str text, struct str bytes, unsigned *state)
{
    unsigned char out[40];
    struct base64 base64;
    struct error err = { 0 };
    if (!base64_open(&base64, text, &err) || base64.size_bytes != bytes.len)
        return false;
    for (size_t at = 0, round = 0; round < 2;) {
        size_t want = next_random(state, sizeof out);
        bool is_read = next_random(state, 2);
        size_t left = bytes.len - at < want ? bytes.len - at : want;
        size_t got = is_read ? base64_read(&base64, out, want) : base64_skip(&base64, want);
        if (got != left || (is_read && got && memcmp(out, bytes.ptr + at, got) != 0))
            return false;
        at += got;
        if (got < want) {
            base64_rewind(&base64);
            at = 0;
            round++;
        }
    }
    return true;
}

static void test_pieces(void)
{
    unsigned state = 1;
    bool plain = true, wrapped = true, same = true;
    for (unsigned size = 0; size < 600; size++) {
        char bytes[600];
        for (unsigned i = 0; i < size; i++)
            bytes[i] = (char)next_random(&state, 256);
        struct str data = { bytes, size };
        plain &= is_same(base64_encode(&arena, data, 0), data, &state);
        struct buf added = { .arena = &arena };
        base64_add(&added, data);
        same &= str_equal(buf_str(&added), base64_encode(&arena, data, 0));
        wrapped &= is_same(base64_encode(&arena, data, 1 + size % 80), data, &state);
    }
    ok(plain, "pieces are what was encoded");
    ok(wrapped, "also between newlines");
    ok(same, "what is added to a text is the same");
}

int main(void)
{
    test_decode();
    test_refuse();
    test_every_byte(192);
    test_every_byte(200);
    test_pieces();
    arena_free(&arena);
    return tap_done();
}
