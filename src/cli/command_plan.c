/* tokgate plan: what a lot of requests comes to, before they are submitted. */
#include <sys/stat.h>

#include "cli/outcome.h"
#include "cli/planning.h"
#include "plan/split_directory.h"

/* Of a tier nobody named, the lowest one with published numbers. */
static const struct str tier_assumed = STR_INIT("start");

const struct rule *planning_rule(const struct settings *settings, const struct rule_kind *kind)
{
    for (size_t i = 0; i < settings->rules.len; i++)
        if (settings->rules.items[i].kind == kind &&
            settings->rules.items[i].severity != SEVERITY_OFF)
            return &settings->rules.items[i];
    return NULL;
}

/* What the command line says of it, else the rule file. */
static struct plan_output output_of(const struct planning *planning, const struct options *options,
                                    const struct ruleset *ruleset)
{
    const bool is_given = options->output_tokens >= 0 || options->output_share >= 0;
    struct plan_output output = { options->output_tokens, options->output_share, NULL };
    if (planning->has_forecast)
        output.forecast = &planning->forecast;
    else if (!is_given && ruleset->output.is_set)
        output = (struct plan_output){ ruleset->output.tokens, ruleset->output.share, NULL };
    return output;
}

void planning_start(struct pipeline *pipeline, const struct settings *settings)
{
    struct planning *planning = pipeline->context;
    const struct options *options = pipeline->run->options;
    const struct ruleset *ruleset = &pipeline->ruleset;
    const struct str tier = ruleset->tier;
    const struct plan_options wanted = {
        .tier = tier.len ? tier : tier_assumed,
        .is_tier_given = tier.len > 0,
        .queued = options->queued,
        .output = output_of(planning, options, ruleset),
        .wants_bounds = planning_rule(settings, &rule_kind_plan_duration) != NULL,
        .online = options->online,
        .cache_hit = options->cache_hit,
    };
    planning->settings = settings;
    plan_init(&planning->plan, pipeline->run->arena, ruleset, pipeline->run->catalog, &wanted);
}

/* What is expected of a request by its label, and by all labels together. */
static void count_forecast(struct planning *planning, const struct plan_record *record)
{
    bool has_label;
    if (!planning->has_forecast)
        return;
    forecast_tokens(&planning->forecast, record->custom_id, &has_label);
    planning->forecast.by_label += has_label;
    planning->forecast.by_mean += !has_label;
}

static void find_stuck(struct pipeline *pipeline, const struct plan_stuck *stuck,
                       const struct settings *settings)
{
    struct planning *planning = pipeline->context;
    struct arena scratch = { 0 };
    struct findings found = { .arena = &scratch };
    check_stuck(&pipeline->checker, stuck, settings, &found, &pipeline->summary.waived);
    for (size_t i = 0; i < found.len; i++)
        keep_of_rule(pipeline, &planning->stuck, &found.items[i]);
    arena_free(&scratch);
}

void planning_add(struct pipeline *pipeline, const struct plan_record *record,
                  const struct source *source, const struct settings *settings)
{
    struct planning *planning = pipeline->context;
    struct plan_stuck stuck;
    struct plan_turn turn;
    count_forecast(planning, record);
    const bool is_sent = plan_add(&planning->plan, record, &turn, &stuck);
    if (planning->has_schedule)
        schedule_add(&planning->schedule, record, turn.pool, &turn.sent);
    if (is_sent)
        return;
    stuck.source = source;
    find_stuck(pipeline, &stuck, settings);
}

static void add(struct pipeline *pipeline, const struct item *item,
                const struct plan_record *record)
{
    struct planning *planning = pipeline->context;
    split_run_add(&planning->split, item, record);
    planning_add(pipeline, record, &item->from->source, item->from->settings);
}

static void leave_out(struct pipeline *pipeline, const struct item *item)
{
    struct planning *planning = pipeline->context;
    split_run_leave_out(&planning->split, item);
}

static void print(const struct outcome *outcome, FILE *out, const struct report_style *style,
                  const struct format *format)
{
    const struct pipeline *pipeline = outcome->pipeline;
    const struct planning *planning = pipeline->context;
    format->plan(out, style, &planning->plan, &pipeline->findings, &pipeline->summary);
}

static bool check_formats(const struct options *options, struct error *err)
{
    const struct format *wrong = options->format->plan ? NULL : options->format;
    for (size_t i = 0; !wrong && i < options->outputs.len; i++)
        if (!options->outputs.items[i].format->plan)
            wrong = options->outputs.items[i].format;
    return !wrong || error_usage(err, "plan has no format \"%s\": take human or json", wrong->name);
}

/* "out/plan.json" and the like, where --split has its files. */
static bool is_of_split(const struct run *run, struct str path)
{
    const struct str split = run->options->split;
    struct stat directory, parent;
    size_t slash = path.len;
    while (slash > 0 && path.ptr[slash - 1] != '/')
        slash--;
    const struct str name = str_slice(path, slash, path.len);
    const struct str in = slash ? str_slice(path, 0, slash) : STR(".");
    return split.len && split_directory_owns(name) &&
           stat(str_to_c(run->arena, split), &directory) == 0 &&
           stat(str_to_c(run->arena, in), &parent) == 0 && directory.st_dev == parent.st_dev &&
           directory.st_ino == parent.st_ino;
}

/* What is written must neither be what is read, nor what is written beside it. */
static bool check_file(const struct run *run, const char *option, struct str path,
                       struct error *err)
{
    if (outcome_is_read(run, path))
        return error_usage(err, "%s would replace %.*s, which is read", option, STR_ARGS(path));
    return !is_of_split(run, path) ||
           error_usage(err, "%s would replace %.*s, which is of --split", option, STR_ARGS(path));
}

static bool check_files(const struct run *run, struct error *err)
{
    const struct options *options = run->options;
    if (options->html.len && str_equal(options->html, options->schedule))
        return error_usage(err, "--html and --schedule write the same file");
    for (size_t i = 0; i < options->outputs.len; i++) {
        const struct str path = options->outputs.items[i].path;
        if (str_equal(path, options->html) || str_equal(path, options->schedule))
            return error_usage(err, "--output and %s write the same file",
                               str_equal(path, options->html) ? "--html" : "--schedule");
        if (!check_file(run, "--output", path, err))
            return false;
    }
    if (str_equal(options->html, STR("-")) || str_equal(options->schedule, STR("-")))
        return error_usage(err, "%s needs a file: standard output is for the report",
                           str_equal(options->html, STR("-")) ? "--html" : "--schedule");
    return check_file(run, "--html", options->html, err) &&
           check_file(run, "--schedule", options->schedule, err);
}

static bool is_empty(const struct pipeline *pipeline, struct error *err)
{
    const struct summary *summary = &pipeline->summary;
    if (summary->requests || summary->failed_requests || pipeline->findings.len ||
        pipeline->errors || pipeline_is_interrupted(pipeline->run))
        return false;
    error_usage(err, "nothing to plan: no prompt, request or manifest was found%s",
                summary->skipped.len + summary->left_out.len
                    ? " (tokgate check --verbose says what was left out)"
                    : "");
    return true;
}

/* The files, the chunks, and then the reports, which speak of them. */
static int finish(const struct outcome *outcome, struct error *err)
{
    struct pipeline *pipeline = outcome->pipeline;
    struct planning *planning = pipeline->context;
    struct split_run *split = &planning->split;
    planning_write_files(pipeline);
    const int split_status = split_run_write(split, pipeline, err);
    if (split->is_written) {
        planning->plan.split = &split->split;
        planning->plan.split_directory = pipeline->run->options->split;
    }
    outcome_print(outcome);
    split_run_print(split, pipeline->run);
    outcome_write(outcome);
    split_run_end(split);
    const int status = outcome_status(pipeline);
    return split_status > EXIT_FINDINGS || status == EXIT_CLEAN ? split_status : status;
}

static int run_plan(struct run *run, struct error *err)
{
    if (!check_formats(run->options, err) || !check_files(run, err))
        return EXIT_USAGE;
    struct pipeline *pipeline = ARENA_NEW(run->arena, struct pipeline);
    struct planning *planning = ARENA_NEW(run->arena, struct planning);
    pipeline->context = planning;
    pipeline->runs_rules = true;
    pipeline->plans = true;
    pipeline->on_start = planning_start;
    pipeline->on_record = add;
    pipeline->on_uncounted = leave_out;
    pipeline->hashes_entries = run->options->split.len > 0;
    if (!planning_read_results(planning, run, err))
        return EXIT_ERROR;
    if (!split_run_begin(&planning->split, run, err))
        return EXIT_ERROR;
    if (!planning_begin_schedule(planning, run, err))
        return EXIT_ERROR;
    if (!(run->options->from ? plan_from_records : pipeline_run)(pipeline, run, err)) {
        planning_drop_schedule(planning);
        return EXIT_ERROR;
    }
    keep_rule_end(pipeline, &planning->stuck);
    plan_end(&planning->plan);
    const struct plan_numbers numbers = plan_numbers_of(&planning->plan);
    if (planning->plan.sums.requests)
        check_plan(&numbers, planning->settings, &pipeline->findings);
    findings_sort(&pipeline->findings);
    outcome_settle(pipeline);
    const struct outcome outcome = { .pipeline = pipeline, .print = print };
    if (is_empty(pipeline, err)) {
        planning_drop_schedule(planning);
        return EXIT_USAGE;
    }
    return finish(&outcome, err);
}

const struct command command_plan = {
    .name = "plan",
    .arguments = "[OPTION]... [PATH]...",
    .summary = "plan a submission: tokens, cost, batches, and how long online calls take",
    .bit = ON_PLAN,
    .run = run_plan,
};
