#ifndef TOKGATE_NET_BRAKE_H
#define TOKGATE_NET_BRAKE_H

#include <stdbool.h>
#include <stdint.h>

/* What a server's complaints do to a pace. Times are milliseconds of any one clock. */
struct brake {
    int64_t held_until_ms; /* nothing goes out before */
    bool was_held;         /* ever */
    int64_t slowed_at_ms;  /* when the share was set */
    double share;          /* of full speed, at slowed_at_ms: above 0, at most 1 */
};

/* Nobody has complained. */
void brake_init(struct brake *brake, int64_t now_ms);

/* The share of full speed now. */
double brake_share(const struct brake *brake, int64_t now_ms);

/*
 * The server said that it was too much: nothing goes out for wait_ms. Once is chance: a few calls
 * met on the way, or somebody else uses the same limit. When it says so again within ten seconds of
 * going on, what follows goes at half the speed, which grows back by itself, doubling in the first
 * minute. A hold while one is on only makes it longer: the answers of calls that were under way
 * together are one complaint.
 */
void brake_hold(struct brake *brake, int64_t now_ms, int64_t wait_ms);

#endif
