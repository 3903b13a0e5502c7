#include "json/scan.h"

#include <string.h>

#include "base/stops.h"
#include "base/utf8.h"
#include "base/wide.h"
#include "json/blocks.h"

static bool fail(struct json_scan *scan, size_t at, const char *problem)
{
    scan->pos = at;
    scan->problem = problem;
    return false;
}

/* The value of four hexadecimal digits at text[at], or -1. */
static int32_t hex4(struct str text, size_t at)
{
    int32_t value = 0;
    if (text.len < at + 4)
        return -1;
    for (size_t i = at; i < at + 4; i++) {
        char c = text.ptr[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static bool is_high_surrogate(int32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(int32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* The character of the escape at text[at] ("\uXXXX", with a second one for a pair): its length in
 * bytes, or 0 when it is malformed. A lone surrogate is given as it is. */
static size_t unicode_escape(struct str text, size_t at, uint32_t *character)
{
    int32_t unit = hex4(text, at + 2);
    if (unit < 0)
        return 0;
    *character = (uint32_t)unit;
    if (!is_high_surrogate(unit) || text.len < at + 12 || text.ptr[at + 6] != '\\' ||
        text.ptr[at + 7] != 'u')
        return 6;
    int32_t low = hex4(text, at + 8);
    if (!is_low_surrogate(low))
        return 6;
    *character = 0x10000u + (((uint32_t)unit - 0xD800u) << 10) + ((uint32_t)low - 0xDC00u);
    return 12;
}

static bool take_escape(struct json_scan *scan)
{
    size_t at = scan->pos;
    char c = at + 1 < scan->text.len ? scan->text.ptr[at + 1] : '\0';
    if (c != 'u') {
        if (!json_letters[(unsigned char)c])
            return fail(scan, at, "bad escape in a string");
        scan->pos += 2;
        return true;
    }
    uint32_t character = 0;
    size_t len = unicode_escape(scan->text, at, &character);
    if (!len)
        return fail(scan, at, "bad \\u escape in a string");
    if (character >= 0xD800 && character <= 0xDFFF && scan->lone_surrogate_at == JSON_NOWHERE)
        scan->lone_surrogate_at = at;
    scan->pos += len;
    return true;
}

static bool take_special(struct json_scan *scan, bool *escaped)
{
    unsigned char c = (unsigned char)scan->text.ptr[scan->pos];
    if (c == '\\') {
        *escaped = true;
        return take_escape(scan);
    }
    if (c < 0x20)
        return fail(scan, scan->pos, "a control character in a string is not escaped");
    size_t len = utf8_char_len(scan->text, scan->pos);
    if (!len)
        return fail(scan, scan->pos, "not valid UTF-8");
    scan->pos += len;
    return true;
}

const struct json_blocks *json_blocks_choose(void)
{
    return json_blocks_wide && WIDE_CAN_RUN ? json_blocks_wide : &json_blocks_narrow;
}

static bool is_special(char c)
{
    return c != '"' && stops_plain((unsigned char)c);
}

/* Special characters often come in rows, or with a space between them. */
static bool take_specials(struct json_scan *scan, bool *escaped)
{
    const struct str text = scan->text;
    do {
        scan->pos += !is_special(text.ptr[scan->pos]);
        if (!take_special(scan, escaped))
            return false;
    } while (text.len - scan->pos >= 2 && text.ptr[scan->pos] != '"' &&
             (is_special(text.ptr[scan->pos]) || is_special(text.ptr[scan->pos + 1])));
    return true;
}

bool json_scan_string(struct json_scan *scan, struct json_text *text)
{
    const struct json_blocks *blocks = json_blocks_choose();
    size_t open = scan->pos++;
    bool escaped = false;
    for (;;) {
        scan->pos = blocks->skip(scan->text, scan->pos, &escaped);
        scan->pos = stops_find_plain(scan->text, scan->pos); /* there may be no block left */
        if (scan->pos >= scan->text.len) {
            scan->not_closed = true;
            return fail(scan, open, "a string is not closed");
        }
        if (scan->text.ptr[scan->pos] == '"')
            break;
        if (!take_specials(scan, &escaped))
            return false;
    }
    *text = (struct json_text){ str_slice(scan->text, open + 1, scan->pos), open, escaped };
    scan->pos++;
    return true;
}

/* The text of an escape goes to out: returns its length, and in *at where the escape ends. */
static size_t decode_escape(struct str raw, size_t *at, char *out)
{
    if (raw.ptr[*at + 1] == 'u') {
        uint32_t character = 0xFFFD;
        *at += unicode_escape(raw, *at, &character);
        return utf8_encode(character, out);
    }
    *out = json_letters[(unsigned char)raw.ptr[*at + 1]];
    *at += 2;
    return 1;
}

/* Writes no more bytes than the text has as it stands: an escape is longer than its character. */
static struct str decode_to(char *out, struct json_text text)
{
    const struct json_blocks *blocks = json_blocks_choose();
    size_t len = 0;
    for (size_t at = 0; at < text.raw.len;) {
        len += blocks->decode(text.raw, &at, out + len);
        const size_t left = text.raw.len - at;
        const size_t end = left < JSON_BLOCKS_REST ? text.raw.len : at + 1;
        while (at < end || (at < text.raw.len && text.raw.ptr[at] == '\\')) {
            if (text.raw.ptr[at] == '\\')
                len += decode_escape(text.raw, &at, out + len);
            else
                out[len++] = text.raw.ptr[at++];
        }
    }
    return (struct str){ out, len };
}

struct str json_decode(struct json_text text, struct arena *arena)
{
    return text.escaped ? decode_to(arena_grow(arena, NULL, 0, text.raw.len), text) : text.raw;
}

bool json_escaped_is(struct json_text text, struct str name)
{
    if (text.raw.len > name.len * 12)
        return false;
    char near[256];
    if (text.raw.len <= sizeof near)
        return str_equal(decode_to(near, text), name);
    struct arena scratch = { 0 };
    bool same = str_equal(decode_to(arena_grow(&scratch, NULL, 0, text.raw.len), text), name);
    arena_free(&scratch);
    return same;
}
