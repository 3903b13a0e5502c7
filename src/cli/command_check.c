/* tokgate check: the main job. */
#include <errno.h>
#include <string.h>

#include "cli/pipeline.h"
#include "cli/print_config.h"

static void tally(struct pipeline *pipeline)
{
    struct summary *summary = &pipeline->summary;
    for (size_t i = 0; i < pipeline->findings.len; i++) {
        const struct finding *finding = &pipeline->findings.items[i];
        summary->undecided += finding->verdict == VERDICT_UNDECIDED;
        summary->errors += finding->severity == SEVERITY_ERROR;
        summary->warnings += finding->severity == SEVERITY_WARNING;
        summary->notes += finding->severity == SEVERITY_NOTE;
    }
}

/* --on-undecided pass: what cannot be decided is not reported. */
static void drop_undecided(struct findings *findings)
{
    size_t kept = 0;
    for (size_t i = 0; i < findings->len; i++)
        if (findings->items[i].verdict != VERDICT_UNDECIDED)
            findings->items[kept++] = findings->items[i];
    findings->len = kept;
}

static bool write_output(struct run *run, const struct output *output,
                         const struct pipeline *pipeline, struct error *err)
{
    const struct report_style style = { .quiet = run->options->quiet,
                                        .verbose = run->options->verbose };
    FILE *file = fopen(str_to_c(run->arena, output->path), "wb");
    if (!file)
        return error_set(err, "%.*s: %s", STR_ARGS(output->path), strerror(errno));
    output->format->check(file, &style, &pipeline->findings, &pipeline->summary);
    errno = 0;
    bool written = fflush(file) == 0 && !ferror(file);
    int cause = errno;
    if (fclose(file) != 0 && written) {
        written = false;
        cause = errno;
    }
    return written ||
           error_set(err, "cannot write %.*s: %s", STR_ARGS(output->path), strerror(cause));
}

static int status_of(const struct pipeline *pipeline, const struct options *options)
{
    bool fails = false, is_undecided = false;
    for (size_t i = 0; i < pipeline->findings.len; i++) {
        const struct finding *finding = &pipeline->findings.items[i];
        if (finding->verdict == VERDICT_FAIL)
            fails |= finding->severity >= options->fail_on;
        else
            is_undecided = true;
    }
    if (pipeline->errors)
        return EXIT_ERROR;
    if (options->exit_zero)
        return EXIT_CLEAN;
    if (fails)
        return EXIT_FINDINGS;
    return is_undecided && options->on_undecided == ON_UNDECIDED_FAIL ? EXIT_UNDECIDED : EXIT_CLEAN;
}

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

static int run_check(struct run *run, struct error *err)
{
    const struct options *options = run->options;
    const struct environment *environment = run->environment;
    if (options->print_config.len)
        return print_config(run, err);
    struct pipeline *pipeline = ARENA_NEW(run->arena, struct pipeline);
    pipeline->runs_rules = true;
    if (!pipeline_run(pipeline, run, err))
        return EXIT_ERROR;
    if (options->on_undecided == ON_UNDECIDED_PASS)
        drop_undecided(&pipeline->findings);
    tally(pipeline);
    bool may_colour = environment->out_is_terminal && !environment->no_color;
    const struct report_style style = {
        .colour =
            options->colour == COLOUR_ALWAYS || (options->colour == COLOUR_AUTO && may_colour),
        .quiet = options->quiet,
        .verbose = options->verbose,
    };
    bool is_empty = nothing_checked(pipeline, err);
    if (!is_empty || options->verbose || options->format != &format_human)
        options->format->check(run->out, &style, &pipeline->findings, &pipeline->summary);
    for (size_t i = 0; i < options->outputs.len; i++) {
        struct error cause = { 0 };
        if (write_output(run, &options->outputs.items[i], pipeline, &cause))
            continue;
        pipeline->errors++;
        pipeline_say(run, "error", "%s", cause.text);
    }
    return is_empty ? EXIT_USAGE : status_of(pipeline, options);
}

const struct command command_check = {
    .name = "check",
    .arguments = "[OPTION]... [PATH]...",
    .summary = "check prompts, requests and manifests against the rules (the default command)",
    .bit = ON_CHECK,
    .run = run_check,
};
