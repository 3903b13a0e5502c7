/* What it costs, and which requests cost most. */
#include "base/list.h"
#include "base/text.h"
#include "report/axis.h"
#include "report/plan_html_parts.h"
#include "report/plan_text.h"

enum {
    NAME_RIGHT = 236, /* where names end, and bars begin a little after */
    BAR_LEFT = NAME_RIGHT + 12,
    BAR_RIGHT = 730, /* their values stand beside them */
    BAR_GAP = 4,
    GROUP_GAP = 14,
    MODELS_SHOWN = 12,
    AXIS_HEIGHT = 44,
};

static struct str cost_name(const struct plan *plan)
{
    return plan_has_output(plan) ? STR("expected") : STR("at most");
}

/* ---- bars ---- */

static void draw_name(const struct html *html, struct str name, int y)
{
    html_print(html, "<text class=\"name end\" x=\"%d\" y=\"%d\">", NAME_RIGHT, y);
    html_text(html, name, PAGE_NAME_LEN);
    html_print(html, "</text>\n");
}

static void draw_unknown(const struct html *html, struct str what, int y)
{
    html_print(html, "<text x=\"%d\" y=\"%d\">%.*s</text>\n", BAR_LEFT + 8, y, STR_ARGS(what));
}

static void draw_bar(const struct html *html, const char *colour, double usd, double per_usd, int y,
                     struct str note)
{
    const double width = usd > 0 ? usd * per_usd : 0;
    html_print(html,
               "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>"
               "<text class=\"value\" x=\"%.1f\" y=\"%d\">%.*s%.*s</text>\n",
               colour, BAR_LEFT, y, width > 1 ? width : 1, PAGE_BAR_HEIGHT, BAR_LEFT + width + 8,
               y + 13, STR_ARGS(text_usd(html->arena, usd)), STR_ARGS(note));
}

static void draw_usd_axis(const struct html *html, double most, double per_usd, int y)
{
    const double step = axis_step(most, 5, 1e-9);
    html_print(html, "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n", BAR_LEFT,
               BAR_LEFT, 4, y);
    for (int i = 0; most > 0 && i < axis_ticks(most, step); i++) {
        const double tick = i * step, x = BAR_LEFT + tick * per_usd;
        html_print(html, "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x,
                   y, y + 5);
        html_print(html, "<text class=\"mid\" x=\"%.1f\" y=\"%d\">%.*s</text>\n", x, y + 19,
                   STR_ARGS(tick > 0 ? str_format(html->arena, "$%g", tick) : STR("$0")));
    }
    html_print(html, "<text class=\"mid\" x=\"%d\" y=\"%d\">US dollars</text>\n",
               (BAR_LEFT + BAR_RIGHT) / 2, y + 38);
}

/* ---- cost by model ---- */

static size_t models_shown(const struct plan *plan)
{
    return plan->models_len < MODELS_SHOWN ? plan->models_len : MODELS_SHOWN;
}

static double most_usd(const struct plan *plan)
{
    const enum plan_edge edge = plan_html_edge(plan);
    double most = 0;
    for (size_t i = 0; i < plan->models_len; i++)
        for (size_t way = 0; way < PLAN_WAYS_LEN; way++)
            if (plan->models[i].cost[way].usd[edge] > most)
                most = plan->models[i].cost[way].usd[edge];
    return most;
}

static void draw_models(const struct html *html, const struct plan *plan)
{
    const enum plan_edge edge = plan_html_edge(plan);
    const double most = most_usd(plan), per_usd = most > 0 ? (BAR_RIGHT - BAR_LEFT) / most : 0;
    const int group = 2 * PAGE_BAR_HEIGHT + BAR_GAP + GROUP_GAP;
    const int bottom = 8 + (int)models_shown(plan) * group;
    plan_html_begin_chart(html, "cost", bottom + AXIS_HEIGHT, "Cost by model",
                          str_format(html->arena,
                                     "Two bars for each model: in batches and online, %.*s. The "
                                     "table below has the numbers.",
                                     STR_ARGS(cost_name(plan))));
    for (size_t i = 0; i < models_shown(plan); i++) {
        const struct plan_model *model = &plan->models[i];
        const int y = 8 + (int)i * group;
        draw_name(html, plan_text_model(html->arena, model), y + PAGE_BAR_HEIGHT + BAR_GAP / 2 + 4);
        if (model->cost[PLAN_ONLINE].usd[edge] < 0) {
            draw_unknown(html, plan_text_cost(html->arena, &model->cost[PLAN_ONLINE], edge),
                         y + PAGE_BAR_HEIGHT + BAR_GAP / 2 + 4);
            continue;
        }
        if (!plan->vendor)
            draw_bar(html, "blue", model->cost[PLAN_BATCH].usd[edge], per_usd, y,
                     STR(" in batches"));
        draw_bar(html, "orange", model->cost[PLAN_ONLINE].usd[edge], per_usd,
                 y + PAGE_BAR_HEIGHT + BAR_GAP, STR(" online"));
    }
    draw_usd_axis(html, most, per_usd, bottom);
    plan_html_end_chart(html);
}

static void print_model(const struct html *html, const struct plan *plan, struct str name,
                        const struct plan_sums *sums, const struct plan_cost *cost)
{
    const enum plan_edge edge = plan_html_edge(plan);
    const int64_t output =
        plan_sums_output(sums, plan_has_output(plan) ? PLAN_EXPECTED : PLAN_WORST);
    const int64_t read = plan_sums_input(sums, PLAN_EXPECTED, PLAN_READ_5M) +
                         plan_sums_input(sums, PLAN_EXPECTED, PLAN_READ_1H);
    html_print(html, "<tr><th scope=\"row\">");
    html_text(html, name, PAGE_CELL_LEN);
    html_print(html, "</th>");
    plan_html_number(html, text_grouped(html->arena, sums->requests));
    plan_html_number(html, text_grouped(html->arena, sums->tokens));
    plan_html_number(html, text_grouped(html->arena, read));
    plan_html_number(html, output == COUNT_UNBOUNDED ? STR("unbounded")
                                                     : text_grouped(html->arena, output));
    plan_html_number(html, plan_text_cost(html->arena, &cost[PLAN_BATCH], edge));
    plan_html_number(html, plan_text_cost(html->arena, &cost[PLAN_ONLINE], edge));
    html_print(html, "</tr>\n");
}

static void print_notes(const struct html *html, const struct plan *plan)
{
    struct strs notes = { .arena = html->arena };
    plan_text_cost_notes(&notes, plan);
    plan_text_assumed(&notes, plan);
    if (plan->vendor)
        *LIST_PUSH(&notes) = str_format(
            html->arena, "%s has no Message Batches; prices and limits are those of the Claude API",
            plan->vendor);
    for (size_t i = 0; i < notes.len; i++) {
        html_print(html, "<p class=\"soft\">");
        html_text(html, notes.items[i], SIZE_MAX);
        html_print(html, "</p>\n");
    }
}

void plan_html_cost(const struct html *html, const struct plan *plan)
{
    html_print(html, "<section><h2>Cost by model</h2>\n");
    draw_models(html, plan);
    html_print(html,
               "<div class=\"table\"><table><caption>Output and cost: %.*s</caption><thead><tr>"
               "<th scope=\"col\">model</th><th scope=\"col\" class=\"n\">requests</th>"
               "<th scope=\"col\" class=\"n\">input tokens</th>"
               "<th scope=\"col\" class=\"n\">cache reads</th>"
               "<th scope=\"col\" class=\"n\">output tokens</th>"
               "<th scope=\"col\" class=\"n\">in batches</th>"
               "<th scope=\"col\" class=\"n\">online</th></tr></thead><tbody>\n",
               STR_ARGS(cost_name(plan)));
    for (size_t i = 0; i < plan->models_len; i++)
        print_model(html, plan, plan_text_model(html->arena, &plan->models[i]),
                    &plan->models[i].sums, plan->models[i].cost);
    if (plan->models_len != 1)
        print_model(html, plan, STR("total"), &plan->sums, plan->cost);
    html_print(html, "</tbody></table></div>\n");
    print_notes(html, plan);
    html_print(html, "</section>\n");
}

/* ---- costliest requests ---- */

static struct str id_of(const struct plan_costly *costly)
{
    return (struct str){ costly->custom_id, costly->custom_id_len };
}

static struct str place_of(const struct html *html, const struct plan_costly *costly)
{
    return str_format(html->arena, "%.*s:%zu", STR_ARGS(costly->source), costly->place.line);
}

static void draw_costliest(const struct html *html, const struct plan *plan)
{
    const int row = PAGE_BAR_HEIGHT + GROUP_GAP / 2;
    const int bottom = 8 + (int)plan->costliest_len * row;
    double most = 0;
    for (size_t i = 0; i < plan->costliest_len; i++)
        if (plan->costliest[i].usd > most)
            most = plan->costliest[i].usd;
    const double per_usd = most > 0 ? (BAR_RIGHT - BAR_LEFT) / most : 0;
    plan_html_begin_chart(html, "costliest", bottom + AXIS_HEIGHT, "Costliest requests",
                          STR("A bar for each: what it costs at most, online and without the "
                              "cache. The table below has the numbers."));
    for (size_t i = 0; i < plan->costliest_len; i++) {
        const struct plan_costly *costly = &plan->costliest[i];
        const int y = 8 + (int)i * row;
        draw_name(html, costly->custom_id_len ? id_of(costly) : place_of(html, costly), y + 13);
        if (costly->usd < 0) {
            draw_unknown(html, STR("unknown"), y + 13);
            continue;
        }
        draw_bar(html, "orange", costly->usd, per_usd, y,
                 str_format(html->arena, ", %.*s tokens",
                            STR_ARGS(html_short_number(html->arena, (double)costly->tokens))));
    }
    draw_usd_axis(html, most, per_usd, bottom);
    plan_html_end_chart(html);
}

static void print_costly(const struct html *html, const struct plan_costly *costly)
{
    html_print(html, "<tr><th scope=\"row\">");
    html_text(html, place_of(html, costly), PAGE_CELL_LEN);
    html_print(html, "</th><td>");
    html_text(html, id_of(costly), PAGE_CELL_LEN);
    html_print(html, "</td><td>");
    html_text(html, costly->model, PAGE_CELL_LEN);
    html_print(html, "</td>");
    plan_html_number(html, text_grouped(html->arena, costly->tokens));
    plan_html_number(html, costly->max_tokens < 0 ? STR("none")
                                                  : text_grouped(html->arena, costly->max_tokens));
    plan_html_number(html, text_usd(html->arena, costly->usd));
    html_print(html, "</tr>\n");
}

void plan_html_costliest(const struct html *html, const struct plan *plan)
{
    html_print(html, "<section><h2>Costliest requests</h2>\n");
    draw_costliest(html, plan);
    html_print(html, "<div class=\"table\"><table><caption>Sent online, without the cache, with "
                     "max_tokens of output</caption><thead><tr><th scope=\"col\">place</th>"
                     "<th scope=\"col\">custom_id</th><th scope=\"col\">model</th>"
                     "<th scope=\"col\" class=\"n\">input tokens</th>"
                     "<th scope=\"col\" class=\"n\">max_tokens</th>"
                     "<th scope=\"col\" class=\"n\">at most</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < plan->costliest_len; i++)
        print_costly(html, &plan->costliest[i]);
    html_print(html, "</tbody></table></div></section>\n");
}
