#include "count/cache.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/sha256.h"
#include "count/cache_db.h"
#include "count/cache_file.h"

enum {
    PENDING_MAX = 256, /* counts that wait to be written together */
    SLOTS_LEN = 1024,  /* power of two; a quarter full at most */
    PENDING_MS = 1000,
    DAY_S = 24 * 60 * 60,
    TRIES_MAX = 100,
};

/* Counts that are not in the file yet, found by their keys, which are as good as random. */
struct pending {
    struct cache_row rows[PENDING_MAX];
    uint16_t slots[SLOTS_LEN]; /* 1 + index of a row; 0: free */
    size_t len;
    int64_t since_ms; /* when the first of them came */
};

struct cache {
    pthread_mutex_t mutex; /* of all that follows */
    struct cache_db db;    /* not open: nothing is known any more */
    struct str dir, path;
    struct cache_file file; /* which one is open */
    bool is_read_only;
    bool is_rebuilt;        /* once a run: damage that comes back is not tokgate's to mend */
    struct error unwritten; /* why counts could not be kept */
    int64_t lost;           /* how many */
    struct error damage;    /* a sentence about what was found after opening */
    struct pending pending;
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

/* --- opening */

static void say_damage(struct cache *cache, const struct error *cause)
{
    error_set(
        &cache->damage,
        "the cache %.*s could not be used (%s): it was put aside as %.*s.damaged and made anew",
        STR_ARGS(cache->path), cause->text, STR_ARGS(cache->path));
}

/* The same file that was open, where there was one. */
static bool is_still_there(const struct cache *cache)
{
    const struct cache_file now = cache_file_look(cache->path);
    return now.kind == CACHE_FILE_REGULAR && cache->file.kind == CACHE_FILE_REGULAR &&
           now.device == cache->file.device && now.number == cache->file.number;
}

/* Under another name, until it is whole: SQLite finds what is beside a file by its name, and a run
 * that still has the old one open would take it for its own. */
static enum database_state make_file(struct cache *cache, struct error *err)
{
    struct arena arena = { 0 };
    struct str fresh = str_format(&arena, "%.*s.new", STR_ARGS(cache->path));
    enum database_state state = DATABASE_FAILED;
    if (cache_file_make(fresh, err))
        state = cache_db_open(&cache->db, fresh, DATABASE_WRITE, err);
    if (state == DATABASE_EMPTY)
        state = cache_db_make(&cache->db, err);
    if (state == DATABASE_OK && !cache_file_rename(fresh, cache->path, err))
        state = DATABASE_FAILED;
    arena_free(&arena);
    return state;
}

/* The file at the path; a connection to one that is there no more would mix its log with that of
 * the next one. */
static enum database_state open_path(struct cache *cache, struct error *err)
{
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        cache->file = cache_file_look(cache->path);
        if (cache->file.kind == CACHE_FILE_NONE)
            return DATABASE_EMPTY;
        if (cache->file.kind == CACHE_FILE_OTHER) {
            error_set(err, "it is no regular file");
            return DATABASE_FAILED;
        }
        cache_file_restrict(cache->path);
        enum database_state state = cache_db_open(&cache->db, cache->path, DATABASE_WRITE, err);
        if (is_still_there(cache))
            return state;
        cache_db_close(&cache->db);
    }
    error_set(err, "it is replaced all the time");
    return DATABASE_FAILED;
}

/* With the directory locked: another run may have made it anew by now, else this one does. cause:
 * what was found wrong with the open file, or no error when none was open. */
static enum database_state make_anew(struct cache *cache, const struct error *cause,
                                     struct error *err)
{
    enum database_state state = DATABASE_DAMAGED;
    *err = *cause;
    if (!cause->kind || !is_still_there(cache))
        state = open_path(cache, err);
    if (state == DATABASE_DAMAGED) {
        const struct error damage = *err;
        if (!cache_file_put_aside(cache->path, err))
            return DATABASE_FAILED;
        say_damage(cache, &damage);
        cache->is_rebuilt = true;
    } else if (state != DATABASE_EMPTY) {
        return state;
    }
    cache_db_close(&cache->db);
    state = make_file(cache, err);
    return state ? state : open_path(cache, err);
}

static enum database_state make_anew_alone(struct cache *cache, const struct error *cause,
                                           struct error *err)
{
    int lock = cache_file_lock(cache->dir);
    enum database_state state = make_anew(cache, cause, err);
    cache_file_unlock(lock);
    return state;
}

static enum database_state open_to_write(struct cache *cache, struct error *err)
{
    const struct error none = { 0 };
    enum database_state state = open_path(cache, err);
    if (state == DATABASE_EMPTY || state == DATABASE_DAMAGED) {
        cache_db_close(&cache->db);
        state = make_anew_alone(cache, &none, err);
    }
    return state;
}

static bool open_file(struct cache *cache, struct error *err)
{
    struct error cause = { 0 }, ignored = { 0 };
    if (!cache_file_make_dir(cache->dir, &cause))
        return error_set(err, "the cache directory %.*s cannot be made: %s", STR_ARGS(cache->dir),
                         cause.text);
    enum database_state state = open_to_write(cache, &cause);
    if (state == DATABASE_FAILED && cache_file_look(cache->path).kind == CACHE_FILE_REGULAR) {
        cache->is_read_only = true;
        cache->unwritten = cause;
        state = cache_db_open(&cache->db, cache->path, DATABASE_READ, &ignored);
    }
    if (state) {
        cache_db_close(&cache->db);
        return error_set(err, "the cache %.*s cannot be used: %s", STR_ARGS(cache->path),
                         cause.text);
    }
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
    if (!database_load(&cause) || !sha256_load(&cause)) {
        error_set(err, "there is no cache: %s", cause.text);
        return NULL;
    }
    struct cache *cache = ARENA_NEW(arena, struct cache);
    cache->dir = str_copy(arena, dir);
    cache->path = cache_file_path(arena, dir);
    if (!open_file(cache, err))
        return NULL;
    if (pthread_mutex_init(&cache->mutex, NULL)) {
        cache_db_close(&cache->db);
        error_set(err, "there is no cache: the system has no more locks");
        return NULL;
    }
    if (cache->damage.kind)
        *said = str_format(arena, "%s", cache->damage.text);
    cache->damage = (struct error){ 0 };
    return cache;
}

struct str cache_path(const struct cache *cache)
{
    if (cache->is_read_only)
        return (struct str){ 0 };
    return cache->path;
}

/* --- counts that wait */

static int64_t now_ms(void)
{
    struct timespec now = { 0 };
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The slot of the key, or the free one it would have. */
static uint16_t *find_slot(struct pending *pending, const struct cache_key *key)
{
    size_t at = (size_t)key->bytes[0] | (size_t)key->bytes[1] << 8;
    for (;; at++) {
        uint16_t *slot = &pending->slots[at % SLOTS_LEN];
        if (!*slot || memcmp(&pending->rows[*slot - 1].key, key, sizeof *key) == 0)
            return slot;
    }
}

static void remember(struct pending *pending, const struct cache_key *key, int64_t tokens)
{
    uint16_t *slot = find_slot(pending, key);
    if (!*slot) {
        if (!pending->len)
            pending->since_ms = now_ms();
        pending->rows[pending->len++].key = *key;
        *slot = (uint16_t)pending->len;
    }
    pending->rows[*slot - 1].tokens = tokens;
}

static void forget(struct pending *pending)
{
    memset(pending->slots, 0, sizeof pending->slots);
    pending->len = 0;
}

/* --- the file, with the mutex locked */

/* The open file turned out to be damaged. */
static void rebuild(struct cache *cache, const struct error *cause)
{
    struct error err = { 0 };
    cache_db_close(&cache->db);
    if (cache->is_read_only || cache->is_rebuilt ||
        make_anew_alone(cache, cause, &err) != DATABASE_OK) {
        cache_db_close(&cache->db);
        error_set(&cache->damage, "the cache %.*s is damaged (%s): it was not used any more",
                  STR_ARGS(cache->path), cause->text);
        return;
    }
    cache->is_rebuilt = true;
}

static enum database_state write_rows(struct cache *cache, struct error *err)
{
    const struct pending *pending = &cache->pending;
    return cache_db_put(&cache->db, pending->rows, pending->len, (int64_t)time(NULL) / DAY_S, err);
}

static void flush(struct cache *cache)
{
    struct error err = { 0 };
    enum database_state state = DATABASE_FAILED;
    if (cache_db_is_open(&cache->db) && !cache->is_read_only)
        state = write_rows(cache, &err);
    if (state == DATABASE_DAMAGED) {
        rebuild(cache, &err);
        if (cache_db_is_open(&cache->db))
            state = write_rows(cache, &err);
    }
    if (state && !cache->is_read_only && err.kind)
        cache->unwritten = err;
    if (state)
        cache->lost += (int64_t)cache->pending.len;
    /* what is full or read-only now is so for the rest of the run; others let go of a lock */
    cache->is_read_only |= state == DATABASE_FAILED;
    forget(&cache->pending);
}

static bool is_due(const struct pending *pending)
{
    return pending->len == PENDING_MAX ||
           (pending->len && now_ms() - pending->since_ms >= PENDING_MS);
}

static bool get(struct cache *cache, const struct cache_key *key, int64_t *tokens)
{
    struct error err = { 0 };
    bool found = false;
    if (cache->pending.len) {
        uint16_t slot = *find_slot(&cache->pending, key);
        if (slot) {
            *tokens = cache->pending.rows[slot - 1].tokens;
            return true;
        }
    }
    if (cache_db_is_open(&cache->db) &&
        cache_db_get(&cache->db, key, &found, tokens, &err) == DATABASE_DAMAGED)
        rebuild(cache, &err);
    return found;
}

bool cache_get(struct cache *cache, const struct cache_key *key, int64_t *tokens)
{
    pthread_mutex_lock(&cache->mutex);
    bool found = get(cache, key, tokens);
    if (is_due(&cache->pending))
        flush(cache);
    pthread_mutex_unlock(&cache->mutex);
    return found;
}

void cache_put(struct cache *cache, const struct cache_key *key, int64_t tokens)
{
    if (tokens < 0 || tokens > CACHE_TOKENS_MAX)
        return;
    pthread_mutex_lock(&cache->mutex);
    remember(&cache->pending, key, tokens);
    if (is_due(&cache->pending))
        flush(cache);
    pthread_mutex_unlock(&cache->mutex);
}

void cache_close(struct cache *cache, struct str *said, struct arena *arena)
{
    struct buf text = { .arena = arena };
    *said = (struct str){ 0 };
    if (!cache)
        return;
    if (cache->pending.len)
        flush(cache);
    cache_db_close(&cache->db);
    pthread_mutex_destroy(&cache->mutex);
    if (cache->damage.kind)
        buf_format(&text, "%s", cache->damage.text);
    if (cache->lost)
        buf_format(&text, "%s%lld count%s could not be kept in the cache %.*s: %s",
                   text.len ? "; " : "", (long long)cache->lost, cache->lost == 1 ? "" : "s",
                   STR_ARGS(cache->path),
                   cache->unwritten.kind ? cache->unwritten.text : "it is damaged");
    *said = buf_str(&text);
}
