#include "count/kept_db.h"

#include "count/cache_db.h"
#include "count/observed_db.h"

/* Rows are told apart by the key; in that order the oldest come first. */
#define STATEMENTS(table, key, order)                                                              \
    .count = "SELECT count(*) FROM " table, .oldest = "SELECT min(day) FROM " table,               \
    .newest = "SELECT max(day) FROM " table,                                                       \
    .remove_before = "DELETE FROM " table " WHERE day < ?1",                                       \
    .remove_oldest = "DELETE FROM " table " WHERE " key " IN (SELECT " key " FROM " table          \
                     " ORDER BY " order " LIMIT ?1)"

const struct kept_table kept_counts = {
    .schema = &cache_db_schema,
    STATEMENTS("counts", "key", "day, key"),
};

const struct kept_table kept_observations = {
    .schema = &observed_db_schema,
    STATEMENTS("observations", "id", "day, id"),
};

enum database_state kept_db_measure(const struct database *file, const struct kept_table *table,
                                    struct kept_size *size, struct error *err)
{
    enum database_state state = database_check(file, err);
    if (!state)
        state = database_number(file, table->count, &size->len, err);
    if (!state)
        state = database_number(file, table->oldest, &size->oldest, err);
    if (!state)
        state = database_number(file, table->newest, &size->newest, err);
    return state;
}

/* Removes the oldest until it is small enough; each round makes of pages that are half empty full
 * ones, and so shows what is used in truth. */
static enum database_state shrink(const struct database *file, const struct kept_table *table,
                                  int64_t bytes_max, int64_t *removed, struct error *err)
{
    int64_t bytes = 0, len = 0;
    for (;;) {
        enum database_state state = database_run(file, "VACUUM", err);
        if (!state)
            state = database_used_bytes(file, &bytes, err);
        if (!state)
            state = database_number(file, table->count, &len, err);
        if (state || bytes_max < 0 || bytes <= bytes_max || !len)
            return state;
        double excess = (double)(bytes - bytes_max) / (double)bytes * (double)len;
        state = database_number_for(file, table->remove_oldest, (int64_t)excess + 1, NULL, err);
        if (state)
            return state;
        *removed += database_changes(file);
    }
}

enum database_state kept_db_remove(const struct database *file, const struct kept_table *table,
                                   int64_t before_day, int64_t bytes_max, int64_t *removed,
                                   struct error *err)
{
    *removed = 0;
    if (before_day > 0) {
        enum database_state state =
            database_number_for(file, table->remove_before, before_day, NULL, err);
        if (state)
            return state;
        *removed = database_changes(file);
    }
    return shrink(file, table, bytes_max, removed, err);
}
