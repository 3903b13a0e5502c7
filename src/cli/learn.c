#include "cli/learn.h"

#include <string.h>

#include "base/date.h"
#include "base/list.h"
#include "cli/item.h"
#include "count/cache.h"
#include "count/cache_file.h"
#include "count/endpoint.h"

static struct str directory(const struct run *run)
{
    const struct environment *environment = run->environment;
    return cache_directory(run->arena, run->options->cache, environment->cache_home,
                           environment->home);
}

bool learn_begin(struct learning *learning, struct pipeline *pipeline, struct run *run,
                 struct reconcile_learned *tally, struct error *err)
{
    *learning = (struct learning){
        .pipeline = pipeline,
        .tally = tally,
        .requests = { .arena = run->arena },
    };
    tally->is_wanted = true;
    if (run->options->no_cache)
        return error_usage(err, "--learn and --no-cache exclude each other");
    return directory(run).len ||
           error_usage(err, "--learn: there is no directory for the cache: neither XDG_CACHE_HOME "
                            "nor HOME is set; choose one with --cache");
}

/* Whether the API would count it, and bill what it counts. */
static bool is_of_use(const struct item *item)
{
    const struct request_members *members = &item->request.members;
    if (!item_is_countable(item) || item->offline.low < 1 || item->offline.high >= LEDGER_MORE)
        return false;
    for (size_t i = 0; i < members->len; i++)
        if (str_equal(members->items[i].name, STR("context_management")))
            return false;
    return true;
}

/* The same 16 bytes as a count of the same body would have: what was asked and what was billed are
 * one observation. */
static bool identify(struct learning *learning, const struct item *item, uint8_t body[16])
{
    const struct pipeline *pipeline = learning->pipeline;
    struct arena scratch = { 0 };
    struct door_call call;
    struct cache_key key;
    struct error ignored = { 0 }; /* what the door does not count teaches nothing of counting */
    const bool is_known =
        door_call(&scratch, &learning->way, &item->request, pipeline->run->catalog, &call,
                  &ignored) &&
        cache_key_of(&key, call.url, pipeline->ruleset.api_version, learning->way.betas,
                     item->request.model, call.body, &ignored);
    if (is_known)
        memcpy(body, key.bytes, 16);
    arena_free(&scratch);
    return is_known;
}

bool learn_add(struct learning *learning, const struct item *item, struct error *err)
{
    struct pipeline *pipeline = learning->pipeline;
    struct learn_request *request = LIST_PUSH(&learning->requests);
    *request = (struct learn_request){
        .shape = shape_of(&item->request),
        .low = ledger_tokens(item->offline.low),
        .tokens = ledger_tokens(item->offline.tokens),
        .high = ledger_tokens(item->offline.high),
    };
    if (!learning->has_way &&
        !endpoint_locate(pipeline->run->arena, &pipeline->workshop.counter_options, &learning->way,
                         err))
        return false;
    learning->has_way = true;
    if (is_of_use(item) && identify(learning, item, request->body))
        request->model = catalog_model(pipeline->run->catalog, item->request.model);
    return true;
}

static bool open_observer(struct learning *learning)
{
    const struct pipeline *pipeline = learning->pipeline;
    const struct run *run = pipeline->run;
    const struct str dir = directory(run);
    struct error cause = { 0 };
    const struct observer_options options = {
        .dir = dir,
        .catalog = run->catalog,
        .vocab = run->vocab,
        .api_version = pipeline->ruleset.api_version,
        .betas = pipeline->ruleset.betas,
        .day = date_days(run->environment->today),
    };
    if (learning->observer || learning->failed.kind)
        return learning->observer != NULL;
    if (!cache_file_make_dir(dir, &cause))
        return error_set(&learning->failed, "the cache directory %.*s cannot be made: %s",
                         STR_ARGS(dir), cause.text);
    learning->observer = observer_new(&options);
    return learning->observer || error_set(&learning->failed, "no memory for threads");
}

static bool teaches(const struct learning *learning, const struct learn_request *request,
                    const struct reconcile_answer *answer)
{
    const struct result *result = answer->result;
    return request->model && answer->input_tokens > 0 && !result->usage.web_searches &&
           !str_equal(result->stop_reason, STR("refusal")) &&
           catalog_model(learning->pipeline->run->catalog, result->model) == request->model;
}

void learn_answer(void *context, const struct reconcile_answer *answer)
{
    struct learning *learning = context;
    const struct learn_request *request = &learning->requests.items[answer->number];
    struct observation numbers = {
        request->low, request->tokens, request->high, answer->input_tokens, { 0 }
    };
    if (!teaches(learning, request, answer)) {
        learning->tally->left++;
        return;
    }
    memcpy(numbers.body, request->body, sizeof numbers.body);
    if (!open_observer(learning))
        return;
    observer_add(learning->observer, request->model, request->shape, &numbers, OBSERVED_BILLED);
    learning->tally->taken++;
}

bool learn_end(struct learning *learning, struct error *err)
{
    struct run *run = learning->pipeline->run;
    struct str said = { 0 };
    struct error cause = learning->failed;
    const bool is_kept = observer_close(learning->observer, &said, run->arena, &cause);
    if (said.len)
        pipeline_say(run, "warning", "%.*s", STR_ARGS(said));
    if (is_kept && !cause.kind)
        return true;
    learning->tally->taken = 0;
    return error_set(err, "what usage says could not be kept: %s", cause.text);
}
