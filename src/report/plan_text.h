#ifndef TOKGATE_REPORT_PLAN_TEXT_H
#define TOKGATE_REPORT_PLAN_TEXT_H

#include "base/str.h"
#include "plan/plan.h"

/* Names and costs of a plan for people. All texts are the arena's, with no control characters. */

/* "claude-opus-5-5", "claude-opus-5-5 fast"; at most some 60 bytes. */
struct str plan_text_model(struct arena *arena, const struct plan_model *model);

/* "opus-5.5", "opus-5.5 fast", "no pool". */
struct str plan_text_pool(struct arena *arena, const struct plan_pool *pool);

/* The width of a column of these texts, at least so much. */
int plan_text_width(const struct strs *names, size_t least);

/* "$1.00", "unknown"; "unbounded" where only the most that it may be is not known. */
struct str plan_text_cost(struct arena *arena, const struct plan_cost *cost, enum plan_edge edge);

/* What the cost leaves out, or takes as something else: sentences without full stops, added to the
 * list, whose arena they are made in. */
void plan_text_cost_notes(struct strs *notes, const struct plan *plan);

/* The same for models that the catalog has with another date, or without one. */
void plan_text_assumed(struct strs *notes, const struct plan *plan);

#endif
