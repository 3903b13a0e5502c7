#ifndef TOKGATE_PLAN_SPLIT_COPY_H
#define TOKGATE_PLAN_SPLIT_COPY_H

#include "base/whole_file.h"
#include "plan/split.h"

/* Writes a chunk into the part that was begun, every entry as its source has it, and makes its
 * hash. Fails when an entry is not what it was when it was counted. Any thread. */
bool split_copy(const struct split *split, struct split_chunk *chunk, struct whole_file *part,
                const struct split_writing *writing, struct error *err);

/* The hash of all size bytes of a file from start on. Fails when there are fewer. Any thread. */
bool split_hash(int fd, off_t start, off_t size, const atomic_bool *is_interrupted,
                uint8_t hash[SHA256_SIZE], struct error *err);

#endif
