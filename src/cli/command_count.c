/* tokgate count: like wc, for tokens. */
#include "cli/count_records.h"

static void print_row(struct pipeline *pipeline, const struct count_row *row)
{
    const struct run *run = pipeline->run;
    const struct report_style style = { .quiet = run->options->quiet,
                                        .verbose = run->options->verbose };
    run->options->format->count_row(run->out, &style, row, pipeline->rows);
}

/* What could not be counted is said on the other stream, as a finding is. */
static void say_findings(struct pipeline *pipeline)
{
    const struct report_style style = { .quiet = true };
    format_human.check(pipeline->run->err, &style, &pipeline->findings, &pipeline->summary);
}

int count_status(const struct pipeline *pipeline)
{
    if (pipeline->errors)
        return EXIT_ERROR;
    const bool fails = pipeline->summary.failed_requests > 0 || pipeline->faults > 0;
    return fails && !pipeline->run->options->exit_zero ? EXIT_FINDINGS : EXIT_CLEAN;
}

static int run_count(struct run *run, struct error *err)
{
    const struct options *options = run->options;
    if (options->records)
        return count_records(run, err);
    if (options->part.len) {
        error_usage(err, "--part needs --records: it names the part they are");
        return EXIT_USAGE;
    }
    if (!options->format->count_row) {
        error_usage(err, "count has no format \"%s\": take human, json or jsonl",
                    options->format->name);
        return EXIT_USAGE;
    }
    struct pipeline *pipeline = ARENA_NEW(run->arena, struct pipeline);
    pipeline->on_row = print_row;
    if (!pipeline_run(pipeline, run, err))
        return EXIT_ERROR;
    const struct summary *summary = &pipeline->summary;
    const struct report_style style = { .quiet = options->quiet, .verbose = options->verbose };
    if (!summary->requests && !summary->failed_requests && !pipeline->errors &&
        !pipeline_is_interrupted(run)) {
        error_usage(err, "nothing to count: no prompt, request or manifest was found%s",
                    summary->skipped.len + summary->left_out.len
                        ? " (tokgate check --verbose says what was left out)"
                        : "");
        return EXIT_USAGE;
    }
    options->format->count_end(run->out, &style, summary);
    say_findings(pipeline);
    return count_status(pipeline);
}

const struct command command_count = {
    .name = "count",
    .arguments = "[OPTION]... [PATH]...",
    .summary = "count input tokens: low, tokens, high, origin, bytes, path; totals",
    .bit = ON_COUNT,
    .run = run_count,
};
