#ifndef TOKGATE_PLAN_COST_H
#define TOKGATE_PLAN_COST_H

#include "plan/sums.h"

/*
 * What requests cost, in USD. Prices are those of the catalog, and so is what they are multiplied
 * by in a Message Batch and with inference_geo "us" (rules/catalog/models.json, with sources and
 * dates); all of it multiplies with the cache. Of Haiku 5.5 the prices of the whole request depend
 * on the length of its prompt. Requests with speed "fast" have the prices of fast mode online,
 * where they are known, else the standard ones; a batch takes none of them
 * (build-with-claude/batch-processing, 2026-08-22), so that there they cost what they would without
 * it. What server tools cost beside tokens is not in it.
 */
enum plan_speed { PLAN_STANDARD, PLAN_FAST };
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
                              enum plan_speed speed, enum plan_way way, double hit);

/* Whether fast mode of the model has a price of its own; and whether it is a mode of its own, with
 * limits apart from those of the model's pool. */
bool plan_has_fast_price(const struct model *model);
bool plan_is_apart(const struct model *model, enum plan_speed speed);

/* Adds costs; what is unknown stays so. */
void plan_cost_add(struct plan_cost *cost, const struct plan_cost *other);

/* What one request costs at most, sent online and without the cache; PLAN_COST_UNKNOWN. */
double plan_cost_at_most(const struct plan_record *record, const struct model *model);

#endif
