#ifndef TOKGATE_CLI_READ_H
#define TOKGATE_CLI_READ_H

#include "base/pool.h"
#include "cli/pipeline.h"
#include "input/discover.h"

/* Opens every source, finds its reader, cuts it into entries and puts chunks of them into the pool;
 * finished chunks are emitted when the pool is full, and at the end. Errors about single sources
 * are printed and counted. False with err when the rules themselves do not hold together. */
bool read_sources(struct pipeline *pipeline, struct pool *pool, const struct founds *founds,
                  struct error *err);

#endif
