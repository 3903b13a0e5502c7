#ifndef TOKGATE_PLAN_SPLIT_TABLES_H
#define TOKGATE_PLAN_SPLIT_TABLES_H

#include "plan/split.h"

/* The last entry of those with one prefix. */
struct split_group {
    uint64_t hash;
    uint32_t tail; /* 0: the group is new */
};

/* The number of the entry with that id, whose hash it is, or 0. Where hashes are equal ids are read
 * from their sources. Fails when a source changed. */
bool split_find_id(const struct split *split, struct str id, uint32_t hash, uint32_t *number,
                   struct error *err);

/* Makes the entry, which was added last and has an id, one that is found. */
void split_add_id(struct split *split, uint32_t number);

/* The group with that hash, made when there was none. It stays until the next one is made. */
struct split_group *split_find_group(struct split *split, uint64_t hash);

#endif
