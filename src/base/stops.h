#ifndef TOKGATE_BASE_STOPS_H
#define TOKGATE_BASE_STOPS_H

/*
 * Where the next byte is that a reader of JSON strings must look at: most of a manifest is such
 * strings. With SSE2, which every x86-64 has, sixteen bytes at a time; elsewhere, and with
 * TOKGATE_PORTABLE defined, eight. Tests compare both with a plain loop.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

#if !defined(TOKGATE_PORTABLE) && defined(__SSE2__) && defined(__GNUC__)
#define STOPS_SSE2 1
#include <emmintrin.h>
#endif

/* What ends a string, escapes what follows, or ends a line. */
static inline bool stops_string(unsigned char c)
{
    return c == '"' || c == '\\' || c == '\n';
}

/* What a string cannot have as it is: of these, or a control character, or not ASCII. */
static inline bool stops_plain(unsigned char c)
{
    return c == '"' || c == '\\' || c < 0x20 || c >= 0x80;
}

/* High bits of the bytes that are zero; of bytes after the first, it may say too much. */
static inline uint64_t stops_zeros(uint64_t eight)
{
    return (eight - 0x0101010101010101U) & ~eight & 0x8080808080808080U;
}

static inline bool stops_string_in(const char *bytes)
{
    const uint64_t ones = 0x0101010101010101U;
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    return stops_zeros(eight ^ ones * '"') | stops_zeros(eight ^ ones * '\\') |
           stops_zeros(eight ^ ones * '\n');
}

static inline bool stops_plain_in(const char *bytes)
{
    const uint64_t ones = 0x0101010101010101U, highs = 0x8080808080808080U;
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    return stops_zeros(eight ^ ones * '"') | stops_zeros(eight ^ ones * '\\') |
           (((eight - ones * 0x20) | eight) & highs);
}

/* The first place at or after from with such a byte, or text.len. */
static inline size_t stops_find_string_portable(struct str text, size_t from)
{
    while (text.len - from >= 8 && !stops_string_in(text.ptr + from))
        from += 8;
    while (from < text.len && !stops_string((unsigned char)text.ptr[from]))
        from++;
    return from;
}

static inline size_t stops_find_plain_portable(struct str text, size_t from)
{
    while (text.len - from >= 8 && !stops_plain_in(text.ptr + from))
        from += 8;
    while (from < text.len && !stops_plain((unsigned char)text.ptr[from]))
        from++;
    return from;
}

#ifdef STOPS_SSE2
static inline __m128i stops_equal(__m128i text, char c)
{
    return _mm_cmpeq_epi8(text, _mm_set1_epi8(c));
}

static inline size_t stops_find_string(struct str text, size_t from)
{
    for (; text.len - from >= 16; from += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text.ptr + from));
        const __m128i stops =
            _mm_or_si128(_mm_or_si128(stops_equal(bytes, '"'), stops_equal(bytes, '\\')),
                         stops_equal(bytes, '\n'));
        const unsigned mask = (unsigned)_mm_movemask_epi8(stops);
        if (mask)
            return from + (unsigned)__builtin_ctz(mask);
    }
    return stops_find_string_portable(text, from);
}

static inline size_t stops_find_plain(struct str text, size_t from)
{
    for (; text.len - from >= 16; from += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text.ptr + from));
        const __m128i other = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)); /* signed: beyond ASCII */
        const __m128i stops =
            _mm_or_si128(_mm_or_si128(stops_equal(bytes, '"'), stops_equal(bytes, '\\')), other);
        const unsigned mask = (unsigned)_mm_movemask_epi8(stops);
        if (mask)
            return from + (unsigned)__builtin_ctz(mask);
    }
    return stops_find_plain_portable(text, from);
}
#else
static inline size_t stops_find_string(struct str text, size_t from)
{
    return stops_find_string_portable(text, from);
}

static inline size_t stops_find_plain(struct str text, size_t from)
{
    return stops_find_plain_portable(text, from);
}
#endif

#endif
