#ifndef TOKGATE_CLI_COUNT_RECORDS_H
#define TOKGATE_CLI_COUNT_RECORDS_H

#include "cli/pipeline.h"

/* "tokgate count --records": one part of records on standard output (plan/record_line.h). Returns
 * the exit status. */
int count_records(struct run *run, struct error *err);

/* That of any count: a request that could not be counted is a finding. */
int count_status(const struct pipeline *pipeline);

#endif
