#include "base/list.h"
#include "catalog/catalog.h"

/* The newest file first: a pool's row there stands. */
static const struct json_node *find_pool(const struct json_node *limits, struct str pool)
{
    const struct json_node *pools = json_get(limits, "pools");
    for (const struct json_node *row = pools ? pools->first : NULL; row; row = row->next)
        if (str_equal(json_get_text(row, "pool"), pool))
            return row;
    return NULL;
}

static const struct json_node *find_tier(const struct json_node *row, struct str tier)
{
    const struct json_node *limits = json_get(row, "limits");
    for (const struct json_node *node = limits ? limits->first : NULL; node; node = node->next)
        if (str_equal(node->name, tier))
            return node;
    return NULL;
}

struct rate_limit catalog_rate_limit(const struct catalog *catalog, struct str pool,
                                     struct str tier)
{
    const struct json_node *row = find_tier(find_pool(catalog->limits, pool), tier);
    if (!row)
        row = find_tier(find_pool(catalog->limits_2025, pool), tier);
    return (struct rate_limit){
        json_get_integer(row, "rpm", CATALOG_UNKNOWN),
        json_get_integer(row, "itpm", CATALOG_UNKNOWN),
        json_get_integer(row, "otpm", CATALOG_UNKNOWN),
    };
}

bool catalog_cache_reads_count(const struct catalog *catalog, struct str pool)
{
    return json_get_bool(find_pool(catalog->limits, pool), "cache_reads_count", false);
}

const struct str *catalog_tiers(const struct catalog *catalog, size_t *len)
{
    struct strs names = { .arena = catalog->arena };
    const struct json_node *lists[] = { json_get(catalog->limits, "tiers"),
                                        json_get(catalog->limits_2025, "tiers") };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct json_node *tier = lists[i] ? lists[i]->first : NULL; tier;
             tier = tier->next)
            *LIST_PUSH(&names) = tier->text;
    *LIST_PUSH(&names) = STR("evaluation"); /* below Start; its numbers are not published */
    *LIST_PUSH(&names) = STR("custom");
    *len = names.len;
    return names.items;
}

const struct str *catalog_pools(const struct catalog *catalog, size_t *len)
{
    struct strs names = { .arena = catalog->arena };
    const struct json_node *pools = json_get(catalog->limits, "pools");
    for (const struct json_node *row = pools ? pools->first : NULL; row; row = row->next)
        *LIST_PUSH(&names) = json_get_text(row, "pool");
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
