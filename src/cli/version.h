#ifndef TOKGATE_CLI_VERSION_H
#define TOKGATE_CLI_VERSION_H

#include "cli/command.h"

/* What this tokgate is: its version, the date of the catalog, the vocabulary; with --licenses also
 * the licences of all that is in it. */
void version_print(const struct run *run);

#endif
