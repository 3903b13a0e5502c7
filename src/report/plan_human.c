/* A plan for people: tokens and cost by model, then batches, then online calls. */
#include <inttypes.h>

#include "base/utf8.h"
#include "plan/forecast.h"
#include "plan/plan.h"
#include "report/report.h"
#include "base/text.h"

enum { NAME_WIDTH = 10, COSTLIEST_SHOWN = 3 };

static void print_tokens(FILE *out, struct arena *arena, const struct plan *plan)
{
    const struct plan_sums *sums = &plan->sums;
    struct buf text = { .arena = arena };
    buf_add(&text, text_grouped(arena, sums->tokens));
    if (sums->high == COUNT_UNBOUNDED)
        buf_format(&text, " (at least %.*s)", STR_ARGS(text_grouped(arena, sums->low)));
    else if (sums->low != sums->high)
        buf_format(&text, " (%.*s to %.*s)", STR_ARGS(text_grouped(arena, sums->low)),
                   STR_ARGS(text_grouped(arena, sums->high)));
    fprintf(out, "%-*s %.*s of input", NAME_WIDTH, "tokens", STR_ARGS(buf_str(&text)));
    fprintf(out, ", at most %.*s of output", STR_ARGS(text_grouped(arena, sums->max_tokens)));
    if (sums->without_max_tokens)
        fprintf(out, " and %" PRId64 " without max_tokens", sums->without_max_tokens);
    fputc('\n', out);
}

static int64_t cached_of(const struct plan_sums *sums)
{
    return plan_sums_input(sums, PLAN_EXPECTED, PLAN_READ_5M) +
           plan_sums_input(sums, PLAN_EXPECTED, PLAN_READ_1H);
}

static int64_t written_of(const struct plan_sums *sums)
{
    return plan_sums_input(sums, PLAN_EXPECTED, PLAN_WRITE_5M) +
           plan_sums_input(sums, PLAN_EXPECTED, PLAN_WRITE_1H);
}

static void print_cache(FILE *out, struct arena *arena, const struct plan *plan)
{
    const int64_t read = cached_of(&plan->sums), written = written_of(&plan->sums);
    if (!read && !written)
        return;
    fprintf(out, "%-*s %.*s of the input can be read, %.*s written, in %.*s prefix%s", NAME_WIDTH,
            "cache", STR_ARGS(text_grouped(arena, read)), STR_ARGS(text_grouped(arena, written)),
            STR_ARGS(text_grouped(arena, (int64_t)plan->seen.len)),
            plan->seen.len == 1 ? "" : "es");
    if (plan->seen.is_full)
        fputs(" and more, which count as written each time", out);
    fputc('\n', out);
}

static struct str edge_text(struct arena *arena, const struct plan_cost *cost, enum plan_edge edge)
{
    return text_usd(arena, cost->usd[edge]);
}

static void print_cells(FILE *out, struct arena *arena, const struct plan *plan, struct str name,
                        const struct plan_sums *sums, const struct plan_cost cost[PLAN_WAYS_LEN])
{
    const enum plan_edge edge = plan_has_output(plan) ? PLAN_EXPECTED : PLAN_WORST;
    const int64_t output =
        plan_has_output(plan) ? plan_sums_output(sums, PLAN_EXPECTED) : sums->max_tokens;
    fprintf(out, "%-26.*s %10.*s %15.*s %15.*s %14.*s %14.*s %14.*s\n", STR_ARGS(name),
            STR_ARGS(text_grouped(arena, sums->requests)),
            STR_ARGS(text_grouped(arena, sums->tokens)),
            STR_ARGS(text_grouped(arena, cached_of(sums))), STR_ARGS(text_grouped(arena, output)),
            STR_ARGS(edge_text(arena, &cost[PLAN_BATCH], edge)),
            STR_ARGS(edge_text(arena, &cost[PLAN_ONLINE], edge)));
}

static void print_models(FILE *out, struct arena *arena, const struct plan *plan)
{
    const bool is_expected = plan_has_output(plan);
    fprintf(out, "\n%-26s %10s %15s %15s %14s %14s %14s\n", "model", "requests", "input tokens",
            "cache reads", is_expected ? "output" : "output at most",
            is_expected ? "in batches" : "batch at most",
            is_expected ? "online" : "online at most");
    for (size_t i = 0; i < plan->models_len; i++) {
        const struct plan_model *model = &plan->models[i];
        print_cells(out, arena, plan, utf8_printable(arena, model->id, 60), &model->sums,
                    model->cost);
    }
    if (plan->models_len > 1)
        print_cells(out, arena, plan, STR("total"), &plan->sums, plan->cost);
    fputc('\n', out);
}

/* "$1.00 to $2.00", "$1.00", "at least $1.00". */
static struct str range_text(struct arena *arena, double low, double high)
{
    struct str from = text_usd(arena, low);
    if (low < 0 || low == high)
        return from;
    if (high < 0)
        return str_format(arena, "at least %.*s", STR_ARGS(from));
    return str_format(arena, "%.*s to %.*s", STR_ARGS(from), STR_ARGS(text_usd(arena, high)));
}

static void print_cost(FILE *out, struct arena *arena, const struct plan *plan)
{
    const struct plan_cost *batch = &plan->cost[PLAN_BATCH], *online = &plan->cost[PLAN_ONLINE];
    if (plan->unpriced && plan->unpriced == plan->sums.requests) {
        fprintf(out, "%-*s unknown: no price is known of any of the models\n", NAME_WIDTH, "cost");
        return;
    }
    fprintf(out, "%-*s %.*s in batches, %.*s online", NAME_WIDTH, "cost",
            STR_ARGS(range_text(arena, batch->usd[PLAN_LOW], batch->usd[PLAN_HIGH])),
            STR_ARGS(range_text(arena, online->usd[PLAN_LOW], online->usd[PLAN_HIGH])));
    fputs(plan_has_output(plan) ? "; with max_tokens of output " : "", out);
    if (plan_has_output(plan))
        fprintf(out, "%.*s and %.*s", STR_ARGS(edge_text(arena, batch, PLAN_WORST)),
                STR_ARGS(edge_text(arena, online, PLAN_WORST)));
    fputs(plan_has_output(plan)
              ? "\n"
              : "; output: none to max_tokens (--output-tokens says what to expect)\n",
          out);
    if (plan->unpriced)
        fprintf(out,
                "%-*s of %" PRId64 " request%s the price is not known: they are not in the cost\n",
                NAME_WIDTH, "", plan->unpriced, text_plural((size_t)plan->unpriced));
    if (plan->sums.fast)
        fprintf(out,
                "%-*s %" PRId64 " request%s in fast mode at standard prices: fast mode costs "
                "more\n",
                NAME_WIDTH, "", plan->sums.fast, plan->sums.fast == 1 ? " is" : "s are");
}

/* What is expected of the output, where answers say it. */
static void print_forecast(FILE *out, struct arena *arena, const struct plan *plan)
{
    const struct forecast *forecast = plan->options.output.forecast;
    bool has_label;
    if (!forecast)
        return;
    fprintf(out, "%-*s as %.*s answer%s took, %.*s tokens on average; ", NAME_WIDTH, "output",
            STR_ARGS(text_grouped(arena, forecast->all.answers)),
            text_plural((size_t)forecast->all.answers),
            STR_ARGS(text_grouped(arena, forecast_tokens(forecast, STR(""), &has_label))));
    fprintf(out, "by label for %.*s request%s, by that average for %.*s\n",
            STR_ARGS(text_grouped(arena, forecast->by_label)),
            text_plural((size_t)forecast->by_label),
            STR_ARGS(text_grouped(arena, forecast->by_mean)));
}

static struct str percent_text(struct arena *arena, double percent)
{
    if (percent < 0.01)
        return percent > 0 ? STR("less than 0.01%") : STR("0%");
    return str_format(arena, "%.*f%%", percent < 10 ? 2 : percent < 100 ? 1 : 0, percent);
}

static void print_cap(FILE *out, struct arena *arena, const struct plan *plan)
{
    const double cap = plan->monthly_spend_cap_usd;
    const enum plan_edge edge = plan_has_output(plan) ? PLAN_EXPECTED : PLAN_WORST;
    const double batch = plan->cost[PLAN_BATCH].usd[edge];
    const double online = plan->cost[PLAN_ONLINE].usd[edge];
    if (cap <= 0)
        return;
    fprintf(out, "%-*s %.*s a month", NAME_WIDTH, "spend cap", STR_ARGS(text_usd(arena, cap)));
    if (batch >= 0 && online >= 0)
        fprintf(out, ": %.*s of it in batches, %.*s online",
                STR_ARGS(percent_text(arena, batch * 100 / cap)),
                STR_ARGS(percent_text(arena, online * 100 / cap)));
    fputc('\n', out);
}

static void print_tier(FILE *out, const struct plan *plan)
{
    fprintf(out, "%-*s %.*s%s\n", NAME_WIDTH, "tier", STR_ARGS(plan->options.tier),
            plan->options.is_tier_given
                ? ""
                : ", assumed (--tier, or \"tier\" in the rule file, says which it is)");
}

static void print_queue(FILE *out, struct arena *arena, const struct batches *batches)
{
    if (batches->limits.queue < 0) {
        fprintf(out, "%-*s how many requests it takes is not known at this tier\n", NAME_WIDTH,
                "queue");
        return;
    }
    fprintf(out, "%-*s %.*s of %.*s requests", NAME_WIDTH, "queue",
            STR_ARGS(text_grouped(arena, batches_most_queued(batches))),
            STR_ARGS(text_grouped(arena, batches->limits.queue)));
    if (batches->limits.queued)
        fprintf(out, ", %.*s of them are there already",
                STR_ARGS(text_grouped(arena, batches->limits.queued)));
    fputc('\n', out);
}

static void print_batches(FILE *out, struct arena *arena, const struct plan *plan)
{
    const struct batches *batches = &plan->batches;
    const size_t waves = batches_waves(batches);
    int64_t bytes = 0;
    for (size_t i = 0; i < batches->len; i++)
        bytes += batches->items[i].body_bytes;
    fprintf(out, "%-*s %zu of %.*s%s, in %zu wave%s: ended or expired after %zu h\n", NAME_WIDTH,
            "batches", batches->len, STR_ARGS(text_bytes(arena, bytes)),
            batches->len == 1 ? "" : " together", waves, text_plural(waves),
            waves * BATCH_EXPIRES_HOURS);
    if (batches->too_large)
        fprintf(out, "%-*s %" PRId64 " request%s too large for any\n", NAME_WIDTH, "",
                batches->too_large, batches->too_large == 1 ? " is" : "s are");
    print_queue(out, arena, batches);
}

/* "finished after 3 h 20 min; ITPM binds, longest stall 2 s at 1 h, 12 under way at once". */
static void print_schedule(FILE *out, struct arena *arena, const struct simulate_result *result)
{
    const char *binds = simulate_limit_name(result->binding);
    fprintf(out, "%.*s", STR_ARGS(text_duration(arena, (double)result->finish_us / 1e6)));
    if (result->binding != SIMULATE_LIMITS_LEN)
        fprintf(out, ", bound by %s, longest stall %.*s", binds,
                STR_ARGS(text_duration(arena, (double)result->stall.waited_us / 1e6)));
    fprintf(out, ", %.*s under way at most", STR_ARGS(text_grouped(arena, result->concurrency)));
    size_t never = result->outcomes[SIMULATE_NEVER_RPM] + result->outcomes[SIMULATE_NEVER_ITPM] +
                   result->outcomes[SIMULATE_NEVER_OTPM];
    if (never)
        fprintf(out, "; without %zu that can never be sent", never);
    if (result->outcomes[SIMULATE_TOO_LATE])
        fputs("; not all would ever be sent", out);
    if (result->cache_forgotten)
        fprintf(out, "; %.*s cache entries too many to follow: what would read them counts in full",
                STR_ARGS(text_grouped(arena, (int64_t)result->cache_forgotten)));
    fputc('\n', out);
}

static void print_pools(FILE *out, struct arena *arena, const struct plan *plan)
{
    bool has_schedule = false;
    fprintf(out, "%-*s", NAME_WIDTH, "online");
    for (size_t i = 0; i < plan->pools_len; i++) {
        const struct plan_pool *pool = &plan->pools[i];
        has_schedule |= plan_is_simulated(pool);
        fprintf(out, "%*s %-10.*s ", i ? NAME_WIDTH : 0, "",
                STR_ARGS(pool->name.len ? pool->name : STR("no pool")));
        if (plan_is_simulated(pool))
            print_schedule(out, arena, &pool->results[PLAN_EXPECTED]);
        else
            fprintf(out, "%.*s request%s; no limit is known%s\n",
                    STR_ARGS(text_grouped(arena, pool->sums.requests)),
                    text_plural((size_t)pool->sums.requests),
                    pool->name.len ? " at this tier" : "");
    }
    if (has_schedule && !plan_has_output(plan))
        fprintf(out, "%-*s with max_tokens of output each, the slowest that can be\n", NAME_WIDTH,
                "");
}

static void print_costly(FILE *out, struct arena *arena, const struct plan_costly *costly,
                         const char *name)
{
    const struct str id = { costly->custom_id, costly->custom_id_len };
    const struct str path = utf8_printable(arena, costly->source, SIZE_MAX);
    fprintf(out, "%-*s %10.*s online at most, %9.*s tokens  %.*s", NAME_WIDTH, name,
            STR_ARGS(text_usd(arena, costly->usd)), STR_ARGS(text_grouped(arena, costly->tokens)),
            STR_ARGS(path));
    if (costly->place.line > 1 || id.len)
        fprintf(out, ":%zu", costly->place.line);
    if (id.len)
        fprintf(out, " %.*s", STR_ARGS(utf8_printable(arena, id, 80)));
    fputc('\n', out);
}

void report_plan_human(FILE *out, const struct plan *plan)
{
    struct arena arena = { 0 };
    fprintf(out, "%-*s %.*s\n", NAME_WIDTH, "requests",
            STR_ARGS(text_grouped(&arena, plan->sums.requests)));
    if (plan->sums.requests) {
        print_tokens(out, &arena, plan);
        print_cache(out, &arena, plan);
        print_models(out, &arena, plan);
        print_cost(out, &arena, plan);
        print_forecast(out, &arena, plan);
        print_tier(out, plan);
        print_cap(out, &arena, plan);
        print_batches(out, &arena, plan);
        print_pools(out, &arena, plan);
        for (size_t i = 0; i < plan->costliest_len && i < COSTLIEST_SHOWN; i++)
            if (plan->costliest[i].usd >= 0)
                print_costly(out, &arena, &plan->costliest[i], i ? "" : "costliest");
    }
    arena_free(&arena);
}
