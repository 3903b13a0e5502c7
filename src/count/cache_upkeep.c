#include "count/cache_upkeep.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

/* What goes: what is from before the day, and the oldest of what is left beyond the bytes. */
struct limit {
    int64_t before_day, bytes_max;
    int64_t *removed;
};

static bool fail(enum cache_kept what, const struct cache_size *size, enum database_state state,
                 const struct error *cause, struct error *err)
{
    const char *how = state == DATABASE_DAMAGED ? "is damaged" : "cannot be used";
    return error_set(err, "the %s %.*s %s: %s", kept[what].name, STR_ARGS(size->path), how,
                     cause->text);
}

/* With the copies that are in the index. */
static int64_t bytes_of(enum cache_kept what, struct str dir, const struct cache_size *size,
                        struct arena *arena)
{
    const int64_t own = cache_file_look(size->path).size_bytes;
    const struct str index = cache_index_path(arena, dir);
    return what == CACHE_COUNTS ? own + cache_file_look(index).size_bytes : own;
}

enum { DAY_S = 24 * 60 * 60 };

static struct cache_size look(enum cache_kept what, struct str dir, struct arena *arena)
{
    struct cache_size size = { .path = kept[what].path(arena, dir) };
    struct cache_damaged *damaged = &size.damaged;
    damaged->path = cache_file_aside(arena, size.path);
    const struct cache_file file = cache_file_look(damaged->path);
    damaged->is_there = file.kind == CACHE_FILE_REGULAR;
    if (damaged->is_there) {
        damaged->size_bytes = file.size_bytes;
        damaged->day = file.written_s / DAY_S;
    }
    return size;
}

/* With the directory locked. */
static bool remove_damaged(struct cache_damaged *damaged, struct error *err)
{
    struct arena arena = { 0 };
    if (!damaged->is_there)
        return true;
    damaged->is_removed = unlink(str_to_c(&arena, damaged->path)) == 0 || errno == ENOENT;
    const int cause = errno;
    damaged->is_there = !damaged->is_removed;
    arena_free(&arena);
    return damaged->is_removed ||
           error_set(err, "%.*s cannot be removed: %s", STR_ARGS(damaged->path), strerror(cause));
}

bool cache_remove_damaged(struct str dir, struct cache_size *size, struct error *err)
{
    const int lock = cache_file_lock(dir);
    const bool is_gone = remove_damaged(&size->damaged, err);
    cache_file_unlock(lock);
    return is_gone;
}

/* Whether there is a file to open. There is nothing to do where there is none, and *state is OK. */
static bool find(enum cache_kept what, struct str dir, struct cache_size *size, struct arena *arena,
                 enum database_state *state, struct error *cause)
{
    const struct cache_file file = cache_file_look(size->path);
    *state = DATABASE_OK;
    size->size_bytes = bytes_of(what, dir, size, arena);
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
static bool end(enum cache_kept what, const struct cache_size *size, enum database_state state,
                const struct error *cause, struct error *err)
{
    return state == DATABASE_OK || state == DATABASE_EMPTY || fail(what, size, state, cause, err);
}

bool cache_measure(enum cache_kept what, struct str dir, struct cache_size *size,
                   struct arena *arena, struct error *err)
{
    struct database file = { 0 };
    struct error cause = { 0 };
    enum database_state state;
    *size = look(what, dir, arena);
    if (find(what, dir, size, arena, &state, &cause)) {
        if (!database_load(err))
            return false;
        state = open_to_read(what, &file, size, &cause);
        if (!state)
            state = measure(what, &file, size, &cause);
    }
    database_close(&file);
    size->size_bytes = bytes_of(what, dir, size, arena);
    return end(what, size, state, &cause, err);
}

/* With the directory locked: no run leaves an index of what is being removed. */
static enum database_state remove_rows(enum cache_kept what, struct database *file,
                                       const struct limit *limit, struct cache_size *size,
                                       struct error *cause)
{
    const struct kept_table *table = kept[what].table;
    enum database_state state =
        database_open(file, size->path, DATABASE_WRITE, table->schema, cause);
    if (!state)
        state =
            kept_db_remove(file, table, limit->before_day, limit->bytes_max, limit->removed, cause);
    return state ? state : measure(what, file, size, cause);
}

bool cache_prune(enum cache_kept what, struct str dir, int64_t before_day, int64_t size_max_bytes,
                 int64_t *removed, struct cache_size *size, struct arena *arena, struct error *err)
{
    const struct limit limit = { before_day, size_max_bytes, removed };
    struct database file = { 0 };
    struct error cause = { 0 };
    enum database_state state = DATABASE_OK;
    *removed = 0;
    const int lock = cache_file_lock(dir);
    *size = look(what, dir, arena);
    bool is_good = cache_index_remove(dir, err); /* it has copies, and marks of observations */
    if (is_good && size->damaged.day < before_day)
        is_good = remove_damaged(&size->damaged, err);
    if (is_good && find(what, dir, size, arena, &state, &cause)) {
        is_good = database_load(err);
        if (is_good)
            state = remove_rows(what, &file, &limit, size, &cause);
    }
    database_close(&file);
    cache_file_unlock(lock);
    size->size_bytes = bytes_of(what, dir, size, arena);
    return is_good && end(what, size, state, &cause, err);
}
