#include "count/asker.h"

#include "count/ask_list.h"
#include "count/known.h"
#include "net/retry.h"

enum {
    IN_FLIGHT_MAX = 128, /* 20,000 a minute, each taking 380 ms */
    IN_FLIGHT_BYTES_MAX = 64 * 1024 * 1024,
    HOLD_MAX_MS = 10 * 60 * 1000, /* nobody waits longer for a linter */
    FAILED_IN_A_ROW_MAX = 10,
};

struct asker {
    struct arena arena; /* the asker is in it */
    struct asker_options options;
    struct pace pace;
    struct known known;
    struct asker_tally tally;
    struct ask_queue fresh; /* not tried yet */
    struct ask *later;      /* to be tried again, at ready_at_ms */
    struct ask *flying;     /* being tried */
    size_t flying_len, flying_bytes;
    size_t answers; /* of the API, with any status */
    size_t failed_in_a_row;
    uint64_t chance;
    bool is_probing; /* one call alone, until it is answered */
    bool is_stopped;
    struct error why;
};

void ask_identify(struct ask *ask, uint64_t seed)
{
    ask->id[0] = str_hash(ask->body, str_hash(ask->url, seed));
    ask->id[1] = str_hash(ask->body, str_hash(ask->url, ~seed));
}

struct asker *asker_new(const struct asker_options *options, int64_t now_ms)
{
    struct arena arena = { 0 };
    struct asker *asker = ARENA_NEW(&arena, struct asker);
    asker->arena = arena;
    asker->options = *options;
    asker->chance = options->seed;
    asker->is_probing = true;
    asker->known.len_max = options->cache ? KNOWN_LEN_MAX_CACHED : KNOWN_LEN_MAX;
    pace_init(&asker->pace, options->per_minute, &options->share, now_ms);
    return asker;
}

void asker_free(struct asker *asker)
{
    if (!asker)
        return;
    known_free(&asker->known);
    struct arena arena = asker->arena;
    arena_free(&arena);
}

struct asker_tally asker_tally(const struct asker *asker)
{
    return asker->tally;
}

/* 0 to 1 (splitmix64). */
static double next_jitter(struct asker *asker)
{
    uint64_t z = asker->chance += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ (z >> 31)) >> 11) / (double)(UINT64_C(1) << 53);
}

/* One ask goes back to its owner. */
static void hand_back(struct asker *asker, struct ask *ask)
{
    asker->tally.to_go--;
    if (ask->result == COUNT_DONE)
        asker->tally.counted++;
    else
        asker->tally.failed++;
    asker->options.answered(asker->options.context, ask);
}

/* The answer of an ask, which is in no list any more, is also that of those that joined it. */
static void answer(struct asker *asker, struct ask *ask)
{
    struct ask *joined = ask->joined;
    const struct ask answered = *ask; /* its memory is gone with its owner */
    known_settle(&asker->known, ask->id, ask->result == COUNT_DONE ? ask->tokens : -1);
    hand_back(asker, ask);
    while (joined) {
        struct ask *next = joined->next;
        joined->result = answered.result;
        joined->tokens = answered.tokens;
        joined->error = answered.error;
        hand_back(asker, joined);
        joined = next;
    }
}

static void answer_not_asked(struct asker *asker, struct ask *ask)
{
    ask->result = COUNT_NOT_ASKED;
    ask->error = asker->why;
    answer(asker, ask);
}

static void answer_all(struct asker *asker, struct ask **list)
{
    while (*list) {
        struct ask *ask = *list;
        ask_list_remove(list, ask);
        answer_not_asked(asker, ask);
    }
}

void asker_stop(struct asker *asker, const struct error *why)
{
    if (asker->is_stopped)
        return;
    asker->is_stopped = true;
    if (why)
        asker->why = *why;
    asker->options.transport.cancel(asker->options.transport.context);
    answer_all(asker, &asker->flying);
    answer_all(asker, &asker->later);
    answer_all(asker, &asker->fresh.first);
    asker->fresh = (struct ask_queue){ 0 };
    asker->flying_len = asker->flying_bytes = 0;
}

/* What was counted since the ask was made, and is in the cache alone by now. */
static void recall(struct asker *asker, const struct ask *ask, struct known_item *item)
{
    int64_t tokens;
    if (asker->options.cache && ask->has_key && item->tokens < 0 && !item->pending &&
        asker->options.recall(asker->options.cache, &ask->key, &tokens))
        item->tokens = tokens;
}

void asker_add(struct asker *asker, struct ask *ask)
{
    ask->next = ask->joined = NULL;
    ask->tries = 0;
    ask->error = (struct error){ 0 };
    asker->tally.to_go++;
    struct known_item *item = known_find(&asker->known, ask->id);
    recall(asker, ask, item);
    if (item->tokens >= 0) {
        ask->result = COUNT_DONE;
        ask->tokens = item->tokens;
        hand_back(asker, ask);
    } else if (item->pending) {
        ask_list_add(&item->pending->joined, ask);
    } else if (asker->is_stopped) {
        answer_not_asked(asker, ask);
    } else {
        item->pending = ask;
        ask_queue_put(&asker->fresh, ask);
    }
}

/* Failed for good, for a reason that may be everybody's. */
static void fail(struct asker *asker, struct ask *ask, bool is_unreachable)
{
    bool is_ended = ask->result == COUNT_ENDED;
    bool ends_run = is_ended || (is_unreachable && asker->answers == ask->answers_before);
    if (ask->tries > 1) {
        const struct error before = ask->error;
        error_set(&ask->error, "%.900s (tried %d times)", before.text, ask->tries);
    }
    if (ask->result != COUNT_REFUSED)
        ends_run |= ++asker->failed_in_a_row >= FAILED_IN_A_ROW_MAX;
    answer(asker, ask);
    if (ends_run)
        asker_stop(asker, NULL);
}

/* The time that the API wants is more than there is. */
static bool is_too_long(const struct asker *asker, int64_t now_ms, int64_t wait_ms)
{
    return wait_ms > HOLD_MAX_MS || now_ms + wait_ms >= asker->options.deadline_ms;
}

static void retry(struct asker *asker, struct ask *ask, const struct retry_advice *advice,
                  int64_t now_ms)
{
    if (is_too_long(asker, now_ms, advice->wait_ms)) {
        const struct error before = ask->error;
        error_set(&ask->error, "%.800s; %s", before.text,
                  advice->wait_ms > HOLD_MAX_MS
                      ? "nobody waits longer than 10 minutes for it"
                      : "before it can be tried again --deadline is over");
        ask->result = advice->is_for_all ? COUNT_ENDED : ask->result;
        fail(asker, ask, false);
        return;
    }
    if (advice->is_for_all)
        pace_hold(&asker->pace, now_ms, advice->wait_ms);
    asker->is_probing |= advice->is_for_all;
    ask->ready_at_ms = now_ms + advice->wait_ms;
    ask_list_add(&asker->later, ask);
}

static struct retry_outcome outcome_of(const struct asker *asker, const struct ask *ask,
                                       const struct transport_result *result, int64_t now_ms)
{
    return (struct retry_outcome){
        .is_answered = result->is_answered,
        .may_pass = result->may_pass,
        .is_final = ask->result == COUNT_ENDED,
        .status = result->response.status,
        .should_retry = result->response.should_retry,
        .retry_after = result->response.retry_after,
        .retry_after_ms = result->response.retry_after_ms,
        .time_s = (asker->options.epoch_ms + now_ms) / 1000,
    };
}

static void read_result(struct asker *asker, struct ask *ask, const struct transport_result *result)
{
    struct arena arena = { 0 };
    ask->error = result->error;
    ask->result = COUNT_UNAVAILABLE;
    if (result->is_answered) {
        asker->answers++;
        asker->is_probing = false;
        asker->tally.limited += result->response.status == 429;
        ask->result = count_answer_read(&arena, &result->response, &asker->options.form,
                                        &ask->tokens, &ask->error);
    }
    arena_free(&arena);
}

static void settle(struct asker *asker, const struct transport_result *result, int64_t now_ms)
{
    struct ask *ask = result->tag;
    ask_list_remove(&asker->flying, ask);
    asker->flying_len--;
    asker->flying_bytes -= ask->body.len;
    read_result(asker, ask, result);
    const struct retry_outcome outcome = outcome_of(asker, ask, result, now_ms);
    struct retry_advice advice =
        retry_advise(&outcome, ask->tries, asker->options.retries, next_jitter(asker));
    if (advice.verdict == RETRY_AGAIN) {
        retry(asker, ask, &advice, now_ms);
    } else if (ask->result == COUNT_DONE) {
        asker->failed_in_a_row = 0;
        if (asker->options.cache && ask->has_key)
            asker->options.remember(asker->options.cache, &ask->key, ask->tokens);
        answer(asker, ask);
    } else {
        fail(asker, ask, !result->is_answered);
    }
}

/* What is to be tried next: again before anew. NULL: nothing now; *next_ms is when, at the latest.
 */
static struct ask *choose(const struct asker *asker, int64_t now_ms, int64_t *next_ms)
{
    struct ask *first = ask_list_soonest(asker->later);
    if (first && first->ready_at_ms <= now_ms)
        return first;
    if (asker->fresh.first && !(asker->is_probing && first))
        return asker->fresh.first;
    if (first && first->ready_at_ms < *next_ms)
        *next_ms = first->ready_at_ms;
    return NULL;
}

static bool has_room(const struct asker *asker, const struct ask *ask)
{
    size_t most = asker->is_probing ? 1 : IN_FLIGHT_MAX;
    return !asker->flying_len ||
           (asker->flying_len < most && asker->flying_bytes + ask->body.len <= IN_FLIGHT_BYTES_MAX);
}

/* How many calls would go out now if the pace let them, at least the one. */
static size_t count_waiting(const struct asker *asker)
{
    size_t room = IN_FLIGHT_MAX - asker->flying_len;
    if (asker->is_probing || !asker->fresh.len)
        return 1;
    return asker->fresh.len < room ? asker->fresh.len : room;
}

static void start(struct asker *asker, struct ask *ask)
{
    struct error err = { 0 };
    if (ask == asker->fresh.first) {
        ask_queue_take(&asker->fresh);
    } else {
        ask_list_remove(&asker->later, ask);
    }
    if (!ask->tries++)
        ask->answers_before = asker->answers;
    asker->tally.calls++;
    const struct transport *transport = &asker->options.transport;
    if (transport->start(transport->context, ask->url, ask->body, ask, &err)) {
        ask_list_add(&asker->flying, ask);
        asker->flying_len++;
        asker->flying_bytes += ask->body.len;
        return;
    }
    ask->result = COUNT_UNAVAILABLE;
    ask->error = err;
    fail(asker, ask, false);
}

int64_t asker_step(struct asker *asker, int64_t now_ms)
{
    struct transport_result result;
    int64_t next_ms = asker->tally.to_go ? asker->options.deadline_ms : INT64_MAX;
    while (!asker->is_stopped &&
           asker->options.transport.next(asker->options.transport.context, &result))
        settle(asker, &result, now_ms);
    if (now_ms >= asker->options.deadline_ms) {
        struct error late = { 0 };
        error_set(&late, "the time that --deadline gives is over");
        asker_stop(asker, &late);
    }
    while (!asker->is_stopped) {
        struct ask *ask = choose(asker, now_ms, &next_ms);
        if (!ask || !has_room(asker, ask))
            break;
        if (!pace_take(&asker->pace, now_ms, count_waiting(asker))) {
            int64_t due_ms = pace_next_ms(&asker->pace);
            return due_ms < next_ms ? due_ms : next_ms;
        }
        start(asker, ask);
    }
    return asker->is_stopped ? INT64_MAX : next_ms;
}
