#ifndef TOKGATE_COUNT_CACHE_DB_H
#define TOKGATE_COUNT_CACHE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/database.h"
#include "base/error.h"
#include "base/str.h"
#include "count/cache_table.h"

/*
 * The counts in the file of the cache. A connection is used by one thread at a time, and stays
 * where it was opened.
 */
struct cache_db {
    struct database file;
    struct statement get, put;
    unsigned held; /* look-ups in the transaction that is open for reading */
};

/* All tables of the file: the counts, and those of bucket_db.h. */
extern const struct database_schema cache_db_schema;

/* Opens a file that is there. Unless the state is OK or EMPTY it is closed again. */
enum database_state cache_db_open(struct cache_db *db, struct str path, enum database_access access,
                                  struct error *err);

/* Makes the table in an EMPTY one, and closes it in any case. */
enum database_state cache_db_make(struct cache_db *db, struct error *err);

/* OK with *found, and *tokens if so. A count that is out of range or has changed since it was
 * written is DAMAGED. What others write is seen at latest after some hundred look-ups, what this
 * connection writes at once. */
enum database_state cache_db_get(struct cache_db *db, const struct cache_key *key, bool *found,
                                 int64_t *tokens, struct error *err);

/* The next look-up sees all that others have written or removed. */
void cache_db_refresh(struct cache_db *db);

/* Writes all the rows or none; day: since 1970. */
enum database_state cache_db_put(struct cache_db *db, const struct cache_row *rows, size_t len,
                                 int64_t day, struct error *err);

bool cache_db_is_open(const struct cache_db *db);

/* Nothing when it is not open. */
void cache_db_close(struct cache_db *db);

#endif
