#ifndef TOKGATE_BASE_DATE_H
#define TOKGATE_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { DATE_SIZE = sizeof "2026-11-20" };

/* Writes the date in UTC of a time in seconds since 1970, such as "2026-11-20"; an empty text for
 * one before 1970 or after the year 9999. */
void date_write(int64_t time_s, char text[DATE_SIZE]);

/* Days since 1970-01-01 of a date such as "2026-11-20"; 0 for anything that has not that form. */
int64_t date_days(struct str date);

/* Reads a date as HTTP writes it, "Sun, 06 Nov 1994 08:49:37 GMT" or in one of the two old forms,
 * which whoever reads one must know (RFC 9110, 5.6.7), into seconds since 1970. False for anything
 * else; the name of the day is not compared. */
bool date_read_http(struct str text, int64_t *time_s);

#endif
