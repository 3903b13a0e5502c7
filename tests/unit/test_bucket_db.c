/* Buckets in the file of the cache: shared by connections, safe when a run is killed. */
#include "count/bucket_db.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cache_test.h"
#include "count/cache_db.h"

static const int64_t start_us = INT64_C(1790000000000000);
static int64_t now_us;
static struct error err;

static int64_t unix_us(void)
{
    return now_us;
}

static bool open_for(struct bucket_db *db, const char *host, const char *secret, int64_t owner)
{
    const struct str secrets[] = { str_from_c(secret), STR("second") };
    const struct bucket_of of = {
        .host = str_from_c(host),
        .secrets = secrets,
        .secrets_len = 2,
        .per_minute = 6000,
        .owner = owner,
        .unix_us = unix_us,
    };
    err = (struct error){ 0 };
    return bucket_db_open(db, STR(CACHE_FILE), &of, &err);
}

/* How long from now the first of so many times is; INT64_MIN when there is none. */
static int64_t ahead_of(struct bucket_db *db, size_t wanted)
{
    struct bucket_lot lot = { 0 };
    int64_t ahead_us = INT64_MIN;
    if (!bucket_db_reserve(db, wanted, &lot, &ahead_us, &err) || lot.len != wanted)
        return INT64_MIN;
    return ahead_us;
}

static void fresh(void)
{
    now_us = start_us;
    scratch_run("rm -rf cache");
    cache_test_close(cache_test_open());
}

static void test_shared(void)
{
    struct bucket_db one, two, other_host, other_secret;
    fresh();
    ok(open_for(&one, "host", "sk-secret", 1) && open_for(&two, "host", "sk-secret", 2) &&
           open_for(&other_host, "host:8", "sk-secret", 3) &&
           open_for(&other_secret, "host", "sk-Secret", 4),
       "four runs open the file");
    ok(ahead_of(&one, 2) == 0, "the first time is now");
    ok(ahead_of(&one, 2) == 2 * 10153, "the next one is after two intervals");
    ok(ahead_of(&two, 1) == 4 * 10153, "that of another run follows");
    ok(ahead_of(&other_host, 1) == 0, "another host has another limit");
    ok(ahead_of(&other_secret, 1) == 0, "so has another credential");
    ok(bucket_db_hold(&one, 3000, &err) && ahead_of(&two, 1) == 3000000, "a hold is for both");
    now_us += 10000000;
    ok(ahead_of(&two, 1) == -100000, "until it is over");
    bucket_db_close(&one);
    bucket_db_close(&one);
    bucket_db_close(&two);
    bucket_db_close(&other_host);
    bucket_db_close(&other_secret);
    ok(open_for(&one, "host", "sk-secret", 5) && ahead_of(&one, 1) > -100000,
       "the next run goes on where they were");
    bucket_db_close(&one);
    ok(cache_test_find(CACHE_FILE, "sk-", 3) < 0 && cache_test_find(CACHE_FILE, "second", 6) < 0 &&
           cache_test_find(CACHE_FILE, "host", 4) < 0,
       "nothing of host and credential is in the file");
    ok(cache_test_find(CACHE_FILE, one.key, sizeof one.key) > 0, "but a key");
}

static void test_keys(void)
{
    struct bucket_db db;
    uint8_t first[32], again[32];
    fresh();
    ok(open_for(&db, "host", "sk-secret", 1), "a file");
    memcpy(first, db.key, sizeof first);
    bucket_db_close(&db);
    ok(open_for(&db, "host", "sk-secret", 1) && memcmp(first, db.key, sizeof first) == 0,
       "its keys stay");
    bucket_db_close(&db);
    fresh();
    ok(open_for(&db, "host", "sk-secret", 1), "another file");
    memcpy(again, db.key, sizeof again);
    bucket_db_close(&db);
    ok(memcmp(first, again, sizeof first) != 0, "has other keys for the same credential");
}

static int64_t number_in_file(const char *sql)
{
    struct cache_db db;
    int64_t number = -1;
    if (cache_db_open(&db, STR(CACHE_FILE), DATABASE_WRITE, &err) == DATABASE_OK &&
        database_number(&db.file, sql, &number, &err) != DATABASE_OK)
        number = -1;
    cache_db_close(&db);
    return number;
}

static void test_rows(void)
{
    struct bucket_db db;
    fresh();
    ok(open_for(&db, "host", "sk-1", 1) && ahead_of(&db, 1) == 0, "a row is written");
    bucket_db_close(&db);
    ok(number_in_file("UPDATE buckets SET next_us = 'soon', owner = NULL, share = x'00'") == 0,
       "then it is no row of ours");
    ok(open_for(&db, "host", "sk-1", 1) && ahead_of(&db, 1) == 0, "which starts anew");
    bucket_db_close(&db);
    now_us += INT64_C(2) * 86400 * 1000000;
    ok(open_for(&db, "host", "sk-2", 1) && ahead_of(&db, 1) == 0, "two days later");
    bucket_db_close(&db);
    ok(number_in_file("SELECT count(*) FROM buckets") == 1, "the old one is gone");
    ok(number_in_file("SELECT count(*) FROM salts") == 1, "there is one salt");
}

static void test_faults(void)
{
    struct bucket_db db;
    scratch_run("rm -rf cache");
    ok(!open_for(&db, "host", "sk-1", 1) && err.kind == ERROR_FAILED && err.text[0],
       "no file, no bucket");
    scratch_run("mkdir cache && echo nothing of the kind, but text that is long enough to be "
                "taken for a header of SQLite, which has a hundred bytes >" CACHE_FILE);
    ok(!open_for(&db, "host", "sk-1", 1) && err.kind == ERROR_FAILED, "a damaged one is none");
    bucket_db_close(&db);
    fresh();
    ok(open_for(&db, "host", "sk-1", 1) && number_in_file("DROP TABLE buckets") == 0 &&
           ahead_of(&db, 1) == INT64_MIN && err.kind == ERROR_FAILED,
       "a table that is lost on the way is said");
    ok(!bucket_db_hold(&db, 1000, &err), "also by a hold");
    bucket_db_close(&db);
}

/* A child reserves as fast as it can, until it is killed. */
static void test_killed(void)
{
    struct bucket_db db;
    int good = 0;
    fresh();
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        if (!child) {
            if (open_for(&db, "host", "sk-1", 100 + i))
                while (ahead_of(&db, 1) != INT64_MIN)
                    continue;
            _exit(1);
        }
        const struct timespec while_ = { 0, 5000000 + i * 1000000 };
        nanosleep(&while_, NULL);
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        good += WIFSIGNALED(status);
    }
    ok(good == 20, "runs are killed while they reserve");
    ok(open_for(&db, "host", "sk-1", 1) && ahead_of(&db, 1) > INT64_MIN, "the next one goes on");
    ok(database_check(&db.file, &err) == DATABASE_OK, "with a sound file");
    bucket_db_close(&db);
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    test_shared();
    test_keys();
    test_rows();
    test_faults();
    test_killed();
    arena_free(&cache_arena);
    scratch_remove(&scratch);
    return tap_done();
}
