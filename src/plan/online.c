#include "plan/online.h"

#include <math.h>
#include <stdlib.h>

static bool has_limit(const struct rate_limit *limits)
{
    return limits->rpm != CATALOG_UNKNOWN || limits->itpm != CATALOG_UNKNOWN ||
           limits->otpm != CATALOG_UNKNOWN;
}

bool plan_is_simulated(const struct plan_pool *pool)
{
    return pool->simulations[PLAN_EXPECTED] != NULL;
}

static void open_simulations(struct plan *plan, struct plan_pool *pool)
{
    struct simulate_options options = plan->options.online;
    options.limits = pool->limits;
    options.reads_count = pool->reads_count;
    for (int edge = 0; has_limit(&pool->limits) && edge <= PLAN_HIGH; edge++)
        if (edge == PLAN_EXPECTED || plan->options.wants_bounds)
            pool->simulations[edge] = simulate_new(plan->arena, &options);
}

void *plan_room(struct arena *arena, void *rows, size_t len, size_t *cap, size_t size)
{
    if (len < *cap)
        return rows;
    *cap = *cap ? *cap * 2 : 8;
    return arena_grow(arena, rows, len * size, *cap * size);
}

static struct rate_limit limits_of(const struct plan *plan, struct str pool, bool is_apart)
{
    const struct rate_limit none = { CATALOG_UNKNOWN, CATALOG_UNKNOWN, CATALOG_UNKNOWN };
    return is_apart ? none
                    : settings_limits(plan->ruleset, plan->catalog, pool, plan->options.tier);
}

struct plan_pool *online_pool(struct plan *plan, const struct plan_model *row)
{
    const struct str name = row->model ? row->model->pool : (struct str){ 0 };
    const bool is_apart = plan_is_apart(row->model, row->speed);
    for (size_t i = 0; i < plan->pools_len; i++)
        if (plan->pools[i].is_apart == is_apart && str_equal(plan->pools[i].name, name))
            return &plan->pools[i];
    plan->pools =
        plan_room(plan->arena, plan->pools, plan->pools_len, &plan->pools_cap, sizeof *plan->pools);
    struct plan_pool *pool = &plan->pools[plan->pools_len++];
    *pool = (struct plan_pool){
        .name = name,
        .is_apart = is_apart,
        .limits = limits_of(plan, name, is_apart),
        .reads_count = catalog_cache_reads_count(plan->catalog, name),
    };
    open_simulations(plan, pool);
    return pool;
}

/* What a simulation is told of the output: what is expected, else the ends of what may be. */
static int64_t output_of(const struct plan *plan, const struct plan_record *record,
                         const struct model *model, int edge)
{
    const int64_t expected = plan_output_of(&plan->options.output, record, model);
    if (expected >= 0)
        return expected;
    return edge == PLAN_LOW || record->max_tokens == REQUEST_UNSET ? 0 : record->max_tokens;
}

static void say_stuck(const struct plan *plan, const struct plan_pool *pool,
                      const struct plan_record *record, enum simulate_outcome outcome,
                      int64_t output, struct plan_stuck *stuck)
{
    const bool is_output = outcome == SIMULATE_NEVER_OTPM;
    *stuck = (struct plan_stuck){
        .path = record->source,
        .custom_id = record->custom_id,
        .place = record->place,
        .pool = pool->name,
        .limit = is_output                       ? "OTPM"
                 : outcome == SIMULATE_NEVER_RPM ? "RPM"
                                                 : "ITPM",
        .limit_tokens = is_output                       ? pool->limits.otpm
                        : outcome == SIMULATE_NEVER_RPM ? pool->limits.rpm
                                                        : pool->limits.itpm,
        .low = !is_output              ? record->low
               : plan_has_output(plan) ? output
                                       : 0,
        .tokens = is_output ? output : record->tokens,
    };
}

bool online_add(struct plan *plan, const struct plan_record *record, const struct plan_model *row,
                struct plan_turn *turn, struct plan_stuck *stuck)
{
    const struct model *model = row->model;
    struct plan_pool *pool = online_pool(plan, row);
    const int64_t inputs[] = { record->low, record->tokens, record->high };
    *turn = (struct plan_turn){ .pool = pool->name, .sent.outcome = SIMULATE_OUTCOMES_LEN };
    for (int edge = 0; edge <= PLAN_HIGH; edge++) {
        const struct simulate_request request = {
            .input_tokens = inputs[edge],
            .output_tokens = output_of(plan, record, model, edge),
            .min_cacheable_tokens = model ? model->min_cacheable_tokens : 0,
            .prefixes = record->prefixes,
            .prefixes_len = record->prefixes_len,
        };
        if (!pool->simulations[edge])
            continue;
        const struct simulate_sent sent = simulate_add(pool->simulations[edge], &request);
        if (edge == PLAN_EXPECTED)
            turn->sent = sent;
    }
    const enum simulate_outcome outcome = turn->sent.outcome;
    const bool is_sent = outcome == SIMULATE_SENT || outcome == SIMULATE_TOO_LATE ||
                         outcome == SIMULATE_OUTCOMES_LEN;
    if (!is_sent)
        say_stuck(plan, pool, record, outcome, output_of(plan, record, model, PLAN_EXPECTED),
                  stuck);
    return is_sent;
}

static int compare_pools(const void *a, const void *b)
{
    const struct plan_pool *left = a, *right = b;
    const int order = str_compare(left->name, right->name);
    return order ? order : (int)left->is_apart - (int)right->is_apart;
}

void online_end(struct plan *plan)
{
    for (size_t i = 0; i < plan->pools_len; i++)
        for (int edge = 0; edge <= PLAN_HIGH; edge++)
            if (plan->pools[i].simulations[edge])
                simulate_end(plan->pools[i].simulations[edge], &plan->pools[i].results[edge]);
    if (plan->pools_len)
        qsort(plan->pools, plan->pools_len, sizeof *plan->pools, compare_pools);
}

static double largest(double a, double b)
{
    return a > b ? a : b;
}

static bool sends_all(const struct simulate_result *result, int64_t requests)
{
    return result->outcomes[SIMULATE_SENT] == (size_t)requests;
}

struct plan_range online_seconds(const struct plan *plan, const char **unknown)
{
    struct plan_range range = { 0, 0, 0 };
    *unknown = NULL;
    for (size_t i = 0; i < plan->pools_len; i++) {
        const struct plan_pool *pool = &plan->pools[i];
        if (!pool->sums.requests)
            continue;
        if (!pool->simulations[PLAN_EXPECTED]) {
            *unknown = "the limits of a pool are not known";
            continue;
        }
        if (!sends_all(&pool->results[PLAN_EXPECTED], pool->sums.requests))
            *unknown = "a request can never be sent";
        const int low = pool->simulations[PLAN_LOW] ? PLAN_LOW : PLAN_EXPECTED;
        const int high = pool->simulations[PLAN_HIGH] ? PLAN_HIGH : PLAN_EXPECTED;
        range.low = largest(range.low, sends_all(&pool->results[low], pool->sums.requests)
                                           ? (double)pool->results[low].finish_us / 1e6
                                           : INFINITY);
        range.value = largest(range.value, (double)pool->results[PLAN_EXPECTED].finish_us / 1e6);
        range.high = largest(range.high, (double)pool->results[high].finish_us / 1e6);
        if (!sends_all(&pool->results[high], pool->sums.requests) && !*unknown)
            *unknown = "a request may never be sent";
    }
    if (*unknown)
        range.high = INFINITY;
    return range;
}
