/* A file of SQLite with tables of one's own. */
#include "base/database.h"

#include "scratch.h"
#include "tap.h"

static const struct database_schema schema = {
    .version = 3,
    .tables = "CREATE TABLE words(word TEXT PRIMARY KEY, mark BLOB, seen INTEGER); "
              "CREATE TABLE notes(id INTEGER, text)",
};

static struct database db;
static struct error err;

static enum database_state open_with(int version, const char *tables, enum database_access access)
{
    const struct database_schema other = { .version = version, .tables = tables };
    err = (struct error){ 0 };
    return database_open(&db, STR("file"), access, &other, &err);
}

static void put(const char *word, struct str mark, int64_t seen)
{
    struct statement insert;
    enum database_state state =
        statement_prepare(&insert, &db, "INSERT INTO words VALUES(?1, ?2, ?3)", &err);
    if (!state) {
        statement_bind_text(&insert, 1, str_from_c(word));
        statement_bind_blob(&insert, 2, mark);
        statement_bind_number(&insert, 3, seen);
        state = statement_run(&insert, &err);
    }
    ok(!state && database_changes(&db) == 1, "a row is put in");
    statement_free(&insert);
}

static void test_open(void)
{
    scratch_write("file", "");
    ok(open_with(3, schema.tables, DATABASE_WRITE) == DATABASE_EMPTY && !err.kind,
       "an empty file is said to be so");
    ok(database_make(&db, &schema, &err) == DATABASE_OK, "tables are made");
    database_close(&db);
    ok(open_with(3, schema.tables, DATABASE_WRITE) == DATABASE_OK && db.has_log,
       "the next one finds them, and uses a log");
    put("b", STR("\0\1"), 2);
    put("a", (struct str){ 0 }, INT64_MIN);
    database_close(&db);
    database_close(&db);
    ok(!db.connection, "a file that is closed may be closed again");
    ok(open_with(4, schema.tables, DATABASE_WRITE) == DATABASE_DAMAGED && !db.connection,
       "a file of another version is not used");
    is_str(str_from_c(err.text), "it is of version 3, not 4", "... and says so");
    ok(open_with(3, "CREATE TABLE notes(id INTEGER, text)", DATABASE_READ) == DATABASE_DAMAGED,
       "a table that nobody wants");
    is_str(str_from_c(err.text), "it holds other tables", "... is said");
    ok(database_open(&db, STR("none"), DATABASE_WRITE, &schema, &err) == DATABASE_FAILED,
       "a file that is not there");
}

static void test_rows(void)
{
    struct statement all;
    int64_t number = 0;
    bool has_row = false;
    ok(open_with(3, schema.tables, DATABASE_READ) == DATABASE_OK, "a file is opened to be read");
    ok(statement_prepare(&all, &db, "SELECT word, mark, seen FROM words ORDER BY word", &err) ==
               DATABASE_OK &&
           statement_step(&all, &has_row, &err) == DATABASE_OK && has_row,
       "the first row");
    is_str(statement_bytes(&all, 0), "a", "a text");
    ok(!statement_bytes(&all, 1).len, "an empty blob");
    ok(statement_number(&all, 2, &number) && number == INT64_MIN, "a number");
    ok(!statement_number(&all, 0, &number) && number == 0, "a text is no number");
    ok(!statement_bytes(&all, 2).ptr, "a number is no text");
    ok(statement_step(&all, &has_row, &err) == DATABASE_OK && has_row &&
           str_equal(statement_bytes(&all, 1), STR("\0\1")),
       "a blob with a NUL");
    ok(statement_step(&all, &has_row, &err) == DATABASE_OK && !has_row, "no row is left");
    statement_reset(&all);
    ok(statement_step(&all, &has_row, &err) == DATABASE_OK && has_row, "again from the start");
    statement_free(&all);
    statement_free(&all);
    ok(database_number(&db, "SELECT seen FROM words WHERE word = 'c'", &number, &err) ==
               DATABASE_OK &&
           number == 0,
       "no row is the number 0");
    ok(database_number_for(&db, "SELECT count(*) FROM words WHERE seen < ?1", 0, &number, &err) ==
               DATABASE_OK &&
           number == 1,
       "a number for a number");
    ok(database_run(&db, "DELETE FROM words", &err) == DATABASE_FAILED && err.kind,
       "what is open to be read is not written");
    database_close(&db);
}

static void test_faults(void)
{
    struct statement bad;
    bool has_row = true;
    err = (struct error){ 0 };
    ok(open_with(3, schema.tables, DATABASE_WRITE) == DATABASE_OK, "it is opened to be written");
    ok(statement_prepare(&bad, &db, "SELECT word FROM nowhere", &err) == DATABASE_FAILED,
       "a statement that is none");
    is_str(str_from_c(err.text), "no such table: nowhere", "... in SQLite's words");
    statement_free(&bad);
    ok(statement_prepare(&bad, &db, "SELECT ?1", &err) == DATABASE_OK, "one parameter");
    statement_bind_number(&bad, 2, 1);
    ok(statement_step(&bad, &has_row, &err) == DATABASE_FAILED && !has_row,
       "a second one is reported by the step");
    statement_reset(&bad);
    statement_bind_number(&bad, 1, 1);
    ok(statement_step(&bad, &has_row, &err) == DATABASE_OK && has_row,
       "... and forgotten by reset");
    statement_free(&bad);
    ok(database_run(&db, "INSERT INTO words VALUES('a', 1, 1)", &err) == DATABASE_FAILED,
       "a key that is there");
    ok(database_check(&db, &err) == DATABASE_OK, "the file is sound");
    database_close(&db);
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    if (!database_load(&err))
        scratch_fail(err.text);
    test_open();
    test_rows();
    test_faults();
    scratch_remove(&scratch);
    return tap_done();
}
