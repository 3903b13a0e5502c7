#ifndef TOKGATE_COUNT_OFFLINE_TILING_GROUP_H
#define TOKGATE_COUNT_OFFLINE_TILING_GROUP_H

/*
 * Short streams that are covered side by side. A walk down the trie waits for memory at every byte;
 * walks from many places wait together. Each stream has a byte behind it that is in no piece, so
 * that none is covered together with the next.
 */

#include "count/offline/tiling.h"

enum {
    TILING_GROUP_SIZE = 64, /* bytes of the streams and of the stops behind them */
    TILING_STOP = 0xff,
};

struct tiling_group {
    size_t len;             /* bytes */
    uint64_t starts, stops; /* places of the first byte of each stream, and of the one behind it */
    uint8_t bytes[2 * TILING_GROUP_SIZE];
    uint8_t tokens[TILING_GROUP_SIZE]; /* when counted: of each stream, at the place of its stop */
};

/* Counts the streams of a group: for any processor, and for those with AVX2, BMI and POPCNT; NULL
 * where the compiler makes no such code. */
typedef void tiling_group_counter(const struct vocab *vocab, enum vocab_family family,
                                  struct tiling_group *group);
void tiling_group_count(const struct vocab *vocab, enum vocab_family family,
                        struct tiling_group *group);
extern tiling_group_counter *const tiling_group_wide;

static inline void tiling_group_clear(struct tiling_group *group)
{
    group->len = 0;
    group->starts = group->stops = 0;
}

/* Whether a stream of so many bytes has room. */
static inline bool tiling_group_fits(const struct tiling_group *group, size_t size)
{
    return group->len + size < TILING_GROUP_SIZE;
}

/* Where the next stream is to be written; as much again may be written behind it. */
static inline uint8_t *tiling_group_next(struct tiling_group *group)
{
    return group->bytes + group->len;
}

/* So many bytes were written there, one or more, and they fit. */
static inline void tiling_group_add(struct tiling_group *group, size_t size)
{
    group->starts |= (uint64_t)1 << group->len;
    group->len += size;
    group->stops |= (uint64_t)1 << group->len;
    group->bytes[group->len++] = TILING_STOP;
}

#endif
