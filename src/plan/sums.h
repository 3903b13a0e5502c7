#ifndef TOKGATE_PLAN_SUMS_H
#define TOKGATE_PLAN_SUMS_H

#include "catalog/catalog.h"
#include "plan/hashes.h"
#include "plan/record.h"

/*
 * Tokens of many requests, summed up by what they cost. All sums are of whole tokens, so they do
 * not depend on the order in which requests come, nor on how many threads there are; prices come
 * last (plan/cost.h).
 */

/* What happens to input tokens when every prefix is written once and read by all that come later.
 * What is read would be written instead where the cache misses, which has the price of its life. */
enum plan_use {
    PLAN_UNCACHED,
    PLAN_WRITE_5M,
    PLAN_WRITE_1H,
    PLAN_READ_5M,
    PLAN_READ_1H,
    PLAN_USES_LEN,
};

/* From which end a number is looked at. */
enum plan_edge {
    PLAN_LOW,      /* the fewest input tokens, and output as expected, or none */
    PLAN_EXPECTED, /* the best single number; output as expected, or none */
    PLAN_HIGH,     /* the most input tokens, and output as expected, or max_tokens */
    PLAN_WORST,    /* the most input tokens, and max_tokens of output */
    PLAN_EDGES_LEN,
};

/* Requests with one price for each kind of token. */
struct plan_class {
    int64_t requests;
    int64_t input[PLAN_USES_LEN]; /* may be COUNT_UNBOUNDED */
    int64_t output;               /* may be COUNT_UNBOUNDED: a request has no max_tokens */
};

/* Sizes are told apart by their length in bits: of size i are 2^(i-1) to 2^i - 1 tokens. */
enum { PLAN_SIZES_LEN = 33 };

struct plan_sums {
    int64_t requests;
    int64_t low, tokens, high; /* input; high may be COUNT_UNBOUNDED */
    int64_t entry_bytes;
    int64_t max_tokens;                               /* of those that have one */
    int64_t without_max_tokens;                       /* requests */
    int64_t faulty, fast, us, searching, other_batch; /* requests */
    int64_t by_origin[COUNT_ORIGINS_LEN];
    int64_t sizes[PLAN_SIZES_LEN]; /* requests, by their input tokens */

    /* by whether the prompt is over the model's long_prompt_over, and by inference_geo "us" */
    struct plan_class classes[PLAN_EDGES_LEN][2][2];
};

/* How much output is expected of a request. */
struct forecast;
struct plan_output {
    int64_t tokens;                  /* -1: not known */
    double share;                    /* of max_tokens; -1: not known */
    const struct forecast *forecast; /* NULL: not known. Of the three one at most is known */
};

/* Output expected of a record, never more than its max_tokens; -1: not known. */
int64_t plan_output_of(const struct plan_output *output, const struct plan_record *record,
                       const struct model *model);

/* How the input of a request splits at the breakpoints of its model, given what others wrote
 * before; and remembers what it writes. model may be NULL. */
struct plan_split {
    int64_t read, cached; /* tokens from the start: read, and read or written */
    int64_t until_1h;     /* tokens from the start that are in entries of an hour */
    bool read_is_1h;
};
struct plan_split plan_split_of(struct hashes *seen, const struct plan_record *record,
                                const struct model *model);

/* Adds one request. */
void plan_sums_add(struct plan_sums *sums, const struct plan_record *record,
                   const struct plan_split *split, const struct model *model,
                   const struct plan_output *output);

/* Adds the sums of other requests. */
void plan_sums_merge(struct plan_sums *sums, const struct plan_sums *other);

/* Input tokens of one use, of all classes at one edge. */
int64_t plan_sums_input(const struct plan_sums *sums, enum plan_edge edge, enum plan_use use);
int64_t plan_sums_output(const struct plan_sums *sums, enum plan_edge edge);

#endif
