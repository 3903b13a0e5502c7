/* A plan for programs; rules/schema/plan.schema.json describes it. */
#include "json/write.h"
#include "plan/forecast.h"
#include "plan/plan.h"
#include "plan/split.h"
#include "report/plan_json_parts.h"
#include "report/report.h"

enum { PLAN_VERSION = 1 };

static void write_cost(struct json_write *json, const char *name, const struct plan *plan,
                       const struct plan_cost *cost)
{
    json_write_key(json, name);
    json_write_begin(json, '{');
    plan_json_usd(json, "low_usd", cost->usd[PLAN_LOW]);
    plan_json_usd(json, "expected_usd",
                  plan_has_output(plan) ? cost->usd[PLAN_EXPECTED] : PLAN_COST_UNKNOWN);
    plan_json_usd(json, "high_usd", cost->usd[PLAN_HIGH]);
    plan_json_usd(json, "worst_usd", cost->usd[PLAN_WORST]);
    plan_json_usd(json, "input_usd", cost->input_usd);
    json_write_end(json, '}');
}

/* Requests by size: {"from": 64, "to": 127, "requests": 3}; what has none is left out. */
static void write_sizes(struct json_write *json, const struct plan_sums *sums)
{
    json_write_key(json, "sizes");
    json_write_begin(json, '[');
    for (int i = 0; i < PLAN_SIZES_LEN; i++) {
        if (!sums->sizes[i])
            continue;
        json_write_begin(json, '{');
        json_write_integer_member(json, "from", i ? INT64_C(1) << (i - 1) : 0);
        json_write_integer_member(json, "to", i ? (INT64_C(1) << i) - 1 : 0);
        json_write_integer_member(json, "requests", sums->sizes[i]);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

static void write_sums(struct json_write *json, const struct plan *plan,
                       const struct plan_sums *sums, const struct plan_cost cost[PLAN_WAYS_LEN])
{
    json_write_integer_member(json, "requests", sums->requests);
    plan_json_input(json, sums);
    plan_json_output(json, plan, sums);
    json_write_integer_member(json, "entry_bytes", sums->entry_bytes);
    write_cost(json, "batch", plan, &cost[PLAN_BATCH]);
    write_cost(json, "online", plan, &cost[PLAN_ONLINE]);
    write_sizes(json, sums);
}

static void write_models(struct json_write *json, const struct plan *plan)
{
    json_write_key(json, "models");
    json_write_begin(json, '[');
    for (size_t i = 0; i < plan->models_len; i++) {
        const struct plan_model *row = &plan->models[i];
        json_write_begin(json, '{');
        json_write_text_member(json, "model", row->id);
        json_write_text_member(json, "taken_as",
                               row->model && row->is_assumed ? row->model->id : (struct str){ 0 });
        json_write_text_member(json, "pool", row->model ? row->model->pool : (struct str){ 0 });
        json_write_key(json, "fast");
        json_write_bool(json, row->speed == PLAN_FAST);
        write_sums(json, plan, &row->sums, row->cost);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

/* Only where there is one. */
static void write_forecast(struct json_write *json, const struct forecast *forecast)
{
    bool has_label;
    if (!forecast)
        return;
    json_write_key(json, "results");
    json_write_begin(json, '{');
    json_write_integer_member(json, "answers", forecast->all.answers);
    json_write_integer_member(json, "labels", (int64_t)forecast->labels.len);
    json_write_integer_member(json, "mean_output_tokens",
                              forecast_tokens(forecast, STR(""), &has_label));
    json_write_integer_member(json, "requests_by_label", forecast->by_label);
    json_write_integer_member(json, "requests_by_mean", forecast->by_mean);
    json_write_end(json, '}');
}

static void write_online(struct json_write *json, const struct simulate_options *options)
{
    json_write_key(json, "online");
    json_write_begin(json, '{');
    plan_json_share(json, "start_level", (double)options->start_permille / 1000);
    json_write_integer_member(json, "burst", options->burst);
    plan_json_seconds(json, "latency_s", options->latency_us);
    json_write_integer_member(json, "output_tokens_per_second", options->output_speed);
    json_write_integer_member(json, "concurrency",
                              options->concurrency ? options->concurrency : -1);
    json_write_end(json, '}');
}

static void write_assumptions(struct json_write *json, const struct plan *plan)
{
    const struct plan_options *options = &plan->options;
    json_write_key(json, "assumed");
    json_write_begin(json, '{');
    json_write_text_member(json, "endpoint", str_from_c(plan->vendor ? plan->vendor : ""));
    json_write_text_member(json, "tier", options->tier);
    json_write_key(json, "tier_is_given");
    json_write_bool(json, options->is_tier_given);
    json_write_integer_member(json, "queued", options->queued);
    json_write_integer_member(json, "output_tokens", options->output.tokens);
    plan_json_share(json, "output_share", options->output.share);
    write_forecast(json, options->output.forecast);
    plan_json_share(json, "cache_hit", options->cache_hit);
    write_online(json, &options->online);
    json_write_end(json, '}');
}

static void write_costliest(struct json_write *json, const struct plan *plan)
{
    json_write_key(json, "costliest");
    json_write_begin(json, '[');
    for (size_t i = 0; i < plan->costliest_len; i++) {
        const struct plan_costly *costly = &plan->costliest[i];
        json_write_begin(json, '{');
        json_write_text_member(json, "path", costly->source);
        json_write_integer_member(json, "line", (int64_t)costly->place.line);
        json_write_text_member(json, "custom_id",
                               (struct str){ costly->custom_id, costly->custom_id_len });
        json_write_text_member(json, "model", costly->model);
        json_write_integer_member(json, "tokens", costly->tokens);
        json_write_integer_member(json, "max_tokens", costly->max_tokens);
        plan_json_usd(json, "online_usd", costly->usd);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

static void write_cache(struct json_write *json, const struct plan *plan)
{
    json_write_key(json, "cache");
    json_write_begin(json, '{');
    json_write_integer_member(json, "prefixes", (int64_t)plan->seen.len);
    json_write_key(json, "has_more");
    json_write_bool(json, plan->seen.is_full);
    json_write_end(json, '}');
}

/* Only where chunks were written: plan.json has more. */
static void write_split(struct json_write *json, const struct plan *plan)
{
    const struct split *split = plan->split;
    struct split_tally tally;
    if (!split)
        return;
    split_add_up(split, &tally);
    json_write_key(json, "split");
    json_write_begin(json, '{');
    json_write_text_member(json, "directory", plan->split_directory);
    json_write_integer_member(json, "requests", tally.requests);
    json_write_integer_member(json, "bytes", tally.size_bytes);
    json_write_integer_member(json, "chunks", (int64_t)split->chunks.len);
    json_write_integer_member(json, "kept", (int64_t)tally.kept);
    json_write_integer_member(json, "left_out", (int64_t)split->lefts.len);
    json_write_end(json, '}');
}

static void write_totals(struct json_write *json, const struct plan *plan)
{
    json_write_key(json, "totals");
    json_write_begin(json, '{');
    write_sums(json, plan, &plan->sums, plan->cost);
    json_write_integer_member(json, "unpriced_requests", plan->unpriced);
    json_write_integer_member(json, "fast_requests", plan->sums.fast);
    json_write_integer_member(json, "fast_at_standard_prices", plan->fast_unpriced);
    json_write_integer_member(json, "web_search_requests", plan->sums.searching);
    json_write_integer_member(json, "us_requests", plan->sums.us);
    json_write_integer_member(json, "faulty_requests", plan->sums.faulty);
    json_write_integer_member(json, "other_batch_requests", plan->sums.other_batch);
    plan_json_usd(json, "monthly_spend_cap_usd", plan->monthly_spend_cap_usd);
    json_write_end(json, '}');
}

void report_plan_json(FILE *out, const struct plan *plan, const struct findings *findings,
                      const struct summary *summary)
{
    struct json_write json = { .out = out, .pretty = true };
    json_write_begin(&json, '{');
    json_write_integer_member(&json, "version", PLAN_VERSION);
    write_assumptions(&json, plan);
    write_totals(&json, plan);
    write_models(&json, plan);
    write_cache(&json, plan);
    plan_json_batches(&json, plan);
    plan_json_pools(&json, plan);
    write_costliest(&json, plan);
    write_split(&json, plan);
    json_write_key(&json, "findings");
    json_write_begin(&json, '[');
    for (size_t i = 0; i < findings->len; i++)
        report_json_finding(&json, &findings->items[i]);
    json_write_end(&json, ']');
    report_json_summary(&json, summary);
    json_write_end(&json, '}');
    fputc('\n', out);
}
