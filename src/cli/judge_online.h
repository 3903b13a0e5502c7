#ifndef TOKGATE_CLI_JUDGE_ONLINE_H
#define TOKGATE_CLI_JUDGE_ONLINE_H

/* What counting offline left open. */

#include "cli/chunk.h"

/* Asks about the items of the chunk that want it, so many, and judges them by the answers. */
void judge_online(struct workshop *workshop, size_t worker, struct chunk *chunk, size_t wanting);

#endif
