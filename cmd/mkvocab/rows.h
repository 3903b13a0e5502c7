#ifndef TOKGATE_MKVOCAB_ROWS_H
#define TOKGATE_MKVOCAB_ROWS_H

/*
 * Rows of edges that many states have nearly in common, so that of each state only the edges that
 * differ from those of its row need be kept.
 */

#include "states.h"

struct rows {
    state_edges *items;
    size_t len;
    uint32_t *of_states; /* the row of each state */
    size_t differing;    /* edges of all states that are not those of their rows */
};

/* As many rows, at most rows_max, as make the least of a number of bytes for each row and for each
 * edge that differs; to be given back with rows_free(). */
struct rows rows_choose(const struct states *states, size_t rows_max, size_t row_bytes,
                        size_t edge_bytes);
void rows_free(struct rows *rows);

/* How many edges of the two are not the same. */
unsigned rows_differ(const state_edges a, const state_edges b);

#endif
