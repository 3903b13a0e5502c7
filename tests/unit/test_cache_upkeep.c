/* Looking at a cache from outside, and making it smaller. */
#include "count/cache_upkeep.h"

#include "cache_test.h"
#include "count/cache_db.h"
#include "count/kept_db.h"

enum { DAYS = 100, EACH = 30, FIRST_DAY = 20000 };

static struct cache_size size;
static struct error err;

static bool measure(void)
{
    err = (struct error){ 0 };
    return cache_measure(CACHE_COUNTS, STR("cache"), &size, &cache_arena, &err);
}

static bool prune(int64_t before_day, int64_t size_max_bytes, int64_t *removed)
{
    err = (struct error){ 0 };
    return cache_prune(CACHE_COUNTS, STR("cache"), before_day, size_max_bytes, removed, &size,
                       &cache_arena, &err);
}

/* So many counts on each of so many days. */
static void fill(void)
{
    struct cache_db db;
    struct cache_row rows[EACH];
    scratch_run("rm -rf cache");
    cache_test_fill(0, 0);
    bool is_good = cache_db_open(&db, STR(CACHE_FILE), DATABASE_WRITE, &err) == DATABASE_OK;
    for (uint64_t day = 0; day < DAYS && is_good; day++) {
        for (uint64_t i = 0; i < EACH; i++)
            rows[i] = (struct cache_row){ .key = cache_test_key(day * EACH + i),
                                          .tokens = cache_test_tokens(day * EACH + i) };
        is_good = cache_db_put(&db, rows, EACH, FIRST_DAY + (int64_t)day, &err) == DATABASE_OK;
    }
    if (!is_good)
        scratch_fail(err.text);
    cache_db_close(&db);
}

static void test_none(void)
{
    int64_t removed = 7;
    ok(measure() && !size.is_there && !size.len && !size.size_bytes, "there is none to look at");
    is_str(size.path, CACHE_FILE, "its path is known");
    ok(prune(FIRST_DAY, 0, &removed) && !removed, "nor to make smaller");
    ok(!cache_test_is_there("cache"), "and none was made");
    scratch_write(CACHE_FILE, "");
    ok(measure() && !size.is_there && !size.len, "an empty file is none");
}

static void test_measure(void)
{
    fill();
    ok(measure() && size.is_there && size.len == (int64_t)DAYS * EACH, "all are counted");
    ok(size.oldest == FIRST_DAY && size.newest == FIRST_DAY + DAYS - 1, "from when to when");
    ok(size.size_bytes > (int64_t)DAYS * EACH * 40 && size.size_bytes < (int64_t)DAYS * EACH * 100,
       "how large they are");
    ok(!cache_test_is_there(CACHE_FILE "-shm"), "nothing is left beside the file");
}

static void test_prune_by_age(void)
{
    int64_t removed = 0, before = size.size_bytes;
    ok(prune(0, -1, &removed) && removed == 0 && size.len == (int64_t)DAYS * EACH,
       "nothing is before the first day");
    ok(prune(FIRST_DAY + 60, -1, &removed) && removed == 60 * (int64_t)EACH &&
           size.len == 40 * (int64_t)EACH && size.oldest == FIRST_DAY + 60,
       "what was counted before a day is removed");
    ok(size.size_bytes < before * 6 / 10, "and the file is smaller");
    ok(cache_test_count(0, DAYS * EACH) == 40 * EACH && !cache_said.len, "the others are good");
}

static void test_prune_by_size(void)
{
    int64_t removed = 0;
    fill();
    ok(prune(0, 1 << 30, &removed) && !removed, "it is small enough");
    ok(prune(0, 100000, &removed) && size.size_bytes <= 100000 && size.size_bytes > 70000 &&
           size.len + removed == (int64_t)DAYS * EACH,
       "it is made small enough, and not much smaller");
    ok(size.newest == FIRST_DAY + DAYS - 1 && size.oldest > FIRST_DAY + 30,
       "the oldest went first");
    ok(prune(FIRST_DAY + 90, 100000, &removed) && size.oldest == FIRST_DAY + 90,
       "by both at once, the age decides");
    ok(prune(0, 0, &removed) && !size.len && size.is_there, "nothing is left");
    ok(cache_test_fill(0, 3) && cache_test_count(0, 3) == 3, "and it can be used again");
}

static void test_in_use(void)
{
    int64_t removed = 0;
    fill();
    struct cache *cache = cache_test_open();
    ok(cache_test_found(cache, 0, 10) == 10, "a run reads");
    ok(prune(FIRST_DAY + 50, -1, &removed) && removed == 50 * (int64_t)EACH,
       "another one makes it smaller");
    cache_test_put(cache, 0, 300);
    ok(cache_test_found(cache, 0, 300) == 300 && !cache_test_close(cache).len, "both go on");
    ok(measure() && size.len == 50 * (int64_t)EACH + 300, "nothing else is gone");
}

static void test_damaged(void)
{
    static const char zeros[4096] = { 0 };
    int64_t removed = 0;
    fill();
    cache_test_patch(CACHE_FILE, 8192, zeros, sizeof zeros);
    ok(!measure() && strstr(err.text, "is damaged: ") && size.size_bytes > 0, "damage is found");
    ok(!prune(FIRST_DAY + 90, -1, &removed) && err.kind == ERROR_FAILED, "and not pruned");
    scratch_run("rm -rf cache; mkdir -p " CACHE_FILE);
    ok(!measure() && strstr(err.text, "it is no regular file"), "a directory in its place");
    ok(!prune(1, -1, &removed) && strstr(err.text, "it is no regular file"), "is left alone");
}

/* The other file: as much of it as there is of a table with a day. */
static void test_observations(void)
{
    struct database file;
    const struct database_schema *schema = kept_observations.schema;
    int64_t removed = 0;
    scratch_run("rm -rf cache; mkdir cache");
    ok(cache_measure(CACHE_OBSERVATIONS, STR("cache"), &size, &cache_arena, &err) && !size.is_there,
       "nothing was observed");
    is_str(size.path, "cache/observations.sqlite", "its path is known");
    scratch_write("cache/observations.sqlite", "");
    enum database_state state = database_open(&file, size.path, DATABASE_WRITE, schema, &err);
    if (state == DATABASE_EMPTY)
        state = database_make(&file, schema, &err);
    if (!state)
        state = database_run(&file,
                             "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT "
                             "1000) INSERT INTO observations SELECT NULL, 'm', 1, 1, "
                             "zeroblob(8) || i, 1, 1, 1, 1, 20000 + i / 10, 0 FROM n",
                             &err);
    database_close(&file);
    ok(!state && cache_measure(CACHE_OBSERVATIONS, STR("cache"), &size, &cache_arena, &err) &&
           size.len == 1000 && size.oldest == 20000 && size.newest == 20099,
       "observations are measured");
    ok(cache_prune(CACHE_OBSERVATIONS, STR("cache"), 20050, -1, &removed, &size, &cache_arena,
                   &err) &&
           removed == 500 && size.oldest == 20050,
       "by age");
    const int64_t most = size.size_bytes * 2 / 3;
    ok(cache_prune(CACHE_OBSERVATIONS, STR("cache"), 0, most, &removed, &size, &cache_arena,
                   &err) &&
           size.size_bytes <= most && size.len > 100 && size.newest == 20099,
       "and by size, the oldest first");
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    if (!database_load(&err))
        return 1;
    test_none();
    test_measure();
    test_prune_by_age();
    test_prune_by_size();
    test_in_use();
    test_damaged();
    test_observations();
    arena_free(&cache_arena);
    scratch_remove(&scratch);
    return tap_done();
}
