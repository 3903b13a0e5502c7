/* How large the requests are. */
#include "base/text.h"
#include "report/axis.h"
#include "report/plan_html_parts.h"

enum {
    AXIS_HEIGHT = 44,
    SIZES_HEIGHT = 200,
    SIZES_LEFT = 64,
    SIZES_RIGHT = 936,
    SIZES_LABELS = 11,
};

static int64_t smallest_of(size_t size)
{
    return size ? INT64_C(1) << ((size - 1) & 63) : 0;
}

static int64_t largest_of(size_t size)
{
    return size ? (INT64_C(1) << (size & 63)) - 1 : 0;
}

static void draw_column(const struct html *html, const struct plan *plan, size_t size, double x,
                        double width, double per_request)
{
    const int64_t requests = plan->sums.sizes[size];
    const double height = (double)requests * per_request, y = SIZES_HEIGHT + 24 - height;
    html_print(html, "<rect class=\"green\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
               x + 2, y, width - 4, requests && height < 1 ? 1 : height);
    if (requests)
        html_print(html, "<text class=\"value mid\" x=\"%.1f\" y=\"%.1f\">%.*s</text>\n",
                   x + width / 2, y - 5,
                   STR_ARGS(html_short_number(html->arena, (double)requests)));
}

static void draw_size_axes(const struct html *html, size_t first, size_t last, double width,
                           int64_t most)
{
    const double right = SIZES_LEFT + (double)(last - first + 1) * width;
    const int bottom = SIZES_HEIGHT + 24;
    const double per_request = SIZES_HEIGHT / (double)most, step = axis_step((double)most, 4, 1);
    const size_t each = (last - first) / SIZES_LABELS + 1;
    for (int i = 0; i < axis_ticks((double)most, step); i++) {
        const double tick = i * step, y = bottom - tick * per_request;
        html_print(html, "<line class=\"%s\" x1=\"%d\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                   tick > 0 ? "grid" : "axis", SIZES_LEFT, right, y, y);
        html_print(html, "<text class=\"end\" x=\"%d\" y=\"%.1f\">%.*s</text>\n", SIZES_LEFT - 8,
                   y + 4, STR_ARGS(html_short_number(html->arena, tick)));
    }
    for (size_t size = first; size <= last + 1; size += each)
        html_print(html, "<text class=\"mid\" x=\"%.1f\" y=\"%d\">%.*s</text>\n",
                   SIZES_LEFT + (double)(size - first) * width, bottom + 19,
                   STR_ARGS(text_grouped(html->arena, smallest_of(size))));
    html_print(html, "<text x=\"0\" y=\"12\">requests</text>\n");
    html_print(html, "<text class=\"mid\" x=\"%.1f\" y=\"%d\">input tokens of a request</text>\n",
               (SIZES_LEFT + right) / 2, bottom + 38);
}

static void draw_sizes(const struct html *html, const struct plan *plan, size_t first, size_t last)
{
    const double width = (SIZES_RIGHT - SIZES_LEFT) / (double)(last - first + 1);
    const double use = width < 140 ? width : 140;
    int64_t most = 1;
    for (size_t i = first; i <= last; i++)
        if (plan->sums.sizes[i] > most)
            most = plan->sums.sizes[i];
    plan_html_begin_chart(html, "sizes", SIZES_HEIGHT + 24 + AXIS_HEIGHT, "Size distribution",
                          STR("A column for each doubling of the input tokens: how many requests "
                              "are so large. The table below has the numbers."));
    draw_size_axes(html, first, last, use, most);
    for (size_t i = first; i <= last; i++)
        draw_column(html, plan, i, SIZES_LEFT + (double)(i - first) * use, use,
                    SIZES_HEIGHT / (double)most);
    plan_html_end_chart(html);
}

void plan_html_sizes(const struct html *html, const struct plan *plan)
{
    size_t first = 0, last = PLAN_SIZES_LEN - 1;
    while (first < last && !plan->sums.sizes[first])
        first++;
    while (last > first && !plan->sums.sizes[last])
        last--;
    html_print(html, "<section><h2>Size distribution</h2>\n");
    draw_sizes(html, plan, first, last);
    html_print(html, "<details><summary>The sizes as a table</summary>\n"
                     "<div class=\"table\"><table><thead><tr>"
                     "<th scope=\"col\" class=\"n\">input tokens from</th>"
                     "<th scope=\"col\" class=\"n\">to</th>"
                     "<th scope=\"col\" class=\"n\">requests</th></tr></thead><tbody>\n");
    for (size_t i = first; i <= last; i++) {
        html_print(html, "<tr>");
        plan_html_number(html, text_grouped(html->arena, smallest_of(i)));
        plan_html_number(html, text_grouped(html->arena, largest_of(i)));
        plan_html_number(html, text_grouped(html->arena, plan->sums.sizes[i]));
        html_print(html, "</tr>\n");
    }
    html_print(html, "</tbody></table></div></details></section>\n");
}
