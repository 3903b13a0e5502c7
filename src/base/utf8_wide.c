#include "base/utf8_wide.h"

#include <stdbool.h>
#include <stdint.h>

#if defined(__AVX2__) && defined(__BMI__) && defined(__POPCNT__)
#include <immintrin.h>

enum { BLOCK = 64, HALF = 32 };

struct bytes {
    __m256i low, high;
};

static inline struct bytes load(const char *text)
{
    const __m256i *at = (const __m256i *)(const void *)text;
    return (struct bytes){ _mm256_loadu_si256(at), _mm256_loadu_si256(at + 1) };
}

/* Bits of the bytes that have their highest bit. */
static inline uint64_t mask(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << HALF;
}

/* Bytes that are as high as one or higher: then the greater of both is the byte itself. */
static inline uint64_t from(struct bytes bytes, uint8_t first)
{
    const __m256i bound = _mm256_set1_epi8((char)first);
    return mask(_mm256_cmpeq_epi8(_mm256_max_epu8(bytes.low, bound), bytes.low),
                _mm256_cmpeq_epi8(_mm256_max_epu8(bytes.high, bound), bytes.high));
}

static inline uint64_t equal(struct bytes bytes, uint8_t byte)
{
    const __m256i all = _mm256_set1_epi8((char)byte);
    return mask(_mm256_cmpeq_epi8(bytes.low, all), _mm256_cmpeq_epi8(bytes.high, all));
}

/* Bytes that table 3-7 of Unicode 15.0 does not allow where they stand, with what makes them so. */
static inline uint64_t malformed(struct bytes bytes, uint64_t high, uint64_t leads)
{
    const uint64_t three = from(bytes, 0xe0), four = from(bytes, 0xf0);
    const uint64_t rests = leads << 1 | three << 2 | four << 3;
    uint64_t wrong = (rests ^ (high & ~leads)) | (leads & ~from(bytes, 0xc2)) | from(bytes, 0xf5);
    const uint64_t last_a = equal(bytes, 0xe0) << 1, first_a = equal(bytes, 0xed) << 1;
    const uint64_t last_9 = equal(bytes, 0xf0) << 1, first_9 = equal(bytes, 0xf4) << 1;
    if (last_a | first_a)
        wrong |= (last_a & ~from(bytes, 0xa0)) | (first_a & from(bytes, 0xa0));
    if (last_9 | first_9)
        wrong |= (last_9 & ~from(bytes, 0x90)) | (first_9 & from(bytes, 0x90));
    return wrong;
}

static size_t blocks_end(struct str text, size_t at)
{
    while (text.len - at >= BLOCK) {
        const struct bytes bytes = load(text.ptr + at);
        const uint64_t high = mask(bytes.low, bytes.high);
        unsigned len = BLOCK;
        if (high) {
            const uint64_t leads = from(bytes, 0xc0);
            const uint64_t last = leads >> (BLOCK - 3); /* may reach into the next block */
            len -= last ? 3 - (unsigned)_tzcnt_u64(last) : 0;
            const uint64_t inside = UINT64_MAX >> (BLOCK - 1 - (last ? len : BLOCK - 1));
            if (malformed(bytes, high, leads) & inside) /* one may lack a byte right behind it */
                return at;
        }
        at += len;
    }
    return at;
}

utf8_block_finder *const utf8_blocks_wide = blocks_end;
#else
utf8_block_finder *const utf8_blocks_wide = NULL;
#endif
