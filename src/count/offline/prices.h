#ifndef TOKGATE_COUNT_OFFLINE_PRICES_H
#define TOKGATE_COUNT_OFFLINE_PRICES_H

/*
 * Remembered prices: short texts -> tokens, in three tables by size, because most words are short
 * and a small table stays in the nearest caches. No chains: a text has two slots, and a new one
 * takes the place of the older. Tables start small, so that a few files touch a few pages, and grow
 * with what they are told. One thread.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Bytes of the longest text of each table: a slot is 8, 16 or 32 bytes, the first one the price. */
enum { PRICES_SMALL_MAX = 7, PRICES_MEDIUM_MAX = 15, PRICES_LARGE_MAX = 31 };

enum prices_size { PRICES_SMALL, PRICES_MEDIUM, PRICES_LARGE, PRICES_SIZES_LEN };

/* So many words make a slot: 1 << size. */
enum { PRICES_WORDS_MAX = 4 };

/* A text, padded with NUL (keys.h); the lowest byte of the first word is 0. */
struct price_key {
    enum prices_size size;
    uint64_t words[PRICES_WORDS_MAX];
};

struct price_table {
    uint64_t *slots;
    unsigned bits;  /* 2^bits slots */
    unsigned shift; /* from a mixed key to the number of a pair of them */
    uint32_t kept;  /* since the table has this size */
    void *memory;   /* that the slots are in */
    size_t size_bytes;
};

struct prices {
    struct arena *arena;
    struct price_table tables[PRICES_SIZES_LEN];
};

/* The empty tables. The arena must outlive them. */
void prices_init(struct prices *prices, struct arena *arena);

/* Remembers 1 to 255 tokens for a key; other numbers are forgotten. May move a table. */
void prices_keep(struct prices *prices, const struct price_key *key, int64_t tokens);

/* The first of the two slots of a key that is mixed to one word. */
static inline uint64_t *prices_pair(const struct price_table *table, enum prices_size size,
                                    uint64_t mixed)
{
    const size_t pair = (size_t)(mixed * 0x9e3779b97f4a7c15U >> table->shift);
    return table->slots + (pair << (size + 1));
}

/* Two words of a key, mixed. */
static inline uint64_t prices_mix(uint64_t first, uint64_t second)
{
    return first ^ second << 29 ^ second >> 35;
}

/* The first of the two slots of a key. */
static inline uint64_t *prices_slots(const struct price_table *table, const struct price_key *key)
{
    uint64_t mixed = key->words[0];
    if (key->size >= PRICES_MEDIUM)
        mixed = prices_mix(mixed, key->words[1]);
    if (key->size >= PRICES_LARGE)
        mixed = (mixed ^ mixed >> 32 ^ key->words[3]) * 0xd6e8feb86659fd93U ^ key->words[2];
    return prices_pair(table, key->size, mixed);
}

/* The remembered tokens of a short key with these slots, or 0. */
static inline int64_t prices_among_short(const uint64_t *slots, uint64_t key)
{
    const uint64_t first = slots[0] ^ key, second = slots[1] ^ key;
    const uint64_t lower = first < second ? first : second;
    return (int64_t)(lower & -(uint64_t)(lower <= UINT8_MAX));
}

/* The same, of a text of so many bytes that is looked at alone; the key is nonsense where they are
 * too many. */
static inline int64_t prices_look_short(const struct price_table *table, uint64_t key, size_t size)
{
    const uint64_t is_short = size <= PRICES_SMALL_MAX;
    return prices_among_short(prices_pair(table, PRICES_SMALL, key), key) & -(int64_t)is_short;
}

/* The remembered tokens of a key of two words with these slots, or 0. */
static inline int64_t prices_among_medium(const uint64_t *slots, uint64_t first, uint64_t second)
{
    const uint64_t one = (slots[0] ^ first) | -(uint64_t)(slots[1] != second);
    const uint64_t other = (slots[2] ^ first) | -(uint64_t)(slots[3] != second);
    const uint64_t lower = one < other ? one : other;
    return (int64_t)(lower & -(uint64_t)(lower <= UINT8_MAX));
}

/* The tokens in a slot if it has this key, else more than any price. */
static inline uint64_t prices_in(const uint64_t *slot, const struct price_key *key)
{
    uint64_t other = 0;
    for (unsigned i = 1; i < 1U << key->size; i++)
        other |= slot[i] ^ key->words[i];
    return (slot[0] ^ key->words[0]) | -(uint64_t)(other != 0);
}

/* The remembered tokens of a key with these slots, or 0. Which of the two has them cannot be
 * foretold, so there is no branch. */
static inline int64_t prices_among(const uint64_t *slots, const struct price_key *key)
{
    const uint64_t first = prices_in(slots, key),
                   second = prices_in(slots + (1U << key->size), key);
    const uint64_t lower = first < second ? first : second;
    return (int64_t)(lower & -(uint64_t)(lower <= UINT8_MAX));
}

/* The remembered tokens of a key, or 0. */
static inline int64_t prices_look(const struct prices *prices, const struct price_key *key)
{
    return prices_among(prices_slots(&prices->tables[key->size], key), key);
}

#endif
