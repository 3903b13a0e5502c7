#ifndef TOKGATE_CLI_REPLACE_H
#define TOKGATE_CLI_REPLACE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"
#include "base/str.h"

bool replace_is_there(struct str path);

/*
 * Writes a file under another name, puts it to the disk, and gives it its name: nobody ever sees a
 * part of it, and what had the name is there until all is written. Fails (ERROR_FAILED) with the
 * path and the system's reason, and leaves nothing behind.
 */
bool replace_file(struct str path, unsigned mode, void (*print)(FILE *out, void *context),
                  void *context, struct error *err);

#endif
