#ifndef TOKGATE_BASE_DATE_H
#define TOKGATE_BASE_DATE_H

#include <stdint.h>

#include "base/str.h"

enum { DATE_SIZE = sizeof "2026-11-20" };

/* Writes the date in UTC of a time in seconds since 1970, such as "2026-11-20"; an empty text for
 * one before 1970 or after the year 9999. */
void date_write(int64_t time_s, char text[DATE_SIZE]);

/* Days since 1970-01-01 of a date such as "2026-11-20"; 0 for anything that has not that form. */
int64_t date_days(struct str date);

#endif
