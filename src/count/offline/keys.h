#ifndef TOKGATE_COUNT_OFFLINE_KEYS_H
#define TOKGATE_COUNT_OFFLINE_KEYS_H

/* The key of a short text in the tables of prices, made without a loop. */

#include <string.h>

#include "count/offline/lanes.h"
#include "count/offline/prices.h"

/* What a text is beside its bytes: no text has one of these numbers in it. The markers of
 * punctuation (enum vocab_sides) are added to KEYS_PUNCT, and to KEYS_REPEAT: one mark many times.
 */
enum { KEYS_WORD = 0, KEYS_PUNCT = 1, KEYS_CONTRACTION = 5, KEYS_REPEAT = 16 };

/* Sixteen bytes from at on that may be read: those of the text, or a copy padded with NUL. */
static inline const uint8_t *keys_lanes(const uint8_t *at, const uint8_t *end, uint8_t copy[LANES])
{
    if (end - at >= LANES)
        return at;
    memset(copy, 0, LANES);
    memcpy(copy, at, (size_t)(end - at));
    return copy;
}

/* What a number of bytes leaves of a word. */
static const uint64_t keys_kept[8 + 1] = {
    0,
    UINT64_MAX >> 56,
    UINT64_MAX >> 48,
    UINT64_MAX >> 40,
    UINT64_MAX >> 32,
    UINT64_MAX >> 24,
    UINT64_MAX >> 16,
    UINT64_MAX >> 8,
    UINT64_MAX,
};

static inline uint64_t keys_load(const uint8_t *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/* The word of up to eight bytes from at + from on, of a text of so many. */
static inline uint64_t keys_word(const uint8_t *at, const uint8_t *end, size_t size, size_t from)
{
    uint8_t copy[LANES];
    if (size <= from)
        return 0;
    const size_t left = size - from < 8 ? size - from : 8;
    return keys_load(keys_lanes(at + from, end, copy)) & keys_kept[left];
}

/* Whether a text with its tag has a key. */
static inline bool keys_fit(size_t size, unsigned tag)
{
    return size + (tag != 0) <= PRICES_LARGE_MAX;
}

/* The key of a text of at most PRICES_SMALL_MAX bytes, the first ones of eight: they are its last
 * bytes, so that one shift makes it. Of a longer text it is nonsense. */
static inline uint64_t keys_short(uint64_t bytes, size_t size)
{
    return bytes << (-(8 * size) & 63);
}

/* The same with a tag, which stands before the text. */
static inline uint64_t keys_short_tagged(uint64_t bytes, size_t size, unsigned tag)
{
    return keys_short(bytes << 8 | tag, size + 1);
}

/* Where sixteen bytes may be read: the two words of the key of a text of PRICES_SMALL_MAX + 1 to
 * PRICES_MEDIUM_MAX. */
static inline uint64_t keys_medium_first(const uint8_t *at)
{
    return keys_load(at) << 8;
}

static inline uint64_t keys_medium_second(const uint8_t *at, size_t size)
{
    return keys_load(at + PRICES_SMALL_MAX) & keys_kept[size - PRICES_SMALL_MAX];
}

/* The first eight bytes, or fewer and NUL. */
static inline uint64_t keys_first(const uint8_t *at, const uint8_t *end)
{
    uint8_t copy[8] = { 0 };
    if (end - at >= 8)
        return keys_load(at);
    memcpy(copy, at, (size_t)(end - at));
    return keys_load(copy);
}

/* The key of a text that has one and is not short: seven bytes in the first word, eight in each
 * other, and the tag in the last byte. */
static inline struct price_key keys_long(const uint8_t *at, const uint8_t *end, size_t size,
                                         unsigned tag)
{
    const bool is_medium = size + (tag != 0) <= PRICES_MEDIUM_MAX;
    struct price_key key = { .size = is_medium ? PRICES_MEDIUM : PRICES_LARGE };
    key.words[0] = keys_word(at, end, size, 0) << 8;
    for (size_t i = 1; i < (size_t)1 << key.size; i++)
        key.words[i] = keys_word(at, end, size, 8 * i - 1);
    key.words[((size_t)1 << key.size) - 1] |= (uint64_t)tag << 56;
    return key;
}

/* The key of a text of less than PRICES_MEDIUM_MAX bytes among those near at hand
 * (tiling_recent()): always of two words, since which size comes next cannot be foretold. */
static inline struct price_key keys_recent(const uint8_t *at, const uint8_t *end, size_t size,
                                           unsigned tag)
{
    uint8_t copy[LANES];
    const uint8_t *lanes = keys_lanes(at, end, copy);
    const size_t first = size < 8 ? size : 8;
    const uint64_t rest = keys_load(lanes + 8) & keys_kept[size - first];
    return (struct price_key){
        PRICES_MEDIUM, { keys_load(lanes) & keys_kept[first], rest | (uint64_t)tag << 56 }
    };
}

/* The key of a text that has one. */
static inline struct price_key keys_of(const uint8_t *at, const uint8_t *end, size_t size,
                                       unsigned tag)
{
    if (size + (tag != 0) > PRICES_SMALL_MAX)
        return keys_long(at, end, size, tag);
    const uint64_t bytes = keys_first(at, end);
    return (struct price_key){
        PRICES_SMALL, { tag ? keys_short_tagged(bytes, size, tag) : keys_short(bytes, size) }
    };
}

#endif
