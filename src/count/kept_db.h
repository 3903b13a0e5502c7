#ifndef TOKGATE_COUNT_KEPT_DB_H
#define TOKGATE_COUNT_KEPT_DB_H

#include "base/database.h"

/* A table of what is kept from run to run, each row with the day it was written on: the statements
 * that look at it and make it smaller. */
struct kept_table {
    const struct database_schema *schema; /* of its file */
    const char *count, *oldest, *newest;
    const char *remove_before, *remove_oldest; /* of a day; so many */
};

extern const struct kept_table kept_counts, kept_observations;

struct kept_size {
    int64_t len;            /* rows */
    int64_t oldest, newest; /* days since 1970; 0 when there are none */
};

/* Looks through all of the file; DAMAGED when SQLite finds a fault in it. */
enum database_state kept_db_measure(const struct database *file, const struct kept_table *table,
                                    struct kept_size *size, struct error *err);

/* Removes the rows from before that day (0: none), and then the oldest of those left until at most
 * so many bytes of the file are used (negative: any number). *removed: how many. */
enum database_state kept_db_remove(const struct database *file, const struct kept_table *table,
                                   int64_t before_day, int64_t bytes_max, int64_t *removed,
                                   struct error *err);

#endif
