#ifndef TOKGATE_BASE_STOPS_H
#define TOKGATE_BASE_STOPS_H

/*
 * Where the next byte is that a reader of JSON strings must look at: most of a manifest is such
 * strings. With SSE2, which every x86-64 has, sixteen bytes at a time; elsewhere, and with
 * TOKGATE_PORTABLE defined, eight. Of blocks of sixty-four bytes there are masks, with a bit for
 * each byte, bit 0 the first; for these AVX2 is used by what is compiled for it (base/wide.h).
 * Tests compare all of them with plain loops.
 */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

#if !defined(TOKGATE_PORTABLE) && defined(__SSE2__) && defined(__GNUC__)
#define STOPS_SSE2 1
#include <immintrin.h>
#ifdef __AVX2__
#define STOPS_AVX2 1
#endif
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

enum { STOPS_BLOCK = 64 };

struct stops_masks {
    uint64_t backslashes, quotes;
    uint64_t commons; /* these two, n and t: what stands in most escapes */
    uint64_t others;  /* what a string cannot have as it is, but for these two */
};

/* The lowest bit of a mask that is not empty. */
static inline unsigned stops_first(uint64_t mask)
{
#ifdef __GNUC__
    return (unsigned)__builtin_ctzll(mask);
#else
    unsigned at = 0;
    while (!(mask >> at & 1))
        at++;
    return at;
#endif
}

/* A bit for each byte that is zero. */
static inline uint64_t stops_zero_bits(uint64_t eight)
{
    const uint64_t lows = 0x7F7F7F7F7F7F7F7FU;
    const uint64_t zeros = ~(((eight & lows) + lows) | eight | lows);
    return (zeros >> 7) * 0x0102040810204080U >> 56;
}

static inline uint64_t stops_bits(uint64_t eight, char c)
{
    return stops_zero_bits(eight ^ (0x0101010101010101U * (unsigned char)c));
}

/* A bit for each control character and each byte beyond ASCII. */
static inline uint64_t stops_other_bits(uint64_t eight)
{
    const uint64_t highs = 0x8080808080808080U;
    const uint64_t others = (~((eight | highs) - 0x2020202020202020U) | eight) & highs;
    return (others >> 7) * 0x0102040810204080U >> 56;
}

/* Of eight bytes. */
static inline struct stops_masks stops_look_eight(const char *bytes)
{
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    const uint64_t backslashes = stops_bits(eight, '\\'), quotes = stops_bits(eight, '"');
    const uint64_t letters = stops_bits(eight, 'n') | stops_bits(eight, 't');
    return (struct stops_masks){ backslashes, quotes, backslashes | quotes | letters,
                                 stops_other_bits(eight) };
}

static inline struct stops_masks stops_join(struct stops_masks low, struct stops_masks high,
                                            unsigned low_len)
{
    return (struct stops_masks){
        low.backslashes | high.backslashes << low_len,
        low.quotes | high.quotes << low_len,
        low.commons | high.commons << low_len,
        low.others | high.others << low_len,
    };
}

static inline struct stops_masks stops_look_portable(const char *block)
{
    struct stops_masks masks = stops_look_eight(block);
    for (unsigned at = 8; at < STOPS_BLOCK; at += 8)
        masks = stops_join(masks, stops_look_eight(block + at), at);
    return masks;
}

/* The backslashes among sixteen bytes. */
static inline uint64_t stops_look_near_portable(const char *bytes)
{
    return stops_look_eight(bytes).backslashes | stops_look_eight(bytes + 8).backslashes << 8;
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

static inline uint64_t stops_look_near(const char *sixteen)
{
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)sixteen);
    return (unsigned)_mm_movemask_epi8(stops_equal(bytes, '\\'));
}

#ifdef STOPS_AVX2
static inline uint64_t stops_mask(__m256i bytes)
{
    return (unsigned)_mm256_movemask_epi8(bytes);
}

static inline __m256i stops_equal_wide(__m256i text, char c)
{
    return _mm256_cmpeq_epi8(text, _mm256_set1_epi8(c));
}

static inline __m256i stops_load(const char *bytes)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)bytes);
}

static inline struct stops_masks stops_look_half(const char *half)
{
    const __m256i bytes = stops_load(half), spaces = _mm256_set1_epi8(0x20);
    const __m256i backslashes = stops_equal_wide(bytes, '\\');
    const __m256i quotes = stops_equal_wide(bytes, '"');
    const __m256i both = _mm256_or_si256(backslashes, quotes);
    const __m256i letters =
        _mm256_or_si256(stops_equal_wide(bytes, 'n'), stops_equal_wide(bytes, 't'));
    return (struct stops_masks){
        stops_mask(backslashes), stops_mask(quotes), stops_mask(_mm256_or_si256(both, letters)),
        stops_mask(_mm256_cmpgt_epi8(spaces, bytes)), /* signed: beyond ASCII too */
    };
}

static inline struct stops_masks stops_look(const char *block)
{
    return stops_join(stops_look_half(block), stops_look_half(block + 32), 32);
}

static inline uint64_t stops_look_backslashes(const char *block)
{
    return stops_mask(stops_equal_wide(stops_load(block), '\\')) |
           stops_mask(stops_equal_wide(stops_load(block + 32), '\\')) << 32;
}
#else
static inline uint64_t stops_mask(__m128i bytes)
{
    return (unsigned)_mm_movemask_epi8(bytes);
}

static inline struct stops_masks stops_look_sixteen(const char *sixteen)
{
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)sixteen);
    const __m128i backslashes = stops_equal(bytes, '\\'), quotes = stops_equal(bytes, '"');
    const __m128i both = _mm_or_si128(backslashes, quotes);
    const __m128i letters = _mm_or_si128(stops_equal(bytes, 'n'), stops_equal(bytes, 't'));
    return (struct stops_masks){
        stops_mask(backslashes),
        stops_mask(quotes),
        stops_mask(_mm_or_si128(both, letters)),
        stops_mask(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20))),
    };
}

static inline struct stops_masks stops_look(const char *block)
{
    const struct stops_masks low =
        stops_join(stops_look_sixteen(block), stops_look_sixteen(block + 16), 16);
    const struct stops_masks high =
        stops_join(stops_look_sixteen(block + 32), stops_look_sixteen(block + 48), 16);
    return stops_join(low, high, 32);
}

static inline uint64_t stops_look_backslashes(const char *block)
{
    return stops_look_near(block) | stops_look_near(block + 16) << 16 |
           stops_look_near(block + 32) << 32 | stops_look_near(block + 48) << 48;
}
#endif
#else
static inline struct stops_masks stops_look(const char *block)
{
    return stops_look_portable(block);
}

static inline uint64_t stops_look_backslashes(const char *block)
{
    return stops_look_portable(block).backslashes;
}

static inline uint64_t stops_look_near(const char *sixteen)
{
    return stops_look_near_portable(sixteen);
}

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
