#ifndef TOKGATE_NET_BUCKET_H
#define TOKGATE_NET_BUCKET_H

#include <stddef.h>
#include <stdint.h>

#include "net/brake.h"

/*
 * What runs with one credential share of their pace: when the next call of any of them may go out.
 * A run reserves a small lot of times, one after the other at an even distance, and sends one call
 * at each; what it does not use is lost. So nobody has to ask again for each call, and one that is
 * killed takes no more than its lot with it.
 *
 * Times are microseconds, of the brake milliseconds, of a clock that all the runs see: that of the
 * day, which may be set. When it goes back, the bucket goes back with it, as far as that can be
 * believed; when it leaps ahead, the times that are out overlap with new ones, for a lot's length.
 */
struct bucket {
    int64_t next_us;        /* the first time that is free */
    int64_t written_us;     /* when that was said; 0: never */
    int64_t owner;          /* who reserved last */
    int64_t crowd_until_us; /* several runs count until then, so far */
    struct brake brake;
};

/* Times at which calls may go out: first_us, first_us + interval_us, ...; each is lost when it is
 * not used within late_us, but for the last one, which pace.c keeps a second. */
struct bucket_lot {
    size_t len;
    int64_t first_us, interval_us, late_us;
};

/*
 * Reserves at least one time and at most wanted ones, of the next 50 milliseconds when that is more
 * than one. per_minute: the limit, at least 1. A run alone gets 98.5 % of it; while there are
 * others, whose delays nobody can make up for, all together get 97 %, and must be more punctual.
 * owner: a number that no other run has. A bucket of zeros is a new one; one that makes no sense is
 * made anew.
 */
struct bucket_lot bucket_reserve(struct bucket *bucket, int64_t per_minute, int64_t owner,
                                 int64_t now_us, size_t wanted);

/* brake_hold for all of them: what is reserved from now on is not before that. */
void bucket_hold(struct bucket *bucket, int64_t per_minute, int64_t now_us, int64_t wait_ms);

#endif
