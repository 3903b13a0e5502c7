#ifndef TOKGATE_COUNT_OFFLINE_NEWCOMERS_H
#define TOKGATE_COUNT_OFFLINE_NEWCOMERS_H

/* Short streams with a key that no price is remembered of: they wait until a group is full, and are
 * then counted together and remembered. */

#include "count/offline/prices.h"
#include "count/offline/tiling_group.h"

struct newcomers {
    struct tiling_group group;
    tiling_group_counter *count;
    size_t len; /* of keys, one for each stream */
    struct price_key keys[TILING_GROUP_SIZE / 2];
};

/* Makes it ready, with the counter for any processor. */
static inline void newcomers_init(struct newcomers *newcomers)
{
    newcomers->count = tiling_group_count;
    newcomers->len = 0;
    tiling_group_clear(&newcomers->group);
}

/* The tokens of all that wait, which are remembered and wait no more. */
int64_t newcomers_count(struct newcomers *newcomers, const struct vocab *vocab,
                        enum vocab_family family, struct prices *prices);

/* The stream of so many bytes that was written at tiling_group_next() waits, and it fits. NULL: it
 * has no key and is not remembered. */
static inline void newcomers_add(struct newcomers *newcomers, size_t size,
                                 const struct price_key *key)
{
    static const struct price_key none = { .size = PRICES_SIZES_LEN };
    tiling_group_add(&newcomers->group, size);
    newcomers->keys[newcomers->len++] = key ? *key : none;
}

#endif
