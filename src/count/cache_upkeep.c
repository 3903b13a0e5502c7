#include "count/cache_upkeep.h"

#include "count/cache_db.h"
#include "count/cache_file.h"

static bool fail(const struct cache_size *size, enum database_state state,
                 const struct error *cause, struct error *err)
{
    const char *how = state == DATABASE_DAMAGED ? "is damaged" : "cannot be used";
    return error_set(err, "the cache %.*s %s: %s", STR_ARGS(size->path), how, cause->text);
}

/* Whether there is a file to open. There is nothing to do where there is none, and *state is OK. */
static bool find(struct str dir, struct cache_size *size, struct arena *arena,
                 enum database_state *state, struct error *cause)
{
    *size = (struct cache_size){ .path = cache_file_path(arena, dir) };
    const struct cache_file file = cache_file_look(size->path);
    *state = DATABASE_OK;
    size->size_bytes = file.size_bytes;
    if (file.kind == CACHE_FILE_REGULAR)
        return true;
    if (file.kind == CACHE_FILE_OTHER) {
        error_set(cause, "it is no regular file");
        *state = DATABASE_FAILED;
    }
    return false;
}

static enum database_state open_to_read(struct cache_db *db, struct cache_size *size,
                                        struct error *err)
{
    struct error ignored = { 0 };
    enum database_state state = cache_db_open(db, size->path, DATABASE_WRITE, err);
    if (state == DATABASE_FAILED) {
        size->is_read_only = true;
        if (cache_db_open(db, size->path, DATABASE_READ, &ignored) == DATABASE_OK)
            return DATABASE_OK;
    }
    return state;
}

/* Looks at what is open. */
static enum database_state measure(struct cache_db *db, struct cache_size *size, struct error *err)
{
    struct cache_db_size counts = { 0 };
    enum database_state state = cache_db_measure(db, &counts, err);
    size->is_there = state == DATABASE_OK;
    size->len = counts.len;
    size->oldest = counts.oldest;
    size->newest = counts.newest;
    return state;
}

/* An EMPTY file is as good as none: a run was killed while it made the cache. */
static bool end(struct cache_db *db, struct cache_size *size, enum database_state state,
                const struct error *cause, struct error *err)
{
    cache_db_close(db);
    size->size_bytes = cache_file_look(size->path).size_bytes;
    return state == DATABASE_OK || state == DATABASE_EMPTY || fail(size, state, cause, err);
}

bool cache_measure(struct str dir, struct cache_size *size, struct arena *arena, struct error *err)
{
    struct cache_db db = { 0 };
    struct error cause = { 0 };
    enum database_state state;
    if (find(dir, size, arena, &state, &cause)) {
        if (!database_load(err))
            return false;
        state = open_to_read(&db, size, &cause);
        if (!state)
            state = measure(&db, size, &cause);
    }
    return end(&db, size, state, &cause, err);
}

bool cache_prune(struct str dir, int64_t before_day, int64_t size_max_bytes, int64_t *removed,
                 struct cache_size *size, struct arena *arena, struct error *err)
{
    struct cache_db db = { 0 };
    struct error cause = { 0 };
    enum database_state state;
    *removed = 0;
    if (find(dir, size, arena, &state, &cause)) {
        if (!database_load(err))
            return false;
        state = cache_db_open(&db, size->path, DATABASE_WRITE, &cause);
        if (!state)
            state = cache_db_remove(&db, before_day, size_max_bytes, removed, &cause);
        if (!state)
            state = measure(&db, size, &cause);
    }
    return end(&db, size, state, &cause, err);
}
