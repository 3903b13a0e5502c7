/* Counts in memory. */
#include "count/cache_table.h"

#include "cache_test.h"

static bool holds(const struct cache_table *table, uint64_t number, int64_t want)
{
    struct cache_key key = cache_test_key(number);
    int64_t tokens = -7;
    return cache_table_get(table, &key, &tokens) ? tokens == want : want < 0;
}

static bool put(struct cache_table *table, uint64_t number, int64_t tokens)
{
    struct cache_key key = cache_test_key(number);
    return cache_table_put(table, &key, tokens);
}

int main(void)
{
    struct cache_table none = { 0 };
    ok(holds(&none, 1, -1) && !put(&none, 1, 1), "a table of zeros is empty and has no room");
    cache_table_clear(&none);
    struct cache_table empty = cache_table_new(&cache_arena, 0);
    ok(holds(&empty, 1, -1) && !put(&empty, 1, 1), "so has one for nothing");
    struct cache_table table = cache_table_new(&cache_arena, 100);
    bool all = true;
    for (uint64_t i = 0; i < 100; i++)
        all &= put(&table, i, (int64_t)i);
    for (uint64_t i = 0; i < 100; i++)
        all &= holds(&table, i, (int64_t)i);
    ok(all && table.len == 100, "what is put is found");
    ok(!put(&table, 100, 1) && holds(&table, 100, -1), "there is no room for more");
    ok(put(&table, 7, 0) && holds(&table, 7, 0) && table.len == 100, "but for another count");
    cache_table_clear(&table);
    ok(holds(&table, 7, -1) && put(&table, 100, 1) && table.len == 1, "and for all, once cleared");
    table = cache_table_new(&cache_arena, SIZE_MAX);
    ok(table.cap == CACHE_TABLE_CAP_MAX, "it has an end");
    all = true;
    for (uint64_t i = 0; i < CACHE_TABLE_CAP_MAX; i++)
        all &= put(&table, i, 1);
    ok(all && !put(&table, CACHE_TABLE_CAP_MAX, 1), "and can be filled");
    arena_free(&cache_arena);
    return tap_done();
}
