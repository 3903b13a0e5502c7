/* tokgate reconcile: what was expected of a batch, and what its results say. */
#include "base/list.h"
#include "cli/label.h"
#include "cli/learn.h"
#include "cli/pipeline.h"
#include "report/reconcile.h"

enum { LISTED = 20 };

/* One run of it. */
struct reconciling {
    struct run *run;
    struct reconcile reconcile;
    struct regex *label; /* NULL: none was given */
    struct learning learning;
    struct error failed; /* of adding a request */
    size_t errors;       /* printed so far */
};

static void add_request(struct pipeline *pipeline, const struct item *item,
                        const struct plan_record *record)
{
    struct reconciling *reconciling = pipeline->context;
    struct reconcile *reconcile = &reconciling->reconcile;
    const size_t before = reconcile->ledger.len;
    if (reconciling->failed.kind || !reconcile_request(reconcile, record, &reconciling->failed) ||
        reconcile->ledger.len == before || !reconcile->learned.is_wanted)
        return;
    learn_add(&reconciling->learning, item, &reconciling->failed);
}

static void read_results(struct reconciling *reconciling, struct str path)
{
    struct run *run = reconciling->run;
    struct stream stream;
    struct error err = { 0 };
    bool is_stdin = str_equal(path, STR("-"));
    struct str name = is_stdin ? STR("(stdin)") : path;
    if (stream_open(&stream, is_stdin ? NULL : str_to_c(run->arena, path), &err)) {
        reconcile_stream(&reconciling->reconcile, name, &stream, &err);
        stream_close(&stream);
    }
    if (!err.kind || pipeline_is_interrupted(run))
        return;
    reconciling->errors++;
    pipeline_say(run, "error", "%.*s%s%s", STR_ARGS(name),
                 err.text[0] >= '0' && err.text[0] <= '9' ? ":" : ": ", err.text);
}

/* What kept an entry of the manifest from being a request is said here too: its result will be one
 * of no request. Other faults of requests are past, and their results say them. */
static void take_findings(struct reconcile *reconcile, const struct pipeline *pipeline)
{
    for (size_t i = 0; pipeline->summary.failed_requests && i < pipeline->findings.len; i++) {
        const struct finding *finding = &pipeline->findings.items[i];
        reconcile->sums.errors += finding->severity == SEVERITY_ERROR;
        findings_add(&reconcile->findings, finding);
    }
}

static void print(struct reconciling *reconciling, const struct summary *summary)
{
    struct run *run = reconciling->run;
    const struct options *options = run->options;
    const struct environment *environment = run->environment;
    const bool is_coloured =
        options->colour == COLOUR_ALWAYS ||
        (options->colour == COLOUR_AUTO && environment->out_is_terminal && !environment->no_color);
    const struct report_style style = { .colour = is_coloured, .quiet = options->quiet };
    if (options->format == &format_json)
        report_reconcile_json(run->out, &reconciling->reconcile, summary);
    else
        report_reconcile_human(run->out, &style, &reconciling->reconcile, summary);
}

static int status_of(const struct reconciling *reconciling, const struct pipeline *pipeline)
{
    const struct reconcile_sums *sums = &reconciling->reconcile.sums;
    const struct options *options = reconciling->run->options;
    size_t failing = sums->errors;
    if (options->fail_on <= SEVERITY_WARNING)
        failing += sums->warnings;
    if (options->fail_on <= SEVERITY_NOTE)
        failing += sums->notes;
    if (pipeline->errors || reconciling->errors)
        return EXIT_ERROR;
    return failing && !options->exit_zero ? EXIT_FINDINGS : EXIT_CLEAN;
}

/* What was learned is kept, or it is said why not. */
static void end_learning(struct reconciling *reconciling)
{
    struct error err = { 0 };
    if (!reconciling->reconcile.learned.is_wanted || learn_end(&reconciling->learning, &err))
        return;
    reconciling->errors++;
    pipeline_say(reconciling->run, "error", "%s", err.text);
}

static bool check_arguments(struct reconciling *reconciling, struct error *err)
{
    const struct options *options = reconciling->run->options;
    const struct strs *paths = &options->operands;
    size_t stdins = 0;
    for (size_t i = 0; i < paths->len; i++)
        stdins += str_equal(paths->items[i], STR("-"));
    if (options->format != &format_human && options->format != &format_json)
        return error_usage(err, "reconcile has no format \"%s\": take human or json",
                           options->format->name);
    if (paths->len < 2)
        return error_usage(err, "say tokgate reconcile MANIFEST RESULTS...");
    if (stdins > 1)
        return error_usage(err, "standard input can be read only once");
    return label_compile(reconciling->run, &reconciling->label, err);
}

/* Counts the manifest, which is the first operand. */
static bool read_manifest(struct reconciling *reconciling, struct pipeline *pipeline,
                          struct error *err)
{
    struct options *options = ARENA_NEW(reconciling->run->arena, struct options);
    struct run *run = ARENA_NEW(reconciling->run->arena, struct run);
    *options = *reconciling->run->options;
    *run = *reconciling->run;
    run->options = options;
    options->operands.len = 1;
    pipeline->on_record = add_request;
    pipeline->context = reconciling;
    pipeline->said_clearing = true;
    pipeline->said_unknown_model = true; /* models come and go: old runs had what they had */
    if (!pipeline_run(pipeline, run, err))
        return false;
    if (reconciling->failed.kind) {
        *err = reconciling->failed;
        return false;
    }
    if (!reconciling->reconcile.sums.requests && !pipeline->errors && !pipeline_is_interrupted(run))
        return error_usage(err,
                           "nothing to reconcile: there is no request in %.*s (the manifest comes "
                           "first, its results after it)",
                           STR_ARGS(options->operands.items[0]));
    return true;
}

static int run_reconcile(struct run *run, struct error *err)
{
    const struct options *options = run->options;
    struct reconciling *reconciling = ARENA_NEW(run->arena, struct reconciling);
    struct pipeline *pipeline = ARENA_NEW(run->arena, struct pipeline);
    bool lists_all = options->verbose || options->format == &format_json;
    reconciling->run = run;
    if (!check_arguments(reconciling, err))
        return EXIT_USAGE;
    const struct reconcile_options how = {
        .catalog = run->catalog,
        .listed_max = lists_all ? FINDINGS_MAX : LISTED,
        .is_interrupted = run->environment->is_interrupted,
        .label = reconciling->label ? label_by_pattern : NULL,
        .label_context = reconciling->label,
        .observe = options->learn ? learn_answer : NULL,
        .observe_context = &reconciling->learning,
    };
    struct reconcile *reconcile = &reconciling->reconcile;
    reconcile_init(reconcile, &how, run->arena);
    if (options->learn &&
        !learn_begin(&reconciling->learning, pipeline, run, &reconcile->learned, err))
        return EXIT_USAGE;
    bool is_good = read_manifest(reconciling, pipeline, err);
    if (is_good) {
        for (size_t i = 1; i < options->operands.len && !pipeline_is_interrupted(run); i++)
            read_results(reconciling, options->operands.items[i]);
        take_findings(reconcile, pipeline);
        const bool is_partial = reconciling->errors > 0 || pipeline_is_interrupted(run);
        end_learning(reconciling);
        reconcile->is_partial = is_partial;
        reconcile_finish(reconcile);
        if (reconcile->sums.results || !reconciling->errors)
            print(reconciling, &pipeline->summary);
    }
    reconcile_free(reconcile);
    return is_good ? status_of(reconciling, pipeline) : EXIT_ERROR;
}

static void help(FILE *out)
{
    fputs("\nwhat it finds (--fail-on chooses what fails):\n", out);
    for (int i = 0; i < RECONCILE_FAULTS_LEN; i++)
        fprintf(out, "  %-21s %-8s %s\n", reconcile_faults[i].name,
                severity_name(reconcile_faults[i].severity), reconcile_faults[i].summary);
    fputs("\nformats of the report (--format):\n"
          "  human      for people: a line a finding, then what was expected and what came\n"
          "  json       one JSON document (see rules/schema)\n",
          out);
}

const struct command command_reconcile = {
    .name = "reconcile",
    .arguments = "[OPTION]... MANIFEST RESULTS...",
    .summary = "compare the results of a batch with what was counted: tokens, errors, cost",
    .bit = ON_RECONCILE,
    .run = run_reconcile,
    .help = help,
};
