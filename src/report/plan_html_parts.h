#ifndef TOKGATE_REPORT_PLAN_HTML_PARTS_H
#define TOKGATE_REPORT_PLAN_HTML_PARTS_H

#include "report/html.h"
#include "report/plan_html.h"

/* The sections of the page (report/plan_html.h), and what they share. */

enum {
    PAGE_WIDTH = 960,   /* of a chart, in its own units: pixels where there is room */
    PAGE_NAME_LEN = 28, /* characters of a name in a chart */
    PAGE_CELL_LEN = 80, /* and in a table */
    PAGE_BAR_HEIGHT = 18,
};

extern const char plan_html_style[];

void plan_html_online(const struct html *html, const struct plan *plan);
void plan_html_cost(const struct html *html, const struct plan *plan);
void plan_html_sizes(const struct html *html, const struct plan *plan);
void plan_html_costliest(const struct html *html, const struct plan *plan);

/* The buckets of a simulated pool over time; index: of the pool, for ids. */
void plan_html_curves(const struct html *html, const struct plan *plan,
                      const struct plan_pool *pool, size_t index);

/* "0 s", "60 ms", "12.5 s", "3 h 20 min". */
struct str plan_html_time(struct arena *arena, int64_t time_us);

/* Begins a figure with a chart so high; what it shows is said to those who do not see it. Texts are
 * the program's. */
void plan_html_begin_chart(const struct html *html, const char *id, int height, const char *title,
                           struct str description);
void plan_html_end_chart(const struct html *html);

/* A cell with a number. */
void plan_html_number(const struct html *html, struct str text);

/* The expected one, when the plan knows what output to expect; else the worst. */
enum plan_edge plan_html_edge(const struct plan *plan);

#endif
