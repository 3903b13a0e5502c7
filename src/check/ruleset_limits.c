/* "limits" of a rule file: rate limits of an organization that differ from its tier's. */
#include "check/ruleset_read.h"

#include "base/list.h"

enum { COUNT_RPM_MAX = 1000000 };

static bool limit_number(struct config *config, const struct json_node *node, void *target,
                         struct error *err)
{
    double ignored;
    (void)target;
    return config_tokens(config, node, &ignored, err);
}

/* The limit of counting belongs to no pool of models: one for all of them. */
static bool read_count_limit(struct config *config, const struct json_node *node,
                             struct ruleset *ruleset, struct error *err)
{
    static const struct config_field fields[] = {
        { "rpm", JSON_BIT(JSON_NUMBER), limit_number },
    };
    if (!config_read(config, node, "the limit of counting", fields, 1, NULL, err))
        return false;
    ruleset->count_rpm = json_get_integer(node, "rpm", 0);
    ruleset->count_rpm_origin = config_origin(config, node->at);
    return (ruleset->count_rpm >= 1 && ruleset->count_rpm <= COUNT_RPM_MAX) ||
           config_fail(config, node->at, err, "the limit of counting needs an \"rpm\" from 1 to %d",
                       COUNT_RPM_MAX);
}

static bool fail_pool(struct config *config, const struct json_node *item,
                      const struct catalog *catalog, struct error *err)
{
    struct strs names = { .arena = config->arena };
    size_t len;
    const struct str *pools = catalog_pools(catalog, &len);
    for (size_t i = 0; i < len; i++)
        *LIST_PUSH(&names) = pools[i];
    *LIST_PUSH(&names) = STR(CATALOG_COUNTING);
    return config_fail_name(config, item->name_at, err, "there is no pool", item->name, names.items,
                            names.len);
}

bool ruleset_read_limits(struct ruleset *ruleset, struct config *config,
                         const struct json_node *node, struct error *err)
{
    static const struct config_field fields[] = {
        { "itpm", JSON_BIT(JSON_NUMBER), limit_number },
        { "otpm", JSON_BIT(JSON_NUMBER), limit_number },
        { "rpm", JSON_BIT(JSON_NUMBER), limit_number },
    };
    for (const struct json_node *item = node->first; item; item = item->next) {
        if (str_equal_c(item->name, CATALOG_COUNTING)) {
            if (!read_count_limit(config, item, ruleset, err))
                return false;
            continue;
        }
        if (!catalog_has_pool(ruleset->catalog, item->name))
            return fail_pool(config, item, ruleset->catalog, err);
        if (!config_read(config, item, "a limit", fields, 3, NULL, err))
            return false;
        *LIST_PUSH(&ruleset->limits) = (struct limit_override){
            .pool = item->name,
            .limit = { json_get_integer(item, "rpm", CATALOG_UNKNOWN),
                       json_get_integer(item, "itpm", CATALOG_UNKNOWN),
                       json_get_integer(item, "otpm", CATALOG_UNKNOWN) },
            .origin = config_origin(config, item->at),
        };
    }
    return true;
}
