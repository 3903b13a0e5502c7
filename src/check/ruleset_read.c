/* The tables of what may stand in a rule file. */
#include "check/ruleset_read.h"

#include "base/list.h"

/* Of all globs of a rule file and what it extends. */
enum { ALTERNATIVES_MAX = 16384, OUTPUT_TOKENS_MAX = 1000000 };

static bool one_glob(struct config *config, const struct json_node *node, struct glob **glob,
                     struct error *err)
{
    struct error cause = { 0 };
    if (node->type != JSON_STRING)
        return config_fail(config, node->at, err, "a glob must be a string, not %s",
                           json_type_name(node->type));
    if (!glob_compile(config->arena, node->text, GLOB_STYLE_RULE, glob, &cause))
        return cause.kind == ERROR_USAGE
                   ? config_fail(config, node->at, err, "bad glob: %s", cause.text)
                   : error_because(err, &cause, "%.*s: %s", STR_ARGS(config->path), cause.text);
    *config->alternatives += glob_alternatives(*glob);
    return *config->alternatives <= ALTERNATIVES_MAX ||
           config_fail(config, node->at, err,
                       "the globs and their braces stand for more than %d patterns",
                       ALTERNATIVES_MAX);
}

/* "files": one glob or a list of them. */
bool ruleset_read_files(struct config *config, const struct json_node *node,
                        struct file_globs *globs, struct error *err)
{
    bool is_list = node->type == JSON_ARRAY;
    globs->directory = config->directory;
    globs->items = ARENA_ARRAY(config->arena, struct glob *, is_list ? node->len : 1);
    if (is_list && !node->len)
        return config_fail(config, node->at, err, "\"files\" must name at least one glob");
    const struct json_node *item = is_list ? node->first : node;
    for (; item; item = is_list ? item->next : NULL)
        if (!one_glob(config, item, &globs->items[globs->len++], err))
            return false;
    return true;
}

bool ruleset_read_model_name(struct config *config, const struct json_node *node,
                             const struct catalog *catalog, struct error *err)
{
    if (catalog_model(catalog, node->text))
        return true;
    struct str nearest = catalog_nearest_model(catalog, node->text);
    return config_fail(
        config, node->at, err, "the model \"%.*s\" is not in the catalog of %.*s%s%.*s%s",
        STR_ARGS(node->text), STR_ARGS(catalog->as_of), nearest.len ? "; did you mean \"" : "",
        STR_ARGS(nearest), nearest.len ? "\"?" : ": see tokgate models");
}

/* single values */

static bool read_api_version(struct config *config, const struct json_node *node, void *target,
                             struct error *err)
{
    /* the two there are (api/migration-2026-10-21, 2026-11) */
    static const struct str versions[] = { STR_INIT("2023-06-01"), STR_INIT("2026-10-21") };
    struct ruleset *ruleset = target;
    ruleset->api_version = node->text;
    ruleset->api_version_origin = config_origin(config, node->at);
    return str_equal(node->text, versions[0]) || str_equal(node->text, versions[1]) ||
           config_fail_name(config, node->at, err, "there is no api_version", node->text, versions,
                            2);
}

static bool read_betas(struct config *config, const struct json_node *node, void *target,
                       struct error *err)
{
    struct ruleset *ruleset = target;
    struct buf betas = { .arena = config->arena };
    for (const struct json_node *item = node->first; item; item = item->next) {
        bool is_plain = item->type == JSON_STRING && item->text.len;
        for (size_t i = 0; is_plain && i < item->text.len; i++)
            is_plain =
                item->text.ptr[i] > ' ' && item->text.ptr[i] < 127 && item->text.ptr[i] != ',';
        if (!is_plain)
            return config_fail(config, item->at, err,
                               "a beta must be a name like "
                               "\"output-300k-2026-03-24\"");
        buf_format(&betas, "%s%.*s", betas.len ? "," : "", STR_ARGS(item->text));
    }
    ruleset->betas = buf_str(&betas);
    ruleset->betas_origin = config_origin(config, node->at);
    return true;
}

static bool read_tier(struct config *config, const struct json_node *node, void *target,
                      struct error *err)
{
    struct ruleset *ruleset = target;
    size_t len;
    const struct str *tiers = catalog_tiers(ruleset->catalog, &len);
    ruleset->tier = node->text;
    ruleset->tier_origin = config_origin(config, node->at);
    return catalog_has_tier(ruleset->catalog, node->text) ||
           config_fail_name(config, node->at, err, "there is no tier", node->text, tiers, len);
}

static bool read_default_model(struct config *config, const struct json_node *node, void *target,
                               struct error *err)
{
    struct ruleset *ruleset = target;
    ruleset->model = node->text;
    ruleset->model_origin = config_origin(config, node->at);
    return ruleset_read_model_name(config, node, ruleset->catalog, err);
}

static bool read_calibration(struct config *config, const struct json_node *node, void *target,
                             struct error *err)
{
    struct ruleset *ruleset = target;
    const bool is_cache = str_equal_c(node->text, CALIBRATION_CACHE);
    ruleset->calibration = is_cache ? node->text : ruleset_path(config, node->text);
    ruleset->calibration_origin = config_origin(config, node->at);
    return node->text.len ||
           config_fail(config, node->at, err, "\"calibration\" needs the path of a file");
}

/* Tokens, or a share of max_tokens: as --output-tokens. */
static bool read_output_tokens(struct config *config, const struct json_node *node, void *target,
                               struct error *err)
{
    struct output_expected *output = &((struct ruleset *)target)->output;
    const bool is_share = node->type == JSON_STRING;
    double number = -1;
    struct error ignored = { 0 }; /* it would speak of one of the two */
    if (!(is_share ? config_share : config_tokens)(config, node, &number, &ignored) ||
        number > OUTPUT_TOKENS_MAX)
        return config_fail(config, node->at, err,
                           "\"output_tokens\" must be whole tokens up to %d, or a share of "
                           "max_tokens like \"25%%\"",
                           OUTPUT_TOKENS_MAX);
    *output = (struct output_expected){
        .is_set = true,
        .tokens = is_share ? -1 : (int64_t)number,
        .share = is_share ? number : -1,
        .origin = config_origin(config, node->at),
    };
    return true;
}

static bool read_exclude(struct config *config, const struct json_node *node, void *target,
                         struct error *err)
{
    struct ruleset *ruleset = target;
    for (const struct json_node *item = node->first; item; item = item->next)
        if (!one_glob(config, item, LIST_PUSH(&ruleset->exclude), err))
            return false;
    return true;
}

static bool read_extends(struct config *config, const struct json_node *node,
                         struct ruleset *ruleset, struct error *err)
{
    if (node->type == JSON_STRING)
        return ruleset_extend(ruleset, config, node, err);
    for (const struct json_node *item = node->first; item; item = item->next)
        if (!ruleset_extend(ruleset, config, item, err))
            return false;
    return true;
}

static bool read_limits(struct config *config, const struct json_node *node, void *target,
                        struct error *err)
{
    return ruleset_read_limits(target, config, node, err);
}

static bool read_prompts(struct config *config, const struct json_node *node, void *target,
                         struct error *err)
{
    return ruleset_read_prompts(target, config, node, err);
}

static bool read_rules(struct config *config, const struct json_node *node, void *target,
                       struct error *err)
{
    return ruleset_read_rules(target, config, node, err);
}

static bool read_endpoint(struct config *config, const struct json_node *node, void *target,
                          struct error *err)
{
    return ruleset_read_endpoint(target, config, node, err);
}

static bool read_waivers(struct config *config, const struct json_node *node, void *target,
                         struct error *err)
{
    return ruleset_read_waivers(target, config, node, err);
}

bool ruleset_read(struct ruleset *ruleset, struct config *config, const struct json_node *root,
                  struct error *err)
{
    static const struct config_field fields[] = {
        { "$schema", JSON_BIT(JSON_STRING), NULL },
        { "api_version", JSON_BIT(JSON_STRING), read_api_version },
        { "betas", JSON_BIT(JSON_ARRAY), read_betas },
        { "calibration", JSON_BIT(JSON_STRING), read_calibration },
        { "endpoint", JSON_BIT(JSON_OBJECT), read_endpoint },
        { "exclude", JSON_BIT(JSON_ARRAY), read_exclude },
        { "extends", JSON_BIT(JSON_STRING) | JSON_BIT(JSON_ARRAY), NULL }, /* was read first */
        { "limits", JSON_BIT(JSON_OBJECT), read_limits },
        { "model", JSON_BIT(JSON_STRING), read_default_model },
        { "output_tokens", JSON_BIT(JSON_NUMBER) | JSON_BIT(JSON_STRING), read_output_tokens },
        { "prompts", JSON_BIT(JSON_ARRAY), read_prompts },
        { "rules", JSON_BIT(JSON_ARRAY), read_rules },
        { "tier", JSON_BIT(JSON_STRING), read_tier },
        { "waivers", JSON_BIT(JSON_ARRAY), read_waivers },
    };
    const struct json_node *extends = json_get(root, "extends");
    if (extends && (extends->type == JSON_STRING || extends->type == JSON_ARRAY) &&
        !read_extends(config, extends, ruleset, err))
        return false;
    return config_read(config, root, "the rule file", fields, sizeof fields / sizeof fields[0],
                       ruleset, err);
}
