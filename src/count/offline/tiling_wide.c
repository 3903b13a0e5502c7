/*
 * The streams of a group as tiling_group.c counts them, but walking down the trie from all their
 * bytes at once. The Makefile compiles this file as it does blocks_wide.c.
 */
#include "count/offline/tiling_group.h"

#include "count/offline/lanes.h"

#ifdef LANES_AVX2
/* A walk for each lane of a vector; the vectors of a group wait for memory together. */
enum { WALKS = 8 };

/* Lengths at once. */
enum { LENGTHS = 8 };

/* For each length, less one, a bit for each place where a piece of that length starts. */
struct starts {
    uint64_t by_len[TILING_GROUP_SIZE];
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
    __m256i *by_len = (__m256i *)(void *)(starts->by_len + starts->len);
    _mm256_storeu_si256(by_len, _mm256_setzero_si256());
    _mm256_storeu_si256(by_len + 1, _mm256_setzero_si256());
    starts->len += LENGTHS;
}

/* The ends of all pieces that start at these places. */
static inline uint64_t ends_of(const struct starts *starts, uint64_t places)
{
    const __m256i all = _mm256_set1_epi64x((long long)places), step = _mm256_set1_epi64x(LENGTHS);
    __m256i lengths = _mm256_setr_epi64x(1, 2, 3, 4), longer = _mm256_setr_epi64x(5, 6, 7, 8);
    __m256i ends = _mm256_setzero_si256();
    for (size_t i = 0; i < starts->len; i += LENGTHS) {
        const __m256i *by_len = (const __m256i *)(const void *)(starts->by_len + i);
        const __m256i here = _mm256_and_si256(_mm256_loadu_si256(by_len), all);
        const __m256i there = _mm256_and_si256(_mm256_loadu_si256(by_len + 1), all);
        ends = _mm256_or_si256(ends, _mm256_or_si256(_mm256_sllv_epi64(here, lengths),
                                                     _mm256_sllv_epi64(there, longer)));
        lengths = _mm256_add_epi64(lengths, step);
        longer = _mm256_add_epi64(longer, step);
    }
    const __m128i both =
        _mm_or_si128(_mm256_castsi256_si128(ends), _mm256_extracti128_si256(ends, 1));
    return (uint64_t)_mm_cvtsi128_si64(_mm_or_si128(both, _mm_unpackhi_epi64(both, both)));
}

/* All pieces in the streams of a group. */
static inline void walk(const struct vocab *vocab, enum vocab_family family,
                        const struct tiling_group *group, struct starts *starts)
{
    const uint32_t *trie = vocab->trie;
    const __m128i to_sign = _mm_cvtsi32_si128(31 - VOCAB_END_SHIFT - (int)family);
    const size_t vectors = (group->len + WALKS - 1) / WALKS;
    struct walks walks[TILING_GROUP_SIZE / WALKS];
    for (size_t i = 0; i < vectors; i++)
        walks[i] = (struct walks){ _mm256_set1_epi32((int)trie[0]), _mm256_set1_epi32(-1) };
    for (size_t len = 0;; len++) {
        __m256i going = _mm256_setzero_si256();
        uint64_t ends = 0;
        for (size_t i = 0; i < vectors; i++) {
            walks[i] = step(trie, walks[i], group->bytes + len + WALKS * i);
            going = _mm256_or_si256(going, walks[i].going);
            ends |= at_ends(walks[i], to_sign) << WALKS * i;
        }
        if (_mm256_testz_si256(going, going))
            return;
        if (len == starts->len)
            add_lengths(starts);
        starts->by_len[len] = ends;
    }
}

/* Places of the characters that are no piece. */
static inline uint64_t not_pieces(const struct tiling_group *group, const struct starts *starts)
{
    const uint64_t inside = (UINT64_MAX >> (TILING_GROUP_SIZE - group->len)) & ~group->stops;
    const __m256i first = _mm256_set1_epi8((char)0xc0);
    const __m256i *text = (const __m256i *)(const void *)group->bytes;
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

/* All ones where a bit is set. */
static inline __m256i lanes_of_bits(uint32_t bits)
{
    const __m256i byte_of_lane =
        _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit_of_lane = _mm256_set1_epi64x((long long)0x8040201008040201U);
    const __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32((int)bits), byte_of_lane);
    return _mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit_of_lane), bit_of_lane);
}

/* All streams go on together: to the places that are reached with one token, with two, and so on,
 * until their stops are among them. */
static inline void cover(const struct vocab *vocab, enum vocab_family family,
                         struct tiling_group *group, const struct starts *starts)
{
    enum { CHARACTER_COST_MAX = 4 };
    const struct tiling_text text = { vocab, family, group->bytes, group->len };
    const uint64_t bytewise = not_pieces(group, starts);
    uint64_t levels[TILING_GROUP_SIZE + CHARACTER_COST_MAX + 1];
    uint64_t stops = group->stops;                    /* not reached yet */
    __m256i low = _mm256_setzero_si256(), high = low; /* tokens by place */
    levels[0] = group->starts;
    levels[1] = levels[2] = levels[3] = levels[4] = 0;
    for (size_t tokens = 0; stops; tokens++) {
        levels[tokens + CHARACTER_COST_MAX + 1] = 0;
        for (uint64_t left = levels[tokens] & bytewise; left; left &= left - 1) {
            const struct tiling_step character = tiling_bytewise(&text, lanes_first(left));
            levels[tokens + (size_t)character.tokens] |= (uint64_t)1 << character.end;
        }
        const uint64_t next = levels[tokens + 1] | ends_of(starts, levels[tokens]);
        levels[tokens + 1] = next;
        low = _mm256_sub_epi8(low, lanes_of_bits((uint32_t)stops));
        high = _mm256_sub_epi8(high, lanes_of_bits((uint32_t)(stops >> 32)));
        stops &= ~next;
    }
    _mm256_storeu_si256((__m256i *)(void *)group->tokens, low);
    _mm256_storeu_si256((__m256i *)(void *)group->tokens + 1, high);
}

static void count_group(const struct vocab *vocab, enum vocab_family family,
                        struct tiling_group *group)
{
    struct starts starts;
    starts.len = 0;
    add_lengths(&starts);
    memset(group->bytes + group->len, TILING_STOP, TILING_GROUP_SIZE); /* so all walks end */
    walk(vocab, family, group, &starts);
    cover(vocab, family, group, &starts);
}

tiling_group_counter *const tiling_group_wide = count_group;
#else
tiling_group_counter *const tiling_group_wide = NULL;
#endif
