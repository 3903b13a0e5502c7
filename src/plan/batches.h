#ifndef TOKGATE_PLAN_BATCHES_H
#define TOKGATE_PLAN_BATCHES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * Requests cut into Message Batches, in their order, models mixed: a batch is full with 100,000
 * requests or 256 MB, whichever is first (build-with-claude/batch-processing, 2026-08-22). Batches
 * go out in waves: the requests of a wave, with those that are queued already, fit the queue of the
 * tier (api/rate-limits, 2026-08-22); the next wave goes when all of them have ended. A batch that
 * has not ended after 24 hours expires, so no wave takes longer than that; when a batch really ends
 * nobody can know before.
 */
enum { BATCH_EXPIRES_HOURS = 24 };

struct batch {
    int64_t requests;
    int64_t body_bytes; /* of {"requests": [...]} without spaces */
    size_t wave;        /* from 0 */
};

struct batch_limits {
    int64_t requests_max, body_bytes_max; /* of one batch */
    int64_t queue;                        /* requests; negative: not known, so there is one wave */
    int64_t queued;                       /* requests already in the queue */
};

struct batches {
    struct arena *arena;
    struct batch *items; /* the last one is still open while requests come */
    size_t len, cap;
    struct batch_limits limits;
    int64_t too_large; /* requests that fit no batch: each has one of its own here */
};

/* Adds a request whose entry has so many bytes. */
void batches_add(struct batches *batches, int64_t entry_bytes);

/* Sends them in waves: to be called once, after the last request. */
void batches_end(struct batches *batches);

/* How many waves there are; and the most requests in the queue at once, with those queued before.
 */
size_t batches_waves(const struct batches *batches);
int64_t batches_most_queued(const struct batches *batches);

#endif
