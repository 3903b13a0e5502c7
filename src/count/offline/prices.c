#include "count/offline/prices.h"

static void make_slots(struct prices *prices, unsigned bits)
{
    prices->bits = bits;
    prices->kept = 0;
    prices->slots = arena_alloc(prices->arena, (size_t)1 << bits, sizeof *prices->slots);
}

static void make_long_slots(struct prices *prices, unsigned bits)
{
    prices->long_bits = bits;
    prices->long_kept = 0;
    prices->long_slots = arena_alloc(prices->arena, (size_t)1 << bits, sizeof *prices->long_slots);
}

void prices_init(struct prices *prices, struct arena *arena)
{
    prices->arena = arena;
    make_slots(prices, PRICES_BITS_MIN);
    make_long_slots(prices, PRICES_LONG_BITS_MIN);
}

static void put(struct prices *prices, struct price_key slot)
{
    const struct price_key key = { slot.low, slot.high & UINT64_MAX >> 8 };
    struct price_key *slots = prices->slots + prices_slot(prices, key);
    slots[1] = slots[0];
    slots[0] = slot;
}

/* Four times the slots; what was known moves over. */
static void grow(struct prices *prices)
{
    const struct price_key *old = prices->slots;
    const size_t old_len = (size_t)1 << prices->bits;
    make_slots(prices, prices->bits + 2);
    for (size_t i = old_len; i-- > 0;)
        if (old[i].low)
            put(prices, old[i]);
}

void prices_keep(struct prices *prices, struct price_key key, int64_t tokens)
{
    if (tokens < 1 || tokens > UINT8_MAX)
        return;
    if (++prices->kept > (uint32_t)1 << (prices->bits - 1) && prices->bits < PRICES_BITS_MAX)
        grow(prices);
    key.high |= (uint64_t)tokens << 56;
    put(prices, key);
}

static void put_long(struct prices *prices, struct price_long_key slot)
{
    struct price_long_key key = slot;
    key.rest.high &= UINT64_MAX >> 8;
    struct price_long_key *slots = prices->long_slots + prices_long_slot(prices, key);
    slots[1] = slots[0];
    slots[0] = slot;
}

static void grow_long(struct prices *prices)
{
    const struct price_long_key *old = prices->long_slots;
    const size_t old_len = (size_t)1 << prices->long_bits;
    make_long_slots(prices, prices->long_bits + 2);
    for (size_t i = old_len; i-- > 0;)
        if (old[i].first.low)
            put_long(prices, old[i]);
}

void prices_keep_long(struct prices *prices, struct price_long_key key, int64_t tokens)
{
    if (tokens < 1 || tokens > UINT8_MAX)
        return;
    if (++prices->long_kept > (uint32_t)1 << (prices->long_bits - 1) &&
        prices->long_bits < PRICES_LONG_BITS_MAX)
        grow_long(prices);
    key.rest.high |= (uint64_t)tokens << 56;
    put_long(prices, key);
}
