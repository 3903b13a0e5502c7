/* What a plan costs, for people. */
#include <inttypes.h>

#include "base/text.h"
#include "plan/forecast.h"
#include "report/plan_human.h"
#include "report/plan_text.h"

/* "$1.00 to $2.00", "$1.00", "at least $1.00". */
static struct str range_text(struct arena *arena, double low, double high)
{
    struct str from = text_usd(arena, low);
    if (low < 0 || low == high)
        return from;
    if (high < 0)
        return str_format(arena, "at least %.*s", STR_ARGS(from));
    const struct str to = text_usd(arena, high);
    return str_equal(from, to) ? from
                               : str_format(arena, "%.*s to %.*s", STR_ARGS(from), STR_ARGS(to));
}

/* One under the other, the first with the name. */
static void print_notes(FILE *out, const char *name, const struct strs *notes)
{
    for (size_t i = 0; i < notes->len; i++)
        fprintf(out, "%-*s %.*s\n", PLAN_NAME_WIDTH, i ? "" : name, STR_ARGS(notes->items[i]));
}

static void print_cost(FILE *out, struct arena *arena, const struct plan *plan)
{
    const struct plan_cost *batch = &plan->cost[PLAN_BATCH], *online = &plan->cost[PLAN_ONLINE];
    struct strs notes = { .arena = arena };
    if (plan->unpriced && plan->unpriced == plan->sums.requests) {
        fprintf(out, "%-*s unknown: no price is known of any of the models\n", PLAN_NAME_WIDTH,
                "cost");
        return;
    }
    fprintf(out, "%-*s ", PLAN_NAME_WIDTH, "cost");
    if (!plan->vendor)
        fprintf(out, "%.*s in batches, ",
                STR_ARGS(range_text(arena, batch->usd[PLAN_LOW], batch->usd[PLAN_HIGH])));
    fprintf(out, "%.*s online",
            STR_ARGS(range_text(arena, online->usd[PLAN_LOW], online->usd[PLAN_HIGH])));
    if (plan_has_output(plan)) {
        fputs("; with max_tokens of output ", out);
        if (!plan->vendor && batch->usd[PLAN_WORST] >= 0)
            fprintf(out, "%.*s and ", STR_ARGS(plan_text_cost(arena, batch, PLAN_WORST)));
        fprintf(out, "%.*s", STR_ARGS(plan_text_cost(arena, online, PLAN_WORST)));
    } else {
        fputs("; output: none to max_tokens (--output-tokens says what to expect)", out);
    }
    fputc('\n', out);
    plan_text_cost_notes(&notes, plan);
    print_notes(out, "", &notes);
}

/* What is expected of the output, where answers say it. */
static void print_forecast(FILE *out, struct arena *arena, const struct plan *plan)
{
    const struct forecast *forecast = plan->options.output.forecast;
    bool has_label;
    if (!forecast)
        return;
    fprintf(out, "%-*s as %.*s answer%s took, %.*s tokens on average; ", PLAN_NAME_WIDTH, "output",
            STR_ARGS(text_grouped(arena, forecast->all.answers)),
            text_plural((size_t)forecast->all.answers),
            STR_ARGS(text_grouped(arena, forecast_tokens(forecast, STR(""), &has_label))));
    fprintf(out, "by label for %.*s request%s, by that average for %.*s\n",
            STR_ARGS(text_grouped(arena, forecast->by_label)),
            text_plural((size_t)forecast->by_label),
            STR_ARGS(text_grouped(arena, forecast->by_mean)));
}

static void print_vendor(FILE *out, const struct plan *plan)
{
    if (plan->vendor)
        fprintf(out,
                "%-*s %s: prices and limits are those of the Claude API (\"limits\" in the rule "
                "file says others)\n",
                PLAN_NAME_WIDTH, "endpoint", plan->vendor);
}

static void print_tier(FILE *out, const struct plan *plan)
{
    fprintf(out, "%-*s %.*s%s\n", PLAN_NAME_WIDTH, "tier", STR_ARGS(plan->options.tier),
            plan->options.is_tier_given
                ? ""
                : ", assumed (--tier, or \"tier\" in the rule file, says which it is)");
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
    const bool is_tiny = (batch >= 0 ? batch : online) * 100 < 0.01 * cap; /* "less than" */
    const char *most = plan_has_output(plan) || is_tiny ? "" : "at most ";
    if (cap <= 0 || plan->vendor)
        return;
    fprintf(out, "%-*s %.*s a month", PLAN_NAME_WIDTH, "spend cap", STR_ARGS(text_usd(arena, cap)));
    if (batch >= 0 && online >= 0)
        fprintf(out, ": %s%.*s of it in batches, %.*s online", most,
                STR_ARGS(percent_text(arena, batch * 100 / cap)),
                STR_ARGS(percent_text(arena, online * 100 / cap)));
    else if (online >= 0)
        fprintf(out, ": %s%.*s of it online", most,
                STR_ARGS(percent_text(arena, online * 100 / cap)));
    fputc('\n', out);
    if (batch > cap || online > cap) /* api/errors, 2026-08-22 */
        fprintf(out, "%-*s what is over it is answered with 429, and trying again does not help\n",
                PLAN_NAME_WIDTH, "");
}

void plan_human_cost(FILE *out, struct arena *arena, const struct plan *plan)
{
    struct strs assumed = { .arena = arena };
    print_cost(out, arena, plan);
    print_forecast(out, arena, plan);
    plan_text_assumed(&assumed, plan);
    print_notes(out, "assumed", &assumed);
    print_tier(out, plan);
    print_vendor(out, plan);
    print_cap(out, arena, plan);
}
