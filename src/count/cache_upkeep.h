#ifndef TOKGATE_COUNT_CACHE_UPKEEP_H
#define TOKGATE_COUNT_CACHE_UPKEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/* Looking at what is kept in the directory of a cache, and making it smaller. None is made where
 * there is none. */

/* What is kept, each in a file of its own. */
enum cache_kept {
    CACHE_COUNTS,
    CACHE_OBSERVATIONS, /* count/observer.h */
};
enum { CACHE_KEPT_LEN = CACHE_OBSERVATIONS + 1 };

/* A file that was damaged, and put aside. */
struct cache_damaged {
    struct str path; /* in the arena */
    bool is_there;
    bool is_removed; /* by this run; the rest is what it was */
    int64_t size_bytes;
    int64_t day; /* since 1970, on which it was last written */
};

struct cache_size {
    struct str path;        /* of the file; in the arena */
    bool is_there;          /* else the numbers are 0 */
    bool is_read_only;      /* by this user, now */
    int64_t len;            /* counts, observations */
    int64_t size_bytes;     /* of the file and its log, of counts with their index */
    int64_t oldest, newest; /* days since 1970 of the counts; 0 when there are none */
    struct cache_damaged damaged;
};

/* Looks through all of the file. Fails (ERROR_FAILED) when it cannot be read or is damaged; *size
 * then has its path and size_bytes. */
bool cache_measure(enum cache_kept what, struct str dir, struct cache_size *size,
                   struct arena *arena, struct error *err);

/* Removes what is from before that day (since 1970; 0: nothing), also a damaged file, and then the
 * oldest of what is left until the file is not larger than size_max_bytes (-1: it may be of any
 * size). *removed: how many; *size: what is left. Fails (ERROR_FAILED) as cache_measure, and when
 * nothing can be written. */
bool cache_prune(enum cache_kept what, struct str dir, int64_t before_day, int64_t size_max_bytes,
                 int64_t *removed, struct cache_size *size, struct arena *arena, struct error *err);

/* Removes the damaged file, if there is one. Fails (ERROR_FAILED) when it cannot be. */
bool cache_remove_damaged(struct str dir, struct cache_size *size, struct error *err);

#endif
