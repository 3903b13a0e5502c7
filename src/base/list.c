#include "base/list.h"

#include <stdint.h>

void list_grow(struct arena *arena, void **items, size_t len, size_t *cap, size_t size)
{
    size_t new_cap = *cap ? *cap * 2 : 8;
    if (new_cap > SIZE_MAX / size)
        new_cap = SIZE_MAX / size; /* the arena refuses this */
    *items = arena_grow(arena, *items, len * size, new_cap * size);
    *cap = new_cap;
}

void list_regrow(struct arena *arena, void **items, size_t *cap, size_t size)
{
    size_t new_cap = *cap ? *cap * 2 : 8;
    if (new_cap > SIZE_MAX / size)
        new_cap = SIZE_MAX / size; /* the arena refuses this */
    *items = arena_regrow(arena, *items, *cap * size, new_cap * size);
    *cap = new_cap;
}
