#include "count/cache_db.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#include "base/library.h"

enum { SCHEMA_VERSION = 1, HELD_MAX = 256 };

/* Compared with what the file says, so nothing else can be in it: no trigger, no view. */
#define TABLE                                                                                      \
    "CREATE TABLE counts(key BLOB PRIMARY KEY, tokens INTEGER NOT NULL, day INTEGER NOT NULL, "    \
    "guard INTEGER NOT NULL) WITHOUT ROWID"

/* Loaded, not linked: a run that asks nothing online needs none of it. Name without "sqlite3_",
 * result, arguments; alphabetical. */
#define SQLITE_FUNCTIONS(F)                                                                        \
    F(bind_blob, int, (sqlite3_stmt *, int, const void *, int, void (*)(void *)))                  \
    F(bind_int64, int, (sqlite3_stmt *, int, sqlite3_int64))                                       \
    F(busy_timeout, int, (sqlite3 *, int))                                                         \
    F(changes, int, (sqlite3 *))                                                                   \
    F(close, int, (sqlite3 *))                                                                     \
    F(column_int64, sqlite3_int64, (sqlite3_stmt *, int))                                          \
    F(column_text, const unsigned char *, (sqlite3_stmt *, int))                                   \
    F(column_type, int, (sqlite3_stmt *, int))                                                     \
    F(errmsg, const char *, (sqlite3 *))                                                           \
    F(exec, int,                                                                                   \
      (sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **))          \
    F(finalize, int, (sqlite3_stmt *))                                                             \
    F(open_v2, int, (const char *, sqlite3 **, int, const char *))                                 \
    F(prepare_v2, int, (sqlite3 *, const char *, int, sqlite3_stmt **, const char **))             \
    F(reset, int, (sqlite3_stmt *))                                                                \
    F(step, int, (sqlite3_stmt *))                                                                 \
    F(system_errno, int, (sqlite3 *))

/* The list says what sqlite3.h says. */
#define CHECK(name, result, arguments)                                                             \
    _Static_assert(                                                                                \
        _Generic(&sqlite3_##name, LIBRARY_POINTER(, result, arguments) : 1, default : 0),          \
        "sqlite3_" #name);
SQLITE_FUNCTIONS(CHECK)
#undef CHECK

#define MEMBER(name, result, arguments) LIBRARY_POINTER(name, result, arguments);
struct sqlite {
    SQLITE_FUNCTIONS(MEMBER)
};
#undef MEMBER

#define ROW(name, result, arguments) { "sqlite3_" #name, offsetof(struct sqlite, name) },
static const struct library_function sqlite_functions[] = { SQLITE_FUNCTIONS(ROW){ 0 } };
#undef ROW

static const char *const sqlite_names[] = { "libsqlite3.so.0", "libsqlite3.dylib", NULL };

/* Written once a process, before any thread goes on. */
static pthread_once_t sqlite_once = PTHREAD_ONCE_INIT;
static struct sqlite sqlite;
static struct error sqlite_problem;

static void start_sqlite(void)
{
    struct error cause = { 0 };
    if (!library_load(sqlite_names, sqlite_functions, &sqlite, &cause))
        error_set(&sqlite_problem, "SQLite cannot be loaded: %s", cause.text);
}

bool cache_db_load(struct error *err)
{
    if (pthread_once(&sqlite_once, start_sqlite))
        return error_set(err, "SQLite cannot start");
    return !sqlite_problem.kind || error_set(err, "%s", sqlite_problem.text);
}

/* What a result code of SQLite is to the cache. */
static enum cache_db_state state_of(int code)
{
    static const struct {
        int code;
        enum cache_db_state state;
    } states[] = {
        { SQLITE_BUSY, CACHE_DB_BUSY },      { SQLITE_CORRUPT, CACHE_DB_DAMAGED },
        { SQLITE_DONE, CACHE_DB_OK },        { SQLITE_LOCKED, CACHE_DB_BUSY },
        { SQLITE_NOTADB, CACHE_DB_DAMAGED }, { SQLITE_OK, CACHE_DB_OK },
        { SQLITE_ROW, CACHE_DB_OK },
    };
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (states[i].code == (code & 0xff)) /* above it is what kind of that it is */
            return states[i].state;
    return CACHE_DB_FAILED;
}

/* The state, with SQLite's words about it, and the system's where it was asked. */
static enum cache_db_state end(const struct cache_db *db, int code, struct error *err)
{
    enum cache_db_state state = state_of(code);
    if (state == CACHE_DB_OK)
        return state;
    int cause = state == CACHE_DB_FAILED ? sqlite.system_errno(db->connection) : 0;
    error_set(err, "%s%s%s", sqlite.errmsg(db->connection), cause ? ": " : "",
              cause ? strerror(cause) : "");
    return state;
}

static enum cache_db_state damaged(struct error *err, const char *what)
{
    error_set(err, "%s", what);
    return CACHE_DB_DAMAGED;
}

static enum cache_db_state run(const struct cache_db *db, const char *sql, struct error *err)
{
    return end(db, sqlite.exec(db->connection, sql, NULL, NULL, NULL), err);
}

/* Runs a statement of at most one row with at most one number, 0 when there is none. */
static enum cache_db_state run_with(const struct cache_db *db, const char *sql, int64_t parameter,
                                    int64_t *result, struct error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite.prepare_v2(db->connection, sql, -1, &statement, NULL);
    if (!code && parameter >= 0)
        code = sqlite.bind_int64(statement, 1, parameter);
    if (!code)
        code = sqlite.step(statement);
    if (result)
        *result = code == SQLITE_ROW ? sqlite.column_int64(statement, 0) : 0;
    enum cache_db_state state = end(db, code, err);
    sqlite.finalize(statement);
    return state;
}

/* "file:" and the path, with all escaped that could mean something in a URI; Debian's SQLite takes
 * every name for a URI. */
static char *uri_of(struct arena *arena, struct str path, enum cache_db_access access)
{
    struct buf uri = { .arena = arena };
    buf_add(&uri, path.len && path.ptr[0] == '/' ? STR("file://") : STR("file:"));
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_plain || c == '/' || c == '.' || c == '-' || c == '_')
            buf_add_char(&uri, (char)c);
        else
            buf_format(&uri, "%%%02X", c);
    }
    /* without it, reading a file with a log needs a place to write, too */
    if (access == CACHE_DB_READ)
        buf_add(&uri, STR("?immutable=1"));
    return str_to_c(arena, buf_str(&uri));
}

/* Settings of the connection; the file's own are made with its table. A log is put to the disk
 * before it goes into the file: losing power costs the last counts, not the file. */
static const char settings[] = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; "
                               "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096";

/* One thing in the schema, the table as this program makes it, else nothing. */
static enum cache_db_state check_schema(const struct cache_db *db, struct error *err)
{
    int64_t version = 0, all = 0, good = 0;
    enum cache_db_state state = run_with(db, "PRAGMA user_version", -1, &version, err);
    if (!state)
        state = run_with(db, "SELECT count(*) FROM sqlite_master", -1, &all, err);
    if (!state)
        state = run_with(db, "SELECT count(*) FROM sqlite_master WHERE sql = '" TABLE "'", -1,
                         &good, err);
    if (state)
        return state;
    if (!version && !all)
        return CACHE_DB_EMPTY;
    if (version != SCHEMA_VERSION) {
        error_set(err, "it is of version %lld, not %d", (long long)version, SCHEMA_VERSION);
        return CACHE_DB_DAMAGED;
    }
    return all == 1 && good == 1 ? CACHE_DB_OK : damaged(err, "it holds another table");
}

static enum cache_db_state prepare(struct cache_db *db, struct error *err)
{
    sqlite3_stmt *get = NULL, *put = NULL;
    int64_t has_log = 0;
    enum cache_db_state state =
        run_with(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", -1, &has_log, err);
    if (state)
        return state;
    db->may_hold = has_log;
    int code = sqlite.prepare_v2(db->connection, "SELECT tokens, guard FROM counts WHERE key = ?1",
                                 -1, &get, NULL);
    if (!code)
        code = sqlite.prepare_v2(
            db->connection, "INSERT OR REPLACE INTO counts VALUES(?1,?2,?3,?4)", -1, &put, NULL);
    db->get = get;
    db->put = put;
    return end(db, code, err);
}

void cache_db_close(struct cache_db *db)
{
    if (!db->connection)
        return;
    sqlite.finalize(db->get);
    sqlite.finalize(db->put);
    sqlite.close(db->connection);
    *db = (struct cache_db){ 0 };
}

enum cache_db_state cache_db_open(struct cache_db *db, struct str path, enum cache_db_access access,
                                  struct error *err)
{
    struct arena arena = { 0 };
    sqlite3 *connection = NULL;
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
                (access == CACHE_DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    int code = sqlite.open_v2(uri_of(&arena, path, access), &connection, flags, NULL);
    arena_free(&arena);
    *db = (struct cache_db){ .connection = connection };
    if (!connection) {
        error_set(err, "out of memory");
        return CACHE_DB_FAILED;
    }
    enum cache_db_state state = end(db, code, err);
    if (!state)
        state = end(db, sqlite.busy_timeout(connection, CACHE_DB_WAIT_MS), err);
    if (!state)
        state = run(db, settings, err);
    if (!state)
        state = check_schema(db, err);
    if (!state)
        state = prepare(db, err);
    if (state && state != CACHE_DB_EMPTY)
        cache_db_close(db);
    return state;
}

enum cache_db_state cache_db_make(struct cache_db *db, struct error *err)
{
    /* where the file system has no log, the older journal serves as well, only slower */
    enum cache_db_state state = run(db, "PRAGMA journal_mode = WAL", err);
    if (!state)
        state = run(db, "BEGIN IMMEDIATE; " TABLE "; PRAGMA user_version = 1; COMMIT", err);
    cache_db_close(db);
    return state;
}
_Static_assert(SCHEMA_VERSION == 1, "cache_db_make says which version it makes");

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
static enum cache_db_state hold(struct cache_db *db, struct error *err)
{
    if (!db->may_hold || db->held++)
        return CACHE_DB_OK;
    return run(db, "BEGIN", err);
}

static void release(struct cache_db *db)
{
    struct error ignored = { 0 }; /* nothing was changed that could be lost */
    if (db->held)
        run(db, "ROLLBACK", &ignored);
    db->held = 0;
}

static bool is_sound(sqlite3_stmt *row, const struct cache_key *key, int64_t *tokens)
{
    if (sqlite.column_type(row, 0) != SQLITE_INTEGER)
        return false;
    *tokens = sqlite.column_int64(row, 0);
    return *tokens >= 0 && *tokens <= CACHE_TOKENS_MAX &&
           sqlite.column_int64(row, 1) == guard_of(key, *tokens);
}

enum cache_db_state cache_db_get(struct cache_db *db, const struct cache_key *key, bool *found,
                                 int64_t *tokens, struct error *err)
{
    int64_t number = 0;
    *found = false;
    enum cache_db_state state = hold(db, err);
    if (state)
        return state;
    int code = sqlite.bind_blob(db->get, 1, key->bytes, sizeof key->bytes, SQLITE_STATIC);
    if (!code)
        code = sqlite.step(db->get);
    state = end(db, code, err);
    if (code == SQLITE_ROW && !is_sound(db->get, key, &number)) {
        state = damaged(err, "a count in it is not what was written");
    } else if (code == SQLITE_ROW) {
        *found = true;
        *tokens = number;
    }
    sqlite.reset(db->get);
    if (state || db->held >= HELD_MAX)
        release(db);
    return state;
}

static int put_row(const struct cache_db *db, const struct cache_row *row, int64_t day)
{
    sqlite3_stmt *put = db->put;
    int code = sqlite.bind_blob(put, 1, row->key.bytes, sizeof row->key.bytes, SQLITE_STATIC);
    if (!code)
        code = sqlite.bind_int64(put, 2, row->tokens);
    if (!code)
        code = sqlite.bind_int64(put, 3, day);
    if (!code)
        code = sqlite.bind_int64(put, 4, guard_of(&row->key, row->tokens));
    if (!code)
        code = sqlite.step(put);
    int again = sqlite.reset(put);
    return code == SQLITE_DONE ? again : code;
}

enum cache_db_state cache_db_put(struct cache_db *db, const struct cache_row *rows, size_t len,
                                 int64_t day, struct error *err)
{
    struct error ignored = { 0 };
    release(db);
    enum cache_db_state state = run(db, "BEGIN IMMEDIATE", err);
    if (state)
        return state;
    for (size_t i = 0; i < len && !state; i++)
        state = end(db, put_row(db, &rows[i], day), err);
    if (!state)
        state = run(db, "COMMIT", err);
    if (state)
        run(db, "ROLLBACK", &ignored); /* fails where SQLite has done so itself */
    return state;
}

enum cache_db_state cache_db_measure(struct cache_db *db, struct cache_db_size *size,
                                     struct error *err)
{
    int64_t faults = 0;
    enum cache_db_state state =
        run_with(db, "SELECT count(*) FROM pragma_quick_check(1) WHERE quick_check <> 'ok'", -1,
                 &faults, err);
    if (!state && faults)
        state = damaged(err, "SQLite finds a fault in it");
    if (!state)
        state = run_with(db, "SELECT count(*) FROM counts", -1, &size->len, err);
    if (!state)
        state = run_with(db, "SELECT min(day) FROM counts", -1, &size->oldest, err);
    if (!state)
        state = run_with(db, "SELECT max(day) FROM counts", -1, &size->newest, err);
    return state;
}

/* What the counts take, without what was freed but not given back yet. */
static enum cache_db_state used_bytes(const struct cache_db *db, int64_t *bytes, struct error *err)
{
    int64_t pages = 0, free_pages = 0, page_size = 0;
    enum cache_db_state state = run_with(db, "PRAGMA page_count", -1, &pages, err);
    if (!state)
        state = run_with(db, "PRAGMA freelist_count", -1, &free_pages, err);
    if (!state)
        state = run_with(db, "PRAGMA page_size", -1, &page_size, err);
    *bytes = (pages - free_pages) * page_size;
    return state;
}

/* Removes the oldest until it is small enough; each round makes of pages that are half empty full
 * ones, and so shows what is used in truth. */
static enum cache_db_state shrink(const struct cache_db *db, int64_t bytes_max, int64_t *removed,
                                  struct error *err)
{
    int64_t bytes = 0, len = 0;
    for (;;) {
        enum cache_db_state state = run(db, "VACUUM", err);
        if (!state)
            state = used_bytes(db, &bytes, err);
        if (!state)
            state = run_with(db, "SELECT count(*) FROM counts", -1, &len, err);
        if (state || bytes_max < 0 || bytes <= bytes_max || !len)
            return state;
        double excess = (double)(bytes - bytes_max) / (double)bytes * (double)len;
        state = run_with(db,
                         "DELETE FROM counts WHERE key IN "
                         "(SELECT key FROM counts ORDER BY day, key LIMIT ?1)",
                         (int64_t)excess + 1, NULL, err);
        if (state)
            return state;
        *removed += sqlite.changes(db->connection);
    }
}

enum cache_db_state cache_db_remove(struct cache_db *db, int64_t before_day, int64_t bytes_max,
                                    int64_t *removed, struct error *err)
{
    *removed = 0;
    if (before_day > 0) {
        enum cache_db_state state =
            run_with(db, "DELETE FROM counts WHERE day < ?1", before_day, NULL, err);
        if (state)
            return state;
        *removed = sqlite.changes(db->connection);
    }
    return shrink(db, bytes_max, removed, err);
}
