#ifndef TOKGATE_PLAN_BUCKET_H
#define TOKGATE_PLAN_BUCKET_H

#include <stdint.h>

/*
 * A limit of so many a minute as a token bucket, in whole numbers: it holds units, of which one
 * token (or request) is 60,000,000, so that in a microsecond exactly as many come back as the limit
 * says. Times are microseconds.
 */
#define BUCKET_UNITS INT64_C(60000000)

struct bucket {
    int64_t per_us; /* units that come back: the limit a minute */
    int64_t cap_units;
    int64_t units; /* at at_us */
    int64_t at_us;
};

/* Never negative numbers; cap: tokens it holds, at most INT64_MAX / BUCKET_UNITS. Starts at time 0
 * with so many thousandths of what it holds. */
struct bucket bucket_new(int64_t per_minute, int64_t cap, int64_t start_permille);

/* What level units become when per_us come back for so long, up to cap. No number is negative, and
 * level is at most cap. */
int64_t bucket_filled(int64_t level, int64_t cap, int64_t per_us, int64_t lasts_us);

/* What is in it at a time that is not before at_us. */
int64_t bucket_units(const struct bucket *bucket, int64_t now_us);

/* The first time, not before from_us (nor at_us), when it has so many units; INT64_MAX: never. */
int64_t bucket_when(const struct bucket *bucket, int64_t units, int64_t from_us);

/* Takes units that it has at now_us. */
void bucket_take(struct bucket *bucket, int64_t units, int64_t now_us);

#endif
