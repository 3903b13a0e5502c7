/* Many runs with one cache at the same time, and runs that are killed. */
#include "count/cache.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "cache_test.h"
#include "count/cache_file.h"
#include "count/cache_upkeep.h"

enum { RUNS = 20, EACH = 600, SHARED = 200, KILLS = 15 };

/* Puts what all runs put, and its own; finds what it put. 0 when all is well, 2 when it also mended
 * a damaged file. */
static int one_run(uint64_t number)
{
    const uint64_t from = 100000 + number * EACH;
    struct cache *cache = cache_test_open();
    if (!cache)
        return 1;
    bool is_mended = cache_said.len > 0;
    for (uint64_t i = 0; i < EACH; i++) {
        cache_test_put(cache, from + i, from + i + 1);
        cache_test_put(cache, i % SHARED, i % SHARED + 1);
        if (cache_test_found(cache, from + i, from + i + 1) != 1)
            return 1;
    }
    if (cache_test_found(cache, 0, SHARED) != SHARED)
        return 1;
    return cache_test_close(cache).len ? 1 : 2 * is_mended;
}

/* Starts them all and waits. How many mended the file, or -1 when one failed. */
static int all_runs(void)
{
    pid_t children[RUNS];
    int mended = 0, failed = 0;
    fflush(stdout);
    for (uint64_t i = 0; i < RUNS; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(one_run(i));
    }
    for (int i = 0; i < RUNS; i++) {
        int status = 1;
        bool is_over = children[i] > 0 && waitpid(children[i], &status, 0) == children[i];
        failed += !is_over || !WIFEXITED(status) || WEXITSTATUS(status) == 1;
        mended += is_over && WIFEXITED(status) && WEXITSTATUS(status) == 2;
    }
    return failed ? -1 : mended;
}

static void all_is_there(const char *what)
{
    ok(cache_test_count(0, SHARED) == SHARED &&
           cache_test_count(100000, 100000 + RUNS * EACH) == (int64_t)RUNS * EACH,
       what);
    ok(!cache_test_is_there(CACHE_FILE "-wal"), "... in one file");
}

static void test_runs(void)
{
    scratch_run("rm -rf cache");
    ok(all_runs() == 0, "20 runs make a cache and use it");
    all_is_there("all they put is there");
    ok(all_runs() == 0, "20 runs use the one there is");
    all_is_there("all is there still");
    scratch_write(CACHE_FILE,
                  "It was a database once, but whoever wrote this did not care for it.");
    ok(all_runs() == 1, "one of 20 runs mends a damaged one");
    all_is_there("all they put is there");
}

static void sleep_ms(long ms)
{
    const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&time, NULL);
}

/* A run that is killed at some moment of its writing. */
static bool kill_one(int number)
{
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct cache *cache = cache_test_open();
        if (!cache)
            _exit(1);
        for (uint64_t i = (uint64_t)number * 1000000;; i++)
            cache_test_put(cache, i, i + 1);
    }
    sleep_ms(5 + 13 * number % 60);
    return child > 0 && kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child &&
           WIFSIGNALED(status);
}

static bool is_sound(void)
{
    struct cache_size size;
    struct error err = { 0 };
    return cache_measure(CACHE_COUNTS, STR("cache"), &size, &cache_arena, &err) && size.len >= 50;
}

static void test_kills(void)
{
    int killed = 0, kept = 0, sound = 0;
    scratch_run("rm -rf cache");
    cache_test_fill(0, 50);
    for (int i = 0; i < KILLS; i++) {
        killed += kill_one(i + 1);
        kept += cache_test_count(0, 50) == 50 && !cache_said.len;
        sound += is_sound();
    }
    ok(killed == KILLS, "runs are killed while they write");
    ok(kept == KILLS, "the next run has nothing to say, and finds what was there");
    ok(sound == KILLS, "SQLite finds no fault");
}

/* Killed while it makes the cache. */
static void test_kills_while_making(void)
{
    int good = 0;
    for (int i = 0; i < KILLS; i++) {
        scratch_run("rm -rf cache");
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            cache_test_fill(0, 1);
            _exit(0);
        }
        sleep_ms(i);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        good += cache_test_fill(0, 3) && cache_test_count(0, 3) == 3;
    }
    ok(good == KILLS, "one that was begun is no damage");
}

/* A log without its index, as when a directory is carried elsewhere after a kill. */
static void test_carried(void)
{
    scratch_run("rm -rf cache");
    cache_test_fill(0, 50);
    struct cache *cache = cache_test_open();
    cache_test_put(cache, 50, 50 + 256);
    scratch_run("cp -r cache carried && rm -f carried/*-shm");
    cache_test_close(cache);
    scratch_run("rm -rf cache && mv carried cache");
    ok(cache_test_count(0, 306) == 306 && !cache_said.len, "a copy with its log has all");
    ok(cache_test_fill(306, 307) && !cache_test_is_there(CACHE_FILE "-wal"), "and can be used");
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    test_runs();
    test_kills();
    test_kills_while_making();
    test_carried();
    arena_free(&cache_arena);
    scratch_remove(&scratch);
    return tap_done();
}
