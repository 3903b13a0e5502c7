#include "count/cache_place.h"

#include "count/cache_index.h"

enum { TRIES_MAX = 100 };

static void say_damage(struct cache_place *place, const struct error *cause)
{
    error_set(
        &place->damage,
        "the cache %.*s could not be used (%s): it was put aside as %.*s.damaged and made anew",
        STR_ARGS(place->path), cause->text, STR_ARGS(place->path));
}

/* The same file that was open, where there was one. */
static bool is_still_there(const struct cache_place *place)
{
    const struct cache_file now = cache_file_look(place->path);
    return now.kind == CACHE_FILE_REGULAR && place->file.kind == CACHE_FILE_REGULAR &&
           now.device == place->file.device && now.number == place->file.number;
}

/* Under another name, until it is whole: SQLite finds what is beside a file by its name, and a run
 * that still has the old one open would take it for its own. */
static enum database_state make_file(const struct cache_place *place, struct cache_db *db,
                                     struct error *err)
{
    struct arena arena = { 0 };
    struct str fresh = str_format(&arena, "%.*s.new", STR_ARGS(place->path));
    enum database_state state = DATABASE_FAILED;
    if (cache_file_make(fresh, err))
        state = cache_db_open(db, fresh, DATABASE_WRITE, err);
    if (state == DATABASE_EMPTY)
        state = cache_db_make(db, err);
    if (state == DATABASE_OK && !cache_file_rename(fresh, place->path, err))
        state = DATABASE_FAILED;
    arena_free(&arena);
    return state;
}

/* The file at the path; a connection to one that is there no more would mix its log with that of
 * the next one. */
static enum database_state open_path(struct cache_place *place, struct cache_db *db,
                                     struct error *err)
{
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        place->file = cache_file_look(place->path);
        if (place->file.kind == CACHE_FILE_NONE)
            return DATABASE_EMPTY;
        if (place->file.kind == CACHE_FILE_OTHER) {
            error_set(err, "it is no regular file");
            return DATABASE_FAILED;
        }
        cache_file_restrict(place->path);
        enum database_state state = cache_db_open(db, place->path, DATABASE_WRITE, err);
        if (is_still_there(place))
            return state;
        cache_db_close(db);
    }
    error_set(err, "it is replaced all the time");
    return DATABASE_FAILED;
}

/* With the directory locked: another run may have made it anew by now, else this one does. cause:
 * what was found wrong with the open file, or no error when none was open. */
static enum database_state make_anew(struct cache_place *place, struct cache_db *db,
                                     const struct error *cause, struct error *err)
{
    enum database_state state = DATABASE_DAMAGED;
    struct error ignored = { 0 };
    *err = *cause;
    if (!cause->kind || !is_still_there(place))
        state = open_path(place, db, err);
    if (state == DATABASE_DAMAGED) {
        const struct error damage = *err;
        if (!cache_file_put_aside(place->path, err))
            return DATABASE_FAILED;
        say_damage(place, &damage);
        place->is_rebuilt = true;
    } else if (state != DATABASE_EMPTY) {
        return state;
    }
    cache_db_close(db);
    cache_index_remove(place->dir, &ignored); /* it was of the file that is gone */
    state = make_file(place, db, err);
    return state ? state : open_path(place, db, err);
}

static enum database_state make_anew_alone(struct cache_place *place, struct cache_db *db,
                                           const struct error *cause, struct error *err)
{
    int lock = cache_file_lock(place->dir);
    enum database_state state = make_anew(place, db, cause, err);
    cache_file_unlock(lock);
    return state;
}

static enum database_state open_to_write(struct cache_place *place, struct cache_db *db,
                                         struct error *err)
{
    const struct error none = { 0 };
    enum database_state state = open_path(place, db, err);
    if (state == DATABASE_EMPTY || state == DATABASE_DAMAGED) {
        cache_db_close(db);
        state = make_anew_alone(place, db, &none, err);
    }
    return state;
}

bool cache_place_open(struct cache_place *place, struct cache_db *db, struct error *err)
{
    struct error cause = { 0 }, ignored = { 0 };
    if (!cache_file_make_dir(place->dir, &cause))
        return error_set(err, "the cache directory %.*s cannot be made: %s", STR_ARGS(place->dir),
                         cause.text);
    enum database_state state = open_to_write(place, db, &cause);
    if (state == DATABASE_FAILED && cache_file_look(place->path).kind == CACHE_FILE_REGULAR) {
        place->is_read_only = true;
        place->unwritten = cause;
        state = cache_db_open(db, place->path, DATABASE_READ, &ignored);
    }
    if (state) {
        cache_db_close(db);
        return error_set(err, "the cache %.*s cannot be used: %s", STR_ARGS(place->path),
                         cause.text);
    }
    return true;
}

void cache_place_rebuild(struct cache_place *place, struct cache_db *db, const struct error *cause)
{
    struct error err = { 0 };
    cache_db_close(db);
    if (place->is_read_only || place->is_rebuilt ||
        make_anew_alone(place, db, cause, &err) != DATABASE_OK) {
        cache_db_close(db);
        error_set(&place->damage, "the cache %.*s is damaged (%s): it was not used any more",
                  STR_ARGS(place->path), cause->text);
        return;
    }
    place->is_rebuilt = true;
}
