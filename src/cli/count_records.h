#ifndef TOKGATE_CLI_COUNT_RECORDS_H
#define TOKGATE_CLI_COUNT_RECORDS_H

#include "cli/command.h"

/* "tokgate count --records": one part of records on standard output (plan/record_line.h). Returns
 * the exit status. */
int count_records(struct run *run, struct error *err);

#endif
