#ifndef TOKGATE_CLI_OPTION_VALUE_H
#define TOKGATE_CLI_OPTION_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/* What values of options are read with. Options are named without their dashes. */

/* Sizes are read as doubles: what is no less than this is no int64_t. */
#define OPTION_SIZE_MAX 9e18

/* A usage error: the option has no such value, but these, or a nearer one. Returns false. */
bool option_fail_choice(struct error *err, const char *option, struct str value,
                        const struct str *names, size_t len);

/* Index of the value among the names, or a usage error. */
bool option_choose(const char *option, struct str value, const struct str *names, size_t len,
                   int *index, struct error *err);

/* A whole number from 1 to max, or a usage error. */
bool option_number(const char *option, struct str value, int64_t max, int64_t *number,
                   struct error *err);

/* "90%", "12.5%": the share, 0 to 1. False when it is none; the caller says what it should be. */
bool option_share(struct arena *arena, struct str value, double *share);

#endif
