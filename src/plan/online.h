#ifndef TOKGATE_PLAN_ONLINE_H
#define TOKGATE_PLAN_ONLINE_H

#include "plan/plan.h"

/* The part of a plan that is about online calls: its pools, each simulated apart (plan/simulate.h).
 */

/* Rows are large and mostly few: room for one more, of which the old ones are copied to where they
 * have it. cap: how many there is room for; grows. */
void *plan_room(struct arena *arena, void *rows, size_t len, size_t *cap, size_t size);

/* The pool of a row's requests. Models that nobody knows a pool of share one; fast mode has limits
 * of its own (release notes, 2026-10-15), of which no figures are known. */
struct plan_pool *online_pool(struct plan *plan, const struct plan_model *row);

/* What plan_add and plan_end do of it. */
bool online_add(struct plan *plan, const struct plan_record *record, const struct plan_model *row,
                struct plan_turn *turn, struct plan_stuck *stuck);
void online_end(struct plan *plan);

/* The time until the last answer of the slowest pool. high is INFINITY where a limit is not known
 * or a request can never be sent: *unknown says which. */
struct plan_range online_seconds(const struct plan *plan, const char **unknown);

#endif
