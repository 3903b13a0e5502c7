#ifndef TOKGATE_NET_PACE_H
#define TOKGATE_NET_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Calls of a second that are remembered: for 30,000 a minute. */
enum { PACE_SENT_MAX = 512 };

/*
 * When calls may go out, for a limit of so many a minute: evenly, at 98.5 % of it. The limit is a
 * token bucket whose size is not published, and "60 RPM may be enforced as 1 request a second"
 * (api/rate-limits, 2026-08-22): so nothing is saved up, but a caller who comes up to 100 ms late
 * gets them back, as far as a second then still has no more calls than a 60th of the limit allows,
 * rounded down, even where the way to the server makes two calls meet by a few milliseconds.
 *
 * Times are those of any one clock in milliseconds; nothing here asks for the time.
 */
struct pace {
    int64_t interval_us; /* between two calls at full speed */
    int64_t next_us;     /* when the next one is due */
    int64_t window_us;   /* the last sent_cap calls and the next one take at least so long */
    int64_t sent_ms[PACE_SENT_MAX]; /* when calls went out: a ring */
    size_t sent_cap, sent_len;      /* sent_len: all there were */
    int64_t held_until_ms;          /* nothing goes out before */
    bool was_held;                  /* ever */
    int64_t slowed_at_ms;           /* when the share was set */
    double share;                   /* of full speed, at slowed_at_ms: 0 to 1 */
};

/* per_minute: at least 1. The first call may go out now. */
void pace_init(struct pace *pace, int64_t per_minute, int64_t now_ms);

/* Takes the leave for one call; false when none may go out yet. */
bool pace_take(struct pace *pace, int64_t now_ms);

/* The first time at which pace_take will give leave, unless pace_hold comes in between; may lie in
 * the past. */
int64_t pace_next_ms(const struct pace *pace);

/*
 * The server said that it was too much: nothing goes out for wait_ms. Once is chance: a few calls
 * met on the way, or somebody else uses the same limit. When it says so again within ten seconds of
 * going on, what follows goes at half the speed, which grows back by itself, doubling in the first
 * minute. A hold while one is on only makes it longer: the answers of calls that were under way
 * together are one complaint.
 */
void pace_hold(struct pace *pace, int64_t now_ms, int64_t wait_ms);

#endif
