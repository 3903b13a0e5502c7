#include "cli/outcome.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void tally(struct pipeline *pipeline)
{
    struct summary *summary = &pipeline->summary;
    const struct unlisted *unlisted = &pipeline->unlisted;
    for (size_t i = 0; i < pipeline->findings.len; i++) {
        const struct finding *finding = &pipeline->findings.items[i];
        summary->undecided += finding->verdict == VERDICT_UNDECIDED;
        summary->errors += finding->severity == SEVERITY_ERROR;
        summary->warnings += finding->severity == SEVERITY_WARNING;
        summary->notes += finding->severity == SEVERITY_NOTE;
    }
    for (int severity = SEVERITY_OFF; severity <= SEVERITY_ERROR; severity++)
        summary->undecided += unlisted->len[VERDICT_UNDECIDED][severity];
    summary->errors += unlisted_severity_len(unlisted, SEVERITY_ERROR);
    summary->warnings += unlisted_severity_len(unlisted, SEVERITY_WARNING);
    summary->notes += unlisted_severity_len(unlisted, SEVERITY_NOTE);
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

void outcome_settle(struct pipeline *pipeline)
{
    if (pipeline->run->options->on_undecided == ON_UNDECIDED_PASS)
        drop_undecided(&pipeline->findings);
    tally(pipeline);
}

void outcome_print(const struct outcome *outcome)
{
    const struct run *run = outcome->pipeline->run;
    const struct options *options = run->options;
    const struct environment *environment = run->environment;
    const bool may_colour = environment->out_is_terminal && !environment->no_color;
    const struct report_style style = {
        .colour =
            options->colour == COLOUR_ALWAYS || (options->colour == COLOUR_AUTO && may_colour),
        .quiet = options->quiet,
        .verbose = options->verbose,
    };
    outcome->print(outcome, run->out, &style, options->format);
}

bool outcome_is_read(const struct run *run, struct str path)
{
    const struct strs *operands = &run->options->operands;
    struct stat written, read;
    if (!path.len || stat(str_to_c(run->arena, path), &written) != 0 || !S_ISREG(written.st_mode))
        return false;
    for (size_t i = 0; i < operands->len; i++)
        if (stat(str_to_c(run->arena, operands->items[i]), &read) == 0 &&
            read.st_dev == written.st_dev && read.st_ino == written.st_ino)
            return true;
    return false;
}

static bool write_output(const struct outcome *outcome, const struct output *output,
                         struct error *err)
{
    const struct run *run = outcome->pipeline->run;
    const struct report_style style = { .quiet = run->options->quiet,
                                        .verbose = run->options->verbose };
    if (outcome_is_read(run, output->path))
        return error_set(err, "--output would replace %.*s, which is read", STR_ARGS(output->path));
    FILE *file = fopen(str_to_c(run->arena, output->path), "wb");
    if (!file)
        return error_set(err, "%.*s: %s", STR_ARGS(output->path), strerror(errno));
    outcome->print(outcome, file, &style, output->format);
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

void outcome_write(const struct outcome *outcome)
{
    struct pipeline *pipeline = outcome->pipeline;
    const struct outputs *outputs = &pipeline->run->options->outputs;
    for (size_t i = 0; i < outputs->len; i++) {
        struct error cause = { 0 };
        if (write_output(outcome, &outputs->items[i], &cause))
            continue;
        pipeline->errors++;
        pipeline_say(pipeline->run, "error", "%s", cause.text);
    }
}

int outcome_status(const struct pipeline *pipeline)
{
    const struct options *options = pipeline->run->options;
    bool fails = false, is_undecided = false;
    for (int severity = SEVERITY_OFF; severity <= SEVERITY_ERROR; severity++)
        is_undecided |= pipeline->unlisted.len[VERDICT_UNDECIDED][severity] > 0;
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
