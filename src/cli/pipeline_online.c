/* What a run needs that may ask the API: the cache beside it, what is learned from answers, the
 * client. */
#include "base/clock.h"
#include "base/date.h"
#include "cli/pipeline.h"
#include "count/cache.h"
#include "count/door.h"
#include "count/observer.h"

bool pipeline_has_credentials(const struct pipeline *pipeline)
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

static struct str directory(const struct run *run)
{
    const struct environment *environment = run->environment;
    return cache_directory(run->arena, run->options->cache, environment->cache_home,
                           environment->home);
}

/* Counts of earlier runs. What is wrong with the file is said, and is no reason not to count. */
static struct online_cache open_cache(struct run *run)
{
    struct error err = { 0 };
    struct str said = { 0 };
    if (run->options->no_cache)
        return (struct online_cache){ 0 };
    struct cache *cache = cache_open(directory(run), &said, run->arena, &err);
    if (!cache)
        pipeline_say(run, "warning", "counts are not remembered: %s", err.text);
    else if (said.len)
        pipeline_say(run, "warning", "%.*s", STR_ARGS(said));
    return (struct online_cache){
        cache, cache_key_of, cache_find, cache_get, cache_put, cache_mark, cache_path,
    };
}

/* Where counts are kept, what they teach is kept too. */
static struct observer *open_observer(const struct pipeline *pipeline)
{
    const struct run *run = pipeline->run;
    const struct environment *environment = run->environment;
    const struct observer_options options = {
        .dir = directory(run),
        .catalog = run->catalog,
        .vocab = run->vocab,
        .api_version = pipeline->ruleset.api_version,
        .betas = pipeline->ruleset.betas,
        .day = date_days(environment->today),
    };
    return pipeline->cache ? observer_new(&options) : NULL;
}

void pipeline_close_cache(struct pipeline *pipeline)
{
    struct str said = { 0 };
    struct error ignored = { 0 }; /* what is observed is beside what was asked for */
    observer_close(pipeline->workshop.observer, &said, pipeline->run->arena, &ignored);
    pipeline->workshop.observer = NULL;
    if (said.len)
        pipeline_say(pipeline->run, "warning", "%.*s", STR_ARGS(said));
    cache_close(pipeline->cache, &said, pipeline->run->arena);
    pipeline->cache = NULL;
    if (said.len)
        pipeline_say(pipeline->run, "warning", "%.*s", STR_ARGS(said));
    recall_close(pipeline->workshop.recall, &said, pipeline->run->arena);
    pipeline->workshop.recall = NULL;
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
bool pipeline_open_online(struct pipeline *pipeline, struct error *err)
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
    if (workshop->mode == COUNT_MODE_OFFLINE)
        return true;
    if (is_auto && !pipeline_has_credentials(pipeline)) {
        error_set(&workshop->offline_only, "no credential is set; tokgate doctor says which");
        if (!options->no_cache)
            workshop->recall = recall_new(&workshop->counter_options, pipeline->run->catalog,
                                          directory(pipeline->run));
        return true;
    }
    if (!check_endpoint(pipeline, err))
        return false;
    online.cache = open_cache(pipeline->run);
    pipeline->cache = online.cache.cache;
    workshop->observer = open_observer(pipeline);
    workshop->online = online_new(&online, &cause);
    if (!workshop->online && (!is_auto || cause.kind == ERROR_USAGE)) {
        pipeline_close_cache(pipeline);
        *err = cause;
        return false;
    }
    workshop->offline_only = cause;
    return true;
}
