#ifndef TOKGATE_CLI_PLANNING_H
#define TOKGATE_CLI_PLANNING_H

#include "cli/keep.h"
#include "cli/split_run.h"
#include "plan/forecast.h"
#include "plan/plan.h"
#include "plan/schedule.h"

/* What "tokgate plan" has beside the pipeline. */
struct planning {
    struct plan plan;
    const struct settings *settings; /* of no source in particular */
    struct split_run split;
    struct kept_rule stuck;   /* findings about requests that cannot be sent */
    struct schedule schedule; /* of --schedule, when it has one */
    bool has_schedule;
    struct forecast forecast; /* of --results, when it has one */
    bool has_forecast;
};

/* Starts the plan: the rules are known. An on_start of the pipeline, whose context is a planning.
 */
void planning_start(struct pipeline *pipeline, const struct settings *settings);

/* Adds a request and says when it can never be sent. source: for waivers, NULL where it is not
 * known. */
void planning_add(struct pipeline *pipeline, const struct plan_record *record,
                  const struct source *source, const struct settings *settings);

/* The rule of a kind that is in force, or NULL. */
const struct rule *planning_rule(const struct settings *settings, const struct rule_kind *kind);

/* "tokgate plan --from": the operands are records (plan/record_line.h) in files, directories or
 * pipes. What is wrong with them becomes findings, what cannot be read is printed and counted as an
 * error. False with err when nothing could be started. */
bool plan_from_records(struct pipeline *pipeline, struct run *run, struct error *err);

/* Reads the results of --results. Fails when they cannot be read, or have no answer to go by. */
bool planning_read_results(struct planning *planning, struct run *run, struct error *err);

/* The file of --schedule, which planning_add writes to. Fails when it cannot be written. */
bool planning_begin_schedule(struct planning *planning, struct run *run, struct error *err);
void planning_drop_schedule(struct planning *planning);

/* Ends it, and writes the page of --html; nothing of both when the run was interrupted. What cannot
 * be written is printed and counted as an error. */
void planning_write_files(struct pipeline *pipeline);

#endif
