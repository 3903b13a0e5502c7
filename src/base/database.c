#include "base/database.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#include "base/database_functions.h"
#include "base/database_schema.h"
#include "base/library.h"

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

bool database_load(struct error *err)
{
    if (pthread_once(&sqlite_once, start_sqlite))
        return error_set(err, "SQLite cannot start");
    return !sqlite_problem.kind || error_set(err, "%s", sqlite_problem.text);
}

/* What a result code of SQLite is to its users. */
static enum database_state state_of(int code)
{
    static const struct {
        int code;
        enum database_state state;
    } states[] = {
        { SQLITE_BUSY, DATABASE_BUSY },      { SQLITE_CORRUPT, DATABASE_DAMAGED },
        { SQLITE_DONE, DATABASE_OK },        { SQLITE_LOCKED, DATABASE_BUSY },
        { SQLITE_NOTADB, DATABASE_DAMAGED }, { SQLITE_OK, DATABASE_OK },
        { SQLITE_ROW, DATABASE_OK },
    };
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (states[i].code == (code & 0xff)) /* above it is what kind of that it is */
            return states[i].state;
    return DATABASE_FAILED;
}

/* The state, with SQLite's words about it, and the system's where it was asked. */
static enum database_state end(const struct database *db, int code, struct error *err)
{
    enum database_state state = state_of(code);
    if (state == DATABASE_OK)
        return state;
    int cause = state == DATABASE_FAILED ? sqlite.system_errno(db->connection) : 0;
    error_set(err, "%s%s%s", sqlite.errmsg(db->connection), cause ? ": " : "",
              cause ? strerror(cause) : "");
    return state;
}

enum database_state database_damaged(struct error *err, const char *what)
{
    error_set(err, "%s", what);
    return DATABASE_DAMAGED;
}

/* --- statements */

enum database_state statement_prepare(struct statement *statement, const struct database *db,
                                      const char *sql, struct error *err)
{
    sqlite3_stmt *handle = NULL;
    int code = sqlite.prepare_v2(db->connection, sql, -1, &handle, NULL);
    *statement = (struct statement){ .db = db, .handle = handle };
    return end(db, code, err);
}

static void keep_code(struct statement *statement, int code)
{
    if (!statement->code)
        statement->code = code;
}

void statement_bind_number(struct statement *statement, int parameter, int64_t number)
{
    keep_code(statement, sqlite.bind_int64(statement->handle, parameter, number));
}

void statement_bind_blob(struct statement *statement, int parameter, struct str bytes)
{
    const char *ptr = bytes.ptr ? bytes.ptr : ""; /* not NULL */
    keep_code(statement,
              sqlite.bind_blob64(statement->handle, parameter, ptr, bytes.len, SQLITE_STATIC));
}

void statement_bind_text(struct statement *statement, int parameter, struct str text)
{
    const char *ptr = text.ptr ? text.ptr : "";
    keep_code(statement, sqlite.bind_text64(statement->handle, parameter, ptr, text.len,
                                            SQLITE_STATIC, SQLITE_UTF8));
}

enum database_state statement_step(struct statement *statement, bool *has_row, struct error *err)
{
    *has_row = false;
    if (statement->code) {
        error_set(err, "%s", sqlite.errstr(statement->code));
        return DATABASE_FAILED;
    }
    int code = sqlite.step(statement->handle);
    *has_row = code == SQLITE_ROW;
    return end(statement->db, code, err);
}

void statement_reset(struct statement *statement)
{
    sqlite.reset(statement->handle); /* says again what step has said */
    statement->code = SQLITE_OK;
}

bool statement_number(const struct statement *statement, int column, int64_t *number)
{
    bool is_number = sqlite.column_type(statement->handle, column) == SQLITE_INTEGER;
    *number = is_number ? sqlite.column_int64(statement->handle, column) : 0;
    return is_number;
}

struct str statement_bytes(const struct statement *statement, int column)
{
    int type = sqlite.column_type(statement->handle, column);
    if (type != SQLITE_BLOB && type != SQLITE_TEXT)
        return (struct str){ 0 };
    const char *ptr = sqlite.column_blob(statement->handle, column);
    return (struct str){ ptr, (size_t)sqlite.column_bytes(statement->handle, column) };
}

enum database_state statement_run(struct statement *statement, struct error *err)
{
    bool has_row;
    enum database_state state = statement_step(statement, &has_row, err);
    statement_reset(statement);
    return state;
}

void statement_free(struct statement *statement)
{
    if (statement->handle)
        sqlite.finalize(statement->handle);
    *statement = (struct statement){ 0 };
}

/* --- all of the file */

enum database_state database_run(const struct database *db, const char *sql, struct error *err)
{
    return end(db, sqlite.exec(db->connection, sql, NULL, NULL, NULL), err);
}

static enum database_state take_number(struct statement *statement, int64_t *result,
                                       struct error *err)
{
    bool has_row;
    enum database_state state = statement_step(statement, &has_row, err);
    if (result)
        *result = 0;
    if (result && has_row)
        statement_number(statement, 0, result);
    return state;
}

enum database_state database_number(const struct database *db, const char *sql, int64_t *result,
                                    struct error *err)
{
    struct statement statement;
    enum database_state state = statement_prepare(&statement, db, sql, err);
    if (!state)
        state = take_number(&statement, result, err);
    statement_free(&statement);
    return state;
}

enum database_state database_number_for(const struct database *db, const char *sql,
                                        int64_t parameter, int64_t *result, struct error *err)
{
    struct statement statement;
    enum database_state state = statement_prepare(&statement, db, sql, err);
    if (!state) {
        statement_bind_number(&statement, 1, parameter);
        state = take_number(&statement, result, err);
    }
    statement_free(&statement);
    return state;
}

int64_t database_changes(const struct database *db)
{
    return sqlite.changes(db->connection);
}

/* --- opening */

/* "file:" and the path, with all escaped that could mean something in a URI; Debian's SQLite takes
 * every name for a URI. */
static char *uri_of(struct arena *arena, struct str path, enum database_access access)
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
    if (access == DATABASE_READ)
        buf_add(&uri, STR("?immutable=1"));
    return str_to_c(arena, buf_str(&uri));
}

/* Settings of the connection; the file's own are made with its tables. A log is put to the disk
 * before it goes into the file: losing power costs the last changes, not the file. */
static const char settings[] = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; "
                               "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096";

static enum database_state look_at_log(struct database *db, struct error *err)
{
    int64_t has_log = 0;
    enum database_state state =
        database_number(db, "SELECT journal_mode = 'wal' FROM pragma_journal_mode", &has_log, err);
    db->has_log = has_log;
    return state;
}

enum database_state database_open(struct database *db, struct str path, enum database_access access,
                                  const struct database_schema *schema, struct error *err)
{
    struct arena arena = { 0 };
    sqlite3 *connection = NULL;
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
                (access == DATABASE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    int code = sqlite.open_v2(uri_of(&arena, path, access), &connection, flags, NULL);
    arena_free(&arena);
    *db = (struct database){ .connection = connection };
    if (!connection) {
        error_set(err, "out of memory");
        return DATABASE_FAILED;
    }
    enum database_state state = end(db, code, err);
    if (!state)
        state = end(db, sqlite.busy_timeout(connection, DATABASE_WAIT_MS), err);
    if (!state)
        state = database_run(db, settings, err);
    if (!state)
        state = database_check_schema(db, schema, err);
    if (!state)
        state = look_at_log(db, err);
    if (state && state != DATABASE_EMPTY)
        database_close(db);
    return state;
}

void database_close(struct database *db)
{
    if (db->connection)
        sqlite.close(db->connection);
    *db = (struct database){ 0 };
}
