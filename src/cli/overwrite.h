#ifndef TOKGATE_CLI_OVERWRITE_H
#define TOKGATE_CLI_OVERWRITE_H

#include "cli/command.h"
#include "input/discover.h"

/*
 * No file that is read may be replaced by one that is written: --output, --html, --schedule. Files
 * are told apart by device and inode, so that links to them are found, too.
 */

/* Fails (usage) when one of the sources is to be replaced. What was found in a directory and holds
 * no request, like the report of the run before, is not read and may be. */
bool overwrite_check(const struct run *run, const struct founds *founds, struct error *err);

/* The same for one file that is read; path NULL: standard input. */
bool overwrite_check_file(const struct run *run, const char *path, struct error *err);

/* Fails (usage) when two files that are written are one, by whatever names. */
bool overwrite_check_written(const struct run *run, struct error *err);

#endif
