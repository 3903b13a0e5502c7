#include "count/online.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "count/count_body.h"
#include "count/door.h"
#include "count/endpoint.h"
#include "count/shared_pace.h"
#include "net/http.h"

enum {
    RESPONSE_BYTES_MAX = 1024 * 1024,
    CONNECTIONS_MAX = 64,
    STALL_MS = 10000,
    TICK_MS = 100, /* how soon an interrupt is seen */
    IDLE_MS = 60000,
};

/* What one thread has handed in together. */
struct batch {
    size_t left;
    pthread_cond_t is_done;
};

struct online {
    struct arena arena; /* it is in it */
    struct online_options options;
    struct endpoint endpoint;
    uint64_t seed;
    pthread_mutex_t mutex; /* of all below but the asker and http, which are the thread's */
    struct ask *handed_in; /* newest first */
    bool is_closing;
    bool is_started;
    atomic_bool is_asking; /* ever */
    struct error problem;  /* why there is no thread */
    pthread_t thread;
    struct http *http;
    struct asker *asker;
    struct shared_pace shared; /* of the thread */
};

/* Nobody who writes a prompt should be able to make two bodies look equal. */
static uint64_t make_seed(const void *address)
{
    uint64_t seed = (uint64_t)clock_ms() ^ (uint64_t)(uintptr_t)address ^ (uint64_t)getpid() << 32;
    uint64_t random;
    return random_fill(&random, sizeof random) ? seed ^ random : seed;
}

struct online *online_new(const struct online_options *options, struct error *err)
{
    struct arena arena = { 0 };
    struct online *online = ARENA_NEW(&arena, struct online);
    bool is_usable = endpoint_make(&arena, options->counter, &online->endpoint, err);
    if (is_usable && pthread_mutex_init(&online->mutex, NULL) != 0)
        is_usable = error_set(err, "no memory for threads");
    if (!is_usable) {
        arena_free(&arena);
        return NULL;
    }
    online->options = *options;
    online->seed = make_seed(online);
    online->arena = arena;
    return online;
}

static void answered(void *context, struct ask *ask)
{
    struct online *online = context;
    struct batch *batch = ask->owner;
    pthread_mutex_lock(&online->mutex);
    if (!--batch->left)
        pthread_cond_signal(&batch->is_done);
    pthread_mutex_unlock(&online->mutex);
}

static bool is_interrupted(const struct online *online)
{
    return online->options.is_interrupted && atomic_load(online->options.is_interrupted);
}

/* Gives the asker what has been handed in, in the order in which it was. False: nobody will hand in
 * anything any more. */
static bool take_asks(struct online *online)
{
    struct ask *newest, *oldest = NULL;
    pthread_mutex_lock(&online->mutex);
    newest = online->handed_in;
    online->handed_in = NULL;
    bool goes_on = !online->is_closing;
    pthread_mutex_unlock(&online->mutex);
    while (newest) {
        struct ask *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest) {
        struct ask *next = oldest->next;
        asker_add(online->asker, oldest);
        oldest = next;
    }
    return goes_on;
}

static void show_progress(const struct online *online, const struct asker_tally *tally)
{
    if (online->options.progress)
        online->options.progress(online->options.context, tally);
}

static void *run(void *argument)
{
    struct online *online = argument;
    const struct error interrupted = { ERROR_FAILED, "interrupted" };
    while (take_asks(online)) {
        if (is_interrupted(online))
            asker_stop(online->asker, &interrupted);
        int64_t now_ms = clock_ms();
        int64_t next_ms = asker_step(online->asker, now_ms);
        struct asker_tally tally = asker_tally(online->asker);
        int64_t wait_ms = tally.to_go ? TICK_MS : IDLE_MS;
        if (next_ms - now_ms < wait_ms)
            wait_ms = next_ms > now_ms ? next_ms - now_ms : 0;
        show_progress(online, &tally);
        http_wait(online->http, wait_ms);
    }
    return NULL;
}

static bool open_http(struct online *online, struct error *err)
{
    const struct counter_options *counter = online->options.counter;
    const struct http_options options = {
        .url = online->endpoint.way.base_url,
        .headers = online->endpoint.headers,
        .headers_len = online->endpoint.headers_len,
        .ca_file = counter->ca_file,
        .timeout_ms = counter->timeout_ms,
        .connect_timeout_ms = counter->connect_timeout_ms,
        .stall_ms = STALL_MS,
        .max_response_bytes = RESPONSE_BYTES_MAX,
        .connections_max = CONNECTIONS_MAX,
        .sigv4 = online->endpoint.way.sigv4,
        .key_id = online->endpoint.way.key_id,
        .key_secret = online->endpoint.way.key_secret,
    };
    online->http = http_open(&options, err);
    return online->http != NULL;
}

static void make_asker(struct online *online)
{
    int64_t now_ms = clock_ms();
    const struct online_cache *cache = &online->options.cache;
    const struct str none = { 0 }, path = cache->cache ? cache->path(cache->cache) : none;
    const struct asker_options options = {
        .transport = http_transport(online->http),
        .form = door_answer_form(&online->endpoint.way, online->options.catalog),
        .per_minute = online->options.per_minute,
        .share = shared_pace_open(&online->shared, path, &online->endpoint,
                                  online->options.per_minute, (int64_t)(online->seed >> 1) | 1),
        .retries = online->options.retries,
        .deadline_ms = online->options.deadline_ms,
        .epoch_ms = clock_unix_s() * 1000 - now_ms,
        .seed = online->seed,
        .cache = cache->cache,
        .remember = cache->put,
        .recall = cache->get,
        .answered = answered,
        .context = online,
    };
    online->asker = asker_new(&options, now_ms);
}

/* The thread takes no signals: they are for the one that reads. */
static bool start_thread(struct online *online, struct error *err)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_started = pthread_create(&online->thread, NULL, run, online) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_started || error_set(err, "no thread can be started");
}

/* With the mutex. */
static bool need_thread(struct online *online)
{
    if (online->is_started || online->problem.kind)
        return online->is_started;
    if (open_http(online, &online->problem)) {
        make_asker(online);
        online->is_started = start_thread(online, &online->problem);
    }
    return online->is_started;
}

/* Makes the body; false when nothing needs to be asked, since the count is known or none can be. */
static bool prepare(struct online *online, struct arena *arena, struct online_item *item)
{
    const struct door_way *way = &online->endpoint.way;
    const struct online_options *options = &online->options;
    const struct online_cache *cache = &options->cache;
    struct door_call call;
    struct error cause = { 0 };
    item->result = COUNT_REFUSED;
    if (!door_call(arena, way, item->request, options->catalog, &call, &cause)) {
        item->error = str_copy(arena, str_from_c(cause.text));
        return false;
    }
    if (cache->cache)
        item->has_key = cache->key_of(&item->key, call.url, options->counter->api_version,
                                      way->betas, item->request->model, call.body, &cause);
    item->result = COUNT_DONE;
    item->is_cached =
        item->has_key && cache->find(cache->cache, &item->key, &item->tokens, &item->mark);
    if (item->is_cached)
        return false;
    item->ask = ARENA_NEW(arena, struct ask);
    item->ask->url = call.url;
    item->ask->body = call.body;
    item->ask->key = item->key;
    item->ask->has_key = item->has_key;
    ask_identify(item->ask, online->seed);
    return true;
}

/* With the mutex. */
static void hand_in(struct online *online, struct batch *batch, struct ask *ask)
{
    ask->owner = batch;
    ask->next = online->handed_in;
    online->handed_in = ask;
    batch->left++;
}

/* Hands in what was prepared, and waits. */
static void ask_all(struct online *online, struct online_item *items, size_t len)
{
    struct batch batch = { .is_done = PTHREAD_COND_INITIALIZER };
    atomic_store(&online->is_asking, true);
    pthread_mutex_lock(&online->mutex);
    bool is_started = need_thread(online);
    for (size_t i = 0; i < len; i++) {
        if (!items[i].ask)
            continue;
        items[i].ask->result = COUNT_NOT_ASKED;
        items[i].ask->error = online->problem;
        if (is_started)
            hand_in(online, &batch, items[i].ask);
    }
    if (is_started)
        http_wake(online->http);
    while (batch.left)
        pthread_cond_wait(&batch.is_done, &online->mutex);
    pthread_mutex_unlock(&online->mutex);
    pthread_cond_destroy(&batch.is_done);
}

static void take_answer(struct online_item *item)
{
    item->result = item->ask->result;
    item->tokens = item->ask->tokens;
    item->error = str_from_c(item->ask->error.text);
}

static void count_cached(const struct online *online, const struct online_item *items, size_t len)
{
    size_t cached = 0;
    for (size_t i = 0; i < len; i++)
        cached += items[i].is_cached;
    if (online->options.found_cached)
        online->options.found_cached(online->options.context, cached);
}

bool online_asks_all(const struct online *online, const struct request *request)
{
    return count_body_is_whole(request, online->endpoint.way.betas);
}

void online_ask(struct online *online, struct arena *arena, struct online_item *items, size_t len)
{
    size_t to_ask = 0;
    for (size_t i = 0; i < len; i++) {
        const struct request *request = items[i].request;
        items[i] = (struct online_item){ .request = request };
        to_ask += prepare(online, arena, &items[i]);
    }
    count_cached(online, items, len);
    if (!to_ask)
        return;
    ask_all(online, items, len);
    for (size_t i = 0; i < len; i++)
        if (items[i].ask)
            take_answer(&items[i]);
}

void online_mark(struct online *online, const struct online_item *item, uint32_t mark)
{
    const struct online_cache *cache = &online->options.cache;
    cache->mark(cache->cache, &item->key, item->tokens, mark);
}

bool online_is_asking(const struct online *online)
{
    return atomic_load(&online->is_asking);
}

void online_close(struct online *online, struct str *said, struct arena *arena)
{
    *said = (struct str){ 0 };
    if (!online)
        return;
    pthread_mutex_lock(&online->mutex);
    online->is_closing = true;
    pthread_mutex_unlock(&online->mutex);
    if (online->is_started) {
        http_wake(online->http);
        pthread_join(online->thread, NULL);
        asker_stop(online->asker, NULL);
    }
    asker_free(online->asker);
    http_close(online->http);
    shared_pace_close(&online->shared);
    if (online->shared.problem.kind)
        *said = str_format(arena, "the pace was not shared with other runs: %s",
                           online->shared.problem.text);
    pthread_mutex_destroy(&online->mutex);
    struct arena own = online->arena;
    arena_free(&own);
}
