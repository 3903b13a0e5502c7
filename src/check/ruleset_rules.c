/* "rules" and "waivers" of a rule file: kinds are code, what they may say comes from their tables.
 */
#include "base/list.h"
#include "check/ruleset_read.h"

static bool read_kind(const struct config *config, const struct json_node *entry, const char *what,
                      const struct rule_kind **kind, struct error *err)
{
    struct strs names = { .arena = config->arena };
    const struct json_node *name = json_get(entry, "rule");
    if (entry->type != JSON_OBJECT)
        return config_fail(config, entry->at, err, "%s must be an object, not %s", what,
                           json_type_name(entry->type));
    if (!name || name->type != JSON_STRING)
        return config_fail(config, entry->at, err, "%s needs \"rule\": the name of a rule", what);
    *kind = rule_kind_find(name->text);
    if (*kind)
        return true;
    for (const struct rule_kind *const *each = rule_kinds; *each; each++)
        *LIST_PUSH(&names) = str_from_c((*each)->name);
    return config_fail_name(config, name->at, err, "there is no rule", name->text, names.items,
                            names.len);
}

static bool read_option(const struct config *config, const struct json_node *node,
                        enum option_type type, struct rule_value *value, struct error *err)
{
    static bool (*const readers[])(const struct config *, const struct json_node *, double *,
                                   struct error *) = {
        [OPTION_BYTES] = config_bytes,       [OPTION_COUNT] = config_tokens,
        [OPTION_DURATION] = config_duration, [OPTION_PERCENT] = config_percent,
        [OPTION_TOKENS] = config_tokens,     [OPTION_USD] = config_usd,
    };
    *value = (struct rule_value){ .is_set = true, .origin = config_origin(config, node->at) };
    if (type != OPTION_BOOL)
        return readers[type](config, node, &value->number, err);
    value->flag = node->is_true;
    return node->type == JSON_BOOL ||
           config_fail(config, node->at, err, "\"%.*s\" must be true or false, not %s",
                       STR_ARGS(node->name), json_type_name(node->type));
}

static bool read_scope(const struct config *config, const struct json_node *node,
                       struct layer_rule *layer, struct error *err)
{
    static const struct str scopes[] = { STR_INIT("pool"), STR_INIT("request") };
    bool is_pool = str_equal(node->text, scopes[0]);
    if (node->type != JSON_STRING || (!is_pool && !str_equal(node->text, scopes[1])))
        return config_fail_name(config, node->at, err, "there is no scope", node->text, scopes, 2);
    if (is_pool && !layer->rule.kind->has_pool_scope)
        return config_fail(config, node->at, err, "the rule \"%s\" has no scope \"pool\"",
                           layer->rule.kind->name);
    layer->rule.scope = is_pool ? RULE_SCOPE_POOL : RULE_SCOPE_REQUEST;
    return true;
}

static bool read_severity(const struct config *config, const struct json_node *node,
                          struct layer_rule *layer, struct error *err)
{
    static const struct str names[] = { STR_INIT("error"), STR_INIT("note"), STR_INIT("off"),
                                        STR_INIT("warning") };
    layer->has_severity = true;
    layer->rule.severity_origin = config_origin(config, node->at);
    if (node->type == JSON_STRING && severity_find(node->text, &layer->rule.severity))
        return true;
    return config_fail_name(config, node->at, err, "there is no severity", node->text, names, 4);
}

static bool read_rule_member(struct config *config, const struct json_node *node,
                             struct layer_rule *layer, struct error *err)
{
    const struct rule_option *options = layer->rule.kind->options;
    struct strs names = { .arena = config->arena };
    if (str_equal(node->name, STR("rule")))
        return true;
    if (str_equal(node->name, STR("files")))
        return ruleset_read_files(config, node, &layer->files, err);
    if (str_equal(node->name, STR("scope")))
        return read_scope(config, node, layer, err);
    if (str_equal(node->name, STR("severity")))
        return read_severity(config, node, layer, err);
    *LIST_PUSH(&names) = STR("files");
    *LIST_PUSH(&names) = STR("severity");
    if (layer->rule.kind->has_pool_scope)
        *LIST_PUSH(&names) = STR("scope");
    for (size_t i = 0; options[i].name; i++) {
        if (str_equal_c(node->name, options[i].name))
            return read_option(config, node, options[i].type, &layer->rule.values[i], err);
        *LIST_PUSH(&names) = str_from_c(options[i].name);
    }
    struct str what =
        str_format(config->arena, "the rule \"%s\" has no key", layer->rule.kind->name);
    return config_fail_name(config, node->name_at, err, what.ptr, node->name, names.items,
                            names.len);
}

bool ruleset_read_rules(struct ruleset *ruleset, struct config *config,
                        const struct json_node *node, struct error *err)
{
    for (const struct json_node *entry = node->first; entry; entry = entry->next) {
        struct layer_rule layer = { .rule.origin = config_origin(config, entry->at) };
        if (!read_kind(config, entry, "a rules entry", &layer.rule.kind, err))
            return false;
        for (const struct json_node *member = entry->first; member; member = member->next)
            if (!read_rule_member(config, member, &layer, err))
                return false;
        if (layer.rule.scope == RULE_SCOPE_POOL && layer.files.len)
            return config_fail(config, entry->at, err,
                               "a rule of scope \"pool\" is about all files: leave out \"files\"");
        if (layer.rule.kind->check_plan && layer.files.len)
            return config_fail(config, entry->at, err,
                               "the rule \"%s\" is about all files: leave out \"files\"",
                               layer.rule.kind->name);
        *LIST_PUSH(&ruleset->rules) = layer;
    }
    return true;
}

static bool waiver_files(struct config *config, const struct json_node *node, void *target,
                         struct error *err)
{
    return ruleset_read_files(config, node, &((struct waiver *)target)->files, err);
}

static bool waiver_reason(struct config *config, const struct json_node *node, void *target,
                          struct error *err)
{
    ((struct waiver *)target)->reason = node->text;
    return str_trim(node->text).len ||
           config_fail(config, node->at, err, "a waiver's reason must not be empty");
}

static bool waiver_until(struct config *config, const struct json_node *node, void *target,
                         struct error *err)
{
    return config_date(config, node, &((struct waiver *)target)->until, err);
}

bool ruleset_read_waivers(struct ruleset *ruleset, struct config *config,
                          const struct json_node *node, struct error *err)
{
    static const struct config_field fields[] = {
        { "files", JSON_BIT(JSON_STRING) | JSON_BIT(JSON_ARRAY), waiver_files },
        { "reason", JSON_BIT(JSON_STRING), waiver_reason },
        { "rule", JSON_BIT(JSON_STRING), NULL },
        { "until", JSON_BIT(JSON_STRING), waiver_until },
    };
    for (const struct json_node *entry = node->first; entry; entry = entry->next) {
        struct waiver waiver = { .origin = config_origin(config, entry->at) };
        if (!read_kind(config, entry, "a waivers entry", &waiver.kind, err) ||
            !config_read(config, entry, "a waivers entry", fields, 4, &waiver, err))
            return false;
        if (!waiver.files.len || !waiver.reason.len)
            return config_fail(config, entry->at, err, "a waiver needs \"files\" and \"reason\"");
        *LIST_PUSH(&ruleset->waivers) = waiver;
    }
    return true;
}
