#ifndef TOKGATE_COUNT_CACHE_PLACE_H
#define TOKGATE_COUNT_CACHE_PLACE_H

#include <stdbool.h>

#include "count/cache_db.h"
#include "count/cache_file.h"

/* Where the cache of a run is: its file, found, made, or made anew in place of a damaged one, while
 * other runs do the same. One thread at a time. */
struct cache_place {
    struct str dir, path;   /* must live on */
    struct cache_file file; /* which one is open */
    bool is_read_only;
    bool is_rebuilt;        /* once a run: damage that comes back is not tokgate's to mend */
    struct error unwritten; /* why it is read-only */
    struct error damage;    /* a sentence about what was found wrong with it, for the user */
};

/* Opens the database of the place, whose dir and path are set. Fails (ERROR_FAILED) when it cannot
 * be used at all; it is closed then. */
bool cache_place_open(struct cache_place *place, struct cache_db *db, struct error *err);

/* The open file turned out to be damaged: another one takes its place, or it is closed for good. */
void cache_place_rebuild(struct cache_place *place, struct cache_db *db, const struct error *cause);

#endif
