#include "count/known.h"

#include <stdbool.h>

enum { FIRST_CAP = 256 };

static bool is_free(const struct known_item *item)
{
    return !item->id[0] && !item->id[1];
}

/* The item of the id, or the free one where it belongs. */
static struct known_item *item_of(const struct known *known, const uint64_t id[2])
{
    size_t at = (size_t)id[0] & (known->cap - 1);
    while (!is_free(&known->items[at]) &&
           (known->items[at].id[0] != id[0] || known->items[at].id[1] != id[1]))
        at = (at + 1) & (known->cap - 1);
    return &known->items[at];
}

static bool is_kept(const struct known_item *item, bool forgets)
{
    return !is_free(item) && (!forgets || item->pending);
}

static size_t count_kept(const struct known *known, bool forgets)
{
    size_t len = 0;
    for (size_t i = 0; i < known->cap; i++)
        len += is_kept(&known->items[i], forgets);
    return len;
}

/* Each table has an arena of its own, so that old ones go. */
static void resize(struct known *known, size_t cap, bool forgets)
{
    struct known old = *known;
    known->cap = cap;
    known->len = count_kept(&old, forgets);
    known->arena = (struct arena){ 0 };
    known->items = ARENA_ARRAY(&known->arena, struct known_item, known->cap);
    for (size_t i = 0; i < old.cap; i++)
        if (is_kept(&old.items[i], forgets))
            *item_of(known, old.items[i].id) = old.items[i];
    arena_free(&old.arena);
}

/* Keeps a quarter of the items free. */
static void make_room(struct known *known)
{
    if (known->len < known->cap / 4 * 3)
        return;
    const bool forgets = known->len >= known->len_max;
    size_t cap = known->cap ? known->cap * 2 : FIRST_CAP;
    if (forgets) /* as small as what is kept wants: two tables of full size are more than one */
        for (cap = FIRST_CAP; cap < 2 * count_kept(known, true);)
            cap *= 2;
    resize(known, cap, forgets);
}

struct known_item *known_find(struct known *known, const uint64_t id[2])
{
    make_room(known);
    struct known_item *item = item_of(known, id);
    if (is_free(item)) {
        *item = (struct known_item){ .id = { id[0], id[1] }, .tokens = -1 };
        known->len++;
    }
    return item;
}

void known_settle(struct known *known, const uint64_t id[2], int64_t tokens)
{
    struct known_item *item = known_find(known, id);
    item->pending = NULL;
    if (tokens >= 0)
        item->tokens = tokens;
}

void known_free(struct known *known)
{
    arena_free(&known->arena);
    *known = (struct known){ .len_max = known->len_max };
}
