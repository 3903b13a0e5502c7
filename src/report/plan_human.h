#ifndef TOKGATE_REPORT_PLAN_HUMAN_H
#define TOKGATE_REPORT_PLAN_HUMAN_H

#include <stdio.h>

#include "plan/plan.h"

/* The parts of a plan for people. Each line begins with a name so wide, or spaces. */
enum { PLAN_NAME_WIDTH = 10 };

/* plan_human_cost.c: the cost, what it rests on, and the monthly cap. */
void plan_human_cost(FILE *out, struct arena *arena, const struct plan *plan);

/* plan_human_times.c: as Message Batches, and as online calls. */
void plan_human_times(FILE *out, struct arena *arena, const struct plan *plan);

#endif
