#ifndef TOKGATE_CLI_PRINT_CONFIG_H
#define TOKGATE_CLI_PRINT_CONFIG_H

#include "cli/command.h"

/* Prints the settings in force for one file (--print-config) and where each was written. Returns
 * the exit status. */
int print_config(struct run *run, struct error *err);

#endif
