#ifndef TOKGATE_COUNT_ONLINE_H
#define TOKGATE_COUNT_ONLINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "count/asker.h"
#include "count/count.h"
#include "input/request.h"

/*
 * Counts over the Token Counting API, for many threads at once. One thread of its own has the asker
 * and the connections; it is started, and libcurl loaded, when the first request really has to be
 * asked about.
 */
struct online;

/* Where counts are remembered from run to run: the functions of count/cache.h. */
struct online_cache {
    struct cache *cache; /* NULL: nowhere */
    bool (*key_of)(struct cache_key *key, struct str endpoint, struct str api_version,
                   struct str betas, struct str model, struct str body, struct error *err);
    bool (*find)(struct cache *cache, const struct cache_key *key, int64_t *tokens, uint32_t *mark);
    bool (*get)(struct cache *cache, const struct cache_key *key, int64_t *tokens);
    void (*put)(struct cache *cache, const struct cache_key *key, int64_t tokens);
    void (*mark)(struct cache *cache, const struct cache_key *key, int64_t tokens, uint32_t mark);
    struct str (*path)(struct cache *cache); /* of a file by which runs share a pace, or empty */
};

struct online_options {
    const struct counter_options *counter;
    const struct catalog *catalog; /* must live on */
    int64_t per_minute;
    int retries;
    int64_t deadline_ms;               /* on clock_ms(); INT64_MAX: none */
    const atomic_bool *is_interrupted; /* NULL: never */
    struct online_cache cache;

    /* How far it is: called by the thread now and then, while it has something to do, and by
     * whoever asks, with the number found in the cache; NULL: never. */
    void (*progress)(void *context, const struct asker_tally *tally);
    void (*found_cached)(void *context, size_t len);
    void *context;
};

/* One request to be counted, and what came of it. Small: most are found in the cache. */
struct online_item {
    const struct request *request; /* readable; nothing in it that the API does not count */
    enum count_result result;
    bool is_cached;
    bool has_key;
    struct cache_key key;
    uint32_t mark; /* of a cached count (cache_mark) */
    int64_t tokens;
    struct str error; /* in the arena, or empty */
    struct ask *ask;  /* where it was asked about; else NULL */
};

/* Checks the options, which must live on, and connects to nobody. NULL with err as endpoint_make
 * fails. */
struct online *online_new(const struct online_options *options, struct error *err);

/* Whether the body for this request would have all that costs tokens (count/count_body.h). */
bool online_asks_all(const struct online *online, const struct request *request);

/*
 * Counts all of them and waits until that is done: from the cache, or by asking. Any thread may
 * call it. Bodies live in the arena. Each item has COUNT_DONE with the tokens, COUNT_REFUSED with
 * the API's words, COUNT_UNAVAILABLE or COUNT_ENDED with why, or COUNT_NOT_ASKED, with why where
 * that is not the error of another item.
 */
void online_ask(struct online *online, struct arena *arena, struct online_item *items, size_t len);

/* Marks the count of an answered item that has a key (cache_mark). Any thread may call it. */
void online_mark(struct online *online, const struct online_item *item, uint32_t mark);

/* Whether any request had to be asked about so far. */
bool online_is_asking(const struct online *online);

/* Ends the thread and closes connections; nobody asks any more. *said is a sentence in the arena
 * when the pace could not be shared with other runs, else empty. NULL is left alone. */
void online_close(struct online *online, struct str *said, struct arena *arena);

#endif
