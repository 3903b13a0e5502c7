#ifndef TOKGATE_COUNT_OFFLINE_LANES_HIGH_H
#define TOKGATE_COUNT_OFFLINE_LANES_HIGH_H

/* Masks of what is not ASCII in sixty-four bytes. */

#include "count/offline/lanes.h"
#include "count/offline/leads.h"

/* All bytes of U+FFFD, of those that begin and end here. */
static inline uint64_t lanes_whole_replacements(uint64_t first, uint64_t second, uint64_t third)
{
    const uint64_t starts = first & second >> 1 & third >> 2;
    return starts | starts << 1 | starts << 2;
}

/* Bytes that begin a character of several: 0xC0 and above. */
static inline uint64_t lanes_leads_portable(const uint8_t *bytes)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < BLOCK; i++)
        mask |= (uint64_t)(bytes[i] >= 0xc0) << i;
    return mask;
}

static inline uint64_t lanes_replacements_portable(const uint8_t *bytes)
{
    uint64_t first = 0, second = 0, third = 0;
    for (unsigned i = 0; i < BLOCK; i++) {
        first |= (uint64_t)(bytes[i] == 0xef) << i;
        second |= (uint64_t)(bytes[i] == 0xbf) << i;
        third |= (uint64_t)(bytes[i] == 0xbd) << i;
    }
    return lanes_whole_replacements(first, second, third);
}

/* Whether a byte that begins characters of several is before one that is the rest of such. */
static inline bool lanes_is_pair(const uint8_t *bytes)
{
    return bytes[0] >= 0xc2 && bytes[0] < 0xf5 && (bytes[1] & 0xc0) == 0x80;
}

/* The first bytes of such pairs among LANES; one more is read. */
static inline uint32_t lanes_pairs_portable(const uint8_t *bytes)
{
    uint32_t mask = 0;
    for (unsigned i = 0; i < LANES; i++)
        mask |= (uint32_t)lanes_is_pair(bytes + i) << i;
    return mask;
}

#ifdef LANES_SSE2
static inline uint32_t lanes_pairs(const uint8_t *bytes)
{
    const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 1));
    return lanes_mask(
        _mm_and_si128(lanes_range(text, 0xc2, 0xf5 - 0xc2), lanes_range(next, 0x80, 0x40)));
}
#else
static inline uint32_t lanes_pairs(const uint8_t *bytes)
{
    return lanes_pairs_portable(bytes);
}
#endif

/* Those of a set; without AVX2 it is not worth it to look for them. */
static inline uint64_t lanes_in_set_portable(const uint8_t *bytes, const struct lead_set *set)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < BLOCK; i++)
        if (bytes[i] >= 0xc0 && bytes[i] < 0xf0)
            mask |= (uint64_t)(set->rows[bytes[i] & 0x0f] >> ((bytes[i] >> 4) - 0x0c) & 1) << i;
    return mask;
}

#if defined(LANES_AVX2)
static inline uint64_t lanes_leads(const uint8_t *bytes)
{
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    return lanes_wide_mask(_mm256_and_si256(low, _mm256_slli_epi16(low, 1)),
                           _mm256_and_si256(high, _mm256_slli_epi16(high, 1)));
}

/* What of sixty-four bytes is what for UTF-8, and for normalisation. */
struct lanes_utf8 {
    uint64_t leads, long_leads; /* first bytes of characters of several, and of three or more */
    uint64_t rests;             /* 10xxxxxx */
    uint64_t others;            /* ASCII that normalisation changes */
};

static inline struct lanes_utf8 lanes_utf8(const uint8_t *bytes)
{
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    const uint64_t beyond = lanes_wide_mask(low, high), leads = lanes_leads(bytes);
    const uint64_t plain =
        lanes_wide_in(low, high, '\t', 2) | lanes_wide_in(low, high, 0x20, 0x7f - 0x20);
    return (struct lanes_utf8){
        .leads = leads,
        .long_leads = lanes_wide_in(low, high, 0xe0, 0x20),
        .rests = beyond & ~leads,
        .others = ~(beyond | plain),
    };
}

static inline uint64_t lanes_replacements(const uint8_t *bytes)
{
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    return lanes_whole_replacements(lanes_wide_equal(low, high, (char)0xef),
                                    lanes_wide_equal(low, high, (char)0xbf),
                                    lanes_wide_equal(low, high, (char)0xbd));
}

static inline __m256i lanes_wide_in_set(__m256i bytes, __m256i set)
{
    const __m256i uppers = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 0, 0, 0, 0,
                                            0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 0);
    const __m256i half = _mm256_set1_epi8(0x0f);
    const __m256i lower = _mm256_shuffle_epi8(set, _mm256_and_si256(bytes, half));
    const __m256i upper =
        _mm256_shuffle_epi8(uppers, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half));
    return _mm256_cmpgt_epi8(_mm256_and_si256(lower, upper), _mm256_setzero_si256());
}

static inline uint64_t lanes_in_set(const uint8_t *bytes, const struct lead_set *set)
{
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    const __m256i rows =
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)set->rows));
    return lanes_wide_mask(lanes_wide_in_set(low, rows), lanes_wide_in_set(high, rows));
}
#else
#ifdef LANES_SSE2
static inline uint64_t lanes_leads(const uint8_t *bytes)
{
    uint64_t mask = 0;
    for (unsigned at = 0; at < BLOCK; at += LANES) {
        const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at));
        mask |= (uint64_t)lanes_mask(lanes_range(text, 0xc0, 0x40)) << at;
    }
    return mask;
}

static inline uint64_t lanes_replacements(const uint8_t *bytes)
{
    uint64_t first = 0, second = 0, third = 0;
    for (unsigned at = 0; at < BLOCK; at += LANES) {
        const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)(bytes + at));
        first |= lanes_equal(text, (char)0xef, at);
        second |= lanes_equal(text, (char)0xbf, at);
        third |= lanes_equal(text, (char)0xbd, at);
    }
    return lanes_whole_replacements(first, second, third);
}
#else
static inline uint64_t lanes_leads(const uint8_t *bytes)
{
    return lanes_leads_portable(bytes);
}

static inline uint64_t lanes_replacements(const uint8_t *bytes)
{
    return lanes_replacements_portable(bytes);
}
#endif

static inline uint64_t lanes_in_set(const uint8_t *bytes, const struct lead_set *set)
{
    (void)bytes;
    (void)set;
    return 0;
}
#endif

#endif
