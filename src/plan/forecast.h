#ifndef TOKGATE_PLAN_FORECAST_H
#define TOKGATE_PLAN_FORECAST_H

#include <stdatomic.h>

#include "base/locate.h"
#include "base/stream.h"
#include "input/seen.h"
#include "plan/hashes.h"

/*
 * How much output is to be expected of a request, by the answers that others of its kind had: the
 * mean of its label, for what many requests take together is that times their number; of a label
 * nobody answered, and of requests without a custom_id, the mean of all. Of several results of one
 * custom_id the first counts. Memory: some bytes a label, of which 10,000 are told apart, and 16 to
 * 48 bytes a result. Not thread safe.
 */
struct forecast_label {
    int64_t answers, tokens; /* of output */
};

struct forecast {
    struct arena *arena;
    struct str (*label)(void *context, struct str id); /* NULL: label_of */
    void *label_context;
    struct seen seen;
    struct forecast_labels {
        struct arena *arena;
        struct forecast_label *items;
        size_t len, cap;
    } labels;
    struct forecast_label all;
    struct hashes ids; /* of the results that were read */
    uint64_t seed;     /* of ids */
    size_t again;      /* second results of one id, which do not count */
    struct place again_place;
    struct str again_id; /* of the first of them */
    size_t unreadable;   /* lines that are no result */
    struct str why;      /* the first of them is none, and where it is */
    struct place place;
    int64_t by_label, by_mean; /* requests so far; for the caller */
};

/* Set the arena and the label; all else starts as 0. The answers of a stream, those that have
 * usage. Fails as results_read() does. */
bool forecast_read(struct forecast *forecast, struct stream *stream,
                   const atomic_bool *is_interrupted, struct error *err);

/* Output tokens to be expected of a request with that id. There was an answer. *has_label: one with
 * its label. */
int64_t forecast_tokens(const struct forecast *forecast, struct str id, bool *has_label);

#endif
