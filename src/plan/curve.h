#ifndef TOKGATE_PLAN_CURVE_H
#define TOKGATE_PLAN_CURVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "plan/bucket.h"
#include "plan/moments.h"
#include "plan/simulate.h"

/*
 * What is under way and how full the buckets are as time goes by, drawn with at most
 * SIMULATE_POINTS_MAX points: when they are used up, each two become one of twice the length.
 */
struct curve {
    struct bucket input;   /* the ITPM bucket; per_us 0 and cap_units 0 without a limit */
    struct bucket output;  /* OTPM; likewise */
    int64_t speed;         /* units of output that a response takes in a microsecond */
    struct moments begins; /* of responses that have not begun */
    struct moments ends;   /* of all that are under way */
    int64_t now_us;
    int64_t end_us;                                    /* of the last one */
    struct simulate_point points[SIMULATE_POINTS_MAX]; /* levels in units; as far as points_len */
    size_t points_len;
    int64_t point_us;
};

void curve_init(struct curve *curve, struct arena *arena, struct bucket input, struct bucket output,
                int64_t speed_units);

/* Goes on to a time that is not before the last one. */
void curve_go_on(struct curve *curve, int64_t now_us);

/* A request that is sent now. */
void curve_add(struct curve *curve, int64_t input_units, int64_t begin_us, int64_t end_us);

/* When less than so many (at least 1) are under way, not before from_us; at most that many are
 * now. */
int64_t curve_when(const struct curve *curve, size_t concurrency, int64_t from_us);

/* Goes on until all has ended. Then levels are in tokens. */
void curve_end(struct curve *curve);

#endif
