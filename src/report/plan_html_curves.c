/* How full the buckets of each pool are while its requests go out. */
#include <math.h>

#include "base/text.h"
#include "report/axis.h"
#include "report/plan_html_parts.h"

enum {
    LEFT = 64, /* of the plots */
    RIGHT = 840,
    PANEL_HEIGHT = 104,
    PANEL_HEAD = 26,
    PANEL_GAP = 16,
    AXIS_HEIGHT = 44,
    STALL_HEIGHT = 22,
    LETTER_WIDTH = 7, /* about */
};

struct panel {
    const char *colour, *title;
    int64_t limit; /* drawn as a line; 0: none */
    const char *limit_name;
    const char *edge_name; /* said beside the title */
    int64_t edge;
    int64_t (*value)(const struct simulate_point *point);
};

struct drawing {
    const struct html *html;
    const struct simulate_result *result;
    double seconds; /* along the x axis */
    int top;        /* of the first panel */
};

static int64_t input_of(const struct simulate_point *point)
{
    return point->input_level;
}

static int64_t output_of(const struct simulate_point *point)
{
    return point->output_level;
}

static int64_t concurrency_of(const struct simulate_point *point)
{
    return point->concurrency;
}

static double x_of(const struct drawing *drawing, double seconds)
{
    return LEFT + (RIGHT - LEFT) * seconds / drawing->seconds;
}

/* The lowest of each point as steps; with what is below it when closed. */
static void draw_path(const struct drawing *drawing, const struct panel *panel, double bottom,
                      double per_unit, bool is_area)
{
    const struct html *html = drawing->html;
    const struct simulate_result *result = drawing->result;
    const double point_s = (double)result->point_us / 1e6;
    double before = -1;
    html_print(html, "<path class=\"%s%s\" d=\"", is_area ? "area " : "", panel->colour);
    for (size_t i = 0; i < result->points_len; i++) {
        const int64_t value = panel->value(&result->points[i]);
        const double y = bottom - (double)value * per_unit;
        if (i == 0 && is_area)
            html_print(html, "M%d %.1fV%.1f", LEFT, bottom, y);
        else if (i == 0)
            html_print(html, "M%d %.1f", LEFT, y);
        else if (fabs(y - before) >= 0.05)
            html_print(html, "H%.1fV%.1f", x_of(drawing, (double)i * point_s), y);
        else
            continue;
        before = y;
    }
    html_print(html, "H%d", RIGHT);
    if (is_area)
        html_print(html, "V%.1fZ", bottom);
    html_print(html, "\"/>\n");
}

static void draw_y_axis(const struct html *html, double bottom, double max, double per_unit)
{
    const double step = axis_step(max, 4, 1);
    for (int i = 0; i < axis_ticks(max, step); i++) {
        const double tick = i * step, y = bottom - tick * per_unit;
        html_print(html, "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                   tick > 0 ? "grid" : "axis", LEFT, RIGHT, y, y);
        html_print(html, "<text class=\"end\" x=\"%d\" y=\"%.1f\">%.*s</text>\n", LEFT - 8, y + 4,
                   STR_ARGS(html_short_number(html->arena, tick)));
    }
}

static void draw_limit(const struct html *html, const struct panel *panel, double y)
{
    html_print(html, "<line class=\"limit\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
               RIGHT, y, y);
    html_print(html, "<text class=\"limit\" x=\"%d\" y=\"%.1f\">%s %.*s</text>\n", RIGHT + 8, y + 4,
               panel->limit_name, STR_ARGS(html_short_number(html->arena, (double)panel->limit)));
}

/* When nothing was sent for longest. */
static void draw_stall(const struct drawing *drawing, double bottom)
{
    const struct simulate_result *result = drawing->result;
    const double from = x_of(drawing, (double)result->stall.from_us / 1e6);
    const double width = x_of(drawing, (double)result->stall.waited_us / 1e6) - LEFT;
    if (result->stall.waited_us > 0)
        html_print(drawing->html,
                   "<rect class=\"stall\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                   "height=\"%d\"/>\n",
                   from, bottom - PANEL_HEIGHT, width < 2 ? 2 : width, PANEL_HEIGHT);
}

static void draw_panel(const struct drawing *drawing, const struct panel *panel, int top)
{
    const struct html *html = drawing->html;
    const struct simulate_result *result = drawing->result;
    const double bottom = top + PANEL_HEAD + PANEL_HEIGHT;
    int64_t most = panel->limit > 0 ? panel->limit : 1;
    for (size_t i = 0; i < result->points_len; i++)
        if (panel->value(&result->points[i]) > most)
            most = panel->value(&result->points[i]);
    const double per_unit = PANEL_HEIGHT / ((double)most * 1.06);
    html_print(html,
               "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" rx=\"2\"/>"
               "<text class=\"head\" x=\"%d\" y=\"%d\">%s</text>\n",
               panel->colour, LEFT, top + 4, LEFT + 16, top + 14, panel->title);
    html_print(html, "<text class=\"end\" x=\"%d\" y=\"%d\">%s %.*s</text>\n", RIGHT, top + 14,
               panel->edge_name, STR_ARGS(text_grouped(html->arena, panel->edge)));
    draw_y_axis(html, bottom, (double)most * 1.06, per_unit);
    draw_stall(drawing, bottom);
    draw_path(drawing, panel, bottom, per_unit, true);
    draw_path(drawing, panel, bottom, per_unit, false);
    if (panel->limit > 0)
        draw_limit(html, panel, bottom - (double)panel->limit * per_unit);
}

static void draw_time_axis(const struct drawing *drawing, int y)
{
    const struct html *html = drawing->html;
    const double step = axis_time_step(drawing->seconds, 8);
    for (int i = 0; i < axis_ticks(drawing->seconds, step); i++) {
        const double tick = i * step, x = x_of(drawing, tick);
        html_print(html, "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>", x, x,
                   y, y + 5);
        html_print(html, "<text class=\"mid\" x=\"%.1f\" y=\"%d\">%.*s</text>\n", x, y + 19,
                   STR_ARGS(axis_time_label(html->arena, tick, step)));
    }
    html_print(html, "<text class=\"mid\" x=\"%d\" y=\"%d\">time from the start</text>\n",
               (LEFT + RIGHT) / 2, y + 38);
}

/* Over the bands that draw_panel draws. */
static void draw_stall_name(const struct drawing *drawing)
{
    const struct html *html = drawing->html;
    const struct simulate_result *result = drawing->result;
    const struct str text =
        str_format(html->arena, "longest stall: %.*s, for %s",
                   STR_ARGS(plan_html_time(html->arena, result->stall.waited_us)),
                   simulate_limit_name(result->stall.limit));
    const double half = (double)text.len * LETTER_WIDTH / 2;
    double middle =
        x_of(drawing, (double)(2 * result->stall.from_us + result->stall.waited_us) / 2e6);
    middle = middle < LEFT + half ? LEFT + half : middle > RIGHT - half ? RIGHT - half : middle;
    html_print(html, "<text class=\"mid stall\" x=\"%.1f\" y=\"14\">%.*s</text>\n", middle,
               STR_ARGS(text));
}

static size_t panels_of(const struct plan *plan, const struct plan_pool *pool, struct panel *panels)
{
    const struct simulate_result *result = &pool->results[PLAN_EXPECTED];
    const struct rate_limit limits = pool->limits;
    const int64_t concurrency = plan->options.online.concurrency;
    size_t len = 0;
    if (limits.itpm >= 0)
        panels[len++] = (struct panel){
            "blue",      "Tokens left in the input bucket (ITPM)",
            limits.itpm, "full:",
            "lowest",    result->input_low,
            input_of,
        };
    if (limits.otpm >= 0)
        panels[len++] = (struct panel){
            "orange",    "Tokens left in the output bucket (OTPM)",
            limits.otpm, "full:",
            "lowest",    result->output_low,
            output_of,
        };
    panels[len++] = (struct panel){
        "green", "Requests under way", concurrency,    "at most",
        "most",  result->concurrency,  concurrency_of,
    };
    return len;
}

static struct str description_of(const struct html *html, const struct simulate_result *result)
{
    return str_format(
        html->arena,
        "From the first request to the last response, %.*s. Lowest levels: %.*s tokens of input, "
        "%.*s of output. At most %.*s requests under way at once. The table below has the numbers.",
        STR_ARGS(plan_html_time(html->arena, result->finish_us)),
        STR_ARGS(text_grouped(html->arena, result->input_low)),
        STR_ARGS(text_grouped(html->arena, result->output_low)),
        STR_ARGS(text_grouped(html->arena, result->concurrency)));
}

void plan_html_curves(const struct html *html, const struct plan *plan,
                      const struct plan_pool *pool, size_t index)
{
    enum { PANELS_MAX = 3 };
    struct panel panels[PANELS_MAX];
    const struct simulate_result *result = &pool->results[PLAN_EXPECTED];
    const size_t len = panels_of(plan, pool, panels);
    const bool stalls = result->stall.waited_us > 0;
    struct drawing drawing = {
        .html = html,
        .result = result,
        .seconds = (double)(result->finish_us ? result->finish_us : 1) / 1e6,
        .top = stalls ? STALL_HEIGHT : 0,
    };
    const int bottom = drawing.top + (int)len * (PANEL_HEAD + PANEL_HEIGHT + PANEL_GAP) - PANEL_GAP;
    const char *id = str_format(html->arena, "pool-%zu%c", index + 1, '\0').ptr;
    plan_html_begin_chart(html, id, bottom + AXIS_HEIGHT, "Bucket levels over time",
                          description_of(html, result));
    if (stalls)
        draw_stall_name(&drawing);
    for (size_t i = 0; i < len; i++)
        draw_panel(&drawing, &panels[i],
                   drawing.top + (int)i * (PANEL_HEAD + PANEL_HEIGHT + PANEL_GAP));
    draw_time_axis(&drawing, bottom);
    plan_html_end_chart(html);
}
