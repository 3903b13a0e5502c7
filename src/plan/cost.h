#ifndef TOKGATE_PLAN_COST_H
#define TOKGATE_PLAN_COST_H

#include "plan/sums.h"

/*
 * What requests cost, in USD. Prices are those of the catalog (about-claude/pricing, 2026-08-22,
 * and the pages of newer models): input, output, writes to the cache by their life, and reads. A
 * Message Batch costs half of everything; inference_geo "us" 1.1 times as much; both multiply with
 * the cache. Of Haiku 5.5 the prices of the whole request depend on the length of its prompt. What
 * is not in the catalog (fast mode, server tools) is not in it.
 */
enum plan_way { PLAN_BATCH, PLAN_ONLINE, PLAN_WAYS_LEN };

/* One edge is COST_UNKNOWN where tokens are not bounded, or cost what the catalog does not say. */
#define PLAN_COST_UNKNOWN (-1.0)

struct plan_cost {
    double usd[PLAN_EDGES_LEN];
    double input_usd; /* of the expected cost */
};

/* Which share of the tokens that could be read from the cache is read; the rest is written again.
 * hit < 0, not known: none at the edges above the expected one, all at the others. */
struct plan_cost plan_cost_of(const struct plan_sums *sums, const struct model *model,
                              enum plan_way way, double hit);

/* Adds costs; what is unknown stays so. */
void plan_cost_add(struct plan_cost *cost, const struct plan_cost *other);

/* What one request costs at most, sent online and without the cache; PLAN_COST_UNKNOWN. */
double plan_cost_at_most(const struct plan_record *record, const struct model *model);

#endif
