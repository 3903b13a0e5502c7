#ifndef TOKGATE_TESTS_BASE64_ENCODE_H
#define TOKGATE_TESTS_BASE64_ENCODE_H

/* What src/base/base64.h decodes. Naive, so that it can be its oracle. */
#include "base/str.h"

/* The bytes as base64 that lives in the arena, with a newline after each line_len characters; 0:
 * without newlines. */
static inline struct str base64_encode(struct arena *arena, struct str bytes, size_t line_len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf out = { .arena = arena };
    size_t characters_len = (bytes.len + 2) / 3 * 4;
    for (size_t i = 0; i < characters_len; i++) {
        unsigned value = 0;
        for (size_t bit = 6 * i; bit < 6 * i + 6; bit++) {
            unsigned byte = bit / 8 < bytes.len ? (unsigned char)bytes.ptr[bit / 8] : 0;
            value = value << 1 | (byte >> (7 - bit % 8) & 1);
        }
        buf_add_char(&out, 6 * i < 8 * bytes.len ? digits[value] : '=');
        if (line_len && (i + 1) % line_len == 0)
            buf_add_char(&out, '\n');
    }
    return buf_str(&out);
}

#endif
