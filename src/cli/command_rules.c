/* tokgate rules and tokgate explain: what can be checked. */
#include <string.h>

#include "base/list.h"
#include "cli/command.h"
#include "json/write.h"

static const char *const option_types[] = {
    [OPTION_BOOL] = "bool",         [OPTION_BYTES] = "bytes",     [OPTION_COUNT] = "count",
    [OPTION_DURATION] = "duration", [OPTION_PERCENT] = "percent", [OPTION_TOKENS] = "tokens",
    [OPTION_USD] = "usd",
};

static void write_kind(struct json_write *json, const struct rule_kind *kind)
{
    json_write_begin(json, '{');
    json_write_text_member(json, "name", str_from_c(kind->name));
    json_write_text_member(json, "summary", str_from_c(kind->summary));
    json_write_text_member(json, "severity", str_from_c(severity_name(kind->severity)));
    json_write_key(json, "is_builtin");
    json_write_bool(json, kind->is_builtin);
    json_write_key(json, "has_pool_scope");
    json_write_bool(json, kind->has_pool_scope);
    json_write_key(json, "is_of_plan");
    json_write_bool(json, kind->is_of_plan);
    json_write_key(json, "options");
    json_write_begin(json, '[');
    for (const struct rule_option *option = kind->options; option->name; option++) {
        json_write_begin(json, '{');
        json_write_text_member(json, "name", str_from_c(option->name));
        json_write_text_member(json, "type", str_from_c(option_types[option->type]));
        json_write_text_member(json, "help", str_from_c(option->help));
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
    json_write_end(json, '}');
}

static void write_rules(FILE *out)
{
    struct json_write json = { .out = out, .pretty = true };
    json_write_begin(&json, '{');
    json_write_key(&json, "rules");
    json_write_begin(&json, '[');
    for (const struct rule_kind *const *kind = rule_kinds; *kind; kind++)
        write_kind(&json, *kind);
    json_write_end(&json, ']');
    json_write_end(&json, '}');
    fputc('\n', out);
}

static int run_rules(struct run *run, struct error *err)
{
    const struct format *format = run->options->format;
    if (format == &format_json) {
        write_rules(run->out);
        return EXIT_CLEAN;
    }
    if (format != &format_human) {
        error_usage(err, "rules has no format \"%s\": take human or json", format->name);
        return EXIT_USAGE;
    }
    for (const struct rule_kind *const *kind = rule_kinds; *kind; kind++)
        fprintf(run->out, "%-20s %-8s %-9s %s\n", (*kind)->name, severity_name((*kind)->severity),
                (*kind)->is_of_plan   ? "plan"
                : (*kind)->is_builtin ? "built in"
                                      : "",
                (*kind)->summary);
    return EXIT_CLEAN;
}

const struct command command_rules = {
    .name = "rules",
    .arguments = "[--format json]",
    .summary = "list what can be checked",
    .bit = ON_RULES,
    .run = run_rules,
};

/* Indented by four, as a code block. */
static void print_block(FILE *out, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        fprintf(out, "    %.*s\n", (int)len, text);
        text += len + (text[len] == '\n');
    }
}

static void explain(FILE *out, const struct rule_kind *kind)
{
    static const char *const types[] = {
        [OPTION_BOOL] = "true or false", [OPTION_BYTES] = "bytes",     [OPTION_COUNT] = "a number",
        [OPTION_DURATION] = "time",      [OPTION_PERCENT] = "percent", [OPTION_TOKENS] = "tokens",
        [OPTION_USD] = "US dollars",
    };
    fprintf(out, "## %s\n\n%s.\n\n%s.\n\n", kind->name, kind->summary, kind->why);
    fprintf(out, "Severity: %s. In force%s%s.\n", severity_name(kind->severity),
            kind->is_of_plan ? " in tokgate plan" : "",
            kind->is_builtin   ? " without a rule file"
            : kind->is_of_plan ? ", when a rule file has it"
                               : " when a rule file has it");
    if (kind->options[0].name)
        fputs("\nOptions:\n\n", out);
    for (const struct rule_option *option = kind->options; option->name; option++)
        fprintf(out, "- `%s` (%s): %s\n", option->name, types[option->type], option->help);
    fprintf(out, "\nIt fires with this tokgate.json:\n\n");
    print_block(out, kind->example);
    fprintf(out, "\non this %s:\n\n", kind->example_file);
    print_block(out, kind->example_input);
}

static int run_explain(struct run *run, struct error *err)
{
    const struct strs *names = &run->options->operands;
    if (!names->len && !run->options->all) {
        error_usage(err, "explain what? name a rule (tokgate rules lists them), or say --all");
        return EXIT_USAGE;
    }
    for (const struct rule_kind *const *kind = rule_kinds; *kind && run->options->all; kind++) {
        fputs(kind == rule_kinds ? "" : "\n", run->out);
        explain(run->out, *kind);
    }
    for (size_t i = 0; i < names->len; i++) {
        const struct rule_kind *kind = rule_kind_find(names->items[i]);
        struct str nearest = rule_kind_nearest(names->items[i]);
        if (!kind) {
            error_usage(err, "no rule \"%.*s\"%s%.*s%s", STR_ARGS(names->items[i]),
                        nearest.len ? "; did you mean \"" : "; tokgate rules lists them",
                        STR_ARGS(nearest), nearest.len ? "\"?" : "");
            return EXIT_USAGE;
        }
        fputs(i ? "\n" : "", run->out);
        explain(run->out, kind);
    }
    return EXIT_CLEAN;
}

const struct command command_explain = {
    .name = "explain",
    .arguments = "RULE... | --all",
    .summary = "what a rule checks, why, an example that fires, its options",
    .bit = ON_EXPLAIN,
    .run = run_explain,
};
