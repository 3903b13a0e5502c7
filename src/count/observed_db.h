#ifndef TOKGATE_COUNT_OBSERVED_DB_H
#define TOKGATE_COUNT_OBSERVED_DB_H

#include "base/database.h"
#include "count/observer.h"

/* The file of observations. A connection is used by one thread at a time. */
struct observed_db {
    struct database file;
    struct statement put_new, put_old;
};

enum {
    OBSERVED_ROWS_MAX = 100000, /* in the file, the newest */
    OBSERVED_MODEL_LEN_MAX = 128,
};

/* All tables of the file. */
extern const struct database_schema observed_db_schema;

/* Path of the file in a directory; in the arena. */
struct str observed_db_path(struct arena *arena, struct str dir);

/* Opens the file, making it where it is missing; one that is damaged is put aside, with a sentence
 * in said. Not OK: it is closed, and err says why. */
enum database_state observed_db_open(struct observed_db *db, struct str dir, struct error *said,
                                     struct error *err);

/* Opens a file that is there, to look at it. */
enum database_state observed_db_look(struct observed_db *db, struct str path, struct error *err);

/* Writes all rows or none, and removes the oldest where there are too many: more than
 * FIT_OBSERVATIONS_MAX of a model, shape and stamp (looked at when trims), or OBSERVED_ROWS_MAX. */
enum database_state observed_db_put(struct observed_db *db, const struct observed *rows, size_t len,
                                    int64_t day, bool trims, struct error *err);

/* Takes a model, shape and stamp, of which there are so many rows; the model lives until it
 * returns. */
typedef void observed_db_add(void *context, const struct observed *group, int64_t len);

/* Calls add twice for each model, shape and stamp: for what was counted, and for what was billed,
 * of which there may be none. */
enum database_state observed_db_groups(const struct observed_db *db, observed_db_add *add,
                                       void *context, struct error *err);

/* All rows, oldest first. DAMAGED when one is none that was written. */
enum database_state observed_db_rows(const struct observed_db *db, struct observed_list *list,
                                     struct error *err);

/* Nothing when it is not open. */
void observed_db_close(struct observed_db *db);

#endif
