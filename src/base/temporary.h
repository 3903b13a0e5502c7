#ifndef TOKGATE_BASE_TEMPORARY_H
#define TOKGATE_BASE_TEMPORARY_H

#include <stdio.h>

#include "base/error.h"

/* A new file for writing and reading in the directory ("/tmp"), which has no name: nobody else can
 * open it, and it is gone when it is closed, also with the process. NULL when there can be none;
 * err (ERROR_FAILED) says why, with the directory. */
FILE *temporary_open(const char *directory, struct error *err);

/* Says that reading or writing it failed, by errno; what: "read", "write". Returns false. */
bool temporary_fail(const char *directory, const char *what, struct error *err);

#endif
