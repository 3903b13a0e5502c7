#include "count/observed_db.h"

#include <string.h>

#include "base/list.h"
#include "count/cache.h"
#include "count/cache_file.h"

const struct database_schema observed_db_schema = {
    .version = 2,
    .tables = "CREATE TABLE observations(id INTEGER PRIMARY KEY, model TEXT NOT NULL, "
              "shape INTEGER NOT NULL, stamp INTEGER NOT NULL, body BLOB NOT NULL, "
              "low INTEGER NOT NULL, tokens INTEGER NOT NULL, high INTEGER NOT NULL, "
              "actual INTEGER NOT NULL, day INTEGER NOT NULL, "
              "billed INTEGER NOT NULL, UNIQUE(model, shape, stamp, body))",
};

struct str observed_db_path(struct arena *arena, struct str dir)
{
    return str_format(arena, "%.*s/observations.sqlite", STR_ARGS(dir));
}

void observed_db_close(struct observed_db *db)
{
    if (!db->file.connection)
        return;
    statement_free(&db->put_new);
    statement_free(&db->put_old);
    database_close(&db->file);
}

/* --- opening */

enum database_state observed_db_look(struct observed_db *db, struct str path, struct error *err)
{
    struct error ignored = { 0 };
    *db = (struct observed_db){ 0 };
    if (cache_file_look(path).kind == CACHE_FILE_OTHER) {
        error_set(err, "it is no regular file");
        return DATABASE_FAILED;
    }
    enum database_state state =
        database_open(&db->file, path, DATABASE_WRITE, &observed_db_schema, err);
    if (state == DATABASE_FAILED &&
        database_open(&db->file, path, DATABASE_READ, &observed_db_schema, &ignored) == DATABASE_OK)
        state = DATABASE_OK;
    if (state == DATABASE_EMPTY)
        database_close(&db->file);
    return state;
}

static enum database_state prepare(struct observed_db *db, struct error *err)
{
    static const char put_new[] =
        "INSERT OR REPLACE INTO observations VALUES(NULL,?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)";
    static const char put_old[] =
        "INSERT OR IGNORE INTO observations VALUES(NULL,?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)";
    enum database_state state = statement_prepare(&db->put_new, &db->file, put_new, err);
    return state ? state : statement_prepare(&db->put_old, &db->file, put_old, err);
}

/* Under another name until it is whole, as the cache is made (count/cache.c). */
static enum database_state make(struct observed_db *db, struct str path, struct error *err)
{
    struct arena arena = { 0 };
    struct str fresh = str_format(&arena, "%.*s.new", STR_ARGS(path));
    enum database_state state = DATABASE_FAILED;
    if (cache_file_make(fresh, err))
        state = database_open(&db->file, fresh, DATABASE_WRITE, &observed_db_schema, err);
    if (state == DATABASE_EMPTY)
        state = database_make(&db->file, &observed_db_schema, err);
    database_close(&db->file);
    if (state == DATABASE_OK && !cache_file_rename(fresh, path, err))
        state = DATABASE_FAILED;
    arena_free(&arena);
    return state ? state : database_open(&db->file, path, DATABASE_WRITE, &observed_db_schema, err);
}

static enum database_state open_path(struct observed_db *db, struct str path, struct error *err)
{
    const struct cache_file file = cache_file_look(path);
    if (file.kind == CACHE_FILE_NONE)
        return DATABASE_EMPTY;
    if (file.kind == CACHE_FILE_OTHER) {
        error_set(err, "it is no regular file");
        return DATABASE_FAILED;
    }
    cache_file_restrict(path);
    const enum database_state state =
        database_open(&db->file, path, DATABASE_WRITE, &observed_db_schema, err);
    if (state == DATABASE_EMPTY)
        database_close(&db->file);
    return state;
}

/* With the directory locked: another run may have made it by now. */
static enum database_state make_anew(struct observed_db *db, struct str path, struct error *said,
                                     struct error *err)
{
    enum database_state state = open_path(db, path, err);
    if (state == DATABASE_DAMAGED) {
        error_set(said, "%.*s could not be used (%s): it was put aside as %.*s.damaged",
                  STR_ARGS(path), err->text, STR_ARGS(path));
        state = cache_file_put_aside(path, err) ? DATABASE_EMPTY : DATABASE_FAILED;
    }
    return state == DATABASE_EMPTY ? make(db, path, err) : state;
}

enum database_state observed_db_open(struct observed_db *db, struct str dir, struct error *said,
                                     struct error *err)
{
    struct arena arena = { 0 };
    struct str path = observed_db_path(&arena, dir);
    *db = (struct observed_db){ 0 };
    enum database_state state = open_path(db, path, err);
    if (state == DATABASE_EMPTY || state == DATABASE_DAMAGED) {
        const int lock = cache_file_lock(dir);
        state = make_anew(db, path, said, err);
        cache_file_unlock(lock);
    }
    if (!state)
        state = prepare(db, err);
    if (state)
        observed_db_close(db);
    arena_free(&arena);
    return state;
}

/* --- writing */

static enum database_state put_row(struct observed_db *db, const struct observed *row, int64_t day,
                                   struct error *err)
{
    struct statement *put = row->from == OBSERVED_ASKED ? &db->put_new : &db->put_old;
    const struct observation *numbers = &row->numbers;
    statement_bind_text(put, 1, row->model);
    statement_bind_number(put, 2, (int64_t)row->shape.words);
    statement_bind_number(put, 3, (int64_t)row->stamp);
    statement_bind_blob(put, 4, (struct str){ (const char *)numbers->body, sizeof numbers->body });
    statement_bind_number(put, 5, numbers->low);
    statement_bind_number(put, 6, numbers->tokens);
    statement_bind_number(put, 7, numbers->high);
    statement_bind_number(put, 8, numbers->actual);
    statement_bind_number(put, 9, day);
    statement_bind_number(put, 10, row->from == OBSERVED_BILLED);
    return statement_run(put, err);
}

static enum database_state trim(const struct database *file, bool trims, struct error *err)
{
    enum database_state state = DATABASE_OK;
    if (trims)
        state = database_number_for(
            file,
            "DELETE FROM observations WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
            "(PARTITION BY model, shape, stamp, billed ORDER BY id DESC) AS place FROM "
            "observations) "
            "WHERE place > ?1)",
            FIT_OBSERVATIONS_MAX, NULL, err);
    if (!state)
        state = database_number_for(
            file, "DELETE FROM observations WHERE id <= (SELECT max(id) FROM observations) - ?1",
            OBSERVED_ROWS_MAX, NULL, err);
    return state;
}

enum database_state observed_db_put(struct observed_db *db, const struct observed *rows, size_t len,
                                    int64_t day, bool trims, struct error *err)
{
    struct error ignored = { 0 };
    enum database_state state = database_run(&db->file, "BEGIN IMMEDIATE", err);
    if (state)
        return state;
    for (size_t i = 0; i < len && !state; i++)
        state = put_row(db, &rows[i], day, err);
    if (!state)
        state = trim(&db->file, trims, err);
    if (!state)
        state = database_run(&db->file, "COMMIT", err);
    if (state)
        database_run(&db->file, "ROLLBACK", &ignored);
    return state;
}

/* --- reading */

static bool is_tokens(int64_t tokens)
{
    return tokens > 0 && tokens <= CACHE_TOKENS_MAX;
}

/* Model, shape and stamp, the first columns. */
static bool read_group(const struct statement *row, struct observed *observed)
{
    int64_t shape, stamp;
    observed->model = statement_bytes(row, 0);
    if (!statement_number(row, 1, &shape) || !statement_number(row, 2, &stamp))
        return false;
    observed->shape.words = (uint64_t)shape;
    observed->stamp = (uint64_t)stamp;
    return observed->model.len && observed->model.len <= OBSERVED_MODEL_LEN_MAX && shape > 0 &&
           shape >> SHAPE_WORDS_LEN == 0;
}

static bool read_row(const struct statement *row, struct observed *observed)
{
    struct observation *numbers = &observed->numbers;
    int64_t billed;
    *observed = (struct observed){ 0 };
    const struct str body = statement_bytes(row, 4);
    if (!read_group(row, observed) || !statement_number(row, 3, &billed) || billed < 0 ||
        billed > 1 || body.len != sizeof numbers->body)
        return false;
    observed->from = billed ? OBSERVED_BILLED : OBSERVED_ASKED;
    memcpy(numbers->body, body.ptr, body.len);
    return statement_number(row, 5, &numbers->low) && statement_number(row, 6, &numbers->tokens) &&
           statement_number(row, 7, &numbers->high) && statement_number(row, 8, &numbers->actual) &&
           is_tokens(numbers->low) && numbers->low <= numbers->tokens &&
           numbers->tokens <= numbers->high && is_tokens(numbers->high) &&
           is_tokens(numbers->actual);
}

enum database_state observed_db_groups(const struct observed_db *db, observed_db_add *add,
                                       void *context, struct error *err)
{
    struct statement rows;
    struct observed group = { 0 };
    int64_t billed, len;
    bool has_row = true;
    /* in the order of the index: what is billed is in none, and grouped by costs a sorted copy */
    enum database_state state =
        statement_prepare(&rows, &db->file,
                          "SELECT model, shape, stamp, sum(billed), count(*) FROM observations "
                          "GROUP BY model, shape, stamp",
                          err);
    while (!state && !(state = statement_step(&rows, &has_row, err)) && has_row) {
        if (!read_group(&rows, &group) || !statement_number(&rows, 3, &billed) ||
            !statement_number(&rows, 4, &len) || billed < 0 || billed > len) {
            state = database_damaged(err, "an observation in it is not what was written");
            break;
        }
        group.from = OBSERVED_ASKED;
        add(context, &group, len - billed);
        group.from = OBSERVED_BILLED;
        add(context, &group, billed);
    }
    statement_free(&rows);
    return state;
}

enum database_state observed_db_rows(const struct observed_db *db, struct observed_list *list,
                                     struct error *err)
{
    struct statement rows;
    bool has_row = true;
    enum database_state state =
        statement_prepare(&rows, &db->file,
                          "SELECT model, shape, stamp, billed, body, low, tokens, high, actual "
                          "FROM observations ORDER BY id",
                          err);
    while (!state && !(state = statement_step(&rows, &has_row, err)) && has_row) {
        struct observed *observed = LIST_PUSH(list);
        if (!read_row(&rows, observed))
            state = database_damaged(err, "an observation in it is not what was written");
        observed->model = str_copy(list->arena, observed->model);
    }
    statement_free(&rows);
    return state;
}
