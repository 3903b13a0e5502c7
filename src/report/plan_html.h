#ifndef TOKGATE_REPORT_PLAN_HTML_H
#define TOKGATE_REPORT_PLAN_HTML_H

#include <stdio.h>

#include "plan/plan.h"

/*
 * A plan as one page that needs nothing else: no scripts, no fonts, no images, charts in SVG with
 * the same numbers in tables. It is well-formed XML too. It is the same, byte by byte, for the same
 * plan. Write errors stay in the stream.
 */
void report_plan_html(FILE *out, const struct plan *plan);

#endif
