#include "base/utf8.h"

#include <string.h>

#include "base/utf8_wide.h"
#include "base/wide.h"

/* A text of so many bytes is worth asking what the processor can. */
enum { WIDE_WORTH = 256 };

static bool in_range(unsigned char byte, unsigned char from, unsigned char to)
{
    return byte >= from && byte <= to;
}

size_t utf8_char_len(struct str text, size_t at)
{
    const unsigned char *byte = (const unsigned char *)text.ptr + at;
    size_t left = text.len - at;
    if (byte[0] < 0x80)
        return 1;
    if (in_range(byte[0], 0xC2, 0xDF))
        return left >= 2 && in_range(byte[1], 0x80, 0xBF) ? 2 : 0;
    if (in_range(byte[0], 0xE0, 0xEF)) {
        unsigned char from = byte[0] == 0xE0 ? 0xA0 : 0x80;
        unsigned char to = byte[0] == 0xED ? 0x9F : 0xBF;
        return left >= 3 && in_range(byte[1], from, to) && in_range(byte[2], 0x80, 0xBF) ? 3 : 0;
    }
    if (in_range(byte[0], 0xF0, 0xF4)) {
        unsigned char from = byte[0] == 0xF0 ? 0x90 : 0x80;
        unsigned char to = byte[0] == 0xF4 ? 0x8F : 0xBF;
        return left >= 4 && in_range(byte[1], from, to) && in_range(byte[2], 0x80, 0xBF) &&
                       in_range(byte[3], 0x80, 0xBF)
                   ? 4
                   : 0;
    }
    return 0;
}

size_t utf8_invalid_len(struct str text, size_t at)
{
    const unsigned char *byte = (const unsigned char *)text.ptr + at;
    const size_t left = text.len - at;
    const size_t whole = byte[0] >= 0xF0 && byte[0] <= 0xF4  ? 4
                         : byte[0] >= 0xE0 && byte[0] < 0xF0 ? 3
                                                             : 1;
    size_t len = 1;
    if (whole == 1 || left < 2)
        return len;
    const unsigned char from = byte[0] == 0xE0 ? 0xA0 : byte[0] == 0xF0 ? 0x90 : 0x80;
    const unsigned char to = byte[0] == 0xED ? 0x9F : byte[0] == 0xF4 ? 0x8F : 0xBF;
    if (!in_range(byte[1], from, to))
        return len;
    for (len = 2; len < left && len < whole && in_range(byte[len], 0x80, 0xBF);)
        len++;
    return len;
}

size_t utf8_invalid_at(struct str text, size_t from)
{
    size_t at = from;
    if (utf8_blocks_wide && text.len - at >= WIDE_WORTH && WIDE_CAN_RUN)
        at = utf8_blocks_wide(text, at);
    while (at < text.len) {
        uint64_t eight;
        if (text.len - at >= sizeof eight) {
            memcpy(&eight, text.ptr + at, sizeof eight);
            if (!(eight & 0x8080808080808080u)) {
                at += sizeof eight;
                continue;
            }
        }
        size_t len = utf8_char_len(text, at);
        if (!len)
            return at;
        at += len;
    }
    return text.len;
}

size_t utf8_len(struct str text)
{
    const uint64_t low_bits = 0x0101010101010101u;
    size_t len = text.len, at = 0;
    uint64_t eight;
    for (; text.len - at >= sizeof eight; at += sizeof eight) { /* a bit for each byte 10xxxxxx */
        memcpy(&eight, text.ptr + at, sizeof eight);
        len -= (size_t)(((eight >> 7 & ~(eight >> 6) & low_bits) * low_bits) >> 56);
    }
    for (; at < text.len; at++)
        len -= ((unsigned char)text.ptr[at] & 0xC0) == 0x80;
    return len;
}

struct str utf8_head(struct str text, size_t max_len)
{
    size_t len = text.len < max_len ? text.len : max_len;
    while (len < text.len && len && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
        len--;
    return str_slice(text, 0, len);
}

size_t utf8_encode(uint32_t c, char out[4])
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = 0xFFFD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | (c >> 12));
        out[1] = (char)(0x80 | ((c >> 6) & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | (c >> 18));
    out[1] = (char)(0x80 | ((c >> 12) & 0x3F));
    out[2] = (char)(0x80 | ((c >> 6) & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static uint32_t decode(const char *ptr, size_t len)
{
    static const unsigned char lead_mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    uint32_t c = (unsigned char)ptr[0] & lead_mask[len];
    for (size_t i = 1; i < len; i++)
        c = (c << 6) | ((unsigned char)ptr[i] & 0x3F);
    return c;
}

/* Characters that move the cursor, hide text or reorder it (Unicode 15.0: Cc, Zl, Zp, bidirectional
 * and invisible format characters, tags). */
static bool is_unsafe(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        { 0x00, 0x1F },     { 0x7F, 0x9F },     { 0xAD, 0xAD },       { 0x61C, 0x61C },
        { 0x180E, 0x180E }, { 0x200B, 0x200F }, { 0x2028, 0x202E },   { 0x2060, 0x206F },
        { 0xFEFF, 0xFEFF }, { 0xFFF9, 0xFFFB }, { 0xE0000, 0xE007F },
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

int32_t utf8_unsafe_at(struct str text, size_t at)
{
    size_t len = utf8_char_len(text, at);
    uint32_t c = len ? decode(text.ptr + at, len) : 0xFFFD;
    return is_unsafe(c) ? (int32_t)c : -1;
}

struct str utf8_printable(struct arena *arena, struct str text, size_t max_len)
{
    struct buf out = { .arena = arena };
    size_t plain = 0;
    while (plain < text.len && text.ptr[plain] >= ' ' && text.ptr[plain] < 0x7F)
        plain++;
    if (plain == text.len && plain <= max_len)
        return text;
    for (size_t at = 0; at < text.len;) {
        size_t len = utf8_char_len(text, at);
        if (at + (len ? len : 1) > max_len) {
            buf_add(&out, STR("..."));
            break;
        }
        uint32_t c = len ? decode(text.ptr + at, len) : (unsigned char)text.ptr[at];
        if (!len || (len == 1 && is_unsafe(c)))
            buf_format(&out, "\\x%02X", (unsigned)c);
        else if (is_unsafe(c))
            buf_format(&out, "\\u{%04X}", (unsigned)c);
        else
            buf_add(&out, str_slice(text, at, at + len));
        at += len ? len : 1;
    }
    return buf_str(&out);
}
