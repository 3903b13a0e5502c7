/* "prompts" of a rule file: what the prompts are. */
#include "check/ruleset_read.h"

#include "base/list.h"

struct prompt_target {
    struct ruleset *ruleset;
    struct layer_prompt layer;
};

static bool prompt_files(struct config *config, const struct json_node *node, void *target,
                         struct error *err)
{
    return ruleset_read_files(config, node, &((struct prompt_target *)target)->layer.files, err);
}

static bool prompt_role(struct config *config, const struct json_node *node, void *target,
                        struct error *err)
{
    static const struct str roles[] = { STR_INIT("system"), STR_INIT("user") };
    ((struct prompt_target *)target)->layer.role = node;
    if (str_equal(node->text, roles[0]) || str_equal(node->text, roles[1]))
        return true;
    return config_fail_name(config, node->at, err, "there is no role", node->text, roles, 2);
}

static bool prompt_model(struct config *config, const struct json_node *node, void *target,
                         struct error *err)
{
    struct prompt_target *prompt = target;
    prompt->layer.model = node;
    return ruleset_read_model_name(config, node, prompt->ruleset->catalog, err);
}

static bool prompt_max_tokens(struct config *config, const struct json_node *node, void *target,
                              struct error *err)
{
    double ignored;
    ((struct prompt_target *)target)->layer.max_tokens = node;
    return config_tokens(config, node, &ignored, err);
}

static bool prompt_rate(struct config *config, const struct json_node *node, void *target,
                        struct error *err)
{
    double ignored;
    ((struct prompt_target *)target)->layer.rate = node;
    return config_rate(config, node, &ignored, err);
}

static bool prompt_cache_hit(struct config *config, const struct json_node *node, void *target,
                             struct error *err)
{
    double ignored;
    ((struct prompt_target *)target)->layer.cache_hit = node;
    return config_share(config, node, &ignored, err);
}

static bool variable_max_tokens(struct config *config, const struct json_node *node, void *target,
                                struct error *err)
{
    return config_tokens(config, node, target, err);
}

static bool prompt_variables(struct config *config, const struct json_node *node, void *target,
                             struct error *err)
{
    static const struct config_field fields[] = {
        { "max_tokens", JSON_BIT(JSON_NUMBER), variable_max_tokens },
    };
    ((struct prompt_target *)target)->layer.variables = node;
    for (const struct json_node *variable = node->first; variable; variable = variable->next) {
        double ignored;
        if (!config_read(config, variable, "a variable", fields, 1, &ignored, err))
            return false;
        if (!json_get(variable, "max_tokens"))
            return config_fail(config, variable->at, err,
                               "the variable \"%.*s\" needs \"max_tokens\"",
                               STR_ARGS(variable->name));
    }
    return true;
}

static const struct config_field prompt_fields[] = {
    { "cache_hit", JSON_BIT(JSON_NUMBER) | JSON_BIT(JSON_STRING), prompt_cache_hit },
    { "files", JSON_BIT(JSON_STRING) | JSON_BIT(JSON_ARRAY), prompt_files },
    { "max_tokens", JSON_BIT(JSON_NUMBER), prompt_max_tokens },
    { "model", JSON_BIT(JSON_STRING), prompt_model },
    { "rate", JSON_BIT(JSON_STRING), prompt_rate },
    { "role", JSON_BIT(JSON_STRING), prompt_role },
    { "variables", JSON_BIT(JSON_OBJECT), prompt_variables },
};

bool ruleset_read_prompts(struct ruleset *ruleset, struct config *config,
                          const struct json_node *node, struct error *err)
{
    for (const struct json_node *item = node->first; item; item = item->next) {
        struct prompt_target prompt = {
            .ruleset = ruleset,
            .layer = { .origin = config_origin(config, item->at) },
        };
        if (!config_read(config, item, "a prompts entry", prompt_fields,
                         sizeof prompt_fields / sizeof prompt_fields[0], &prompt, err))
            return false;
        if (!prompt.layer.files.len)
            return config_fail(config, item->at, err, "a prompts entry needs \"files\"");
        *LIST_PUSH(&ruleset->prompts) = prompt.layer;
    }
    return true;
}
