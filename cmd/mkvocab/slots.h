#ifndef TOKGATE_MKVOCAB_SLOTS_H
#define TOKGATE_MKVOCAB_SLOTS_H

/*
 * Where the edges of a state stand that are not those of its row: the one of a symbol at base ^
 * symbol, with the symbol as its label. No two states with such edges have the same base, so that
 * the label tells whose a slot is.
 */

#include "rows.h"

/* Slots are had by the block, in which all of a state lie. */
enum { BLOCK_LEN = SYMBOLS_LEN, LABEL_NONE = UINT8_MAX };

struct slots {
    uint32_t *bases; /* of each state; 0 where all its edges are those of its row */
    uint32_t *edges;
    uint8_t *labels; /* none in the first block */
    size_t len;
};

/* To be given back with slots_free(). */
struct slots slots_place(const struct states *states, const struct rows *rows);
void slots_free(struct slots *slots);

#endif
