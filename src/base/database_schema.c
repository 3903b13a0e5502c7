/* What is in a file of SQLite as a whole. */
#include "base/database_schema.h"

/* All statements of the file's schema, in the order of their making, are those that are wanted;
 * what SQLite has made by itself has none. */
static enum database_state compare_tables(const struct database *db, const char *tables,
                                          struct error *err)
{
    struct statement same;
    enum database_state state =
        statement_prepare(&same, db,
                          "SELECT ?1 = (SELECT group_concat(sql, '; ') FROM "
                          "(SELECT sql FROM sqlite_master ORDER BY rowid))",
                          err);
    int64_t is_same = 0;
    bool has_row;
    if (!state) {
        statement_bind_text(&same, 1, str_from_c(tables));
        state = statement_step(&same, &has_row, err);
        if (!state && has_row)
            statement_number(&same, 0, &is_same);
    }
    statement_free(&same);
    return !state && !is_same ? database_damaged(err, "it holds other tables") : state;
}

enum database_state database_check_schema(const struct database *db,
                                          const struct database_schema *schema, struct error *err)
{
    int64_t version = 0, all = 0;
    enum database_state state = database_number(db, "PRAGMA user_version", &version, err);
    if (!state)
        state = database_number(db, "SELECT count(*) FROM sqlite_master", &all, err);
    if (state)
        return state;
    if (!version && !all)
        return DATABASE_EMPTY;
    if (version == schema->version)
        return compare_tables(db, schema->tables, err);
    error_set(err, "it is of version %lld, not %d", (long long)version, schema->version);
    return DATABASE_DAMAGED;
}

enum database_state database_make(const struct database *db, const struct database_schema *schema,
                                  struct error *err)
{
    struct arena arena = { 0 };
    struct str all = str_format(&arena, "BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT",
                                schema->tables, schema->version);
    /* where the file system has no log, the older journal serves as well, only slower */
    enum database_state state = database_run(db, "PRAGMA journal_mode = WAL", err);
    if (!state)
        state = database_run(db, str_to_c(&arena, all), err);
    arena_free(&arena);
    return state;
}

enum database_state database_check(const struct database *db, struct error *err)
{
    int64_t faults = 0;
    enum database_state state = database_number(
        db, "SELECT count(*) FROM pragma_quick_check(1) WHERE quick_check <> 'ok'", &faults, err);
    return !state && faults ? database_damaged(err, "SQLite finds a fault in it") : state;
}

enum database_state database_used_bytes(const struct database *db, int64_t *bytes,
                                        struct error *err)
{
    int64_t pages = 0, free_pages = 0, page_size = 0;
    enum database_state state = database_number(db, "PRAGMA page_count", &pages, err);
    if (!state)
        state = database_number(db, "PRAGMA freelist_count", &free_pages, err);
    if (!state)
        state = database_number(db, "PRAGMA page_size", &page_size, err);
    *bytes = (pages - free_pages) * page_size;
    return state;
}
