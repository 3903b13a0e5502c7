#ifndef TOKGATE_COUNT_CACHE_TABLE_H
#define TOKGATE_COUNT_CACHE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "count/cache.h"

struct cache_row {
    struct cache_key key;
    int64_t tokens;
    uint32_t mark; /* what else was done with it (cache_mark); 0: nothing */
};

/* Counts in memory, found by their keys, which are as good as random. One thread at a time. */
struct cache_table {
    struct cache_row *rows;
    size_t len, cap;
    uint32_t *slots; /* 1 + index of a row; 0: free */
    size_t slots_len;
};

enum { CACHE_TABLE_CAP_MAX = 1 << 17 }; /* 7 MB */

/* An empty one for at most cap rows, up to CACHE_TABLE_CAP_MAX, in the arena. One of zeros is empty
 * and has no room. */
struct cache_table cache_table_new(struct arena *arena, size_t cap);

/* The row of the key, or NULL. */
const struct cache_row *cache_table_find(const struct cache_table *table,
                                         const struct cache_key *key);

bool cache_table_get(const struct cache_table *table, const struct cache_key *key, int64_t *tokens);

/* The row of the key, added where there was none; NULL when there is no room. */
struct cache_row *cache_table_row(struct cache_table *table, const struct cache_key *key);

/* Adds or replaces; false when there is no room. */
bool cache_table_put(struct cache_table *table, const struct cache_key *key, int64_t tokens);

/* Empties it; its room stays. */
void cache_table_clear(struct cache_table *table);

#endif
