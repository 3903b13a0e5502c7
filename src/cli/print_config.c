#include "cli/print_config.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "cli/pipeline.h"
#include "input/discover.h"

static void print_origin(FILE *out, const struct origin *origin)
{
    if (!origin->path.len)
        fputs("built in\n", out);
    else if (!origin->place.line)
        fprintf(out, "%.*s\n", STR_ARGS(origin->path));
    else
        fprintf(out, "%.*s:%zu:%zu\n", STR_ARGS(origin->path), origin->place.line,
                origin->place.column);
}

static void print_line(FILE *out, const char *name, struct str value, const struct origin *origin)
{
    struct arena arena = { 0 };
    struct str shown = utf8_printable(&arena, value, SIZE_MAX);
    struct str shown_name = utf8_printable(&arena, str_from_c(name), SIZE_MAX);
    fprintf(out, "  %-20.*s %-24.*s ", STR_ARGS(shown_name), STR_ARGS(shown));
    print_origin(out, origin);
    arena_free(&arena);
}

static struct str quoted(struct arena *arena, struct str text)
{
    return str_format(arena, "\"%.*s\"", STR_ARGS(text));
}

static struct str limit_text(struct arena *arena, const struct rate_limit *limit)
{
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = { { "rpm", limit->rpm }, { "itpm", limit->itpm }, { "otpm", limit->otpm } };
    struct buf text = { .arena = arena };
    for (size_t i = 0; i < 3; i++)
        if (numbers[i].value != CATALOG_UNKNOWN)
            buf_format(&text, "%s%s %" PRId64, text.len ? ", " : "", numbers[i].name,
                       numbers[i].value);
    return buf_str(&text);
}

static void print_endpoint(struct run *run, const struct ruleset *ruleset)
{
    const struct door_config *endpoint = &ruleset->endpoint;
    if (!endpoint->door)
        return;
    print_line(run->out, "endpoint", quoted(run->arena, str_from_c(endpoint->door->name)),
               &ruleset->endpoint_origin);
    for (size_t i = 0; i < DOOR_MEMBERS_LEN; i++)
        if (endpoint->members[i].len)
            print_line(run->out, str_format(run->arena, "  %s", door_members[i]).ptr,
                       quoted(run->arena, endpoint->members[i]), &ruleset->endpoint_origin);
    for (size_t i = 0; i < endpoint->models_len; i++) {
        const struct door_model *model = &endpoint->models[i];
        struct str value =
            str_format(run->arena, "%.*s = %.*s", STR_ARGS(model->name), STR_ARGS(model->id));
        print_line(run->out, "  model", value, &ruleset->endpoint_origin);
    }
}

static void print_output(struct run *run, const struct ruleset *ruleset)
{
    const struct output_expected *output = &ruleset->output;
    if (output->is_set)
        print_line(run->out, "output_tokens",
                   output->tokens >= 0 ? str_format(run->arena, "%" PRId64, output->tokens)
                                       : str_format(run->arena, "\"%.15g%%\"", output->share * 100),
                   &output->origin);
}

static void print_globals(struct run *run, const struct ruleset *ruleset)
{
    FILE *out = run->out;
    struct str path = ruleset->path.len ? ruleset->path : STR("none");
    path = utf8_printable(run->arena, path, SIZE_MAX);
    fprintf(out, "rule file: %.*s\n", STR_ARGS(path));
    print_line(out, "api_version", quoted(run->arena, ruleset->api_version),
               &ruleset->api_version_origin);
    if (ruleset->betas.len)
        print_line(out, "betas", ruleset->betas, &ruleset->betas_origin);
    print_endpoint(run, ruleset);
    if (ruleset->calibration.len)
        print_line(out, "calibration", quoted(run->arena, ruleset->calibration),
                   &ruleset->calibration_origin);
    print_output(run, ruleset);
    if (ruleset->tier.len)
        print_line(out, "tier", quoted(run->arena, ruleset->tier), &ruleset->tier_origin);
    for (size_t i = 0; i < ruleset->limits.len; i++) {
        const struct limit_override *limit = &ruleset->limits.items[i];
        struct str name = str_format(run->arena, "limits.%.*s", STR_ARGS(limit->pool));
        struct str value = limit_text(run->arena, &limit->limit);
        print_line(out, name.ptr, value, &limit->origin);
    }
    if (ruleset->count_rpm)
        print_line(out, "limits." CATALOG_COUNTING,
                   str_format(run->arena, "rpm %" PRId64, ruleset->count_rpm),
                   &ruleset->count_rpm_origin);
}

static void print_prompt(struct run *run, const struct settings *settings)
{
    FILE *out = run->out;
    struct arena *arena = run->arena;
    const struct request_defaults *defaults = &settings->defaults;
    bool is_system = defaults->role == ROLE_SYSTEM;
    fputs("prompt:\n", out);
    print_line(out, "role", is_system ? STR("\"system\"") : STR("\"user\""),
               &settings->role_origin);
    print_line(out, "model", quoted(arena, defaults->model), &settings->model_origin);
    if (defaults->max_tokens != REQUEST_UNSET)
        print_line(out, "max_tokens", str_format(arena, "%" PRId64, defaults->max_tokens),
                   &settings->max_tokens_origin);
    if (settings->rate.is_set)
        print_line(out, "rate", str_format(arena, "\"%.15g/min\"", settings->rate.number),
                   &settings->rate.origin);
    if (settings->cache_hit.is_set)
        print_line(out, "cache_hit", str_format(arena, "%.15g", settings->cache_hit.number),
                   &settings->cache_hit.origin);
    for (size_t i = 0; i < settings->variables_len; i++) {
        const struct variable *variable = &settings->variables[i];
        struct str name = str_format(arena, "variables.%.*s", STR_ARGS(variable->name));
        struct str value = str_format(arena, "%" PRId64 " tokens", variable->max_tokens);
        print_line(out, name.ptr, value, &variable->origin);
    }
}

static void print_rule(struct run *run, const struct rule *rule)
{
    if (rule->kind->is_of_plan && !rule->origin.path.len)
        return; /* in force, but not in check */
    struct str name = str_format(run->arena, "%s%s", rule->kind->name,
                                 rule->scope == RULE_SCOPE_POOL ? " (pool)" : "");
    struct str severity = str_from_c(severity_name(rule->severity));
    print_line(run->out, name.ptr, severity, &rule->severity_origin);
    for (size_t i = 0; rule->kind->options[i].name; i++) {
        if (!rule->values[i].is_set)
            continue;
        struct str option = str_format(run->arena, "  %s", rule->kind->options[i].name);
        print_line(run->out, option.ptr,
                   rule_value_text(run->arena, rule->kind->options[i].type, &rule->values[i]),
                   &rule->values[i].origin);
    }
}

static void print_waivers(struct run *run, const struct ruleset *ruleset,
                          const struct source *source)
{
    bool has_title = false;
    for (size_t i = 0; i < ruleset->waivers.len; i++) {
        const struct waiver *waiver = &ruleset->waivers.items[i];
        if (!file_globs_match(&waiver->files, source->absolute))
            continue;
        fputs(has_title ? "" : "waivers:\n", run->out);
        has_title = true;
        struct str until = waiver->until.len
                               ? str_format(run->arena, "until %.*s", STR_ARGS(waiver->until))
                               : STR("without end");
        print_line(run->out, waiver->kind->name, until, &waiver->origin);
    }
}

int print_config(struct run *run, struct error *err)
{
    struct ruleset ruleset;
    const struct settings *settings;
    struct options with_file = *run->options; /* the rule file is searched from the file */
    with_file.operands =
        (struct strs){ .arena = run->arena, .items = &with_file.print_config, .len = 1, .cap = 1 };
    struct run here = *run;
    here.options = &with_file;
    const struct source source = {
        .path = run->options->print_config,
        .absolute =
            discover_absolute(run->arena, run->environment->directory, run->options->print_config),
        .named = true,
    };
    if (run->options->operands.len) {
        error_usage(err, "--print-config takes one file and no other paths");
        return EXIT_USAGE;
    }
    if (!pipeline_ruleset(&here, &ruleset, err) || !settings_check_layers(&ruleset, err) ||
        !settings_of(&ruleset, &source, &settings, err))
        return EXIT_USAGE;
    struct str shown = utf8_printable(run->arena, source.path, SIZE_MAX);
    fprintf(run->out, "file: %.*s\n", STR_ARGS(shown));
    print_globals(run, &ruleset);
    print_prompt(run, settings);
    fputs("rules:\n", run->out);
    for (size_t i = 0; i < settings->rules.len; i++)
        print_rule(run, &settings->rules.items[i]);
    print_waivers(run, &ruleset, &source);
    return EXIT_CLEAN;
}
