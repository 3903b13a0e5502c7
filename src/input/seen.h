#ifndef TOKGATE_INPUT_SEEN_H
#define TOKGATE_INPUT_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* Which texts were seen, and a number kept with each. Set the arena, all else starts as 0. */
struct seen {
    struct arena *arena;
    struct seen_item *slots;
    size_t len, cap; /* cap is 0 or a power of two */
};

/* True, and *number is that of the first time, when the key was added before; else it is added with
 * *number. The key (which may be any bytes, also none) must live as long as the arena. */
bool seen_before(struct seen *seen, struct str key, size_t *number);

/* Whether the key was added, and then *number. */
bool seen_find(const struct seen *seen, struct str key, size_t *number);

#endif
