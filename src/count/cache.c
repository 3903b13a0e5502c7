#include "count/cache.h"

#include <pthread.h>
#include <time.h>

#include "base/sha256.h"
#include "count/cache_db.h"
#include "count/cache_index.h"
#include "count/cache_place.h"
#include "count/cache_table.h"

enum {
    PENDING_MAX = 256, /* counts that wait to be written together */
    PENDING_MS = 1000,
    USED_FIRST = 256,
    USED_MANY = 8192,
    DAY_S = 24 * 60 * 60,
};

struct cache {
    struct cache_index index;
    pthread_mutex_t mutex; /* of all that follows */
    struct cache_db db;    /* not open: nothing is known any more, or not yet */
    struct cache_place place;
    bool is_opened;     /* the place, or it was tried */
    struct error cause; /* why it could not be */
    int64_t lost;       /* counts that could not be kept */

    struct cache_table pending; /* counts that are not in the file yet */
    int64_t since_ms;           /* when the first of them came */

    struct arena arena;      /* of the next one */
    struct cache_table used; /* counts that are not in the index, or with another mark */
};

struct str cache_directory(struct arena *arena, struct str chosen, struct str xdg_cache_home,
                           struct str home)
{
    if (chosen.len)
        return str_copy(arena, chosen);
    if (str_starts(xdg_cache_home, STR("/")))
        return str_format(arena, "%.*s/tokgate", STR_ARGS(xdg_cache_home));
    if (home.len)
        return str_format(arena, "%.*s/.cache/tokgate", STR_ARGS(home));
    return (struct str){ 0 };
}

/* Once; with the mutex locked, but for the first time. */
static bool need_place(struct cache *cache)
{
    struct error cause = { 0 };
    if (cache->is_opened)
        return cache_db_is_open(&cache->db);
    cache->is_opened = true;
    if (!database_load(&cause))
        error_set(&cache->cause, "there is no cache: %s", cause.text);
    else if (cache_place_open(&cache->place, &cache->db, &cache->cause))
        return true;
    cache->place.is_read_only = true;
    if (!cache->place.unwritten.kind)
        cache->place.unwritten = cache->cause;
    return false;
}

/* An index without its cache is of one that is gone. Both may have been carried here with another
 * mode. */
static bool open_index(struct cache *cache)
{
    if (!cache_index_open(&cache->index, cache->place.dir) ||
        !cache_file_is_database(cache->place.path))
        return false;
    cache_file_restrict(cache->place.path);
    return true;
}

struct cache *cache_open(struct str dir, struct str *said, struct arena *arena, struct error *err)
{
    *said = (struct str){ 0 };
    if (!dir.len) {
        error_set(err, "there is no directory for the cache: neither XDG_CACHE_HOME nor HOME is "
                       "set; choose one with --cache");
        return NULL;
    }
    struct error cause = { 0 };
    if (!sha256_load(&cause)) {
        error_set(err, "there is no cache: %s", cause.text);
        return NULL;
    }
    struct cache *cache = ARENA_NEW(arena, struct cache);
    struct cache_place *place = &cache->place;
    place->dir = str_copy(arena, dir);
    place->path = cache_file_path(arena, dir);
    if (!open_index(cache)) {
        cache_index_close(&cache->index);
        if (!need_place(cache)) {
            *err = cache->cause;
            return NULL;
        }
    }
    if (pthread_mutex_init(&cache->mutex, NULL)) {
        cache_index_close(&cache->index);
        cache_db_close(&cache->db);
        error_set(err, "there is no cache: the system has no more locks");
        return NULL;
    }
    cache->pending = cache_table_new(arena, PENDING_MAX);
    if (place->damage.kind)
        *said = str_format(arena, "%s", place->damage.text);
    place->damage = (struct error){ 0 };
    return cache;
}

struct str cache_path(struct cache *cache)
{
    const struct str none = { 0 };
    pthread_mutex_lock(&cache->mutex);
    need_place(cache);
    const struct str path = cache->place.is_read_only ? none : cache->place.path;
    pthread_mutex_unlock(&cache->mutex);
    return path;
}

static int64_t now_ms(void)
{
    struct timespec now = { 0 };
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- with the mutex locked */

static void rebuild(struct cache *cache, const struct error *cause)
{
    cache_place_rebuild(&cache->place, &cache->db, cause);
}

static enum database_state write_rows(struct cache *cache, struct error *err)
{
    const struct cache_table *pending = &cache->pending;
    return cache_db_put(&cache->db, pending->rows, pending->len, (int64_t)time(NULL) / DAY_S, err);
}

static void flush(struct cache *cache)
{
    struct cache_place *place = &cache->place;
    struct error err = { 0 };
    enum database_state state = DATABASE_FAILED;
    if (need_place(cache) && !place->is_read_only)
        state = write_rows(cache, &err);
    if (state == DATABASE_DAMAGED) {
        rebuild(cache, &err);
        if (cache_db_is_open(&cache->db))
            state = write_rows(cache, &err);
    }
    if (state && !place->is_read_only && err.kind)
        place->unwritten = err;
    if (state)
        cache->lost += (int64_t)cache->pending.len;
    /* what is full or read-only now is so for the rest of the run; others let go of a lock */
    place->is_read_only |= state == DATABASE_FAILED;
    cache_table_clear(&cache->pending);
}

static bool is_due(const struct cache *cache)
{
    return cache->pending.len == PENDING_MAX ||
           (cache->pending.len && now_ms() - cache->since_ms >= PENDING_MS);
}

static bool get(struct cache *cache, const struct cache_key *key, int64_t *tokens)
{
    struct error err = { 0 };
    bool found = false;
    if (cache_table_get(&cache->pending, key, tokens))
        return true;
    if (need_place(cache) &&
        cache_db_get(&cache->db, key, &found, tokens, &err) == DATABASE_DAMAGED)
        rebuild(cache, &err);
    return found;
}

static bool is_kept(void *context, const struct cache_key *key)
{
    struct cache *cache = context;
    struct error ignored = { 0 };
    int64_t tokens;
    bool found = false;
    return cache_db_is_open(&cache->db) &&
           cache_db_get(&cache->db, key, &found, &tokens, &ignored) == DATABASE_OK && found;
}

/* What other runs find without the file of the cache. */
static bool leave_index(struct cache *cache)
{
    if (cache->pending.len)
        flush(cache);
    if (!cache->used.len || cache->place.is_read_only)
        return false;
    if (cache_db_is_open(&cache->db))
        cache_db_refresh(&cache->db);
    return cache_index_add(cache->place.dir, &cache->used, is_kept, cache);
}

/* A long run leaves what it has now and then, or it would have all of it in memory. */
static void make_room(struct cache *cache)
{
    const struct cache_table old = cache->used;
    if (old.len < old.cap)
        return;
    if (old.len >= USED_MANY && leave_index(cache)) {
        cache_table_clear(&cache->used);
        return;
    }
    if (old.cap == CACHE_TABLE_CAP_MAX)
        return;
    struct arena before = cache->arena;
    cache->arena = (struct arena){ 0 };
    cache->used = cache_table_new(&cache->arena, old.cap ? 2 * old.cap : USED_FIRST);
    for (size_t i = 0; i < old.len; i++)
        *cache_table_row(&cache->used, &old.rows[i].key) = old.rows[i];
    arena_free(&before);
}

/* --- for all */

bool cache_find(struct cache *cache, const struct cache_key *key, int64_t *tokens, uint32_t *mark)
{
    if (cache_index_get(&cache->index, key, tokens, mark))
        return true;
    *mark = 0;
    pthread_mutex_lock(&cache->mutex);
    bool found = get(cache, key, tokens);
    if (is_due(cache))
        flush(cache);
    pthread_mutex_unlock(&cache->mutex);
    return found;
}

bool cache_get(struct cache *cache, const struct cache_key *key, int64_t *tokens)
{
    uint32_t mark;
    return cache_find(cache, key, tokens, &mark);
}

void cache_mark(struct cache *cache, const struct cache_key *key, int64_t tokens, uint32_t mark)
{
    pthread_mutex_lock(&cache->mutex);
    make_room(cache);
    struct cache_row *row = cache_table_row(&cache->used, key);
    if (row)
        *row = (struct cache_row){ *key, tokens, mark };
    pthread_mutex_unlock(&cache->mutex);
}

void cache_put(struct cache *cache, const struct cache_key *key, int64_t tokens)
{
    if (tokens < 1 || tokens > CACHE_TOKENS_MAX)
        return;
    pthread_mutex_lock(&cache->mutex);
    if (!cache->pending.len)
        cache->since_ms = now_ms();
    cache_table_put(&cache->pending, key, tokens);
    if (is_due(cache))
        flush(cache);
    pthread_mutex_unlock(&cache->mutex);
}

void cache_close(struct cache *cache, struct str *said, struct arena *arena)
{
    struct buf text = { .arena = arena };
    *said = (struct str){ 0 };
    if (!cache)
        return;
    cache_index_close(&cache->index);
    leave_index(cache);
    cache_db_close(&cache->db);
    pthread_mutex_destroy(&cache->mutex);
    arena_free(&cache->arena);
    if (cache->place.damage.kind)
        buf_format(&text, "%s", cache->place.damage.text);
    if (cache->lost)
        buf_format(&text, "%s%lld count%s could not be kept in the cache %.*s: %s",
                   text.len ? "; " : "", (long long)cache->lost, cache->lost == 1 ? "" : "s",
                   STR_ARGS(cache->place.path),
                   cache->place.unwritten.kind ? cache->place.unwritten.text : "it is damaged");
    *said = buf_str(&text);
}
