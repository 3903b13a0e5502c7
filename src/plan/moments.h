#ifndef TOKGATE_PLAN_MOMENTS_H
#define TOKGATE_PLAN_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* What will happen, soonest first. Set the arena, all else starts as 0. */
struct moment {
    int64_t at_us;
    uint64_t what; /* the caller's */
};

struct moments {
    struct arena *arena;
    struct moment *items; /* a heap: items[0] is the soonest */
    size_t len, cap;
};

/* Adding and taking are logarithmic in len. Which of equally soon ones comes first is not said. */
void moments_add(struct moments *moments, struct moment moment);

/* Takes the soonest off; len must not be 0. */
struct moment moments_take(struct moments *moments);

/* When the soonest is; INT64_MAX when there is none. */
int64_t moments_next_us(const struct moments *moments);

#endif
