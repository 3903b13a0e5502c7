#ifndef TOKGATE_PLAN_OUTPUT_H
#define TOKGATE_PLAN_OUTPUT_H

#include <stdint.h>

#include "base/arena.h"
#include "plan/moments.h"

/*
 * When one more response may begin, so that all output under way never empties the bucket of
 * output tokens. Every response takes units at the same speed from its first token to its last one;
 * responses begin in the order in which they are added.
 *
 * So many responses as the limit pays for steadily, steady_max, never empty the bucket. When more
 * are under way the bucket falls, and as none is added their number falls too: the level is lowest
 * when it comes down to steady_max. Only three things need to be known: that lowest level, the time
 * when it is reached (crowded_until_us), and when the steady_max responses end that last longest.
 */
struct output {
    int64_t per_us;    /* units that come back */
    int64_t cap_units; /* full */
    int64_t speed;     /* units a response takes in a microsecond */
    size_t steady_max;
    struct moments steady;    /* ends of the steady_max responses that end last */
    int64_t crowded_until_us; /* when the others have ended */
    int64_t low_units;        /* the level then, or at at_us when that is later */
    int64_t at_us;            /* when the last one was added */
};

/* The bucket is one of bucket.h; speed_tokens a second, at least 1. */
void output_init(struct output *output, struct arena *arena, int64_t per_minute,
                 int64_t start_permille, int64_t speed_tokens);

/* The first time, not before from_us (nor before the last response added), when a response of
 * lasts_us may begin; INT64_MAX: never, even with a full bucket and nothing else under way. */
int64_t output_when(const struct output *output, int64_t from_us, int64_t lasts_us);

/* It begins at begin_us, which output_when has allowed. */
void output_add(struct output *output, int64_t begin_us, int64_t lasts_us);

#endif
