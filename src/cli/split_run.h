#ifndef TOKGATE_CLI_SPLIT_RUN_H
#define TOKGATE_CLI_SPLIT_RUN_H

#include "cli/pipeline.h"
#include "plan/split.h"

/* Kinds of manifests that have limits of their own. */
enum { SPLIT_RUN_FAMILIES = 8 };

/* What --split adds to "tokgate plan"; without the option nothing happens. */
struct split_run {
    bool is_wanted, is_written;
    struct split_family families[SPLIT_RUN_FAMILIES]; /* beside Message Batches */
    const struct manifest_limits *limits[SPLIT_RUN_FAMILIES];
    struct split split;
    struct error failed; /* of adding a request */
};

/* Before anything is read: standard input that can be read but once is copied to a file of the
 * directory which has no name. Fails (usage) when options make no sense. */
bool split_run_begin(struct split_run *split_run, struct run *run, struct error *err);

/* A request that was counted, and an entry that was not. */
void split_run_add(struct split_run *split_run, const struct item *item,
                   const struct plan_record *record);
void split_run_leave_out(struct split_run *split_run, const struct item *item);

/* Writes the chunks. Returns EXIT_CLEAN, EXIT_FINDINGS when entries were left out, or how it
 * failed, which is said, or in err. */
int split_run_write(struct split_run *split_run, struct pipeline *pipeline, struct error *err);

/* Says, in a report for people, what was written. */
void split_run_print(const struct split_run *split_run, const struct run *run);

void split_run_end(struct split_run *split_run);

#endif
