#ifndef TOKGATE_CLI_JUDGE_H
#define TOKGATE_CLI_JUDGE_H

#include "cli/chunk.h"

/* Parses, counts and checks every request of the chunk; what that leaves open is asked about
 * online, all at once, and judged again. A pool_work function; context is the workshop. */
void judge_chunk(void *chunk, size_t worker, void *workshop);

#endif
