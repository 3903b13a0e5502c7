/* tokgate check: the main job. */
#include "cli/outcome.h"
#include "cli/print_config.h"

static bool nothing_checked(const struct pipeline *pipeline, struct error *err)
{
    const struct summary *summary = &pipeline->summary;
    if (summary->requests || summary->failed_requests || pipeline->findings.len ||
        pipeline->errors || pipeline_is_interrupted(pipeline->run))
        return false;
    size_t passed_over = summary->skipped.len + summary->left_out.len;
    if (passed_over)
        error_usage(err, "nothing to check: all of %zu paths were left out (--verbose says why)",
                    passed_over);
    else
        error_usage(err, "nothing to check: no prompt, request or manifest was found");
    return true;
}

static void print(const struct outcome *outcome, FILE *out, const struct report_style *style,
                  const struct format *format)
{
    format->check(out, style, &outcome->pipeline->findings, &outcome->pipeline->summary);
}

static int run_check(struct run *run, struct error *err)
{
    const struct options *options = run->options;
    if (options->print_config.len)
        return print_config(run, err);
    struct pipeline *pipeline = ARENA_NEW(run->arena, struct pipeline);
    pipeline->runs_rules = true;
    if (!pipeline_run(pipeline, run, err))
        return EXIT_ERROR;
    outcome_settle(pipeline);
    const struct outcome outcome = { .pipeline = pipeline, .print = print };
    bool is_empty = nothing_checked(pipeline, err);
    if (!is_empty || options->verbose || options->format != &format_human)
        outcome_print(&outcome);
    outcome_write(&outcome);
    return is_empty ? EXIT_USAGE : outcome_status(pipeline);
}

const struct command command_check = {
    .name = "check",
    .arguments = "[OPTION]... [PATH]...",
    .summary = "check prompts, requests and manifests against the rules (the default command)",
    .bit = ON_CHECK,
    .run = run_check,
};
