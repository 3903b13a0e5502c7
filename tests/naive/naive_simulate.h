#ifndef TOKGATE_TESTS_NAIVE_SIMULATE_H
#define TOKGATE_TESTS_NAIVE_SIMULATE_H

/*
 * What src/plan/simulate.h says, event by event and as slow as it comes: whether a request may go
 * out at a time is found by playing all that was sent from time 0 on, and what comes after it to
 * its end. It shares nothing with the simulator but the types of its interface.
 */
#include "plan/simulate.h"

enum { NAIVE_REQUESTS_MAX = 64 };

/* sents and result->points have room for len (at most NAIVE_REQUESTS_MAX) and for
 * SIMULATE_POINTS_MAX. Options and requests are within the ranges of the interface; no entry is
 * forgotten. */
void naive_simulate(const struct simulate_options *options, const struct simulate_request *requests,
                    size_t len, struct simulate_sent *sents, struct simulate_point *points,
                    struct simulate_result *result);

#endif
