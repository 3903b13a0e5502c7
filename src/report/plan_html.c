#include "report/plan_html.h"

#include "base/text.h"
#include "plan/forecast.h"
#include "report/plan_html_parts.h"
#include "report/plan_text.h"

void plan_html_begin_chart(const struct html *html, const char *id, int height, const char *title,
                           struct str description)
{
    html_print(html,
               "<figure><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-title "
               "%s-desc\" xmlns=\"http://www.w3.org/2000/svg\">\n"
               "<title id=\"%s-title\">%s</title><desc id=\"%s-desc\">%.*s</desc>\n",
               PAGE_WIDTH, height, id, id, id, title, id, STR_ARGS(description));
}

void plan_html_end_chart(const struct html *html)
{
    html_print(html, "</svg></figure>\n");
}

void plan_html_number(const struct html *html, struct str text)
{
    html_print(html, "<td class=\"n\">%.*s</td>", STR_ARGS(text));
}

enum plan_edge plan_html_edge(const struct plan *plan)
{
    return plan_has_output(plan) ? PLAN_EXPECTED : PLAN_WORST;
}

static void print_head(const struct html *html)
{
    html_print(html,
               "<!DOCTYPE html>\n"
               "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\"><head>"
               "<meta charset=\"utf-8\"/>\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "style-src 'unsafe-inline'; img-src data:\"/>\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
               "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
               "<link rel=\"icon\" href=\"data:,\"/>\n"
               "<title>Plan of a submission - tokgate</title>\n<style>%s</style></head>\n<body>\n",
               plan_html_style);
}

/* small may be empty. */
static void print_figure(const struct html *html, const char *name, struct str value,
                         struct str small)
{
    html_print(html, "<div><dt>%s</dt><dd>%.*s", name, STR_ARGS(value));
    if (small.len)
        html_print(html, " <small>%.*s</small>", STR_ARGS(small));
    html_print(html, "</dd></div>\n");
}

static struct str band_text(const struct html *html, const struct plan_sums *sums)
{
    if (sums->high == COUNT_UNBOUNDED)
        return str_format(html->arena, "at least %.*s",
                          STR_ARGS(text_grouped(html->arena, sums->low)));
    if (sums->low == sums->high)
        return (struct str){ 0 };
    return str_format(html->arena, "%.*s to %.*s", STR_ARGS(text_grouped(html->arena, sums->low)),
                      STR_ARGS(text_grouped(html->arena, sums->high)));
}

static void print_output(const struct html *html, const struct plan *plan)
{
    const bool is_expected = plan_has_output(plan);
    const struct forecast *forecast = plan->options.output.forecast;
    const struct str taken =
        forecast ? str_format(html->arena, "as %.*s answer%s took, by label",
                              STR_ARGS(text_grouped(html->arena, forecast->all.answers)),
                              text_plural((size_t)forecast->all.answers))
                 : (struct str){ 0 };
    const int64_t tokens =
        is_expected ? plan_sums_output(&plan->sums, PLAN_EXPECTED) : plan->sums.max_tokens;
    const struct str without =
        str_format(html->arena, "and %.*s request%s without max_tokens",
                   STR_ARGS(text_grouped(html->arena, plan->sums.without_max_tokens)),
                   text_plural((size_t)plan->sums.without_max_tokens));
    print_figure(html, is_expected ? "output tokens, expected" : "output tokens at most",
                 tokens == COUNT_UNBOUNDED ? STR("unbounded") : text_grouped(html->arena, tokens),
                 forecast                                        ? taken
                 : !is_expected && plan->sums.without_max_tokens ? without
                                                                 : (struct str){ 0 });
}

static void print_money(const struct html *html, const struct plan *plan)
{
    const enum plan_edge edge = plan_html_edge(plan);
    const struct str small =
        plan->unpriced ? str_format(html->arena, "without %.*s request%s of unknown price",
                                    STR_ARGS(text_grouped(html->arena, plan->unpriced)),
                                    text_plural((size_t)plan->unpriced))
        : plan->monthly_spend_cap_usd > 0 && !plan->vendor
            ? str_format(html->arena, "spend cap %.*s a month",
                         STR_ARGS(text_usd(html->arena, plan->monthly_spend_cap_usd)))
            : (struct str){ 0 };
    const bool is_expected = plan_has_output(plan);
    if (!plan->vendor)
        print_figure(html, is_expected ? "cost in batches" : "cost in batches at most",
                     plan_text_cost(html->arena, &plan->cost[PLAN_BATCH], edge), small);
    print_figure(html, is_expected ? "cost online" : "cost online at most",
                 plan_text_cost(html->arena, &plan->cost[PLAN_ONLINE], edge), small);
}

static void print_times(const struct html *html, const struct plan *plan)
{
    const size_t waves = batches_waves(&plan->batches);
    const struct simulate_result *last = NULL;
    for (size_t i = 0; i < plan->pools_len; i++) {
        const struct simulate_result *result = &plan->pools[i].results[PLAN_EXPECTED];
        if (plan_is_simulated(&plan->pools[i]) && (!last || result->finish_us > last->finish_us))
            last = result;
    }
    if (!plan->vendor)
        print_figure(html, "as Message Batches",
                     str_format(html->arena, "%zu batch%s", plan->batches.len,
                                plan->batches.len == 1 ? "" : "es"),
                     str_format(html->arena, "in %zu wave%s, %zu h at most", waves,
                                text_plural(waves), waves * BATCH_EXPIRES_HOURS));
    if (!last)
        return;
    const enum simulate_limit binding = last->binding;
    print_figure(html, "as online calls", text_duration(html->arena, (double)last->finish_us / 1e6),
                 binding == SIMULATE_LIMITS_LEN
                     ? STR("held up by no limit")
                     : str_format(html->arena, "held up most by %s", simulate_limit_name(binding)));
}

static void print_figures(const struct html *html, const struct plan *plan)
{
    html_print(html, "<dl class=\"figures\">\n");
    print_figure(html, "requests", text_grouped(html->arena, plan->sums.requests),
                 (struct str){ 0 });
    print_figure(html, "input tokens", text_grouped(html->arena, plan->sums.tokens),
                 band_text(html, &plan->sums));
    print_output(html, plan);
    print_money(html, plan);
    print_times(html, plan);
    html_print(html, "</dl>\n");
}

void report_plan_html(FILE *out, const struct plan *plan)
{
    struct arena arena = { 0 };
    const struct html html = { .out = out, .arena = &arena };
    print_head(&html);
    html_print(&html, "<header><h1>Plan of a submission</h1>\n<p class=\"soft\">Tier ");
    html_text(&html, plan->options.tier, PAGE_CELL_LEN);
    html_print(&html, "%s; facts of ", plan->options.is_tier_given ? "" : ", assumed");
    html_text(&html, plan->catalog->as_of, PAGE_CELL_LEN);
    html_print(&html, ".</p></header>\n<main>\n");
    print_figures(&html, plan);
    plan_html_online(&html, plan);
    plan_html_cost(&html, plan);
    plan_html_sizes(&html, plan);
    plan_html_costliest(&html, plan);
    html_print(&html, "</main></body></html>\n");
    arena_free(&arena);
}
