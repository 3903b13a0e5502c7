#ifndef TOKGATE_BASE_FIRST_REPEATS_H
#define TOKGATE_BASE_FIRST_REPEATS_H

#include "base/repeats.h"

/* Of repeats that come in any order, those with the smallest indexes: max of them, and how many
 * more there were. Zeroed but for max, it has none. Of base/repeats.c. */
struct first_repeats {
    struct repeat *items; /* a heap with the largest index on top, until they are sorted */
    size_t len, cap, max;
    uint64_t more;
};

/* Adds a copy, if it is among the first. Fails when there is no memory. */
bool first_repeats_add(struct first_repeats *first, const struct repeat *item, struct error *err);

/* Brings them into the order of their indexes; nothing can be added then. */
void first_repeats_sort(struct first_repeats *first);
void first_repeats_free(struct first_repeats *first);

#endif
