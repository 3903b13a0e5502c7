#ifndef TOKGATE_COUNT_BUCKET_DB_H
#define TOKGATE_COUNT_BUCKET_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/database.h"
#include "base/error.h"
#include "base/str.h"
#include "net/bucket.h"

/*
 * The buckets (net/bucket.h) of credentials, in the file of the cache: one row each, which a run
 * reads and writes in one transaction for each lot. A row's key is SHA-256 over a random salt that
 * the file was given when it got its first bucket, the host and the credential, each with its
 * length before it: from the file nobody learns a credential, nor that two files know the same one.
 *
 * One connection, of one thread; it stays where it was opened.
 */
struct bucket_db {
    struct database file;
    struct statement get, put;
    uint8_t key[32];
    int64_t per_minute, owner;
    int64_t (*unix_us)(void); /* microseconds since 1970 */
};

/* Whose bucket it is, and how fast it may run. */
struct bucket_of {
    struct str host;           /* "host" or "host:port" */
    const struct str *secrets; /* what makes up the credential: one or more */
    size_t secrets_len;
    int64_t per_minute; /* limit of the API: at least 1 */
    int64_t owner;      /* a number that no other run has; not 0 */
    int64_t (*unix_us)(void);
};

/* Opens the file of a cache, which is there. Fails (ERROR_FAILED) with why no bucket can be had of
 * it; nothing is open then. */
bool bucket_db_open(struct bucket_db *db, struct str path, const struct bucket_of *of,
                    struct error *err);

/* bucket_reserve on the row; *ahead_us: how long it is from now to the first time, negative when
 * that is past. Fails (ERROR_FAILED) when the file is damaged, full, or locked for too long. */
bool bucket_db_reserve(struct bucket_db *db, size_t wanted, struct bucket_lot *lot,
                       int64_t *ahead_us, struct error *err);

/* bucket_hold on the row; fails as bucket_db_reserve. */
bool bucket_db_hold(struct bucket_db *db, int64_t wait_ms, struct error *err);

/* Nothing when it is not open. */
void bucket_db_close(struct bucket_db *db);

#endif
