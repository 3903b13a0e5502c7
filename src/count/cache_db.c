#include "count/cache_db.h"

enum { HELD_MAX = 256 };

const struct database_schema cache_db_schema = {
    .version = 2,
    .tables = "CREATE TABLE counts(key BLOB PRIMARY KEY, tokens INTEGER NOT NULL, "
              "day INTEGER NOT NULL, guard INTEGER NOT NULL) WITHOUT ROWID; "
              "CREATE TABLE buckets(key BLOB PRIMARY KEY, next_us INTEGER, written_us INTEGER, "
              "owner INTEGER, crowd_until_us INTEGER, held_until_ms INTEGER, was_held INTEGER, "
              "slowed_at_ms INTEGER, share INTEGER) WITHOUT ROWID; "
              "CREATE TABLE salts(salt BLOB)",
};

static enum database_state prepare(struct cache_db *db, struct error *err)
{
    enum database_state state = statement_prepare(
        &db->get, &db->file, "SELECT tokens, guard FROM counts WHERE key = ?1", err);
    if (!state)
        state = statement_prepare(&db->put, &db->file,
                                  "INSERT OR REPLACE INTO counts VALUES(?1,?2,?3,?4)", err);
    return state;
}

bool cache_db_is_open(const struct cache_db *db)
{
    return db->file.connection != NULL;
}

void cache_db_close(struct cache_db *db)
{
    if (!cache_db_is_open(db))
        return;
    statement_free(&db->get);
    statement_free(&db->put);
    database_close(&db->file);
    db->held = 0;
}

enum database_state cache_db_open(struct cache_db *db, struct str path, enum database_access access,
                                  struct error *err)
{
    *db = (struct cache_db){ 0 };
    enum database_state state = database_open(&db->file, path, access, &cache_db_schema, err);
    if (!state)
        state = prepare(db, err);
    if (state && state != DATABASE_EMPTY)
        cache_db_close(db);
    return state;
}

enum database_state cache_db_make(struct cache_db *db, struct error *err)
{
    enum database_state state = database_make(&db->file, &cache_db_schema, err);
    cache_db_close(db);
    return state;
}

/* Shows a count that is not what was written: nothing else in the file does (FNV-1a). */
static int64_t guard_of(const struct cache_key *key, int64_t tokens)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < sizeof key->bytes; i++)
        hash = (hash ^ key->bytes[i]) * 16777619U;
    for (unsigned shift = 0; shift < 64; shift += 8)
        hash = (hash ^ (uint8_t)((uint64_t)tokens >> shift)) * 16777619U;
    return hash;
}

/* Look-ups share a transaction: taking and giving back its lock costs more than looking up. */
static enum database_state hold(struct cache_db *db, struct error *err)
{
    if (!db->file.has_log || db->held++)
        return DATABASE_OK;
    return database_run(&db->file, "BEGIN", err);
}

void cache_db_refresh(struct cache_db *db)
{
    struct error ignored = { 0 }; /* nothing was changed that could be lost */
    if (db->held)
        database_run(&db->file, "ROLLBACK", &ignored);
    db->held = 0;
}

static struct str bytes_of(const struct cache_key *key)
{
    return (struct str){ (const char *)key->bytes, sizeof key->bytes };
}

/* What a row says of the key: tokens and guard are its first columns. */
static enum database_state read_row(const struct statement *row, const struct cache_key *key,
                                    int64_t *tokens, struct error *err)
{
    int64_t guard;
    const bool is_sound = statement_number(row, 0, tokens) && statement_number(row, 1, &guard) &&
                          *tokens >= 0 && *tokens <= CACHE_TOKENS_MAX &&
                          guard == guard_of(key, *tokens);
    return is_sound ? DATABASE_OK : database_damaged(err, "a count in it is not what was written");
}

enum database_state cache_db_get(struct cache_db *db, const struct cache_key *key, bool *found,
                                 int64_t *tokens, struct error *err)
{
    int64_t number = 0;
    bool has_row;
    *found = false;
    enum database_state state = hold(db, err);
    if (state)
        return state;
    statement_bind_blob(&db->get, 1, bytes_of(key));
    state = statement_step(&db->get, &has_row, err);
    if (has_row)
        state = read_row(&db->get, key, &number, err);
    if (has_row && !state && number) { /* 0: of an earlier version, which believed it */
        *found = true;
        *tokens = number;
    }
    statement_reset(&db->get);
    if (state || db->held >= HELD_MAX)
        cache_db_refresh(db);
    return state;
}

static enum database_state put_row(struct cache_db *db, const struct cache_row *row, int64_t day,
                                   struct error *err)
{
    statement_bind_blob(&db->put, 1, bytes_of(&row->key));
    statement_bind_number(&db->put, 2, row->tokens);
    statement_bind_number(&db->put, 3, day);
    statement_bind_number(&db->put, 4, guard_of(&row->key, row->tokens));
    return statement_run(&db->put, err);
}

enum database_state cache_db_put(struct cache_db *db, const struct cache_row *rows, size_t len,
                                 int64_t day, struct error *err)
{
    struct error ignored = { 0 };
    cache_db_refresh(db);
    enum database_state state = database_run(&db->file, "BEGIN IMMEDIATE", err);
    if (state)
        return state;
    for (size_t i = 0; i < len && !state; i++)
        state = put_row(db, &rows[i], day, err);
    if (!state)
        state = database_run(&db->file, "COMMIT", err);
    if (state)
        database_run(&db->file, "ROLLBACK", &ignored); /* fails where SQLite has done so itself */
    return state;
}
