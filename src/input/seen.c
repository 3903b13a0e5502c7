#include "input/seen.h"

struct seen_item {
    struct str key;
    size_t number;
    bool used;
};

/* The slot of the key, or the free one where it belongs. */
static struct seen_item *slot_of(const struct seen *seen, struct str key)
{
    size_t at = (size_t)str_hash(key, 0) & (seen->cap - 1);
    while (seen->slots[at].used && !str_equal(seen->slots[at].key, key))
        at = (at + 1) & (seen->cap - 1);
    return &seen->slots[at];
}

/* Keeps at least half of the slots free. */
static void make_room(struct seen *seen)
{
    struct seen old = *seen;
    if (seen->len < seen->cap / 2)
        return;
    seen->cap = seen->cap ? seen->cap * 2 : 8; /* there may be many with few */
    seen->slots = ARENA_ARRAY(seen->arena, struct seen_item, seen->cap);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].used)
            *slot_of(seen, old.slots[i].key) = old.slots[i];
}

bool seen_find(const struct seen *seen, struct str key, size_t *number)
{
    const struct seen_item *item = seen->cap ? slot_of(seen, key) : NULL;
    if (!item || !item->used)
        return false;
    *number = item->number;
    return true;
}

bool seen_before(struct seen *seen, struct str key, size_t *number)
{
    make_room(seen);
    struct seen_item *item = slot_of(seen, key);
    if (item->used) {
        *number = item->number;
        return true;
    }
    *item = (struct seen_item){ .key = key, .number = *number, .used = true };
    seen->len++;
    return false;
}
