#ifndef TOKGATE_PLAN_WARM_H
#define TOKGATE_PLAN_WARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "plan/moments.h"

/* Lifetimes of cache entries (build-with-claude/prompt-caching, 2026-08-22). */
#define WARM_5M_US INT64_C(300000000)
#define WARM_1H_US INT64_C(3600000000)

/* A cache entry: can be read at readable_us and later, but not at expires_us. */
struct warm_entry {
    uint64_t hash;
    int64_t readable_us, expires_us; /* expires_us 0: no entry */
};

/* Prompt prefixes in the cache, at most entries_max at once. Set the arena and entries_max, all
 * else starts as 0. */
struct warm {
    struct arena *arena;
    size_t entries_max;
    struct warm_entry *slots;
    size_t len, cap;         /* cap is 0 or a power of two */
    struct moments expiries; /* one for each entry, at or before its expires_us */
};

/* The entry of a prefix, or one that is all 0. It may have expired. */
struct warm_entry warm_find(const struct warm *warm, uint64_t hash);

/* Forgets what has expired by then; to be called before what follows, with times that only grow. */
void warm_expire(struct warm *warm, int64_t now_us);

/* Puts an entry there, or keeps the one that is there alive until expires_us. False when it is not
 * remembered, as there are too many. */
bool warm_write(struct warm *warm, uint64_t hash, int64_t readable_us, int64_t expires_us);

#endif
