#ifndef TOKGATE_BASE_DATABASE_H
#define TOKGATE_BASE_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/*
 * A file of SQLite, with a write-ahead log, so that runs read while another one writes, and one
 * that is killed leaves nothing half written. A connection, and what was prepared on it, is used by
 * one thread at a time; others open their own.
 */
struct database {
    void *connection; /* NULL: not open */
    bool has_log;     /* a reader keeps no writer waiting: the log is in use */
};

/* How a call ended. All but OK set err to the reason alone. */
enum database_state {
    DATABASE_OK,
    DATABASE_EMPTY,   /* a file without anything in it yet, or without a table */
    DATABASE_DAMAGED, /* or another version, or with other tables: it is to be made anew */
    DATABASE_BUSY,    /* others kept it locked for DATABASE_WAIT_MS */
    DATABASE_FAILED,  /* cannot be opened, read or written */
};

enum database_access {
    DATABASE_WRITE,
    DATABASE_READ, /* where nothing can be written: what is in the log is not seen */
};

enum { DATABASE_WAIT_MS = 5000 };

/* What is in a file: these tables and nothing else, no trigger, no view. */
struct database_schema {
    int version;        /* at least 1 */
    const char *tables; /* "CREATE TABLE ..." statements as SQLite keeps them, with ";" between */
};

/* Whether SQLite can be loaded; fails (ERROR_FAILED) with why not. The others need it first. */
bool database_load(struct error *err);

/* Opens a file that is there and compares it with the schema. Unless the state is OK or EMPTY it is
 * closed again. */
enum database_state database_open(struct database *db, struct str path, enum database_access access,
                                  const struct database_schema *schema, struct error *err);

/* Makes the tables in an EMPTY one; it is still to be closed. */
enum database_state database_make(const struct database *db, const struct database_schema *schema,
                                  struct error *err);

/* Nothing when it is not open. All its statements must be freed. */
void database_close(struct database *db);

/* Statements without parameters and results: "BEGIN IMMEDIATE". */
enum database_state database_run(const struct database *db, const char *sql, struct error *err);

/* Runs a statement of at most one row with at most one number; 0 when there is none. */
enum database_state database_number(const struct database *db, const char *sql, int64_t *result,
                                    struct error *err);

/* Like database_number, with a number for ?1 in the statement; result may be NULL. */
enum database_state database_number_for(const struct database *db, const char *sql,
                                        int64_t parameter, int64_t *result, struct error *err);

/* Rows that the last statement inserted, changed or removed. */
int64_t database_changes(const struct database *db);

/* Looks through all of the file: DAMAGED when SQLite finds a fault in it. */
enum database_state database_check(const struct database *db, struct error *err);

/* What the tables take, without what was freed but not given back yet. */
enum database_state database_used_bytes(const struct database *db, int64_t *bytes,
                                        struct error *err);

/* DAMAGED, with err set to what: for what only the caller can see. */
enum database_state database_damaged(struct error *err, const char *what);

/*
 * A prepared statement. Parameters are numbered from 1, columns from 0. A bind that fails is
 * reported by the next step.
 */
struct statement {
    const struct database *db; /* must stay where it is */
    void *handle;              /* NULL: nothing is prepared */
    int code;                  /* of the first bind that failed */
};

/* The caller frees it, also when this has failed. */
enum database_state statement_prepare(struct statement *statement, const struct database *db,
                                      const char *sql, struct error *err);

void statement_bind_number(struct statement *statement, int parameter, int64_t number);

/* Blob and text of any length; the bytes must live until the statement is reset. */
void statement_bind_blob(struct statement *statement, int parameter, struct str bytes);
void statement_bind_text(struct statement *statement, int parameter, struct str text);

/* Goes on to the next row; *has_row: there is one, else the statement is through. After anything
 * but OK, and before the next use, it must be reset. */
enum database_state statement_step(struct statement *statement, bool *has_row, struct error *err);

/* Makes ready for other parameters, and lets go of what the statement had locked. */
void statement_reset(struct statement *statement);

/* Whether the column is a whole number; *number, 0 if not. */
bool statement_number(const struct statement *statement, int column, int64_t *number);

/* A blob or a text, which lives until the next step or reset; empty when it is neither. */
struct str statement_bytes(const struct statement *statement, int column);

/* Runs a statement that gives no rows, and resets it. */
enum database_state statement_run(struct statement *statement, struct error *err);

/* Nothing when nothing is prepared. */
void statement_free(struct statement *statement);

#endif
