#ifndef TOKGATE_COUNT_KNOWN_H
#define TOKGATE_COUNT_KNOWN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct ask;

/* So many bodies are known at least: beyond that those that are not being asked are forgotten all
 * at once, and one that comes again is asked again, unless a cache has its count. */
enum {
    KNOWN_LEN_MAX = 98304,        /* in 4 MB; a batch has 100,000 requests at most */
    KNOWN_LEN_MAX_CACHED = 12288, /* in 512 KB; the cache knows the others */
};

/* What has been asked already: 32 bytes a body, so that no body is asked for twice. Not thread
 * safe. Initialize with { .len_max = KNOWN_LEN_MAX }. */
struct known_item {
    uint64_t id[2];
    struct ask *pending; /* being asked; NULL: not now */
    int64_t tokens;      /* -1: not known */
};

struct known {
    struct arena arena;       /* of the items */
    struct known_item *items; /* a hash table by id; one with the id 0, 0 is free */
    size_t len, cap;
    size_t len_max; /* three times a power of two */
};

/* The item of this id, made when there is none. It stays where it is until the next call. */
struct known_item *known_find(struct known *known, const uint64_t id[2]);

/* Nobody asks any more; tokens may be -1. The id was found before. */
void known_settle(struct known *known, const uint64_t id[2], int64_t tokens);

void known_free(struct known *known);

#endif
