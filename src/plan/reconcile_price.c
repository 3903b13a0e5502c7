/* What answers cost. */
#include "plan/reconcile.h"

static const double per_token = 1e-6; /* prices are for a million */

bool reconcile_is_batch(const struct result *result)
{
    const bool is_fast = str_equal(result->speed, STR("fast"));
    return result->service_tier.len ? str_equal(result->service_tier, STR("batch")) : !is_fast;
}

static double share_of(const struct model *model, const struct result *result)
{
    return (reconcile_is_batch(result) ? model->batch_factor : 1) *
           (str_equal(result->geo, STR("us")) ? model->us_factor : 1);
}

double reconcile_price(const struct model *model, const struct result *result,
                       const struct usage *usage)
{
    if (!model)
        return -1;
    int64_t prompt = usage->input + usage->write_5m + usage->write_1h + usage->read;
    bool is_long = model->long_prompt_over >= 0 && prompt > model->long_prompt_over;
    const bool is_fast = str_equal(result->speed, STR("fast"));
    const struct price *price = is_fast   ? &model->price_fast
                                : is_long ? &model->price_long
                                          : &model->price;
    const struct {
        int64_t tokens;
        double usd;
    } parts[] = {
        { usage->input, price->input },
        { usage->write_5m, price->cache_write_5m },
        { usage->write_1h, price->cache_write_1h },
        { usage->read, price->cache_read },
        { usage->output, price->output },
    };
    double usd = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].tokens && parts[i].usd < 0)
            return -1;
        usd += (double)parts[i].tokens * (parts[i].tokens ? parts[i].usd : 0);
    }
    return usd * per_token * share_of(model, result);
}

/* What the request would have cost, had it so many tokens. */
static double expected_price(const struct model *model, const struct result *result, uint32_t input,
                             uint32_t output)
{
    const struct usage usage = { .input = input, .output = output };
    double usd = reconcile_price(model, result, &usage);
    return usd < 0 ? 0 : usd;
}

void reconcile_add_cost(struct reconcile_model *row, const struct ledger_entry *entry,
                        const struct result *result, double paid)
{
    struct reconcile_cost *cost = &row->cost;
    const uint32_t high = entry->high == LEDGER_MORE ? entry->tokens : entry->high;
    const uint32_t output = entry->max_tokens == LEDGER_UNSET ? entry->output : entry->max_tokens;
    row->priced++;
    cost->paid += paid;
    cost->fast += str_equal(result->speed, STR("fast")) ? paid : 0;
    cost->low += expected_price(row->model, result, entry->low, 0);
    cost->expected += expected_price(row->model, result, entry->tokens, 0);
    cost->high += expected_price(row->model, result, high, 0);
    cost->at_most += expected_price(row->model, result, high, output);
}
