#include "count/bucket_db.h"

#include "base/sha256.h"
#include "count/cache_db.h"

enum { LENGTH_SIZE = 8, SHARE_UNIT = 1000000000 };

_Static_assert(sizeof((struct bucket_db *)0)->key == SHA256_SIZE, "a key is a hash");

static void add_part(struct sha256 *sha, struct str part)
{
    char length[LENGTH_SIZE];
    for (size_t i = 0; i < LENGTH_SIZE; i++)
        length[i] = (char)(unsigned char)((uint64_t)part.len >> (8 * i));
    sha256_add(sha, (struct str){ length, LENGTH_SIZE });
    sha256_add(sha, part);
}

static bool make_key(struct bucket_db *db, struct str salt, const struct bucket_of *of,
                     struct error *err)
{
    struct sha256 sha;
    if (!sha256_begin(&sha, err))
        return false;
    add_part(&sha, salt);
    add_part(&sha, of->host);
    for (size_t i = 0; i < of->secrets_len; i++)
        add_part(&sha, of->secrets[i]);
    return sha256_end(&sha, db->key, err);
}

/* The salt of the file, which gets one when it has none. */
static enum database_state find_key(struct bucket_db *db, const struct bucket_of *of,
                                    struct error *err)
{
    struct statement salt;
    bool has_row = false;
    enum database_state state = database_run(
        &db->file, "INSERT INTO salts SELECT randomblob(32) WHERE NOT EXISTS (SELECT 1 FROM salts)",
        err);
    if (state)
        return state;
    state = statement_prepare(&salt, &db->file, "SELECT salt FROM salts", err);
    if (!state)
        state = statement_step(&salt, &has_row, err);
    if (!state && !make_key(db, has_row ? statement_bytes(&salt, 0) : STR(""), of, err))
        state = DATABASE_FAILED;
    statement_free(&salt);
    return state;
}

/* Those of credentials that nobody uses any more go. */
static enum database_state forget_old(const struct bucket_db *db, struct error *err)
{
    return database_number_for(
        &db->file, "DELETE FROM buckets WHERE written_us NOT BETWEEN ?1 - 86400e6 AND ?1 + 86400e6",
        db->unix_us(), NULL, err);
}

static enum database_state prepare(struct bucket_db *db, const struct bucket_of *of,
                                   struct error *err)
{
    enum database_state state = find_key(db, of, err);
    if (!state)
        state = forget_old(db, err);
    if (!state)
        state = statement_prepare(
            &db->get, &db->file,
            "SELECT next_us, written_us, owner, crowd_until_us, held_until_ms, was_held, "
            "slowed_at_ms, share FROM buckets WHERE key = ?1",
            err);
    if (!state)
        state = statement_prepare(
            &db->put, &db->file,
            "INSERT OR REPLACE INTO buckets VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", err);
    return state;
}

bool bucket_db_open(struct bucket_db *db, struct str path, const struct bucket_of *of,
                    struct error *err)
{
    *db = (struct bucket_db){ .per_minute = of->per_minute,
                              .owner = of->owner,
                              .unix_us = of->unix_us };
    if (!database_load(err))
        return false;
    enum database_state state =
        database_open(&db->file, path, DATABASE_WRITE, &cache_db_schema, err);
    if (!state)
        state = prepare(db, of, err);
    if (state)
        bucket_db_close(db);
    return state == DATABASE_OK;
}

void bucket_db_close(struct bucket_db *db)
{
    if (!db->file.connection)
        return;
    statement_free(&db->get);
    statement_free(&db->put);
    database_close(&db->file);
}

static struct str key_of(const struct bucket_db *db)
{
    return (struct str){ (const char *)db->key, sizeof db->key };
}

/* A bucket of zeros when there is none; of one that holds no numbers, too. */
static enum database_state get(struct bucket_db *db, struct bucket *bucket, struct error *err)
{
    int64_t was_held = 0, share = 0;
    bool has_row;
    *bucket = (struct bucket){ 0 };
    statement_bind_blob(&db->get, 1, key_of(db));
    enum database_state state = statement_step(&db->get, &has_row, err);
    if (!state && has_row) {
        statement_number(&db->get, 0, &bucket->next_us);
        statement_number(&db->get, 1, &bucket->written_us);
        statement_number(&db->get, 2, &bucket->owner);
        statement_number(&db->get, 3, &bucket->crowd_until_us);
        statement_number(&db->get, 4, &bucket->brake.held_until_ms);
        statement_number(&db->get, 5, &was_held);
        statement_number(&db->get, 6, &bucket->brake.slowed_at_ms);
        statement_number(&db->get, 7, &share);
        bucket->brake.was_held = was_held != 0;
        bucket->brake.share = (double)share / SHARE_UNIT;
    }
    statement_reset(&db->get);
    return state;
}

static enum database_state put(struct bucket_db *db, const struct bucket *bucket, struct error *err)
{
    const int64_t numbers[] = {
        bucket->next_us,
        bucket->written_us,
        bucket->owner,
        bucket->crowd_until_us,
        bucket->brake.held_until_ms,
        bucket->brake.was_held,
        bucket->brake.slowed_at_ms,
        (int64_t)(bucket->brake.share * SHARE_UNIT),
    };
    statement_bind_blob(&db->put, 1, key_of(db));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        statement_bind_number(&db->put, (int)i + 2, numbers[i]);
    return statement_run(&db->put, err);
}

/* Ends what begin began. */
static bool commit(struct bucket_db *db, enum database_state state, struct error *err)
{
    struct error ignored = { 0 };
    if (!state)
        state = database_run(&db->file, "COMMIT", err);
    if (state)
        database_run(&db->file, "ROLLBACK", &ignored);
    return state == DATABASE_OK;
}

/* The clock is read where nobody else can change the row. */
static enum database_state begin(struct bucket_db *db, struct bucket *bucket, int64_t *now_us,
                                 struct error *err)
{
    enum database_state state = database_run(&db->file, "BEGIN IMMEDIATE", err);
    *now_us = db->unix_us();
    return state ? state : get(db, bucket, err);
}

bool bucket_db_reserve(struct bucket_db *db, size_t wanted, struct bucket_lot *lot,
                       int64_t *ahead_us, struct error *err)
{
    struct bucket bucket;
    int64_t now_us;
    enum database_state state = begin(db, &bucket, &now_us, err);
    if (!state) {
        *lot = bucket_reserve(&bucket, db->per_minute, db->owner, now_us, wanted);
        *ahead_us = lot->first_us - now_us;
        state = put(db, &bucket, err);
    }
    return commit(db, state, err);
}

bool bucket_db_hold(struct bucket_db *db, int64_t wait_ms, struct error *err)
{
    struct bucket bucket;
    int64_t now_us;
    enum database_state state = begin(db, &bucket, &now_us, err);
    if (!state) {
        bucket_hold(&bucket, db->per_minute, now_us, wait_ms);
        state = put(db, &bucket, err);
    }
    return commit(db, state, err);
}
