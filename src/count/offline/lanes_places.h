#ifndef TOKGATE_COUNT_OFFLINE_LANES_PLACES_H
#define TOKGATE_COUNT_OFFLINE_LANES_PLACES_H

/* The places of the bits of a mask, eight bits at a time from a table. */

#include "count/offline/lanes.h"

#ifdef LANES_AVX2
/* For each byte the places of its bits, a byte each, the lowest first. */
#define LANES_BITS_BELOW(b, n)                                                                     \
    ((n > 0 ? (b)&1 : 0) + (n > 1 ? (b) >> 1 & 1 : 0) + (n > 2 ? (b) >> 2 & 1 : 0) +               \
     (n > 3 ? (b) >> 3 & 1 : 0) + (n > 4 ? (b) >> 4 & 1 : 0) + (n > 5 ? (b) >> 5 & 1 : 0) +        \
     (n > 6 ? (b) >> 6 & 1 : 0))
#define LANES_BIT(b, n) (uint64_t)((b) >> n & 1) * n << 8 * LANES_BITS_BELOW(b, n)
#define LANES_BITS(b)                                                                              \
    LANES_BIT(b, 1) | LANES_BIT(b, 2) | LANES_BIT(b, 3) | LANES_BIT(b, 4) | LANES_BIT(b, 5) |      \
        LANES_BIT(b, 6) | LANES_BIT(b, 7)
#define LANES_BITS_4(b) LANES_BITS(b), LANES_BITS(b + 1), LANES_BITS(b + 2), LANES_BITS(b + 3)
#define LANES_BITS_16(b)                                                                           \
    LANES_BITS_4(b), LANES_BITS_4(b + 4), LANES_BITS_4(b + 8), LANES_BITS_4(b + 12)
#define LANES_BITS_64(b)                                                                           \
    LANES_BITS_16(b), LANES_BITS_16(b + 16), LANES_BITS_16(b + 32), LANES_BITS_16(b + 48)

static const uint64_t lanes_bits[256] = { LANES_BITS_64(0), LANES_BITS_64(64), LANES_BITS_64(128),
                                          LANES_BITS_64(192) };

/* Room that is written behind the places. */
enum { LANES_PLACES_MORE = 8 };

struct lanes_placing {
    uint64_t bits;
    __m128i base; /* the place of the lowest of them, in each lane */
    uint16_t *out;
};

static inline void lanes_place_byte(struct lanes_placing *placing)
{
    const uint64_t byte = placing->bits & UINT8_MAX;
    const __m128i few = _mm_loadl_epi64((const __m128i *)(const void *)&lanes_bits[byte]);
    _mm_storeu_si128((__m128i *)(void *)placing->out,
                     _mm_add_epi16(_mm_cvtepu8_epi16(few), placing->base));
    placing->out += lanes_count(byte);
    placing->base = _mm_add_epi16(placing->base, _mm_set1_epi16(8));
    placing->bits >>= 8;
}

/* Writes the places of all bits, from place on; returns how many. */
static inline size_t lanes_places(uint64_t bits, size_t place, uint16_t *out)
{
    struct lanes_placing placing = { bits, _mm_set1_epi16((short)place), out };
    lanes_place_byte(&placing);
    lanes_place_byte(&placing);
    lanes_place_byte(&placing);
    lanes_place_byte(&placing);
    lanes_place_byte(&placing);
    lanes_place_byte(&placing);
    lanes_place_byte(&placing);
    lanes_place_byte(&placing);
    return (size_t)(placing.out - out);
}
#endif

#endif
