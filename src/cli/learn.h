#ifndef TOKGATE_CLI_LEARN_H
#define TOKGATE_CLI_LEARN_H

#include "cli/pipeline.h"
#include "count/door.h"
#include "count/observer.h"
#include "plan/reconcile.h"

/*
 * "tokgate reconcile --learn": the usage of answers is kept beside the cache, for calibrate. Usage
 * is of answers that exist anyway: it costs no call. What it is kept for must be what the API would
 * have counted, so some answers are left aside (learn_answer).
 */

/* What is remembered of a request until its answer comes. */
struct learn_request {
    const struct model *model; /* NULL: nothing can be learned of it */
    struct shape shape;
    uint8_t body[16]; /* as in struct observation */
    uint32_t low, tokens, high;
};

struct learning {
    struct pipeline *pipeline;
    struct reconcile_learned *tally;
    struct door_way way; /* where counts of the requests would be remembered for */
    bool has_way;
    struct observer *observer; /* NULL before the first answer */
    struct error failed;       /* of making the directory; then nothing is kept */
    struct learn_requests {
        struct arena *arena;
        struct learn_request *items; /* by their numbers in the ledger */
        size_t len, cap;
    } requests;
};

/* Fails (usage) when other options say that nothing is to be kept, and without a directory. */
bool learn_begin(struct learning *learning, struct pipeline *pipeline, struct run *run,
                 struct reconcile_learned *tally, struct error *err);

/* The next request of the ledger. Fails as endpoint_locate() does. */
bool learn_add(struct learning *learning, const struct item *item, struct error *err);

/*
 * An observe of reconcile; its context is a learning. Learns from answers of the model that was
 * asked, to requests without server tools, context editing or anything else that is counted in
 * another way or not at all, whose offline band is finite; not from refusals, which may be billed
 * otherwise.
 */
void learn_answer(void *learning, const struct reconcile_answer *answer);

/* Writes what is left. Fails when it could not be kept; a damaged file is said. */
bool learn_end(struct learning *learning, struct error *err);

#endif
