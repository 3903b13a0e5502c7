#ifndef TOKGATE_CLI_WATCH_H
#define TOKGATE_CLI_WATCH_H

#include "cli/pipeline.h"

/*
 * What can be said of manifests only when all of their requests were seen: the rules on one as a
 * whole, and of a plan, which is one submission of all it reads, ids that two of its requests have,
 * in whichever manifests they are.
 */

/* Before the first request. sources: all that are read, by their numbers. */
void watch_begin(struct pipeline *pipeline, struct job_source *sources);

/* Every item, in order; the first one of another source ends the last one. */
void watch_item(struct pipeline *pipeline, const struct item *item);

/* After the last one. */
void watch_end(struct pipeline *pipeline);

#endif
