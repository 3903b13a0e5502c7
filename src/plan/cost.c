#include "plan/cost.h"

static const double batch_share = 0.5, us_share = 1.1, tokens_priced = 1e6;

struct pricing {
    const struct price *price;
    double hit;
    bool is_known; /* so far */
};

static double priced(struct pricing *pricing, double tokens, double price)
{
    if (tokens <= 0)
        return 0;
    if (price < 0)
        pricing->is_known = false;
    return tokens * price;
}

/* Of input tokens that can be read, some are written again. */
static double priced_read(struct pricing *pricing, int64_t tokens, double write)
{
    const double hit = (double)tokens * pricing->hit;
    return priced(pricing, hit, pricing->price->cache_read) +
           priced(pricing, (double)tokens - hit, write);
}

static double input_of(struct pricing *pricing, const struct plan_class *class)
{
    const struct price *price = pricing->price;
    for (int use = 0; use < PLAN_USES_LEN; use++)
        pricing->is_known &= class->input[use] != COUNT_UNBOUNDED;
    return priced(pricing, (double)class->input[PLAN_UNCACHED], price->input) +
           priced(pricing, (double)class->input[PLAN_WRITE_5M], price->cache_write_5m) +
           priced(pricing, (double)class->input[PLAN_WRITE_1H], price->cache_write_1h) +
           priced_read(pricing, class->input[PLAN_READ_5M], price->cache_write_5m) +
           priced_read(pricing, class->input[PLAN_READ_1H], price->cache_write_1h);
}

static double output_of(struct pricing *pricing, const struct plan_class *class)
{
    pricing->is_known &= class->output != COUNT_UNBOUNDED;
    return priced(pricing, (double)class->output, pricing->price->output);
}

static double hit_of(enum plan_edge edge, double hit)
{
    if (edge == PLAN_WORST)
        return 0;
    return hit >= 0 ? hit : edge <= PLAN_EXPECTED ? 1 : 0;
}

/* Sets one edge; false: it is not known. */
static bool price_edge(const struct plan_sums *sums, const struct model *model, enum plan_edge edge,
                       double hit, double share, struct plan_cost *cost)
{
    struct pricing pricing = { .hit = hit_of(edge, hit), .is_known = true };
    double input = 0, output = 0;
    for (int i = 0; i < 4; i++) {
        const bool is_long = i / 2, is_us = i % 2;
        const struct plan_class *class = &sums->classes[edge][is_long][is_us];
        const double scale = share * (is_us ? us_share : 1) / tokens_priced;
        pricing.price = is_long ? &model->price_long : &model->price;
        input += scale * input_of(&pricing, class);
        output += scale * output_of(&pricing, class);
    }
    cost->usd[edge] = pricing.is_known ? input + output : PLAN_COST_UNKNOWN;
    if (edge == PLAN_EXPECTED)
        cost->input_usd = pricing.is_known ? input : PLAN_COST_UNKNOWN;
    return pricing.is_known;
}

struct plan_cost plan_cost_of(const struct plan_sums *sums, const struct model *model,
                              enum plan_way way, double hit)
{
    struct plan_cost cost = { .input_usd = PLAN_COST_UNKNOWN };
    for (int edge = 0; edge < PLAN_EDGES_LEN; edge++)
        cost.usd[edge] = PLAN_COST_UNKNOWN;
    for (int edge = 0; model && edge < PLAN_EDGES_LEN; edge++)
        price_edge(sums, model, (enum plan_edge)edge, hit, way == PLAN_BATCH ? batch_share : 1,
                   &cost);
    return cost;
}

static double sum_of(double a, double b)
{
    return a < 0 || b < 0 ? PLAN_COST_UNKNOWN : a + b;
}

void plan_cost_add(struct plan_cost *cost, const struct plan_cost *other)
{
    for (int edge = 0; edge < PLAN_EDGES_LEN; edge++)
        cost->usd[edge] = sum_of(cost->usd[edge], other->usd[edge]);
    cost->input_usd = sum_of(cost->input_usd, other->input_usd);
}

double plan_cost_at_most(const struct plan_record *record, const struct model *model)
{
    if (!model)
        return PLAN_COST_UNKNOWN;
    const bool is_long =
        model->long_prompt_over != CATALOG_UNKNOWN && record->tokens > model->long_prompt_over;
    struct pricing pricing = { .price = is_long ? &model->price_long : &model->price,
                               .is_known = true };
    struct plan_class class = { .output = record->max_tokens == REQUEST_UNSET
                                              ? COUNT_UNBOUNDED
                                              : record->max_tokens };
    class.input[PLAN_UNCACHED] = record->tokens;
    const double usd = input_of(&pricing, &class) + output_of(&pricing, &class);
    return pricing.is_known ? usd * (record->is_us ? us_share : 1) / tokens_priced
                            : PLAN_COST_UNKNOWN;
}
