#ifndef TOKGATE_REPORT_CALIBRATION_PRINT_H
#define TOKGATE_REPORT_CALIBRATION_PRINT_H

#include <stdio.h>

#include "count/calibration.h"

/* The calibration as the file that check/calibration_file.h reads; made: a date, YYYY-MM-DD. */
void calibration_print(FILE *out, const struct calibration *calibration, struct str made);

#endif
