#ifndef TOKGATE_REPORT_PLAN_JSON_PARTS_H
#define TOKGATE_REPORT_PLAN_JSON_PARTS_H

#include "json/write.h"
#include "plan/plan.h"

/* The parts of a plan for programs: members of the object that is open. */

/* A number; null for COUNT_UNBOUNDED, and for a negative one. */
void plan_json_tokens(struct json_write *json, const char *name, int64_t tokens);
void plan_json_usd(struct json_write *json, const char *name, double usd);
void plan_json_share(struct json_write *json, const char *name, double share);
void plan_json_seconds(struct json_write *json, const char *name, int64_t us);

/* "input" and "output" of sums. */
void plan_json_input(struct json_write *json, const struct plan_sums *sums);
void plan_json_output(struct json_write *json, const struct plan *plan,
                      const struct plan_sums *sums);

/* plan_json_times.c: "batches" and "pools". */
void plan_json_batches(struct json_write *json, const struct plan *plan);
void plan_json_pools(struct json_write *json, const struct plan *plan);

#endif
