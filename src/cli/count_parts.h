#ifndef TOKGATE_CLI_COUNT_PARTS_H
#define TOKGATE_CLI_COUNT_PARTS_H

#include "cli/chunk.h"
#include "report/report.h"

/* What --parts shows of a request: the frame first, then the shares of its count in their order,
 * each with its place. The shares are those of the offline count, without declared variables: what
 * the count has beside them is the frame's. The list is of the arena, its length is put in *len.
 * Time grows with the request, and with the number of shares as sorting does. */
const struct count_part *count_parts(struct arena *arena, const struct item *item, size_t *len);

#endif
