#ifndef TOKGATE_COUNT_CACHE_INDEX_H
#define TOKGATE_COUNT_CACHE_INDEX_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "count/cache_table.h"

/*
 * The counts that runs have used, in a file counts.index beside counts.sqlite: who finds all its
 * counts there needs no SQLite, loading and opening which takes longer than a small run. It holds
 * copies: a run that finds no index, or none it can trust, or a count that is not in it, asks the
 * database, and leaves an index that has it. Made under another name and renamed, so that whoever
 * reads one has it whole; never changed. Numbers as this machine writes them.
 */
struct cache_index {
    int fd; /* -1: none */
    size_t size;
    unsigned bits;       /* of a key that say its bucket */
    uint32_t len;        /* rows */
    atomic_uint lookups; /* until it is read as a whole */
    _Atomic(char *) all; /* its bytes; NULL: read piece by piece */
    pthread_mutex_t mutex;
    struct arena arena; /* of the bytes, with the mutex */
};

/* More are not kept: 6 MB, for a whole batch (100,000 requests) and something. */
enum { CACHE_INDEX_LEN_MAX = 1 << 17 };

/* Path of the file in a directory; in the arena. */
struct str cache_index_path(struct arena *arena, struct str dir);

/* False when there is none that can be used; it is closed then, and empty. */
bool cache_index_open(struct cache_index *index, struct str dir);

/* The count of a key, and its mark. A row that is not what was written is not there. Any thread may
 * call it; a closed index has nothing. */
bool cache_index_get(struct cache_index *index, const struct cache_key *key, int64_t *tokens,
                     uint32_t *mark);

/* Whether the database has a count for the key, now. */
typedef bool cache_index_is_kept(void *context, const struct cache_key *key);

/* Puts the rows into the index of the directory, over those of the same key; where there are too
 * many, older ones go. One that is neither in the index there nor kept is left aside: it was
 * forgotten since it was read. False when another run is about it, or forgets: that goes before.
 * What cannot be written is not: the database has it. */
bool cache_index_add(struct str dir, const struct cache_table *rows, cache_index_is_kept *is_kept,
                     void *context);

/* What is in the database is about to be forgotten: the caller has the directory locked. Fails
 * (ERROR_FAILED) when it is still there. */
bool cache_index_remove(struct str dir, struct error *err);

void cache_index_close(struct cache_index *index);

#endif
