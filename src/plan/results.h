#ifndef TOKGATE_PLAN_RESULTS_H
#define TOKGATE_PLAN_RESULTS_H

#include <stdatomic.h>

#include "base/stream.h"
#include "input/reader.h"
#include "plan/result.h"

/* A file of results, as it is read. */
struct results_reading {
    const atomic_bool *is_interrupted;

    /* Takes an entry; false with *problem when it is no result. The problem's text lives on. */
    bool (*take)(void *context, const struct entry *entry, struct result_problem *problem);
    void *context;
    size_t doubted; /* out: entries that were no results, when nothing at the beginning was one */
};

/* Gives all entries of a stream to take. Fails when it cannot be read, and when nothing at its
 * beginning is a result: err says what it is instead, without the path. */
bool results_read(struct results_reading *reading, struct stream *stream, struct error *err);

#endif
