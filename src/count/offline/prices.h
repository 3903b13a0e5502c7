#ifndef TOKGATE_COUNT_OFFLINE_PRICES_H
#define TOKGATE_COUNT_OFFLINE_PRICES_H

/*
 * Remembered prices: up to PRICES_KEY_MAX bytes of text -> tokens, and up to PRICES_LONG_MAX in a
 * table of their own. Fixed tables without chains: a text has two slots, and a new one takes the
 * place of the older. They start small, so that a few files touch a few pages, and grow with what
 * they are told. One thread.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum {
    PRICES_KEY_MAX = 15,
    PRICES_BITS_MIN = 10,
    PRICES_BITS_MAX = 18,
    PRICES_LONG_MAX = 31,
    PRICES_LONG_BITS_MIN = 6,
    PRICES_LONG_BITS_MAX = 16,
};

/* A text of at most 15 bytes, padded with NUL; the price is the last byte of high. */
struct price_key {
    uint64_t low, high;
};

/* A text of 16 to 31 bytes: the first sixteen, and the rest like a short text. */
struct price_long_key {
    struct price_key first, rest;
};

struct prices {
    struct arena *arena;
    struct price_key *slots;
    struct price_long_key *long_slots;
    unsigned bits, long_bits;
    uint32_t kept, long_kept; /* since the table has this size */
};

/* The empty table. The arena must outlive it. */
void prices_init(struct prices *prices, struct arena *arena);

/* Remembers 1 to 255 tokens for a key; may move the table. */
void prices_keep(struct prices *prices, struct price_key key, int64_t tokens);

void prices_keep_long(struct prices *prices, struct price_long_key key, int64_t tokens);

/* The first of the two slots a key may be in. */
static inline size_t prices_slot(const struct prices *prices, struct price_key key)
{
    const uint64_t mixed = (key.low ^ key.high << 29 ^ key.high >> 35) * 0x9e3779b97f4a7c15U;
    return (size_t)(mixed >> (64 - prices->bits)) & ~(size_t)1;
}

/* The tokens in the one of two slots that has the key, or 0. Which one cannot be foretold, so there
 * is no branch. */
static inline int64_t prices_in(const struct price_key slots[2], struct price_key key)
{
    const uint64_t other = (slots[0].low ^ key.low) | (slots[0].high ^ key.high) << 8;
    const uint64_t other_too = (slots[1].low ^ key.low) | (slots[1].high ^ key.high) << 8;
    return (int64_t)((other ? 0 : slots[0].high >> 56) | (other_too ? 0 : slots[1].high >> 56));
}

/* The remembered tokens, or 0. */
static inline int64_t prices_look(const struct prices *prices, struct price_key key)
{
    return prices_in(prices->slots + prices_slot(prices, key), key);
}

static inline size_t prices_long_slot(const struct prices *prices, struct price_long_key key)
{
    const uint64_t first = (key.first.low ^ key.rest.high) * 0x9e3779b97f4a7c15U;
    const uint64_t mixed =
        (first ^ first >> 32 ^ key.first.high ^ key.rest.low << 7) * 0xd6e8feb86659fd93U;
    return (size_t)(mixed >> (64 - prices->long_bits)) & ~(size_t)1;
}

static inline int64_t prices_look_long(const struct prices *prices, struct price_long_key key)
{
    const struct price_long_key *slots = prices->long_slots + prices_long_slot(prices, key);
    for (int i = 0; i < 2; i++)
        if (slots[i].first.low == key.first.low && slots[i].first.high == key.first.high &&
            slots[i].rest.low == key.rest.low && !((slots[i].rest.high ^ key.rest.high) << 8))
            return (int64_t)(slots[i].rest.high >> 56);
    return 0;
}

#endif
