#ifndef TOKGATE_PLAN_PLAN_H
#define TOKGATE_PLAN_PLAN_H

#include "check/settings.h"
#include "plan/batches.h"
#include "plan/cost.h"
#include "plan/simulate.h"
#include "plan/sums.h"

/*
 * What a lot of requests comes to: tokens, cost, batches, and how long it takes as online calls.
 * Requests are added one by one and nothing of them is kept but sums, the costliest ones, and
 * what tells prefixes apart: a plan of any size takes some MB.
 */
enum {
    PLAN_MODELS_MAX = 256,      /* further names of models have one row together */
    PLAN_COSTLIEST_LEN = 10,    /* requests that are kept */
    PLAN_SEEN_MAX = 512 * 1024, /* prefixes that are told apart: more count as written every time */
};

struct plan_options {
    struct str tier;                /* never empty */
    bool is_tier_given;             /* else tier is the lowest one with published numbers */
    int64_t queued;                 /* requests that are in the queue of batches already */
    struct plan_output output;      /* that is expected */
    bool wants_bounds;              /* of the time that online calls take */
    struct simulate_options online; /* what is assumed of them; limits: those of the pools */
    double cache_hit;               /* share of what could be read from the cache; -1: not known */
};

/* Requests of one model, at one speed. */
struct plan_model {
    struct str id;             /* of the catalog; else the name the requests have */
    const struct model *model; /* NULL: not in the catalog */
    enum plan_speed speed;
    bool is_assumed; /* the catalog has it with another date, or none: price and limits are those */
    struct plan_sums sums;
    struct plan_cost cost[PLAN_WAYS_LEN];
};

/* Requests of one rate limit. */
struct plan_pool {
    struct str name;          /* empty: of models without a known pool */
    bool is_apart;            /* of fast mode alone, whose limits nobody knows */
    struct rate_limit limits; /* CATALOG_UNKNOWN where not known */
    bool reads_count;         /* toward ITPM */
    struct plan_sums sums;

    /* With the tokens that are expected (output: else max_tokens), and where bounds are wanted with
     * those of PLAN_LOW and PLAN_HIGH. NULL: not wanted, or no limit of the pool is known. */
    struct simulate *simulations[PLAN_HIGH + 1];
    struct simulate_result results[PLAN_HIGH + 1];
};

/* One of the costliest requests: sent online, without the cache, with max_tokens of output. */
struct plan_costly {
    struct str source;
    struct place place;
    char custom_id[80]; /* cut off */
    size_t custom_id_len;
    struct str model;
    int64_t tokens, max_tokens;
    double usd; /* PLAN_COST_UNKNOWN sorts last */
};

struct plan {
    struct arena *arena;
    const struct ruleset *ruleset;
    const struct catalog *catalog;
    struct plan_options options;
    struct plan_model *models; /* costliest first, when ended */
    size_t models_len, models_cap;
    struct plan_pool *pools; /* by name, when ended */
    size_t pools_len, pools_cap;
    struct plan_sums sums; /* of all */
    struct plan_cost cost[PLAN_WAYS_LEN];
    int64_t unpriced; /* requests of models without a known price: not in cost */
    int64_t
        fast_unpriced; /* of those priced: in fast mode, at standard prices for want of others */
    struct plan_costly costliest[PLAN_COSTLIEST_LEN];
    size_t costliest_len;
    const char
        *vendor; /* whose endpoint the rule file names; NULL: the Claude API. The Message Batches
                    API is nowhere else (claude-in-microsoft-foundry, 2026-08-22; batch jobs of
                    Amazon and Google are other things), so with one there are no batches */
    const struct split *split; /* the chunks that were written; NULL: none were wanted */
    struct str split_directory;
    struct batches batches;
    int64_t batch_rpm;            /* calls of the batches API a minute; negative: not known */
    double monthly_spend_cap_usd; /* of the tier; negative: none is known */
    struct hashes seen;
    struct plan_name *names; /* of models, as requests have them */
    size_t names_len;
};

/* An empty plan. What it points to must outlive it. */
void plan_init(struct plan *plan, struct arena *arena, const struct ruleset *ruleset,
               const struct catalog *catalog, const struct plan_options *options);

/* When a request is sent online. */
struct plan_turn {
    struct str pool;           /* empty: none is known */
    struct simulate_sent sent; /* outcome SIMULATE_OUTCOMES_LEN: its pool is not simulated */
};

/* Adds a request. record->source must outlive the plan, nothing else of it need. False when it can
 * never be sent online: *stuck says why. */
bool plan_add(struct plan *plan, const struct plan_record *record, struct plan_turn *turn,
              struct plan_stuck *stuck);

/* Sorts and adds up: to be called once, after the last request. */
void plan_end(struct plan *plan);

/* Whether any simulation was made; and whether output was said to be expected. */
bool plan_is_simulated(const struct plan_pool *pool);
bool plan_has_output(const struct plan *plan);

/* What rules on a plan look at, after plan_end. */
struct plan_numbers plan_numbers_of(const struct plan *plan);

#endif
