#include "check/settings.h"

#include "base/list.h"
#include "check/config.h"

/* One byte a layer: '1' where its files match. */
static struct str match_key(struct ruleset *ruleset, struct str absolute, struct arena *arena)
{
    struct buf key = { .arena = arena };
    for (size_t i = 0; i < ruleset->prompts.len; i++)
        buf_add_char(&key,
                     file_globs_match(&ruleset->prompts.items[i].files, absolute) ? '1' : '0');
    for (size_t i = 0; i < ruleset->rules.len; i++)
        buf_add_char(&key, file_globs_match(&ruleset->rules.items[i].files, absolute) ? '1' : '0');
    return buf_str(&key);
}

static struct rule *find_rule(struct rules *rules, const struct rule_kind *kind,
                              enum rule_scope scope)
{
    for (size_t i = 0; i < rules->len; i++)
        if (rules->items[i].kind == kind && rules->items[i].scope == scope)
            return &rules->items[i];
    struct rule *rule = LIST_PUSH(rules);
    *rule = (struct rule){ .kind = kind, .scope = scope, .severity = kind->severity };
    return rule;
}

static void apply_rule(struct rules *rules, const struct layer_rule *layer)
{
    struct rule *rule = find_rule(rules, layer->rule.kind, layer->rule.scope);
    rule->origin = layer->rule.origin;
    if (layer->has_severity) {
        rule->severity = layer->rule.severity;
        rule->severity_origin = layer->rule.severity_origin;
    }
    for (size_t i = 0; i < RULE_OPTIONS_MAX; i++)
        if (layer->rule.values[i].is_set)
            rule->values[i] = layer->rule.values[i];
}

/* The nodes were checked when the rule file was compiled: reading them cannot fail. */
static void apply_number(const struct layer_prompt *layer, const struct json_node *node,
                         bool (*read)(const struct config *, const struct json_node *, double *,
                                      struct error *),
                         struct ruleset *ruleset, struct setting_number *setting)
{
    struct config config = { .arena = ruleset->arena };
    struct error ignored = { 0 };
    if (!node)
        return;
    setting->is_set = read(&config, node, &setting->number, &ignored);
    setting->origin = layer->origin;
}

static void apply_variables(struct ruleset *ruleset, const struct layer_prompt *layer,
                            struct settings *settings)
{
    const struct json_node *node = layer->variables;
    if (!node)
        return;
    struct variable *variables = ARENA_ARRAY(ruleset->arena, struct variable, node->len);
    settings->variables_len = 0;
    for (const struct json_node *item = node->first; item; item = item->next)
        variables[settings->variables_len++] = (struct variable){
            item->name,
            json_get_integer(item, "max_tokens", 0),
            layer->origin,
        };
    settings->variables = variables;
}

static void apply_prompt(struct ruleset *ruleset, const struct layer_prompt *layer,
                         struct settings *settings)
{
    struct request_defaults *defaults = &settings->defaults;
    if (layer->role) {
        defaults->role = str_equal(layer->role->text, STR("system")) ? ROLE_SYSTEM : ROLE_USER;
        settings->role_origin = layer->origin;
    }
    if (layer->model) {
        defaults->model = layer->model->text;
        defaults->model_declared = true;
        settings->model_origin = layer->origin;
    }
    struct setting_number max_tokens = { .number = REQUEST_UNSET };
    apply_number(layer, layer->max_tokens, config_tokens, ruleset, &max_tokens);
    if (max_tokens.is_set) {
        defaults->max_tokens = (int64_t)max_tokens.number;
        settings->max_tokens_origin = layer->origin;
    }
    apply_number(layer, layer->rate, config_rate, ruleset, &settings->rate);
    apply_number(layer, layer->cache_hit, config_share, ruleset, &settings->cache_hit);
    apply_variables(ruleset, layer, settings);
}

static void set_default_model(const struct ruleset *ruleset, struct settings *settings)
{
    struct request_defaults *defaults = &settings->defaults;
    defaults->role = ROLE_USER;
    defaults->max_tokens = REQUEST_UNSET;
    defaults->model = ruleset->catalog->default_model->id;
    if (!ruleset->model.len)
        return;
    defaults->model = ruleset->model;
    defaults->model_declared = true;
    settings->model_origin = ruleset->model_origin;
}

/* Whether a rule holds together, and says what it must. */
static bool compile_rule(const struct ruleset *ruleset, const struct rule *rule, struct error *err)
{
    struct error cause = { 0 };
    const struct rule_option *option = rule->kind->options;
    for (size_t i = 0; option[i].name && !cause.kind; i++)
        if (option[i].is_required && !rule->values[i].is_set)
            error_usage(&cause, "the rule \"%s\" needs \"%s\"", rule->kind->name, option[i].name);
    if (!cause.kind && rule->kind->compile)
        rule->kind->compile(ruleset, ruleset->catalog, rule, &cause);
    if (!cause.kind || rule->severity == SEVERITY_OFF)
        return true;
    return error_usage(err, "%.*s:%zu:%zu: %s", STR_ARGS(rule->origin.path),
                       rule->origin.place.line, rule->origin.place.column, cause.text);
}

static bool compile_rules(const struct ruleset *ruleset, const struct settings *settings,
                          struct error *err)
{
    for (size_t i = 0; i < settings->rules.len; i++)
        if (!compile_rule(ruleset, &settings->rules.items[i], err))
            return false;
    return true;
}

/* True when any layer of the rule sets its option. */
static bool is_set_somewhere(const struct ruleset *ruleset, const struct rule *rule, size_t option)
{
    for (size_t i = 0; i < ruleset->rules.len; i++) {
        const struct rule *other = &ruleset->rules.items[i].rule;
        if (other->kind == rule->kind && other->scope == rule->scope &&
            other->values[option].is_set)
            return true;
    }
    return false;
}

bool settings_check_layers(const struct ruleset *ruleset, struct error *err)
{
    for (size_t i = 0; i < ruleset->rules.len; i++) {
        const struct layer_rule *layer = &ruleset->rules.items[i];
        struct rule rule = layer->rule;
        if (!layer->has_severity)
            rule.severity = rule.kind->severity;
        for (size_t j = 0; rule.kind->options[j].name; j++)
            rule.values[j].is_set |=
                rule.kind->options[j].is_required && is_set_somewhere(ruleset, &rule, j);
        if (!compile_rule(ruleset, &rule, err))
            return false;
    }
    return true;
}

static bool make_settings(struct ruleset *ruleset, struct str key, struct settings *settings,
                          struct error *err)
{
    *settings = (struct settings){
        .ruleset = ruleset,
        .key = str_copy(ruleset->arena, key),
        .rules = { .arena = ruleset->arena },
    };
    set_default_model(ruleset, settings);
    for (size_t i = 0; i < ruleset->prompts.len; i++)
        if (key.ptr[i] == '1')
            apply_prompt(ruleset, &ruleset->prompts.items[i], settings);
    for (const struct rule_kind *const *kind = rule_kinds; *kind; kind++)
        if ((*kind)->is_builtin)
            find_rule(&settings->rules, *kind, RULE_SCOPE_REQUEST);
    for (size_t i = 0; i < ruleset->rules.len; i++)
        if (key.ptr[ruleset->prompts.len + i] == '1')
            apply_rule(&settings->rules, &ruleset->rules.items[i]);
    if (ruleset->command_line_model.len) {
        settings->defaults.model = ruleset->command_line_model;
        settings->defaults.model_declared = true;
        settings->model_origin = (struct origin){ STR("--model"), { 0, 0 } };
    }
    return compile_rules(ruleset, settings, err);
}

bool settings_of(struct ruleset *ruleset, const struct source *source,
                 const struct settings **settings, struct error *err)
{
    struct arena scratch = { 0 };
    struct str key = match_key(ruleset, source->absolute, &scratch);
    bool made = true;
    *settings = ruleset->settings;
    while (*settings && !str_equal((*settings)->key, key))
        *settings = (*settings)->next;
    if (!*settings) {
        struct settings *fresh = ARENA_NEW(ruleset->arena, struct settings);
        made = make_settings(ruleset, key, fresh, err);
        fresh->next = ruleset->settings;
        *settings = ruleset->settings = fresh;
    }
    arena_free(&scratch);
    return made;
}

static void override(int64_t *limit, int64_t own)
{
    if (own != CATALOG_UNKNOWN)
        *limit = own;
}

struct rate_limit settings_limits(const struct ruleset *ruleset, const struct catalog *catalog,
                                  struct str pool, struct str tier)
{
    struct rate_limit limits = catalog_rate_limit(catalog, pool, tier);
    for (size_t i = 0; i < ruleset->limits.len; i++) {
        const struct limit_override *own = &ruleset->limits.items[i];
        if (!str_equal(own->pool, pool))
            continue;
        override(&limits.rpm, own->limit.rpm);
        override(&limits.itpm, own->limit.itpm);
        override(&limits.otpm, own->limit.otpm);
    }
    return limits;
}

int64_t settings_itpm(const struct ruleset *ruleset, const struct catalog *catalog, struct str pool)
{
    return settings_limits(ruleset, catalog, pool, ruleset->tier).itpm;
}
