#include "plan/hashes.h"

enum { CAP_FIRST = 256 };

/* The slot a hash is in, or goes into. 0 stands for free slots, so another stands for it. */
static uint64_t *find_slot(const struct hashes *hashes, uint64_t hash)
{
    size_t at = (size_t)hash & (hashes->cap - 1);
    while (hashes->slots[at] && hashes->slots[at] != hash)
        at = (at + 1) & (hashes->cap - 1);
    return &hashes->slots[at];
}

static uint64_t shown(uint64_t hash)
{
    return hash ? hash : 1;
}

bool hashes_has(const struct hashes *hashes, uint64_t hash)
{
    return hashes->cap && *find_slot(hashes, shown(hash)) != 0;
}

static void grow(struct hashes *hashes)
{
    const struct hashes old = *hashes;
    hashes->cap = old.cap ? old.cap * 2 : CAP_FIRST;
    hashes->slots = ARENA_ARRAY(hashes->arena, uint64_t, hashes->cap);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i])
            *find_slot(hashes, old.slots[i]) = old.slots[i];
}

void hashes_add(struct hashes *hashes, uint64_t hash)
{
    hash = shown(hash);
    if (hashes_has(hashes, hash))
        return;
    if (hashes->len == hashes->len_max) {
        hashes->is_full = true;
        return;
    }
    if (hashes->len * 2 >= hashes->cap)
        grow(hashes);
    *find_slot(hashes, hash) = hash;
    hashes->len++;
}
