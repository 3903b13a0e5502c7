#include "cli/pipeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/list.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "cli/read.h"
#include "count/cache.h"
#include "count/door.h"
#include "count/observer.h"
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

/* The path of a found rule file as a user would write it: relative when it is below here. */
static struct str shown_path(struct run *run, struct str absolute)
{
    struct str here = run->environment->directory;
    if (here.len > 1 && str_starts(absolute, here) && absolute.len > here.len + 1 &&
        absolute.ptr[here.len] == '/')
        return str_slice(absolute, here.len + 1, absolute.len);
    return absolute;
}

/* The rule file that was found from a directory: those of many files are looked for only once. */
struct lookup {
    struct str directory, rules;
};

static struct str look_up(struct run *run, struct str absolute, struct lookup *last)
{
    struct stat status;
    struct str directory = absolute;
    if (stat(str_to_c(run->arena, absolute), &status) != 0 || !S_ISDIR(status.st_mode))
        while (directory.len > 1 && absolute.ptr[--directory.len] != '/')
            continue;
    if (!last->directory.len || !str_equal(directory, last->directory))
        *last = (struct lookup){ directory, ruleset_find(run->arena, directory) };
    return last->rules;
}

/* The rule file above each PATH must be the same one: settings of two would mix. */
static bool find_rule_file(struct run *run, struct str *found, struct error *err)
{
    const struct strs *paths = &run->options->operands;
    struct str here = run->environment->directory;
    struct str first = { 0 };
    struct lookup above_here = { 0 }, above = { 0 };
    *found = (struct str){ 0 };
    for (size_t i = 0; i < paths->len; i++) {
        bool is_stdin = str_equal(paths->items[i], STR("-"));
        struct str name = is_stdin ? run->options->stdin_filename : paths->items[i];
        struct str start = name.len ? discover_absolute(run->arena, here, name) : here;
        struct str rules = look_up(run, start, &above);
        if (!rules.len && !str_equal(above.directory, here))
            rules = look_up(run, here, &above_here);
        if (i && !str_equal(rules, *found))
            return error_usage(err,
                               "%.*s and %.*s are under different rule files: check them in two "
                               "runs, or choose one with --config",
                               STR_ARGS(first), STR_ARGS(paths->items[i]));
        *found = rules;
        first = paths->items[0];
    }
    if (!paths->len)
        *found = ruleset_find(run->arena, here);
    return true;
}

static bool take_tier(struct run *run, struct ruleset *ruleset, struct error *err)
{
    const struct str tier = run->options->tier;
    size_t len;
    if (!tier.len)
        return true;
    ruleset->tier = tier;
    ruleset->tier_origin = (struct origin){ STR("--tier"), { 0, 0 } };
    if (catalog_has_tier(run->catalog, tier))
        return true;
    const struct str *tiers = catalog_tiers(run->catalog, &len);
    struct buf all = { .arena = run->arena };
    for (size_t i = 0; i < len; i++)
        buf_format(&all, "%s%.*s", i ? ", " : "", STR_ARGS(tiers[i]));
    return error_usage(err, "--tier takes one of %.*s, not \"%.*s\"", STR_ARGS(buf_str(&all)),
                       STR_ARGS(tier));
}

bool pipeline_ruleset(struct run *run, struct ruleset *ruleset, struct error *err)
{
    const struct options *options = run->options;
    struct str path = options->config;
    ruleset_init(ruleset, run->arena, run->catalog, run->environment->directory);
    if (options->config.len && options->no_config)
        return error_usage(err, "--config and --no-config exclude each other");
    if (!options->config.len && !options->no_config) {
        struct str found;
        if (!find_rule_file(run, &found, err))
            return false;
        path = shown_path(run, found);
    }
    if (path.len && !ruleset_load(ruleset, path, err))
        return false;
    if (options->model.len && !catalog_model(run->catalog, options->model)) {
        struct str nearest = catalog_nearest_model(run->catalog, options->model);
        return error_usage(err, "--model: no model \"%.*s\" in the catalog of %.*s%s%.*s%s",
                           STR_ARGS(options->model), STR_ARGS(run->catalog->as_of),
                           nearest.len ? "; did you mean \"" : "", STR_ARGS(nearest),
                           nearest.len ? "\"?" : ": see tokgate models");
    }
    ruleset->command_line_model = options->model;
    return take_tier(run, ruleset, err);
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
    return true;
}

static bool has_credentials(const struct pipeline *pipeline)
{
    return door_has_credential(&pipeline->ruleset.endpoint, &pipeline->run->environment->doors);
}

static void show_progress(void *context, const struct asker_tally *tally)
{
    progress_show(context, tally, clock_ms());
}

static void add_cached(void *context, size_t len)
{
    progress_add_cached(context, len);
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

/* Counts of earlier runs. What is wrong with the file is said, and is no reason not to count. */
static struct online_cache open_cache(struct run *run)
{
    const struct options *options = run->options;
    const struct environment *environment = run->environment;
    struct error err = { 0 };
    struct str said = { 0 };
    if (options->no_cache)
        return (struct online_cache){ 0 };
    struct cache *cache = cache_open(
        cache_directory(run->arena, options->cache, environment->cache_home, environment->home),
        &said, run->arena, &err);
    if (!cache)
        pipeline_say(run, "warning", "counts are not remembered: %s", err.text);
    else if (said.len)
        pipeline_say(run, "warning", "%.*s", STR_ARGS(said));
    return (struct online_cache){ cache, cache_key_of, cache_get, cache_put };
}

/* Where counts are kept, what they teach is kept too. */
static struct observer *open_observer(const struct pipeline *pipeline)
{
    const struct run *run = pipeline->run;
    const struct environment *environment = run->environment;
    const struct observer_options options = {
        .dir = cache_directory(run->arena, run->options->cache, environment->cache_home,
                               environment->home),
        .catalog = run->catalog,
        .vocab = run->vocab,
        .api_version = pipeline->ruleset.api_version,
        .betas = pipeline->ruleset.betas,
        .day = date_days(environment->today),
    };
    return pipeline->cache ? observer_new(&options) : NULL;
}

static void close_cache(struct pipeline *pipeline)
{
    struct str said = { 0 };
    observer_close(pipeline->workshop.observer, &said, pipeline->run->arena);
    pipeline->workshop.observer = NULL;
    if (said.len)
        pipeline_say(pipeline->run, "warning", "%.*s", STR_ARGS(said));
    cache_close(pipeline->cache, &said, pipeline->run->arena);
    pipeline->cache = NULL;
    if (said.len)
        pipeline_say(pipeline->run, "warning", "%.*s", STR_ARGS(said));
}

/* What the rule file leaves open of its door, by its place. */
static bool check_endpoint(const struct pipeline *pipeline, struct error *err)
{
    const struct ruleset *ruleset = &pipeline->ruleset;
    const struct origin *origin = &ruleset->endpoint_origin;
    struct str members[DOOR_MEMBERS_LEN];
    struct error cause = { 0 };
    if (door_read_members(&ruleset->endpoint, &pipeline->run->environment->doors, members, &cause))
        return true;
    return error_because(err, &cause, "%.*s:%zu:%zu: %s", STR_ARGS(origin->path),
                         origin->place.line, origin->place.column, cause.text);
}

/* --count api must be able to count before anything is read, and a key must never have a wrong
 * place to go to. What else keeps auto from asking is said when it wants to ask. */
static bool open_online(struct pipeline *pipeline, struct error *err)
{
    struct workshop *workshop = &pipeline->workshop;
    const struct options *options = pipeline->run->options;
    const struct environment *environment = pipeline->run->environment;
    bool is_auto = workshop->mode == COUNT_MODE_AUTO;
    struct error cause = { 0 };
    struct online_options online = {
        .counter = &workshop->counter_options,
        .catalog = pipeline->run->catalog,
        .per_minute = ruleset_count_rpm(&pipeline->ruleset),
        .retries = (int)options->retries,
        .deadline_ms = options->deadline_ms ? clock_ms() + options->deadline_ms : INT64_MAX,
        .is_interrupted = environment->is_interrupted,
        .progress = show_progress,
        .found_cached = add_cached,
        .context = &pipeline->progress,
    };
    if (workshop->mode == COUNT_MODE_OFFLINE || (is_auto && !has_credentials(pipeline)))
        return true;
    if (!check_endpoint(pipeline, err))
        return false;
    online.cache = open_cache(pipeline->run);
    pipeline->cache = online.cache.cache;
    if (pipeline->cache)
        online.shared_path = cache_path(pipeline->cache);
    workshop->observer = open_observer(pipeline);
    workshop->online = online_new(&online, &cause);
    if (!workshop->online && (!is_auto || cause.kind == ERROR_USAGE)) {
        close_cache(pipeline);
        *err = cause;
        return false;
    }
    workshop->offline_only = cause;
    return true;
}

static size_t count_threads(const struct pipeline *pipeline)
{
    const struct run *run = pipeline->run;
    const struct environment *environment = run->environment;
    bool may_wait = run->options->count_mode != COUNT_MODE_OFFLINE && has_credentials(pipeline);
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
                     "server tools, URLs, file ids and MCP",
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

bool pipeline_run(struct pipeline *pipeline, struct run *run, struct error *err)
{
    struct founds founds = { .arena = run->arena };
    const struct settings *common;
    if (!pipeline_begin(pipeline, run, &common, err) || !open_online(pipeline, err))
        return false;
    const size_t threads = pipeline->threads;
    pipeline->keeps_records = pipeline->runs_rules && check_has_totals(common);
    if (pipeline->on_start)
        pipeline->on_start(pipeline, common);
    struct pool *pool = NULL;
    if (find_sources(pipeline, &founds, err))
        pool = pool_open(threads, chunk_work, &pipeline->workshop, err);
    bool read_all = pool && read_sources(pipeline, pool, &founds, err);
    if (pool)
        pool_close(pool);
    close_workshop(pipeline, threads);
    progress_clear(&pipeline->progress);
    close_cache(pipeline);
    if (!pool)
        return false;
    say_not_counted(pipeline);
    correct_finish(run, &pipeline->correcting);
    if (!read_all)
        return false;
    if (pipeline->runs_rules)
        check_totals(&pipeline->checker, &pipeline->records, common, run->arena,
                     &pipeline->findings);
    findings_sort(&pipeline->findings);
    return true;
}
