#include "count/cache_table.h"

#include <string.h>

struct cache_table cache_table_new(struct arena *arena, size_t cap)
{
    struct cache_table table = { .cap = cap < CACHE_TABLE_CAP_MAX ? cap : CACHE_TABLE_CAP_MAX };
    table.slots_len = 4;
    while (table.slots_len < 2 * table.cap) /* half of them stay free */
        table.slots_len *= 2;
    /* not zeroed: pages of rows that never come are none of the process */
    table.rows = arena_grow(arena, NULL, 0, table.cap * sizeof *table.rows);
    table.slots = ARENA_ARRAY(arena, uint32_t, table.slots_len);
    return table;
}

/* The slot of the key, or the free one it would have. */
static uint32_t *find_slot(const struct cache_table *table, const struct cache_key *key)
{
    uint32_t at;
    memcpy(&at, key->bytes, sizeof at);
    for (;; at++) {
        uint32_t *slot = &table->slots[at & (table->slots_len - 1)];
        if (!*slot || memcmp(&table->rows[*slot - 1].key, key, sizeof *key) == 0)
            return slot;
    }
}

const struct cache_row *cache_table_find(const struct cache_table *table,
                                         const struct cache_key *key)
{
    const uint32_t slot = table->len ? *find_slot(table, key) : 0;
    return slot ? &table->rows[slot - 1] : NULL;
}

bool cache_table_get(const struct cache_table *table, const struct cache_key *key, int64_t *tokens)
{
    const struct cache_row *row = cache_table_find(table, key);
    if (row)
        *tokens = row->tokens;
    return row != NULL;
}

struct cache_row *cache_table_row(struct cache_table *table, const struct cache_key *key)
{
    if (!table->cap)
        return NULL;
    uint32_t *slot = find_slot(table, key);
    if (!*slot) {
        if (table->len == table->cap)
            return NULL;
        table->rows[table->len++] = (struct cache_row){ .key = *key };
        *slot = (uint32_t)table->len;
    }
    return &table->rows[*slot - 1];
}

bool cache_table_put(struct cache_table *table, const struct cache_key *key, int64_t tokens)
{
    struct cache_row *row = cache_table_row(table, key);
    if (row)
        row->tokens = tokens;
    return row != NULL;
}

void cache_table_clear(struct cache_table *table)
{
    if (table->len)
        memset(table->slots, 0, table->slots_len * sizeof *table->slots);
    table->len = 0;
}
