#ifndef TOKGATE_PLAN_HASHES_H
#define TOKGATE_PLAN_HASHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Hashes that were seen, at most len_max of them: 8 bytes each and as much again of free slots,
 * and half of that for what the set grew out of. Set the arena and len_max, all else starts as 0.
 */
struct hashes {
    struct arena *arena;
    size_t len_max;
    uint64_t *slots; /* 0: free */
    size_t len, cap; /* cap is 0 or a power of two */
    bool is_full;    /* a hash was not remembered */
};

bool hashes_has(const struct hashes *hashes, uint64_t hash);

/* Remembers a hash; when there are len_max already, only that it did not. */
void hashes_add(struct hashes *hashes, uint64_t hash);

#endif
