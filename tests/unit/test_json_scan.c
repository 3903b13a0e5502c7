/* Strings of a JSON text: found and decoded as a plain reading of RFC 8259, byte by byte, does. */
#include "json/scan.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "json/blocks.h"
#include "tap.h"

static struct arena arena;

/* What a plain reading makes of a string. */
struct plain {
    bool is_string, not_closed, escaped;
    size_t at; /* after it, or where it is wrong */
    size_t lone_surrogate_at;
    struct buf decoded;
};

static int hex_of(struct str text, size_t at)
{
    int value = 0;
    for (size_t i = at; i < at + 4; i++) {
        const char *digits = "0123456789abcdefABCDEF";
        const char *found = i < text.len && text.ptr[i] ? strchr(digits, text.ptr[i]) : NULL;
        if (!found)
            return -1;
        const int digit = (int)(found - digits);
        value = value * 16 + (digit < 16 ? digit : digit - 6);
    }
    return value;
}

static void add_character(struct plain *plain, uint32_t value)
{
    char bytes[4];
    buf_add(&plain->decoded, (struct str){ bytes, utf8_encode(value, bytes) });
}

static bool read_unicode(struct plain *plain, struct str text)
{
    const int first = hex_of(text, plain->at + 2);
    const bool is_pair = text.len > plain->at + 7 && text.ptr[plain->at + 6] == '\\' &&
                         text.ptr[plain->at + 7] == 'u';
    const int second = is_pair ? hex_of(text, plain->at + 8) : -1;
    if (first < 0)
        return false;
    if (first >= 0xD800 && first < 0xDC00 && second >= 0xDC00 && second < 0xE000) {
        add_character(plain, (uint32_t)(0x10000 + (first - 0xD800) * 1024 + second - 0xDC00));
        plain->at += 12;
        return true;
    }
    if (first >= 0xD800 && first < 0xE000 && plain->lone_surrogate_at == JSON_NOWHERE)
        plain->lone_surrogate_at = plain->at;
    add_character(plain, first >= 0xD800 && first < 0xE000 ? 0xFFFD : (uint32_t)first);
    plain->at += 6;
    return true;
}

static bool read_escape(struct plain *plain, struct str text)
{
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char letter = plain->at + 1 < text.len ? text.ptr[plain->at + 1] : '\0';
    const char *name = letter ? strchr(names, letter) : NULL;
    plain->escaped = true;
    if (letter == 'u')
        return read_unicode(plain, text);
    if (!name)
        return false;
    buf_add_char(&plain->decoded, meant[name - names]);
    plain->at += 2;
    return true;
}

static struct plain read_plainly(struct str text, size_t from)
{
    struct plain plain = { .at = from + 1, .lone_surrogate_at = JSON_NOWHERE };
    plain.decoded.arena = &arena;
    while (plain.at < text.len) {
        const size_t len = utf8_char_len(text, plain.at);
        const unsigned char c = (unsigned char)text.ptr[plain.at];
        if (c == '"') {
            plain.at++;
            plain.is_string = true;
            return plain;
        }
        if (c < 0x20 || !len || (c == '\\' && !read_escape(&plain, text)))
            return plain;
        if (c != '\\') {
            buf_add(&plain.decoded, str_slice(text, plain.at, plain.at + len));
            plain.at += len;
        }
    }
    plain.not_closed = true;
    plain.at = from;
    return plain;
}

static bool agrees(struct str text, size_t from)
{
    const struct plain plain = read_plainly(text, from);
    struct json_scan scan = { text, from, NULL, false, JSON_NOWHERE };
    struct json_text string;
    if (json_scan_string(&scan, &string) != plain.is_string || scan.pos != plain.at ||
        scan.not_closed != plain.not_closed || !scan.problem != plain.is_string ||
        scan.lone_surrogate_at != plain.lone_surrogate_at)
        return false;
    return !plain.is_string || (string.at == from && string.escaped == plain.escaped &&
                                str_equal(string.raw, str_slice(text, from + 1, plain.at - 1)) &&
                                str_equal(json_decode(string, &arena), buf_str(&plain.decoded)));
}

/* Whether blocks without AVX2 come as far as those with it. */
static bool blocks_agree(struct str text, size_t from)
{
    const struct json_blocks *narrow = &json_blocks_narrow, *chosen = json_blocks_choose();
    bool escaped = false, escaped_too = false;
    const size_t to = chosen->skip(text, from, &escaped);
    if (narrow->skip(text, from, &escaped_too) != to || escaped_too != escaped)
        return false;
    const struct str raw = str_slice(text, from, to);
    char *out = arena_alloc(&arena, 2, raw.len + 1), *out_too = out + raw.len + 1;
    size_t at = 0, at_too = 0;
    const struct str decoded = { out, chosen->decode(raw, &at, out) };
    const struct str decoded_too = { out_too, narrow->decode(raw, &at_too, out_too) };
    return at == at_too && str_equal(decoded, decoded_too);
}

/* The text ends where its memory does. */
static bool agrees_at_end(struct str text, size_t from)
{
    char *bytes = malloc(text.len);
    if (!bytes)
        return false;
    memcpy(bytes, text.ptr, text.len);
    const struct str copy = { bytes, text.len };
    const bool agree = agrees(copy, from) && blocks_agree(copy, from + 1);
    free(bytes);
    arena_reset(&arena);
    return agree;
}

/* Each of these at each place of a string, in texts that end at once and that go on. */
static void test_places(void)
{
    static const struct str some[] = {
        STR_INIT("\\n"),
        STR_INIT("\\\\"),
        STR_INIT("\\\""),
        STR_INIT("\\\\\\"),
        STR_INIT("\""),
        STR_INIT("\\x"),
        STR_INIT("\\u00e9"),
        STR_INIT("\\uD800"),
        STR_INIT("\x1F"),
        STR_INIT("\0"),
        STR_INIT("\x7F"),
        STR_INIT("\xC3\xA9"),
        STR_INIT("\xC3"),
        STR_INIT("\\\xC3"),
        STR_INIT("\\\n"),
        STR_INIT("\\/\\t\\b"),
        STR_INIT("\\\\\\\\n"),
        STR_INIT("\\u12\\n"),
        STR_INIT("\xE2\x82\xAC \xE2\x82\xAC"),
        STR_INIT("\\\\\\n"),
        STR_INIT("\\\\\"\\\\"),
        STR_INIT("\\uD83D\\uDE00\\uD83D"),
    };
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        for (size_t before = 0; before < 140; before++)
            for (size_t after = 0; after < 140; after += 1 + after / 8) {
                char bytes[512];
                memset(bytes, 'n', sizeof bytes);
                bytes[1] = '"';
                memcpy(bytes + 2 + before, some[i].ptr, some[i].len);
                const size_t end = 2 + before + some[i].len + after;
                wrong += !agrees_at_end((struct str){ bytes, end }, 1);
                bytes[end] = '"';
                wrong += !agrees_at_end((struct str){ bytes, end + 1 }, 1);
                bytes[end + 1] = '\\'; /* behind the string */
                wrong += !agrees_at_end((struct str){ bytes, end + 100 }, 1);
            }
    ok(!wrong, "at every place");
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state >> 16;
}

static void test_random(void)
{
    static const struct str some[] = {
        STR_INIT("\\"),           STR_INIT("\\n"),
        STR_INIT("\\\""),         STR_INIT("\\\\"),
        STR_INIT("\\u"),          STR_INIT("00e9"),
        STR_INIT("\\ud83d"),      STR_INIT("\\udE00"),
        STR_INIT("\xC3\xA9"),     STR_INIT(" "),
        STR_INIT("\xE4\xB8\xAD"), STR_INIT("\xF0\x9F\x98\x80"),
        STR_INIT("plain text"),   STR_INIT("n"),
        STR_INIT("tnt \x7F"),     STR_INIT("\\t\\r\\/\\b\\f"),
    };
    uint64_t state = 88172645463325252U;
    size_t wrong = 0, strings = 0;
    for (unsigned round = 0; round < 40000; round++) {
        struct buf text = { .arena = &arena };
        const size_t want = next_random(&state) % 600, kinds = 1 + next_random(&state) % 16;
        const unsigned first = (unsigned)next_random(&state) % 16;
        buf_add_char(&text, '"');
        while (text.len < want)
            buf_add(&text, next_random(&state) % 400 == 0
                               ? STR("\x01")
                               : some[(first + next_random(&state) % kinds) % 16]);
        buf_add(&text, STR("\"rest\\"));
        strings += read_plainly(buf_str(&text), 0).is_string;
        wrong += !agrees_at_end(buf_str(&text), 0);
    }
    ok(!wrong, "random strings");
    ok(strings > 10000 && strings < 39000, "some of which are none");
}

int main(void)
{
    test_places();
    test_random();
    arena_free(&arena);
    return tap_done();
}
