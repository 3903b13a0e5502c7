#ifndef TOKGATE_BASE_TEXT_H
#define TOKGATE_BASE_TEXT_H

#include "base/str.h"

/* How numbers are written for people. All texts are the arena's. */

/* "s", but for one. */
const char *text_plural(size_t len);

/* "1234567" as "1,234,567". */
struct str text_grouped(struct arena *arena, int64_t number);

/* "$1,234.57"; below a dollar with three digits that count ("$0.0123"); negative: "unknown". */
struct str text_usd(struct arena *arena, double usd);

/* "0 s", "250 ms", "42 s", "1 min 5 s", "3 h 20 min", "2 days 4 h": rounded up to milliseconds, to
 * seconds, or to the smaller of two units. */
struct str text_duration(struct arena *arena, double seconds);

/* "999 bytes", "1.5 kB", "287.0 MB": powers of ten. */
struct str text_bytes(struct arena *arena, int64_t bytes);

#endif
