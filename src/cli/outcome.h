#ifndef TOKGATE_CLI_OUTCOME_H
#define TOKGATE_CLI_OUTCOME_H

#include "cli/pipeline.h"

/* What commands with rules in force ("check", "plan") do with what was found. */

/* Drops what --on-undecided says, and counts what is left in the summary. */
void outcome_settle(struct pipeline *pipeline);

/* The report in a format: to standard output, and to the files of --output. What cannot be written
 * is printed and counted as an error. */
struct outcome {
    struct pipeline *pipeline;
    void (*print)(const struct outcome *outcome, FILE *out, const struct report_style *style,
                  const struct format *format);
    const void *context; /* of print */
};
void outcome_print(const struct outcome *outcome);
void outcome_write(const struct outcome *outcome);

/* Whether the path is, by whatever name, a file that was given to be read: writing it would destroy
 * what was checked. */
bool outcome_is_read(const struct run *run, struct str path);

/* The exit status. */
int outcome_status(const struct pipeline *pipeline);

#endif
