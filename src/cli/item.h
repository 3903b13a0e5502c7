#ifndef TOKGATE_CLI_ITEM_H
#define TOKGATE_CLI_ITEM_H

/* What is done to one request, before and after it is asked about. */

#include "cli/chunk.h"

/* Each declared variable of a prompt text is counted at its declared maximum, for every place where
 * it stands in braces: {name}, {{name}}, ${name}, with or without spaces inside. */
int64_t item_variable_tokens(const struct request *request, const struct settings *settings);

/* Counts it offline, with the counter of the thread, its correction and its variables. */
void item_count(struct workshop *workshop, size_t worker, struct chunk *chunk, struct item *item);

/* Adds its findings to those of the chunk. */
void item_check(struct workshop *workshop, struct chunk *chunk, struct item *item);

/* Whether the API would count it: not what it only would refuse, and not what has a part that it
 * does not count (server tools, URLs, MCP). */
bool item_is_countable(const struct item *item);

#endif
