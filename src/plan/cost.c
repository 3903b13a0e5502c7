#include "plan/cost.h"

static const double tokens_priced = 1e6;

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

bool plan_has_fast_price(const struct model *model)
{
    return model->price_fast.input >= 0;
}

bool plan_is_apart(const struct model *model, enum plan_speed speed)
{
    return speed == PLAN_FAST && model && model->price_fast.input > model->price.input;
}

/* What a request of a model pays for its tokens. */
struct tariff {
    const struct price *price, *price_long;
    double factor, us_factor;
};

static struct tariff tariff_of(const struct model *model, enum plan_speed speed, enum plan_way way)
{
    const bool is_batch = way == PLAN_BATCH;
    const bool is_fast = speed == PLAN_FAST && !is_batch && plan_has_fast_price(model);
    return (struct tariff){
        .price = is_fast ? &model->price_fast : &model->price,
        .price_long = is_fast ? &model->price_fast : &model->price_long,
        .factor = (is_batch ? model->batch_factor : 1) / tokens_priced,
        .us_factor = model->us_factor,
    };
}

/* Sets one edge; false: it is not known. */
static bool price_edge(const struct plan_sums *sums, const struct tariff *tariff,
                       enum plan_edge edge, double hit, struct plan_cost *cost)
{
    struct pricing pricing = { .hit = hit_of(edge, hit), .is_known = true };
    double input = 0, output = 0;
    for (int i = 0; i < 4; i++) {
        const bool is_long = i / 2, is_us = i % 2;
        const struct plan_class *class = &sums->classes[edge][is_long][is_us];
        const double scale = tariff->factor * (is_us ? tariff->us_factor : 1);
        pricing.price = is_long ? tariff->price_long : tariff->price;
        input += scale * input_of(&pricing, class);
        output += scale * output_of(&pricing, class);
    }
    cost->usd[edge] = pricing.is_known ? input + output : PLAN_COST_UNKNOWN;
    if (edge == PLAN_EXPECTED)
        cost->input_usd = pricing.is_known ? input : PLAN_COST_UNKNOWN;
    return pricing.is_known;
}

struct plan_cost plan_cost_of(const struct plan_sums *sums, const struct model *model,
                              enum plan_speed speed, enum plan_way way, double hit)
{
    struct plan_cost cost = { .input_usd = PLAN_COST_UNKNOWN };
    for (int edge = 0; edge < PLAN_EDGES_LEN; edge++)
        cost.usd[edge] = PLAN_COST_UNKNOWN;
    if (!model)
        return cost;
    const struct tariff tariff = tariff_of(model, speed, way);
    for (int edge = 0; edge < PLAN_EDGES_LEN; edge++)
        price_edge(sums, &tariff, (enum plan_edge)edge, hit, &cost);
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
    const struct tariff tariff =
        tariff_of(model, record->is_fast ? PLAN_FAST : PLAN_STANDARD, PLAN_ONLINE);
    const bool is_long =
        model->long_prompt_over != CATALOG_UNKNOWN && record->tokens > model->long_prompt_over;
    struct pricing pricing = { .price = is_long ? tariff.price_long : tariff.price,
                               .is_known = true };
    struct plan_class class = { .output = record->max_tokens == REQUEST_UNSET
                                              ? COUNT_UNBOUNDED
                                              : record->max_tokens };
    class.input[PLAN_UNCACHED] = record->tokens;
    const double usd = input_of(&pricing, &class) + output_of(&pricing, &class);
    return pricing.is_known ? usd * tariff.factor * (record->is_us ? tariff.us_factor : 1)
                            : PLAN_COST_UNKNOWN;
}
