#ifndef TOKGATE_BASE_CLOCK_H
#define TOKGATE_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds of a clock that nobody sets; only differences mean anything. */
int64_t clock_ms(void);

/* Microseconds since 1970, by a clock that may be set. */
int64_t clock_unix_us(void);

/* Seconds since 1970. */
int64_t clock_unix_s(void);

#endif
