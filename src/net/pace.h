#ifndef TOKGATE_NET_PACE_H
#define TOKGATE_NET_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/brake.h"
#include "net/bucket.h"

/* Calls of a second that are remembered: for 30,000 a minute. */
enum { PACE_SENT_MAX = 512 };

/* The bucket of all runs with the same credential, wherever that is. */
struct pace_share {
    void *context;

    /* bucket_reserve; the lot's times are of the pace's own clock. False: the bucket cannot be
     * reached, and is not asked again. */
    bool (*reserve)(void *context, size_t wanted, struct bucket_lot *lot);
    void (*hold)(void *context, int64_t wait_ms); /* bucket_hold, if it can be reached */
};

/*
 * When calls may go out, for a limit of so many a minute: evenly, at 98.5 % of it. The limit is a
 * token bucket whose size is not published, and "60 RPM may be enforced as 1 request a second"
 * (api/rate-limits, 2026-08-22): so nothing is saved up, but a caller who comes up to 100 ms late
 * gets them back, as far as a second then still has no more calls than a 60th of the limit allows,
 * rounded down, even where the way to the server makes two calls meet by a few milliseconds. Where
 * runs share a bucket, a call needs its leave, too.
 *
 * Times are those of any one clock in milliseconds; nothing here asks for the time.
 */
struct pace {
    int64_t interval_us; /* between two calls at full speed */
    int64_t next_us;     /* when the next one is due */
    int64_t window_us;   /* the last sent_cap calls and the next one take at least so long */
    int64_t sent_ms[PACE_SENT_MAX]; /* when calls went out: a ring */
    size_t sent_cap, sent_len;      /* sent_len: all there were */
    struct brake brake;
    struct pace_share share; /* without a function: the pace is that of this run alone */
    struct bucket_lot lot;   /* what is left of the one reserved last */
};

/* per_minute: at least 1. The first call may go out now. share: { 0 } for none. */
void pace_init(struct pace *pace, int64_t per_minute, const struct pace_share *share,
               int64_t now_ms);

/* Takes the leave for one call; false when none may go out yet. waiting: how many calls would go
 * out soon, this one with them: at least 1. */
bool pace_take(struct pace *pace, int64_t now_ms, size_t waiting);

/* The first time at which pace_take will give leave, as far as that is known, unless pace_hold
 * comes in between; may lie in the past. */
int64_t pace_next_ms(const struct pace *pace);

/* brake_hold: the server said that it was too much. */
void pace_hold(struct pace *pace, int64_t now_ms, int64_t wait_ms);

#endif
