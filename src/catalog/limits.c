#include "base/list.h"
#include "catalog/catalog.h"

/* The newest file first: a pool's row there stands. */
static const struct fact *find_pool(const struct fact *limits, struct str pool)
{
    const struct fact *pools = fact_get(limits, "pools");
    for (const struct fact *row = fact_first(pools); row; row = fact_next(row))
        if (str_equal(fact_text(row, "pool"), pool))
            return row;
    return NULL;
}

static const struct fact *find_tier(const struct fact *row, struct str tier)
{
    const struct fact *limits = fact_get(row, "limits");
    for (const struct fact *node = fact_first(limits); node; node = fact_next(node))
        if (str_equal(fact_name(node), tier))
            return node;
    return NULL;
}

struct rate_limit catalog_rate_limit(const struct catalog *catalog, struct str pool,
                                     struct str tier)
{
    const struct fact *row = find_tier(find_pool(catalog->limits, pool), tier);
    if (!row)
        row = find_tier(find_pool(catalog->limits_2025, pool), tier);
    return (struct rate_limit){
        fact_integer(row, "rpm", CATALOG_UNKNOWN),
        fact_integer(row, "itpm", CATALOG_UNKNOWN),
        fact_integer(row, "otpm", CATALOG_UNKNOWN),
    };
}

int64_t catalog_count_rpm(const struct catalog *catalog, struct str tier)
{
    static const char *const key = "token_counting_rpm";
    const struct fact *lists[] = { fact_get(catalog->limits, key),
                                   fact_get(catalog->limits_2025, key) };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct fact *row = fact_first(lists[i]); row; row = fact_next(row))
            if (row->type == JSON_NUMBER && str_equal(fact_name(row), tier))
                return (int64_t)row->number;
    return fact_integer(lists[0], "start", 1);
}

bool catalog_cache_reads_count(const struct catalog *catalog, struct str pool)
{
    return fact_bool(find_pool(catalog->limits, pool), "cache_reads_count", false);
}

const struct str *catalog_tiers(const struct catalog *catalog, size_t *len)
{
    struct strs names = { .arena = catalog->arena };
    const struct fact *lists[] = { fact_get(catalog->limits, "tiers"),
                                   fact_get(catalog->limits_2025, "tiers") };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct fact *tier = fact_first(lists[i]); tier; tier = fact_next(tier))
            *LIST_PUSH(&names) = fact_string(tier);
    *LIST_PUSH(&names) = STR("evaluation"); /* below Start; its numbers are not published */
    *LIST_PUSH(&names) = STR("custom");
    *len = names.len;
    return names.items;
}

const struct str *catalog_pools(const struct catalog *catalog, size_t *len)
{
    struct strs names = { .arena = catalog->arena };
    const struct fact *pools = fact_get(catalog->limits, "pools");
    for (const struct fact *row = fact_first(pools); row; row = fact_next(row))
        *LIST_PUSH(&names) = fact_text(row, "pool");
    *len = names.len;
    return names.items;
}

static bool is_among(const struct str *names, size_t len, struct str name)
{
    for (size_t i = 0; i < len; i++)
        if (str_equal(names[i], name))
            return true;
    return false;
}

bool catalog_has_tier(const struct catalog *catalog, struct str tier)
{
    size_t len;
    const struct str *tiers = catalog_tiers(catalog, &len);
    return is_among(tiers, len, tier);
}

bool catalog_has_pool(const struct catalog *catalog, struct str pool)
{
    size_t len;
    const struct str *pools = catalog_pools(catalog, &len);
    return is_among(pools, len, pool);
}
