#include "cli/pipeline.h"

#include "base/list.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "cli/judge.h"
#include "cli/overwrite.h"
#include "cli/read.h"
#include "input/discover.h"

/* Threads that wait for answers cost no time, but a chunk each: with so many, the next requests are
 * ready when the last ones of a chunk are still on their way. */
enum { THREADS_ONLINE = 4 };

void pipeline_say(struct run *run, const char *what, const char *format, ...)
{
    struct arena arena = { 0 };
    va_list args;
    va_start(args, format);
    struct str text = str_format_va(&arena, format, args);
    va_end(args);
    text = utf8_printable(&arena, text, SIZE_MAX);
    if (run->progress)
        progress_clear(run->progress);
    fprintf(run->err, "tokgate: %s: %.*s\n", what, STR_ARGS(text));
    arena_free(&arena);
}

/* A first operand that is no file may be a mistyped command. */
static struct str command_hint(struct run *run, struct str path)
{
    struct strs names = { .arena = run->arena };
    const struct strs *operands = &run->options->operands;
    if (!operands->len || !str_equal(operands->items[0], path))
        return (struct str){ 0 };
    for (const struct command *const *command = commands; *command; command++)
        *LIST_PUSH(&names) = str_from_c((*command)->name);
    struct str nearest = str_nearest(path, names.items, names.len);
    if (!nearest.len)
        return nearest;
    return str_format(run->arena, "; did you mean the command \"%.*s\"?", STR_ARGS(nearest));
}

static bool find_sources(struct pipeline *pipeline, struct founds *founds, struct error *err)
{
    struct run *run = pipeline->run;
    const struct ruleset *ruleset = &pipeline->ruleset;
    struct left_outs left_outs = { .arena = run->arena };
    struct found_errors errors = { .arena = run->arena };
    struct {
        struct arena *arena;
        struct glob **items;
        size_t len, cap;
    } include = {
        .arena = run->arena,
    };
    for (size_t i = 0; i < ruleset->prompts.len; i++)
        for (size_t j = 0; j < ruleset->prompts.items[i].files.len; j++)
            *LIST_PUSH(&include) = ruleset->prompts.items[i].files.items[j];
    const struct discover_options options = {
        .root = ruleset->directory,
        .include = include.items,
        .include_len = include.len,
        .exclude = ruleset->exclude.items,
        .exclude_len = ruleset->exclude.len,
        .stdin_filename = run->options->stdin_filename,
    };
    if (!discover(run->arena, &options, run->options->operands.items, run->options->operands.len,
                  founds, &left_outs, &errors, err))
        return false;
    for (size_t i = 0; i < errors.len; i++, pipeline->errors++)
        pipeline_say(run, "error", "%.*s%.*s", STR_ARGS(errors.items[i].message),
                     STR_ARGS(command_hint(run, errors.items[i].path)));
    for (size_t i = 0; i < left_outs.len; i++)
        *LIST_PUSH(&pipeline->summary.left_out) =
            (struct skipped){ left_outs.items[i].path, left_outs.items[i].why };
    return overwrite_check_written(run, err) && overwrite_check(run, founds, err);
}

/* Rows that come on the same terminal show by themselves how far it is. */
static void set_up_progress(struct pipeline *pipeline)
{
    struct run *run = pipeline->run;
    bool has_rows = pipeline->on_row && run->environment->out_is_terminal;
    bool is_shown = run->environment->may_show_progress && !run->options->quiet && !has_rows;
    progress_init(&pipeline->progress, is_shown ? run->err : NULL);
    run->progress = &pipeline->progress;
}

static size_t count_threads(const struct pipeline *pipeline)
{
    const struct run *run = pipeline->run;
    const struct environment *environment = run->environment;
    bool may_wait =
        run->options->count_mode != COUNT_MODE_OFFLINE && pipeline_has_credentials(pipeline);
    size_t least = may_wait ? THREADS_ONLINE : 1;
    if (run->options->jobs)
        return (size_t)run->options->jobs;
    return environment->processors > least ? environment->processors : least;
}

static void set_up(struct pipeline *pipeline, size_t threads)
{
    struct run *run = pipeline->run;
    const struct environment *environment = run->environment;
    pipeline->workshop = (struct workshop){
        .checker = &pipeline->checker,
        .mode = run->options->count_mode,
        .runs_rules = pipeline->runs_rules,
        .wants_records = pipeline->on_record != NULL,
        .wants_hashes = pipeline->hashes_entries,
        .counter_options = {
            .door = &pipeline->ruleset.endpoint,
            .environment = &environment->doors,
            .api_version = pipeline->ruleset.api_version,
            .betas = pipeline->ruleset.betas,
            .custom_headers = environment->custom_headers,
            .ca_file = environment->ca_file,
            .insecure_http = run->options->insecure_http,
            .timeout_ms = run->options->timeout_s * 1000,
            .connect_timeout_ms = 5000, /* as the vendor's SDKs do (python-sdk 0.121.0) */
            .vocab = run->vocab,
            .passages = &pipeline->workshop.passages,
            .wants_blocks = run->options->parts,
        },
        .correcting = &pipeline->correcting,
        .is_interrupted = environment->is_interrupted,
        .offline = ARENA_ARRAY(run->arena, struct offline *, threads),
    };
    pipeline->checker =
        (struct checker){ &pipeline->ruleset, run->catalog, environment->today, pipeline->plans };
    pipeline->findings.arena = pipeline->records.arena = run->arena;
    pipeline->summary.skipped.arena = pipeline->summary.left_out.arena = run->arena;
    pipeline->corrections_used =
        ARENA_ARRAY(run->arena, bool, pipeline->correcting.calibration.len);
    pipeline->itpms = ARENA_ARRAY(run->arena, struct itpm, run->catalog->models_len);
    pipeline->summary.calibration = pipeline->correcting.calibration.path;
    pipeline->summary.rule_file = pipeline->ruleset.path;
    pipeline->summary.catalog_date = run->catalog->as_of;
    pipeline->summary.default_model = run->catalog->default_model->id;
}

static void close_workshop(struct pipeline *pipeline, size_t threads)
{
    struct workshop *workshop = &pipeline->workshop;
    struct str said;
    online_close(workshop->online, &said, pipeline->run->arena);
    if (said.len)
        pipeline_say(pipeline->run, "warning", "%.*s", STR_ARGS(said));
    for (size_t i = 0; i < threads; i++)
        if (workshop->offline[i])
            offline_close(workshop->offline[i]);
    passages_free(&workshop->passages);
}

/* What has not been said at the place of a request. */
static void say_not_counted(struct pipeline *pipeline)
{
    struct run *run = pipeline->run;
    size_t len = pipeline->not_asked;
    const char *were = len == 1 ? " was" : "s were";
    if (pipeline_is_interrupted(run))
        pipeline_say(run, "error", "interrupted: not everything was read and counted");
    else if (len && pipeline->not_asked_why.len)
        pipeline_say(run, "error", "%zu request%s not counted: %.*s", len, were,
                     STR_ARGS(pipeline->not_asked_why));
    else if (len)
        pipeline_say(run, "error", "%zu more request%s not counted", len, were);
    if (pipeline->not_countable)
        pipeline_say(run, "warning",
                     "%zu request%s counted offline: the API does not count what it refuses, nor "
                     "server tools, URLs, file ids and MCP, nor, without betas, output_format and "
                     "context_management",
                     pipeline->not_countable, pipeline->not_countable == 1 ? " was" : "s were");
}

/* The settings of a source that no layer names: what holds for rules on all requests together.
 * Asked for before anything is read, so that rules that make no sense are said at once. */
static bool common_settings(struct pipeline *pipeline, const struct settings **settings,
                            struct error *err)
{
    const struct source nowhere = { 0 };
    return settings_check_layers(&pipeline->ruleset, err) &&
           settings_of(&pipeline->ruleset, &nowhere, settings, err);
}

bool pipeline_is_interrupted(const struct run *run)
{
    return atomic_load(run->environment->is_interrupted);
}

bool pipeline_begin(struct pipeline *pipeline, struct run *run, const struct settings **common,
                    struct error *err)
{
    pipeline->run = run;
    if (!pipeline_ruleset(run, &pipeline->ruleset, err) ||
        !correct_load(run, &pipeline->ruleset, &pipeline->correcting, err))
        return false;
    pipeline->threads = count_threads(pipeline);
    set_up_progress(pipeline);
    set_up(pipeline, pipeline->threads);
    return common_settings(pipeline, common, err);
}

static bool judges_totals(const struct pipeline *pipeline)
{
    return pipeline->runs_rules && !pipeline->on_finding;
}

bool pipeline_run(struct pipeline *pipeline, struct run *run, struct error *err)
{
    struct founds founds = { .arena = run->arena };
    const struct settings *common;
    if (!pipeline_begin(pipeline, run, &common, err) || !pipeline_open_online(pipeline, err))
        return false;
    const size_t threads = pipeline->threads;
    pipeline->keeps_records = judges_totals(pipeline) && check_has_totals(common);
    if (pipeline->on_start)
        pipeline->on_start(pipeline, common);
    struct pool *pool = NULL;
    if (find_sources(pipeline, &founds, err))
        pool = pool_open(threads, judge_chunk, &pipeline->workshop, err);
    bool read_all = pool && read_sources(pipeline, pool, &founds, err);
    if (pool)
        pool_close(pool);
    close_workshop(pipeline, threads);
    progress_clear(&pipeline->progress);
    pipeline_close_cache(pipeline);
    if (!pool)
        return false;
    say_not_counted(pipeline);
    correct_finish(run, &pipeline->correcting);
    if (!read_all)
        return false;
    if (judges_totals(pipeline))
        check_totals(&pipeline->checker, &pipeline->records, common, run->arena,
                     &pipeline->findings);
    findings_sort(&pipeline->findings);
    return true;
}
