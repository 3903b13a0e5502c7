#ifndef TOKGATE_CLI_EMIT_H
#define TOKGATE_CLI_EMIT_H

#include "cli/pipeline.h"

/* Takes what is to be kept out of a finished chunk, hands its rows on, and prints its errors. */
void emit_chunk(struct pipeline *pipeline, struct chunk *chunk);

/* After the last chunk: says what is to be said of the source as a whole. */
void emit_end(struct pipeline *pipeline, struct job_source *from);

#endif
