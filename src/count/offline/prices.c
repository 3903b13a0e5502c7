#include "count/offline/prices.h"

/* The largest of each size: 512 KB, 1 MB, 512 KB. */
static const struct {
    unsigned bits_min, bits_max;
} limits[PRICES_SIZES_LEN] = {
    [PRICES_SMALL] = { 10, 16 },
    [PRICES_MEDIUM] = { 8, 16 },
    [PRICES_LARGE] = { 6, 14 },
};

/* Both slots of a key lie in one line of the processor's cache. */
enum { LINE_BYTES = 64 };

static void make_slots(struct prices *prices, enum prices_size size, unsigned bits)
{
    struct price_table *table = &prices->tables[size];
    table->bits = bits;
    table->shift = 64 - (bits - 1);
    table->kept = 0;
    table->size_bytes = (sizeof(uint64_t) << size << bits) + LINE_BYTES;
    table->memory = arena_alloc(prices->arena, table->size_bytes, 1);
    char *memory = table->memory;
    memory += -(uintptr_t)memory % LINE_BYTES;
    table->slots = (uint64_t *)(void *)memory;
}

void prices_init(struct prices *prices, struct arena *arena)
{
    prices->arena = arena;
    for (unsigned size = 0; size < PRICES_SIZES_LEN; size++)
        make_slots(prices, (enum prices_size)size, limits[size].bits_min);
}

/* Of a slot with its price. Word by word: a copy of unknown size would be a call, and wait for the
 * words just written. */
static void put(struct price_table *table, enum prices_size size, const uint64_t *slot)
{
    const size_t words = (size_t)1 << size;
    struct price_key key = { .size = size };
    for (size_t i = 0; i < words; i++)
        key.words[i] = slot[i];
    key.words[0] &= ~(uint64_t)UINT8_MAX;
    uint64_t *slots = prices_slots(table, &key);
    uint64_t change = 0; /* none if it is there already: what stands behind it stays */
    for (size_t i = 0; i < words; i++)
        change |= slots[i] ^ slot[i];
    for (size_t i = 0; i < words; i++) {
        slots[words + i] = change ? slots[i] : slots[words + i];
        slots[i] = slot[i];
    }
}

/* Four times the slots; what was known moves over. */
static void grow(struct prices *prices, enum prices_size size)
{
    struct price_table *table = &prices->tables[size];
    const struct price_table old = *table;
    const unsigned bits = old.bits + 2;
    make_slots(prices, size, bits < limits[size].bits_max ? bits : limits[size].bits_max);
    for (size_t i = (size_t)1 << old.bits; i-- > 0;)
        if (old.slots[i << size])
            put(table, size, old.slots + (i << size));
    arena_release(prices->arena, old.memory, old.size_bytes);
}

void prices_keep(struct prices *prices, const struct price_key *key, int64_t tokens)
{
    struct price_table *table = &prices->tables[key->size];
    if (tokens < 1 || tokens > UINT8_MAX)
        return;
    if (++table->kept > (uint32_t)1 << (table->bits - 1) &&
        table->bits < limits[key->size].bits_max)
        grow(prices, key->size);
    struct price_key slot = *key;
    slot.words[0] |= (uint64_t)tokens;
    put(table, key->size, slot.words);
}
