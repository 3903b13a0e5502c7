/* tokgate rules and tokgate explain: what can be checked. */
#include <string.h>

#include "base/list.h"
#include "cli/command.h"

static int run_rules(struct run *run, struct error *err)
{
    (void)err;
    for (const struct rule_kind *const *kind = rule_kinds; *kind; kind++)
        fprintf(run->out, "%-16s %-8s %-9s %s\n", (*kind)->name, severity_name((*kind)->severity),
                (*kind)->is_builtin ? "built in" : "", (*kind)->summary);
    return EXIT_CLEAN;
}

const struct command command_rules = {
    .name = "rules",
    .arguments = "",
    .summary = "list what can be checked",
    .bit = 32,
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
        [OPTION_BOOL] = "true or false",
        [OPTION_BYTES] = "bytes",
        [OPTION_PERCENT] = "percent",
        [OPTION_TOKENS] = "tokens",
    };
    fprintf(out, "## %s\n\n%s.\n\n%s.\n\n", kind->name, kind->summary, kind->why);
    fprintf(out, "Severity: %s. %s\n", severity_name(kind->severity),
            kind->is_builtin ? "In force without a rule file."
                             : "In force when a rule file has it.");
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
    .bit = 4,
    .run = run_explain,
};
