#ifndef TOKGATE_CLI_RECORD_INPUTS_H
#define TOKGATE_CLI_RECORD_INPUTS_H

#include <stdio.h>

#include "base/stream.h"

/* Where records are: files that can be read twice. */
struct record_input {
    struct str path; /* as shown */
    FILE *copy;      /* of what can be read but once, else NULL */
};

struct record_inputs {
    struct arena *arena;
    struct record_input *items;
    size_t len, cap;
    struct str temporary; /* the directory for copies; empty: /tmp */
};

/* Adds a file; the files of a directory, sorted, but for names that begin with '.' or '_', as
 * engines write them; or a copy of a pipe or, for "-", of standard input. */
bool record_inputs_add(struct record_inputs *inputs, struct str path, struct error *err);

/* From the beginning, any number of times; to be closed with stream_close. */
bool record_inputs_open(const struct record_inputs *inputs, size_t index, struct stream *stream,
                        struct error *err);

/* Gives the copies back. */
void record_inputs_close(struct record_inputs *inputs);

#endif
