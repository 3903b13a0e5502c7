#include "count/cache_upkeep.h"

#include "count/cache_file.h"
#include "count/cache_index.h"
#include "count/kept_db.h"
#include "count/observed_db.h"

static const struct {
    struct str (*path)(struct arena *arena, struct str dir);
    const struct kept_table *table;
    const char *name;
} kept[CACHE_KEPT_LEN] = {
    [CACHE_COUNTS] = { cache_file_path, &kept_counts, "cache" },
    [CACHE_OBSERVATIONS] = { observed_db_path, &kept_observations, "file" },
};

static bool fail(enum cache_kept what, const struct cache_size *size, enum database_state state,
                 const struct error *cause, struct error *err)
{
    const char *how = state == DATABASE_DAMAGED ? "is damaged" : "cannot be used";
    return error_set(err, "the %s %.*s %s: %s", kept[what].name, STR_ARGS(size->path), how,
                     cause->text);
}

/* Whether there is a file to open. There is nothing to do where there is none, and *state is OK. */
static bool find(enum cache_kept what, struct str dir, struct cache_size *size, struct arena *arena,
                 enum database_state *state, struct error *cause)
{
    *size = (struct cache_size){ .path = kept[what].path(arena, dir) };
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

static enum database_state open_to_read(enum cache_kept what, struct database *file,
                                        struct cache_size *size, struct error *err)
{
    const struct database_schema *schema = kept[what].table->schema;
    struct error ignored = { 0 };
    enum database_state state = database_open(file, size->path, DATABASE_WRITE, schema, err);
    if (state == DATABASE_FAILED) {
        size->is_read_only = true;
        if (database_open(file, size->path, DATABASE_READ, schema, &ignored) == DATABASE_OK)
            return DATABASE_OK;
    }
    return state;
}

/* Looks at what is open. */
static enum database_state measure(enum cache_kept what, const struct database *file,
                                   struct cache_size *size, struct error *err)
{
    struct kept_size rows = { 0 };
    enum database_state state = kept_db_measure(file, kept[what].table, &rows, err);
    size->is_there = state == DATABASE_OK;
    size->len = rows.len;
    size->oldest = rows.oldest;
    size->newest = rows.newest;
    return state;
}

/* An EMPTY file is as good as none: a run was killed while it made the cache. */
static bool end(enum cache_kept what, struct database *file, struct cache_size *size,
                enum database_state state, const struct error *cause, struct error *err)
{
    database_close(file);
    size->size_bytes = cache_file_look(size->path).size_bytes;
    return state == DATABASE_OK || state == DATABASE_EMPTY || fail(what, size, state, cause, err);
}

bool cache_measure(enum cache_kept what, struct str dir, struct cache_size *size,
                   struct arena *arena, struct error *err)
{
    struct database file = { 0 };
    struct error cause = { 0 };
    enum database_state state;
    if (find(what, dir, size, arena, &state, &cause)) {
        if (!database_load(err))
            return false;
        state = open_to_read(what, &file, size, &cause);
        if (!state)
            state = measure(what, &file, size, &cause);
    }
    return end(what, &file, size, state, &cause, err);
}

bool cache_prune(enum cache_kept what, struct str dir, int64_t before_day, int64_t size_max_bytes,
                 int64_t *removed, struct cache_size *size, struct arena *arena, struct error *err)
{
    struct database file = { 0 };
    struct error cause = { 0 };
    enum database_state state;
    *removed = 0;
    if (find(what, dir, size, arena, &state, &cause)) {
        if (!database_load(err))
            return false;
        cache_index_remove(dir); /* it has copies, and marks of what was observed */
        state = database_open(&file, size->path, DATABASE_WRITE, kept[what].table->schema, &cause);
        if (!state)
            state = kept_db_remove(&file, kept[what].table, before_day, size_max_bytes, removed,
                                   &cause);
        if (!state)
            state = measure(what, &file, size, &cause);
    }
    return end(what, &file, size, state, &cause, err);
}
