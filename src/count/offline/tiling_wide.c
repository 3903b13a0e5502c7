/*
 * Short streams as tiling.c counts them, but walking down the trie from all their bytes at once.
 * The Makefile compiles this file as it does blocks_wide.c.
 */
#include "count/offline/tiling.h"

#include "count/offline/lanes.h"

#ifdef LANES_AVX2
/* A walk for each lane; two vectors of them wait for memory together. */
enum { WALKS = 8, WALKS_AT_ONCE = 2 * WALKS };

/* Lengths at once. */
enum { LENGTHS = 4 };

/* For each length, less one, a bit for each place where a piece of that length starts. */
struct starts {
    uint64_t by_len[TILING_SHORT + 1];
    size_t len; /* of the longest piece, or more; a multiple of LENGTHS */
};

struct walks {
    __m256i units, going; /* of the trie; all ones while the walk goes on */
};

static inline struct walks step(const uint32_t *trie, struct walks walks, const uint8_t *bytes)
{
    const __m256i text =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)bytes));
    const __m256i next = _mm256_xor_si256(_mm256_srli_epi32(walks.units, VOCAB_BASE_SHIFT), text);
    walks.units = _mm256_mask_i32gather_epi32(
        _mm256_setzero_si256(), (const int *)(const void *)trie, next, walks.going, sizeof *trie);
    const __m256i edges = _mm256_and_si256(walks.units, _mm256_set1_epi32(UINT8_MAX));
    walks.going = _mm256_and_si256(walks.going, _mm256_cmpeq_epi32(edges, text));
    return walks;
}

/* Bits of the walks that are at the end of a piece; to_sign moves the bit that says so there. */
static inline uint64_t at_ends(struct walks walks, __m128i to_sign)
{
    const __m256i ends = _mm256_and_si256(_mm256_sll_epi32(walks.units, to_sign), walks.going);
    return (uint64_t)(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(ends));
}

static inline void add_lengths(struct starts *starts)
{
    _mm256_storeu_si256((__m256i *)(void *)(starts->by_len + starts->len), _mm256_setzero_si256());
    starts->len += LENGTHS;
}

/* The ends of all pieces that start at these places. */
static inline uint64_t ends_of(const struct starts *starts, uint64_t places)
{
    const __m256i all = _mm256_set1_epi64x((long long)places), step = _mm256_set1_epi64x(LENGTHS);
    __m256i lengths = _mm256_setr_epi64x(1, 2, 3, 4), ends = _mm256_setzero_si256();
    for (size_t i = 0; i < starts->len; i += LENGTHS) {
        const __m256i by_len =
            _mm256_loadu_si256((const __m256i *)(const void *)(starts->by_len + i));
        const __m256i here = _mm256_and_si256(by_len, all);
        ends = _mm256_or_si256(ends, _mm256_sllv_epi64(here, lengths));
        lengths = _mm256_add_epi64(lengths, step);
    }
    const __m128i both =
        _mm_or_si128(_mm256_castsi256_si128(ends), _mm256_extracti128_si256(ends, 1));
    return (uint64_t)_mm_cvtsi128_si64(_mm_or_si128(both, _mm_unpackhi_epi64(both, both)));
}

/* The pieces that start in the bytes from from on. Some bytes behind the stream are read. */
static inline void walk(const struct tiling *tiling, size_t from, struct starts *starts)
{
    const uint32_t *trie = tiling->vocab->trie;
    const uint8_t *bytes = tiling->bytes + from;
    const uint64_t inside = ((uint64_t)1 << tiling->len) - 1;
    const __m128i to_sign = _mm_cvtsi32_si128(31 - VOCAB_END_SHIFT - (int)tiling->family);
    const struct walks start = { _mm256_set1_epi32((int)trie[0]), _mm256_set1_epi32(-1) };
    struct walks low = start, high = start;
    for (size_t i = 0; i < tiling->len - from; i++) {
        low = step(trie, low, bytes + i);
        high = step(trie, high, bytes + i + WALKS);
        const __m256i going = _mm256_or_si256(low.going, high.going);
        if (_mm256_testz_si256(going, going))
            return;
        if (i == starts->len)
            add_lengths(starts);
        const uint64_t ends = at_ends(low, to_sign) | at_ends(high, to_sign) << WALKS;
        starts->by_len[i] |= ends << from & inside >> i;
    }
}

/* Places of the characters that are no piece. */
static inline uint64_t not_pieces(const struct tiling *tiling, const struct starts *starts)
{
    const uint64_t inside = ((uint64_t)1 << tiling->len) - 1;
    const __m256i first = _mm256_set1_epi8((char)0xc0);
    const __m256i *text = (const __m256i *)(const void *)tiling->bytes;
    const uint64_t rests = lanes_wide_mask(_mm256_cmpgt_epi8(first, _mm256_loadu_si256(text)),
                                           _mm256_cmpgt_epi8(first, _mm256_loadu_si256(text + 1))) &
                           inside;
    uint64_t left = inside & ~rests, all = 0;
    for (size_t i = 0; left; i++) { /* those of more than i bytes, less those that are longer */
        const uint64_t longer = left & rests >> (i + 1);
        all |= left & ~longer & ~(i < starts->len ? starts->by_len[i] : 0);
        left = longer;
    }
    return all;
}

/* Streams like most new words. Others have few places to start from, or few pieces. */
static inline bool is_worth_it(const struct tiling *tiling)
{
    return tiling->len >= WALKS && lane_classes[tiling->bytes[tiling->len / 2]] & LANE_LETTER;
}

static int64_t count_short_wide(struct tiling *tiling)
{
    if (!is_worth_it(tiling))
        return tiling_narrow(tiling);
    enum { CHARACTER_COST_MAX = 4 };
    uint64_t levels[TILING_SHORT + CHARACTER_COST_MAX + 1];
    const uint64_t whole = (uint64_t)1 << tiling->len;
    struct starts starts;
    starts.len = 0;
    memset(tiling->bytes + tiling->len, 0xff, WALKS_AT_ONCE); /* in no piece: the walks end */
    for (size_t from = 0; from < tiling->len; from += WALKS_AT_ONCE)
        walk(tiling, from, &starts);
    const uint64_t bytewise = not_pieces(tiling, &starts);
    levels[0] = 1;
    levels[1] = levels[2] = levels[3] = levels[4] = 0;
    for (int64_t tokens = 0;; tokens++) {
        const uint64_t here = levels[tokens];
        if (here & whole)
            return tokens;
        const uint64_t next = levels[tokens + 1] | ends_of(&starts, here);
        if (next & whole)
            return tokens + 1;
        levels[tokens + 1] = next;
        levels[tokens + CHARACTER_COST_MAX + 1] = 0;
        for (uint64_t left = here & bytewise; left; left &= left - 1) {
            const struct tiling_step character = tiling_bytewise(tiling, lanes_first(left));
            levels[tokens + character.tokens] |= (uint64_t)1 << character.end;
        }
    }
}

tiling_counter *const tiling_wide = count_short_wide;
#else
tiling_counter *const tiling_wide = NULL;
#endif
