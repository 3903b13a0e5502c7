/* "endpoint" of a rule file: through which door requests are counted online. */
#include "check/ruleset_read.h"

enum { DOORS_MAX = 8 };

/* Whose members are read; its nodes are kept for what is checked when the door is known. */
struct endpoint_target {
    struct door_config config;
    const struct json_node *nodes[DOOR_MEMBERS_LEN];
};

static bool read_door(struct config *config, const struct json_node *node, void *target,
                      struct error *err)
{
    struct str names[DOORS_MAX];
    size_t len = 0;
    struct door_config *endpoint = &((struct endpoint_target *)target)->config;
    endpoint->door = door_find(node->text);
    for (const struct door *door = doors; door->name && len < DOORS_MAX; door++)
        names[len++] = str_from_c(door->name);
    return endpoint->door ||
           config_fail_name(config, node->at, err, "there is no door", node->text, names, len);
}

static bool read_member(struct config *config, const struct json_node *node, void *target,
                        struct error *err)
{
    struct endpoint_target *endpoint = target;
    for (size_t i = 0; i < DOOR_MEMBERS_LEN; i++)
        if (str_equal_c(node->name, door_members[i])) {
            endpoint->config.members[i] = node->text;
            endpoint->nodes[i] = node;
        }
    return door_is_made_of(node->text, DOOR_MEMBER_SIGNS) ||
           config_fail(config, node->at, err, "\"%.*s\" must be of letters, digits and hyphens",
                       STR_ARGS(node->name));
}

static bool is_model_id(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
            return false;
    return text.len > 0;
}

static bool read_models(struct config *config, const struct json_node *node, void *target,
                        struct error *err)
{
    struct door_config *endpoint = &((struct endpoint_target *)target)->config;
    struct door_model *models = ARENA_ARRAY(config->arena, struct door_model, node->len);
    for (const struct json_node *item = node->first; item; item = item->next) {
        if (item->type != JSON_STRING || !is_model_id(item->text))
            return config_fail(config, item->at, err,
                               "\"models\" takes pairs like \"claude-haiku-4-5\": "
                               "\"anthropic.claude-haiku-4-5-20251001-v1:0\"");
        models[endpoint->models_len++] = (struct door_model){ item->name, item->text };
    }
    endpoint->models = models;
    return true;
}

/* No member may be one of another door: it would look as if it did something. */
static bool check_members(const struct config *config, const struct endpoint_target *endpoint,
                          struct error *err)
{
    const struct door *door = endpoint->config.door;
    struct buf known = { .arena = config->arena };
    for (size_t i = 0; i < DOOR_MEMBERS_LEN; i++)
        if (door->needs[i].example)
            buf_format(&known, "\"%s\", ", door_members[i]);
    for (size_t i = 0; i < DOOR_MEMBERS_LEN; i++)
        if (endpoint->nodes[i] && !door->needs[i].example)
            return config_fail(config, endpoint->nodes[i]->name_at, err,
                               "the door \"%s\" has no \"%s\"; it takes %.*s\"models\"", door->name,
                               door_members[i], STR_ARGS(buf_str(&known)));
    return true;
}

bool ruleset_read_endpoint(struct ruleset *ruleset, struct config *config,
                           const struct json_node *node, struct error *err)
{
    static const struct config_field fields[] = {
        { "door", JSON_BIT(JSON_STRING), read_door },
        { "models", JSON_BIT(JSON_OBJECT), read_models },
        { "project", JSON_BIT(JSON_STRING), read_member },
        { "region", JSON_BIT(JSON_STRING), read_member },
        { "resource", JSON_BIT(JSON_STRING), read_member },
    };
    struct endpoint_target endpoint = { 0 };
    if (!config_read(config, node, "the endpoint", fields, sizeof fields / sizeof fields[0],
                     &endpoint, err))
        return false;
    if (!endpoint.config.door)
        return config_fail(config, node->at, err, "the endpoint needs \"door\", like \"%s\"",
                           doors[1].name);
    if (!check_members(config, &endpoint, err))
        return false;
    ruleset->endpoint = endpoint.config;
    ruleset->endpoint_origin = config_origin(config, node->at);
    return true;
}

static bool fail_at(const struct origin *origin, const char *what, const struct door *door,
                    struct error *err)
{
    return error_usage(err,
                       "%.*s:%zu:%zu: %s cannot be chosen for the door \"%s\": what they do "
                       "to a count there is not documented",
                       STR_ARGS(origin->path), origin->place.line, origin->place.column, what,
                       door->name);
}

bool ruleset_check_endpoint(const struct ruleset *ruleset, struct error *err)
{
    const struct door *door = ruleset->endpoint.door;
    if (!door || !door->version)
        return true;
    if (ruleset->betas.len)
        return fail_at(&ruleset->betas_origin, "betas", door, err);
    if (ruleset->api_version_origin.path.len && !str_equal(ruleset->api_version, STR("2023-06-01")))
        return fail_at(&ruleset->api_version_origin, "API versions", door, err);
    return true;
}
