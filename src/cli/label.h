#ifndef TOKGATE_CLI_LABEL_H
#define TOKGATE_CLI_LABEL_H

#include "base/regex.h"
#include "cli/command.h"

/* Compiles --label into *pattern; NULL where there is none. Fails (usage) when it is no pattern. */
bool label_compile(const struct run *run, struct regex **pattern, struct error *err);

/* The label of an id by the pattern, which is the context: a label of struct reconcile_options and
 * struct forecast. */
struct str label_by_pattern(void *pattern, struct str id);

#endif
