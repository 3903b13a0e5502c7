#ifndef TOKGATE_REPORT_RECORDS_H
#define TOKGATE_REPORT_RECORDS_H

#include <stdio.h>

#include "plan/record_line.h"

/* The lines of plan/record_line.h, each without its line end. */
void records_header(FILE *out, const struct record_header *header);
void records_line(FILE *out, const struct plan_record *record, struct str part);
void records_finding(FILE *out, const struct finding *finding, struct str part);
void records_trailer(FILE *out, const struct record_trailer *trailer);

#endif
