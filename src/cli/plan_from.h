#ifndef TOKGATE_CLI_PLAN_FROM_H
#define TOKGATE_CLI_PLAN_FROM_H

#include "base/repeats.h"
#include "cli/keep.h"
#include "cli/planning.h"
#include "cli/record_inputs.h"
#include "plan/record_parts.h"

/* One "tokgate plan --from" while it reads. */
struct from {
    struct pipeline *pipeline;
    struct planning *planning;
    const struct rule *rule; /* plan-records; NULL: off */
    struct record_inputs inputs;
    struct record_parts parts;
    const struct rule *unique; /* duplicate-custom-id; NULL: off */
    struct repeats *repeats;   /* custom_ids; NULL: not wanted, or no more */
    struct arena scratch;      /* of a line */
    struct kept_rule kept;     /* findings of plan-records */
    struct kept_rule *carried; /* findings that are in the records, by index of their rule kind */
    size_t part;               /* of the lines that are read now, from 1 */
    bool is_outside;           /* the line before was in no part */
};

/* Adds a finding of plan-records, of the severity at most. */
void from_find(struct from *from, size_t file, struct place place, enum severity most,
               struct str message);

/* Prints an error, and counts it. */
void from_fail(struct from *from, const struct error *err);

/* The custom_ids of all parts together: begins to compare them, where that is wanted; takes one of
 * a line; adds the findings; ends. */
void from_ids_begin(struct from *from);
void from_ids_add(struct from *from, const struct plan_record *record, size_t file, size_t number);
void from_ids_find(struct from *from);
void from_ids_end(struct from *from);

/* What was found out about the parts: adds the findings. */
void from_judge_parts(struct from *from);

/* Findings that are in the records: begins; takes one over, which lives as long as the call; ends
 * them when all were. */
void from_carry_begin(struct from *from);
void from_carry(struct from *from, const struct finding *finding);
void from_carry_end(struct from *from);

#endif
