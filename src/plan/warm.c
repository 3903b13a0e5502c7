#include "plan/warm.h"

/* The hash is the caller's, who need not have spread it over its low bits. */
static size_t home_of(const struct warm *warm, uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(hash >> 32) & (warm->cap - 1);
}

/* The slot of the entry, or the free one where it belongs. */
static size_t slot_of(const struct warm *warm, uint64_t hash)
{
    size_t at = home_of(warm, hash);
    while (warm->slots[at].expires_us && warm->slots[at].hash != hash)
        at = (at + 1) & (warm->cap - 1);
    return at;
}

struct warm_entry warm_find(const struct warm *warm, uint64_t hash)
{
    return warm->cap ? warm->slots[slot_of(warm, hash)] : (struct warm_entry){ 0 };
}

/* Closes the gap, so that a look-up never stops short of an entry. */
static void take_out(struct warm *warm, size_t gap)
{
    const size_t mask = warm->cap - 1;
    for (size_t at = (gap + 1) & mask; warm->slots[at].expires_us; at = (at + 1) & mask) {
        const size_t way = (at - home_of(warm, warm->slots[at].hash)) & mask;
        if (way < ((at - gap) & mask))
            continue;
        warm->slots[gap] = warm->slots[at];
        gap = at;
    }
    warm->slots[gap] = (struct warm_entry){ 0 };
    warm->len--;
}

void warm_expire(struct warm *warm, int64_t now_us)
{
    while (moments_next_us(&warm->expiries) <= now_us) {
        struct moment moment = moments_take(&warm->expiries);
        const size_t at = slot_of(warm, moment.what);
        moment.at_us = warm->slots[at].expires_us; /* later, where it was read since */
        if (moment.at_us > now_us)
            moments_add(&warm->expiries, moment);
        else
            take_out(warm, at);
    }
}

/* Keeps at least half of the slots free. */
static void make_room(struct warm *warm)
{
    const struct warm old = *warm;
    if (warm->len < warm->cap / 2)
        return;
    warm->cap = warm->cap ? warm->cap * 2 : 64;
    warm->slots = ARENA_ARRAY(warm->arena, struct warm_entry, warm->cap);
    warm->expiries.arena = warm->arena;
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].expires_us)
            warm->slots[slot_of(warm, old.slots[i].hash)] = old.slots[i];
}

bool warm_write(struct warm *warm, uint64_t hash, int64_t readable_us, int64_t expires_us)
{
    make_room(warm);
    struct warm_entry *entry = &warm->slots[slot_of(warm, hash)];
    if (entry->expires_us) {
        if (entry->expires_us < expires_us)
            entry->expires_us = expires_us;
        return true;
    }
    if (warm->len >= warm->entries_max)
        return false;
    *entry = (struct warm_entry){ hash, readable_us, expires_us };
    moments_add(&warm->expiries, (struct moment){ expires_us, hash });
    warm->len++;
    return true;
}
