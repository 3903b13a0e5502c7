#ifndef TOKGATE_COUNT_ASKER_H
#define TOKGATE_COUNT_ASKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "count/cache.h"
#include "count/count.h"
#include "count/count_answer.h"
#include "net/pace.h"
#include "net/transport.h"

/*
 * Asks the Token Counting API for many counts at once: keeps its pace, tries again what may pass,
 * asks for equal bodies once. It belongs to one thread, never waits, and knows neither clock nor
 * chance: the caller says what time it is and waits, so that a test can play hours in a moment.
 *
 * What goes on after a failure: an answer about one request fails that request. The run stops when
 * an answer holds for every request (a refused key, a reached spend limit), when a request could
 * not be delivered in all its tries and nobody else was answered meanwhile (there is no network),
 * when the API asks to wait beyond the deadline or longer than ten minutes, and after ten requests
 * in a row that failed for whatever reason but their own. One call goes first, alone: what is wrong
 * with all of them is found out by one.
 */
struct asker;

/* One body to be counted. */
struct ask {
    struct str url, body; /* must live until it is answered */
    uint64_t id[2];       /* by ask_identify: equal for equal bodies to equal URLs only */
    struct cache_key key;
    bool has_key; /* where its count is remembered by it */

    /* The answer: COUNT_DONE with tokens; COUNT_REFUSED, COUNT_UNAVAILABLE or COUNT_ENDED with the
     * error; COUNT_NOT_ASKED with the error when no other ask has the reason. */
    enum count_result result;
    int64_t tokens;
    struct error error;

    /* The asker's own. */
    struct ask *next, *joined;
    void *owner; /* of whoever asks */
    int tries;
    size_t answers_before; /* how many answers had come when it was tried first */
    int64_t ready_at_ms;
};

struct asker_options {
    struct transport transport;
    struct count_answer_form form; /* of the answers */
    int64_t per_minute;            /* limit of the API: at least 1 */
    struct pace_share share;       /* of the pace, with other runs; { 0 }: none */
    int retries;                   /* of each ask, after the first try */
    int64_t deadline_ms;           /* when to stop; INT64_MAX: never */
    int64_t epoch_ms;    /* what time it was at 0 of the clock, in ms since 1970: for dates */
    uint64_t seed;       /* of the jitter */
    struct cache *cache; /* NULL: none */
    void (*remember)(struct cache *cache, const struct cache_key *key, int64_t tokens);
    bool (*recall)(struct cache *cache, const struct cache_key *key, int64_t *tokens);

    /* Called once for each ask that is answered, which then belongs to its owner again. */
    void (*answered)(void *context, struct ask *ask);
    void *context;
};

/* What has happened so far. */
struct asker_tally {
    size_t calls;   /* tries that went out */
    size_t limited; /* answers of 429 */
    size_t counted; /* asks that got a count */
    size_t failed;  /* asks that did not */
    size_t to_go;   /* asks without an answer */
};

/* The id of a body and its URL, of all that are asked with one seed; nobody who writes prompts
 * should know the seed. Any thread may compute it. */
void ask_identify(struct ask *ask, uint64_t seed);

/* Nothing is tried yet. The transport stays the caller's. */
struct asker *asker_new(const struct asker_options *options, int64_t now_ms);

/* All asks must be answered; asker_stop sees to that. NULL is left alone. */
void asker_free(struct asker *asker);

/* Takes an ask; it is answered in this very call when the asker has stopped or knows the count of
 * an equal body. */
void asker_add(struct asker *asker, struct ask *ask);

/* Takes what has come out of the transport and starts what may be started. Returns when it wants to
 * be called again, INT64_MAX: not before the transport has something or an ask is added. */
int64_t asker_step(struct asker *asker, int64_t now_ms);

/* Answers everything with COUNT_NOT_ASKED, now and from now on. why: of the asker, or NULL. */
void asker_stop(struct asker *asker, const struct error *why);

struct asker_tally asker_tally(const struct asker *asker);

#endif
