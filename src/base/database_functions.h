#ifndef TOKGATE_BASE_DATABASE_FUNCTIONS_H
#define TOKGATE_BASE_DATABASE_FUNCTIONS_H

/*
 * What is used of SQLite, in the words of its header, which database.c alone includes: name without
 * "sqlite3_", result, arguments; alphabetical. Loaded, not linked: a run that asks nothing online
 * needs none of it.
 */
#define SQLITE_FUNCTIONS(F)                                                                        \
    F(bind_blob64, int, (sqlite3_stmt *, int, const void *, sqlite3_uint64, void (*)(void *)))     \
    F(bind_int64, int, (sqlite3_stmt *, int, sqlite3_int64))                                       \
    F(bind_text64, int,                                                                            \
      (sqlite3_stmt *, int, const char *, sqlite3_uint64, void (*)(void *), unsigned char))        \
    F(busy_timeout, int, (sqlite3 *, int))                                                         \
    F(changes, int, (sqlite3 *))                                                                   \
    F(close, int, (sqlite3 *))                                                                     \
    F(column_blob, const void *, (sqlite3_stmt *, int))                                            \
    F(column_bytes, int, (sqlite3_stmt *, int))                                                    \
    F(column_int64, sqlite3_int64, (sqlite3_stmt *, int))                                          \
    F(column_type, int, (sqlite3_stmt *, int))                                                     \
    F(errmsg, const char *, (sqlite3 *))                                                           \
    F(errstr, const char *, (int))                                                                 \
    F(exec, int,                                                                                   \
      (sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **))          \
    F(finalize, int, (sqlite3_stmt *))                                                             \
    F(open_v2, int, (const char *, sqlite3 **, int, const char *))                                 \
    F(prepare_v2, int, (sqlite3 *, const char *, int, sqlite3_stmt **, const char **))             \
    F(reset, int, (sqlite3_stmt *))                                                                \
    F(step, int, (sqlite3_stmt *))                                                                 \
    F(system_errno, int, (sqlite3 *))

#endif
