#ifndef TOKGATE_COUNT_OFFLINE_LANES_H
#define TOKGATE_COUNT_OFFLINE_LANES_H

/*
 * The counter's SIMD: bytes become a mask with a bit for each of them, bit 0 the first. Every
 * x86-64 has SSE2; what is compiled for AVX2 and BMI too (*_wide.c) uses them. Elsewhere, and
 * with TOKGATE_PORTABLE defined, the portable functions do it. Tests compare all.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(TOKGATE_PORTABLE) && defined(__SSE2__)
#define LANES_SSE2 1
#include <immintrin.h>
#if defined(__AVX2__) && defined(__BMI__) && defined(__POPCNT__)
#define LANES_AVX2 1
#endif
#endif

enum { LANES = 16 };

enum lane_class {
    LANE_LETTER = 1 << 0, /* A-Z a-z */
    LANE_PUNCT = 1 << 1,  /* other printable ASCII, without digits and space */
    LANE_PLAIN = 1 << 2,  /* ASCII that normalisation leaves alone: printable, tab and newline */
    LANE_HIGH = 1 << 3,   /* 0x80 and above */
    LANE_DIGIT = 1 << 4,
    LANE_SPACE = 1 << 5,
    LANE_TAB = 1 << 6,
    LANE_NEWLINE = 1 << 7,
};

static const uint8_t lane_classes[256] = {
#define LANE_ROW(c) c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c
    0,           0,           0,           0,           0,           0,           0,
    0,           0,           68,          132,         0,           0,           0,
    0,           0,           0,           0,           0,           0,           0,
    0,           0,           0,           0,           0,           0,           0,
    0,           0,           0,           0,           36,          6,           6,
    6,           6,           6,           6,           6,           6,           6,
    6,           6,           6,           6,           6,           6,           20,
    20,          20,          20,          20,          20,          20,          20,
    20,          20,          6,           6,           6,           6,           6,
    6,           6,           5,           5,           5,           5,           5,
    5,           5,           5,           5,           5,           5,           5,
    5,           5,           5,           5,           5,           5,           5,
    5,           5,           5,           5,           5,           5,           5,
    6,           6,           6,           6,           6,           6,           5,
    5,           5,           5,           5,           5,           5,           5,
    5,           5,           5,           5,           5,           5,           5,
    5,           5,           5,           5,           5,           5,           5,
    5,           5,           5,           5,           6,           6,           6,
    6,           0,           LANE_ROW(8), LANE_ROW(8), LANE_ROW(8), LANE_ROW(8), LANE_ROW(8),
    LANE_ROW(8), LANE_ROW(8), LANE_ROW(8),
#undef LANE_ROW
};

static inline uint32_t lanes_portable(const uint8_t *bytes, enum lane_class class)
{
    uint32_t mask = 0;
    for (unsigned i = 0; i < LANES; i++)
        mask |= (uint32_t)((lane_classes[bytes[i]] & (unsigned)class) != 0) << i;
    return mask;
}

static inline uint32_t lanes_lowers_portable(const uint8_t *bytes)
{
    uint32_t mask = 0;
    for (unsigned i = 0; i < LANES; i++)
        mask |= (uint32_t)(bytes[i] >> 5 & 1) << i;
    return mask;
}

static inline uint32_t lanes_same_portable(const uint8_t *a, const uint8_t *b)
{
    uint32_t mask = 0;
    for (unsigned i = 0; i < LANES; i++)
        mask |= (uint32_t)(a[i] == b[i]) << i;
    return mask;
}

#ifdef LANES_SSE2
/* Bytes from first on, so many of them; unsigned compare by way of the signed one. */
static inline __m128i lanes_range(__m128i bytes, uint8_t first, uint8_t len)
{
    const __m128i shifted = _mm_add_epi8(bytes, _mm_set1_epi8((char)(0x80 - first)));
    return _mm_cmplt_epi8(shifted, _mm_set1_epi8((char)(len - 0x80)));
}

static inline uint32_t lanes_mask(__m128i lanes)
{
    return (uint32_t)_mm_movemask_epi8(lanes);
}

static inline uint32_t lanes_letters(const uint8_t *bytes)
{
    const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    return lanes_mask(lanes_range(_mm_or_si128(text, _mm_set1_epi8(0x20)), 'a', 26));
}

/* Those that are the same in both. */
static inline uint32_t lanes_same(const uint8_t *a, const uint8_t *b)
{
    const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)a);
    return lanes_mask(_mm_cmpeq_epi8(text, _mm_loadu_si128((const __m128i *)(const void *)b)));
}

static inline uint32_t lanes_puncts(const uint8_t *bytes)
{
    const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i letters = lanes_range(_mm_or_si128(text, _mm_set1_epi8(0x20)), 'a', 26);
    const __m128i other = _mm_or_si128(letters, lanes_range(text, '0', 10));
    return lanes_mask(_mm_andnot_si128(other, lanes_range(text, 0x21, 0x7f - 0x21)));
}

static inline uint32_t lanes_plain(const uint8_t *bytes)
{
    const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i blank = lanes_range(text, '\t', 2);
    return lanes_mask(_mm_or_si128(blank, lanes_range(text, 0x20, 0x7f - 0x20)));
}

static inline uint32_t lanes_high(const uint8_t *bytes)
{
    return lanes_mask(_mm_loadu_si128((const __m128i *)(const void *)bytes));
}

/* Of letters, those that are lower case: they have the bit 0x20, which goes where the mask is taken
 * from. */
static inline uint32_t lanes_lowers(const uint8_t *bytes)
{
    const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    return lanes_mask(_mm_slli_epi16(text, 2));
}
#else
static inline uint32_t lanes_letters(const uint8_t *bytes)
{
    return lanes_portable(bytes, LANE_LETTER);
}

static inline uint32_t lanes_puncts(const uint8_t *bytes)
{
    return lanes_portable(bytes, LANE_PUNCT);
}

static inline uint32_t lanes_same(const uint8_t *a, const uint8_t *b)
{
    return lanes_same_portable(a, b);
}

static inline uint32_t lanes_plain(const uint8_t *bytes)
{
    return lanes_portable(bytes, LANE_PLAIN);
}

static inline uint32_t lanes_high(const uint8_t *bytes)
{
    return lanes_portable(bytes, LANE_HIGH);
}

static inline uint32_t lanes_lowers(const uint8_t *bytes)
{
    return lanes_lowers_portable(bytes);
}
#endif

/* Sixty-four bytes: a mask for each class of plain ASCII. */
enum { BLOCK = 64 };
struct lanes_block {
    uint64_t letters, digits, puncts, spaces, newlines, tabs, quotes, high;
    uint64_t symbols, replacements; /* none in ASCII, U+FFFD apart from other symbols */
    uint64_t hards;                 /* the first bytes of hard letters */
};

static inline struct lanes_block lanes_block_portable(const uint8_t *bytes)
{
    struct lanes_block block = { 0 };
    for (unsigned i = 0; i < BLOCK; i++) {
        const uint64_t bit = (uint64_t)1 << i;
        const unsigned class = lane_classes[bytes[i]];
        block.letters |= class & LANE_LETTER ? bit : 0;
        block.puncts |= class & LANE_PUNCT ? bit : 0;
        block.digits |= bytes[i] >= '0' && bytes[i] <= '9' ? bit : 0;
        block.spaces |= bytes[i] == ' ' ? bit : 0;
        block.newlines |= bytes[i] == '\n' ? bit : 0;
        block.tabs |= bytes[i] == '\t' ? bit : 0;
        block.quotes |= bytes[i] == '\'' ? bit : 0;
        block.high |= bytes[i] >= 0x80 ? bit : 0;
    }
    return block;
}

#ifdef LANES_SSE2
static inline uint64_t lanes_equal(__m128i text, char byte, unsigned at)
{
    return (uint64_t)lanes_mask(_mm_cmpeq_epi8(text, _mm_set1_epi8(byte))) << at;
}

static inline struct lanes_block lanes_block_narrow(const uint8_t *bytes)
{
    struct lanes_block block = { 0 };
    for (unsigned at = 0; at < BLOCK; at += LANES) {
        const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at));
        const __m128i letters = lanes_range(_mm_or_si128(text, _mm_set1_epi8(0x20)), 'a', 26);
        const __m128i digits = lanes_range(text, '0', 10);
        const __m128i marks = lanes_range(text, 0x21, 0x7f - 0x21);
        block.letters |= (uint64_t)lanes_mask(letters) << at;
        block.digits |= (uint64_t)lanes_mask(digits) << at;
        block.puncts |= (uint64_t)lanes_mask(_mm_andnot_si128(_mm_or_si128(letters, digits), marks))
                        << at;
        block.spaces |= lanes_equal(text, ' ', at);
        block.newlines |= lanes_equal(text, '\n', at);
        block.tabs |= lanes_equal(text, '\t', at);
        block.quotes |= lanes_equal(text, '\'', at);
        block.high |= (uint64_t)lanes_mask(text) << at;
    }
    return block;
}

#ifdef LANES_AVX2
static inline __m256i lanes_wide_range(__m256i bytes, uint8_t first, uint8_t len)
{
    const __m256i shifted = _mm256_add_epi8(bytes, _mm256_set1_epi8((char)(0x80 - first)));
    return _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(len - 0x80)), shifted);
}

static inline uint64_t lanes_wide_mask(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

static inline uint64_t lanes_wide_equal(__m256i low, __m256i high, char byte)
{
    const __m256i bytes = _mm256_set1_epi8(byte);
    return lanes_wide_mask(_mm256_cmpeq_epi8(low, bytes), _mm256_cmpeq_epi8(high, bytes));
}

static inline uint64_t lanes_wide_in(__m256i low, __m256i high, uint8_t first, uint8_t len)
{
    return lanes_wide_mask(lanes_wide_range(low, first, len), lanes_wide_range(high, first, len));
}

static inline struct lanes_block lanes_block_wide(const uint8_t *bytes)
{
    struct lanes_block block;
    block.symbols = block.replacements = block.hards = 0;
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    const __m256i case_bit = _mm256_set1_epi8(0x20);
    block.letters =
        lanes_wide_in(_mm256_or_si256(low, case_bit), _mm256_or_si256(high, case_bit), 'a', 26);
    block.digits = lanes_wide_in(low, high, '0', 10);
    block.puncts = lanes_wide_in(low, high, 0x21, 0x7f - 0x21) & ~block.letters & ~block.digits;
    block.spaces = lanes_wide_equal(low, high, ' ');
    block.newlines = lanes_wide_equal(low, high, '\n');
    block.tabs = lanes_wide_equal(low, high, '\t');
    block.quotes = lanes_wide_equal(low, high, '\'');
    block.high = lanes_wide_mask(low, high);
    return block;
}
#endif

static inline struct lanes_block lanes_block(const uint8_t *bytes)
{
#ifdef LANES_AVX2
    return lanes_block_wide(bytes);
#else
    return lanes_block_narrow(bytes);
#endif
}
#else
static inline struct lanes_block lanes_block(const uint8_t *bytes)
{
    return lanes_block_portable(bytes);
}
#endif

/* Whether normalisation leaves all sixty-four bytes alone. */
static inline bool lanes_all_plain(const uint8_t *bytes)
{
#ifdef LANES_AVX2
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    const __m256i both = _mm256_and_si256(
        _mm256_or_si256(lanes_wide_range(low, '\t', 2), lanes_wide_range(low, 0x20, 0x7f - 0x20)),
        _mm256_or_si256(lanes_wide_range(high, '\t', 2),
                        lanes_wide_range(high, 0x20, 0x7f - 0x20)));
    return _mm256_movemask_epi8(both) == -1;
#else
    return (lanes_plain(bytes) & lanes_plain(bytes + LANES) & lanes_plain(bytes + 2 * LANES) &
            lanes_plain(bytes + 3 * LANES)) == (1U << LANES) - 1;
#endif
}

/* Bits that are set. */
static inline unsigned lanes_count(uint64_t mask)
{
#ifdef LANES_AVX2
    return (unsigned)_mm_popcnt_u64(mask);
#else
    mask -= mask >> 1 & 0x5555555555555555U;
    mask = (mask & 0x3333333333333333U) + (mask >> 2 & 0x3333333333333333U);
    return (unsigned)(((mask + (mask >> 4)) & 0x0f0f0f0f0f0f0f0fU) * 0x0101010101010101U >> 56);
#endif
}

/* Place of the lowest bit that is set; there must be one. */
static inline unsigned lanes_first(uint64_t mask)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(mask);
#else
    return lanes_count((mask & -mask) - 1);
#endif
}

/* The same, and some place when no bit is set. */
static inline unsigned lanes_first_of_any(uint64_t mask)
{
#ifdef LANES_AVX2
    return (unsigned)_tzcnt_u64(mask);
#else
    return lanes_first(mask | (uint64_t)1 << 63);
#endif
}

/* Place of the highest bit that is set; there must be one. */
static inline unsigned lanes_last(uint64_t mask)
{
#if defined(__GNUC__)
    return 63 - (unsigned)__builtin_clzll(mask);
#else
    unsigned at = 63;
    while (!(mask >> at & 1))
        at--;
    return at;
#endif
}

static inline void lanes_prefetch(const void *at)
{
#if defined(__GNUC__)
    __builtin_prefetch(at);
#else
    (void)at;
#endif
}

/* Writes sixteen letters, in lower case if asked for. */
static inline void lanes_copy_letters(uint8_t *to, const uint8_t *letters, bool lower)
{
    const uint64_t case_bits = lower ? 0x2020202020202020U : 0;
    uint64_t words[2];
    memcpy(words, letters, sizeof words);
    words[0] |= case_bits;
    words[1] |= case_bits;
    memcpy(to, words, sizeof words);
}

/* Place of the lowest bit that is not set; LANES when all are. */
static inline unsigned lanes_run(uint32_t mask)
{
    return lanes_first(~mask | 1U << LANES);
}

#endif
