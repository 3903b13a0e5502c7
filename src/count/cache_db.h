#ifndef TOKGATE_COUNT_CACHE_DB_H
#define TOKGATE_COUNT_CACHE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "count/cache.h"

/*
 * The file of the cache: SQLite, with a write-ahead log, so that runs read while another one
 * writes, and one that is killed leaves nothing half written. A connection is used by one thread at
 * a time.
 */
struct cache_db {
    void *connection, *get, *put; /* NULL: not open */
    bool may_hold;                /* a reader keeps no writer waiting: the log is in use */
    unsigned held;                /* look-ups in the transaction that is open for reading */
};

/* How a call ended. All but OK set err to the reason alone. */
enum cache_db_state {
    CACHE_DB_OK,
    CACHE_DB_EMPTY,   /* a file without anything in it yet, or without a table */
    CACHE_DB_DAMAGED, /* or another version, or not a cache: it is to be made anew */
    CACHE_DB_BUSY,    /* others kept it locked for CACHE_DB_WAIT_MS */
    CACHE_DB_FAILED,  /* cannot be opened, read or written */
};

enum cache_db_access {
    CACHE_DB_WRITE,
    CACHE_DB_READ, /* where nothing can be written: what is in the log is not seen */
};

enum { CACHE_DB_WAIT_MS = 5000 };

struct cache_row {
    struct cache_key key;
    int64_t tokens;
};

struct cache_db_size {
    int64_t len;            /* counts */
    int64_t oldest, newest; /* days since 1970 of the counts; 0 when there are none */
};

/* Whether SQLite can be loaded; fails (ERROR_FAILED) with why not. The others need it first. */
bool cache_db_load(struct error *err);

/* Opens a file that is there. Unless the state is OK or EMPTY it is closed again. */
enum cache_db_state cache_db_open(struct cache_db *db, struct str path, enum cache_db_access access,
                                  struct error *err);

/* Makes the table in an EMPTY one, and closes it in any case. */
enum cache_db_state cache_db_make(struct cache_db *db, struct error *err);

/* OK with *found, and *tokens if so. A count that is out of range or has changed since it was
 * written is DAMAGED. What others write is seen at latest after some hundred look-ups, what this
 * connection writes at once. */
enum cache_db_state cache_db_get(struct cache_db *db, const struct cache_key *key, bool *found,
                                 int64_t *tokens, struct error *err);

/* Writes all the rows or none; day: since 1970. */
enum cache_db_state cache_db_put(struct cache_db *db, const struct cache_row *rows, size_t len,
                                 int64_t day, struct error *err);

/* Looks through all of the file; DAMAGED when SQLite finds a fault in it. */
enum cache_db_state cache_db_measure(struct cache_db *db, struct cache_db_size *size,
                                     struct error *err);

/* Removes the counts from before that day, and then the oldest of those left until at most so many
 * bytes are used (negative: any number). *removed: how many. */
enum cache_db_state cache_db_remove(struct cache_db *db, int64_t before_day, int64_t bytes_max,
                                    int64_t *removed, struct error *err);

/* Nothing when it is not open. */
void cache_db_close(struct cache_db *db);

#endif
