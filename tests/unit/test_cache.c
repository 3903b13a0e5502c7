/* The cache of counts on a machine where all is well. */
#include "count/cache.h"

#include <pthread.h>
#include <sys/stat.h>
#include <time.h>

#include "cache_test.h"
#include "count/cache_db.h"
#include "count/cache_file.h"

enum { THREADS = 4, EACH = 3000 };

static void test_directory(void)
{
    const struct str none = { 0 };
    struct arena *arena = &cache_arena;
    is_str(cache_directory(arena, STR("d"), STR("/x"), STR("/h")), "d", "--cache comes first");
    is_str(cache_directory(arena, none, STR("/x"), STR("/h")), "/x/tokgate", "XDG_CACHE_HOME");
    is_str(cache_directory(arena, none, STR("x"), STR("/h")), "/h/.cache/tokgate",
           "a relative XDG_CACHE_HOME does not count");
    is_str(cache_directory(arena, none, none, STR("/h")), "/h/.cache/tokgate", "HOME");
    is_str(cache_directory(arena, none, none, none), "", "none of them");
    ok(!cache_open(none, &cache_said, arena, &cache_err) && cache_err.kind == ERROR_FAILED &&
           strstr(cache_err.text, "--cache"),
       "no directory, no cache");
    is_str(cache_file_path(arena, STR("d/")), "d/counts.sqlite", "a path with one slash");
}

static void test_counts(void)
{
    struct cache *cache = cache_test_open();
    struct cache_key key = cache_test_key(1), other = cache_test_key(2);
    int64_t tokens = 0;
    ok(cache && !cache_said.len, "a new cache is opened without a word");
    ok(!cache_get(cache, &key, &tokens), "nothing is in it");
    cache_put(cache, &key, 41);
    ok(cache_get(cache, &key, &tokens) && tokens == 41, "a count is known at once");
    cache_put(cache, &key, 42);
    ok(cache_get(cache, &key, &tokens) && tokens == 42, "the last one stands");
    cache_put(cache, &other, -1);
    cache_put(cache, &other, CACHE_TOKENS_MAX + 1);
    ok(!cache_get(cache, &other, &tokens), "what no count can be is left aside");
    cache_put(cache, &other, CACHE_TOKENS_MAX);
    is_str(cache_test_close(cache), "", "it is closed without a word");
    cache = cache_test_open();
    ok(cache && cache_get(cache, &key, &tokens) && tokens == 42, "the next run knows it");
    ok(cache_get(cache, &other, &tokens) && tokens == CACHE_TOKENS_MAX, "also the largest one");
    cache_put(cache, &key, 0);
    cache_put(cache, &other, 1);
    cache_test_close(cache);
    cache = cache_test_open();
    ok(cache && cache_get(cache, &other, &tokens) && tokens == 1, "a count is replaced");
    ok(cache && cache_get(cache, &key, &tokens) && tokens == 42, "but by none of 0");
    cache_test_close(cache);
    cache_test_close(NULL);
}

/* As versions did that believed a count of 0. */
static void test_zero(void)
{
    struct cache_db db;
    struct error err = { 0 };
    const struct cache_row rows[] = { { .key = cache_test_key(1) },
                                      { .key = cache_test_key(2), .tokens = 2 } };
    int64_t tokens = -7;
    scratch_run("rm -rf cache");
    ok(cache_test_fill(5, 6) &&
           cache_db_open(&db, STR(CACHE_FILE), DATABASE_WRITE, &err) == DATABASE_OK &&
           cache_db_put(&db, rows, 2, 20000, &err) == DATABASE_OK,
       "a count of 0 is in the file");
    cache_db_close(&db);
    struct cache *cache = cache_test_open();
    ok(cache && !cache_get(cache, &rows[0].key, &tokens), "it is none");
    ok(cache && cache_get(cache, &rows[1].key, &tokens) && tokens == 2, "others stand");
    cache_put(cache, &rows[0].key, 9);
    is_str(cache_test_close(cache), "", "nothing is damaged");
    cache = cache_test_open();
    ok(cache && cache_get(cache, &rows[0].key, &tokens) && tokens == 9, "and it is replaced");
    cache_test_close(cache);
    scratch_run("rm -rf cache");
}

/* The lowest bits of key are what finds its slot: these all want the same one. */
static void test_collisions(void)
{
    struct cache *cache = cache_test_open();
    int64_t tokens = 0, wrong = 0;
    struct cache_key key = { { 0xff, 0xff } };
    for (int i = 0; i < 600; i++) {
        key.bytes[8] = (uint8_t)i;
        key.bytes[9] = (uint8_t)(i >> 8);
        cache_put(cache, &key, i + 1);
    }
    for (int i = 0; i < 600; i++) {
        key.bytes[8] = (uint8_t)i;
        key.bytes[9] = (uint8_t)(i >> 8);
        wrong += !cache_get(cache, &key, &tokens) || tokens != i + 1;
    }
    ok(!wrong, "keys that look alike are told apart");
    cache_test_close(cache);
}

static void test_many(void)
{
    int64_t tokens = 0;
    struct cache_key key = cache_test_key(5001);
    scratch_run("rm -rf cache");
    ok(cache_test_fill(5000, 8000) && cache_test_count(5000, 8000) == 3000, "many are found");
    struct cache *cache = cache_test_open();
    ok(cache_test_found(cache, 5000, 7000) == 2000 && cache_test_found(cache, 9000, 9100) == 0,
       "and what is not there is not");
    cache_put(cache, &key, 7);
    cache_test_put(cache, 10000, 10300);
    ok(cache_get(cache, &key, &tokens) && tokens == 7, "what is written after reading stands");
    cache_test_fill(9000, 9100);
    cache_test_found(cache, 5100, 5400);
    ok(cache_test_found(cache, 9000, 9100) == 100, "what others write is found, too");
    is_str(cache_test_close(cache), "", "all is well");
    cache = cache_test_open();
    ok(cache_get(cache, &key, &tokens) && tokens == 7, "also in the next run");
    cache_put(cache, &key, cache_test_tokens(5001));
    cache_test_close(cache);
    key = cache_test_key(7999);
    const long at = cache_test_find(CACHE_FILE, key.bytes, sizeof key.bytes);
    cache_test_patch(CACHE_FILE, at + (long)sizeof key.bytes, "\x7f", 1); /* its tokens */
    cache = cache_test_open();
    cache_test_found(cache, 5000, 8000);
    ok(strstr(str_to_c(&cache_arena, cache_test_close(cache)), "was put aside") != NULL,
       "one damaged count is found where it is asked for");
    ok(cache_test_fill(1, 2) && cache_test_count(1, 2) == 1, "the next cache is good");
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status.st_mode & 0777 : 0;
}

static void test_modes(void)
{
    const mode_t usual = umask(0);
    struct error err = { 0 };
    ok(cache_file_make_dir(STR("deep/er/cache"), &err) && mode_of("deep") == 0700 &&
           mode_of("deep/er/cache") == 0700,
       "directories are for the user alone");
    ok(cache_file_make_dir(STR("deep/er/cache"), &err), "those that are there are fine");
    scratch_run("rm -rf cache");
    struct cache *cache = cache_test_open();
    cache_test_put(cache, 0, 300);
    ok(mode_of("cache") == 0700 && mode_of(CACHE_FILE) == 0600, "so is the file");
    ok(mode_of(CACHE_FILE "-wal") == 0600 && mode_of(CACHE_FILE "-shm") == 0600, "and its log");
    cache_test_close(cache);
    ok(!cache_test_is_there(CACHE_FILE "-wal") && !cache_test_is_there(CACHE_FILE "-shm"),
       "one file is left when it is closed");
    scratch_run("chmod 644 " CACHE_FILE);
    cache_test_fill(300, 301);
    ok(mode_of(CACHE_FILE) == 0600, "a laxer mode is put right");
    umask(usual);
    ok(cache_test_count(0, 400) == 301, "all is in it");
}

/* Nothing but numbers and hashes. */
static void test_content(void)
{
    struct cache_key key;
    struct error err = { 0 };
    static const char secret[] = "a text that must not be kept";
    struct str body = str_format(&cache_arena, "{\"a\":\"%s\"}", secret);
    struct cache *cache = cache_test_open();
    ok(cache && cache_key_of(&key, STR("https://host.example"), STR("v"), STR(""), STR("model-x"),
                             body, &err),
       "a key is made");
    cache_put(cache, &key, 5);
    cache_test_close(cache);
    ok(cache_test_find(CACHE_FILE, key.bytes, sizeof key.bytes) > 0, "the hash is in the file");
    ok(cache_test_find(CACHE_FILE, secret, 8) < 0 && cache_test_find(CACHE_FILE, "host", 4) < 0 &&
           cache_test_find(CACHE_FILE, "model-x", 7) < 0,
       "nothing of the request is");
}

/* What another run finds while this one goes on. */
static void test_when_written(void)
{
    const struct timespec while_ = { 1, 100000000 };
    struct cache *cache = cache_test_open();
    struct cache *other = cache_test_open();
    cache_test_put(cache, 1000, 1255);
    ok(cache_test_count(1000, 1255) == 0, "255 counts wait");
    cache_test_put(cache, 1255, 1256);
    ok(cache_test_count(1000, 1256) == 256, "256 are written");
    cache_test_put(cache, 1256, 1258);
    nanosleep(&while_, NULL);
    ok(cache_test_count(1256, 1258) == 0 && cache_test_found(cache, 1, 2) >= 0 &&
           cache_test_count(1256, 1258) == 2,
       "fewer are written by the next call a second later");
    cache_test_found(other, 0, 1);
    cache_test_put(cache, 1258, 1258 + 256);
    cache_test_found(other, 0, 300);
    ok(cache_test_found(other, 1258, 1258 + 256) == 256, "a run that goes on sees it, too");
    is_str(cache_test_close(other), "", "one run ends");
    cache_test_put(cache, 2000, 2001);
    is_str(cache_test_close(cache), "", "then the other");
    ok(cache_test_count(1000, 1258 + 256) == 514 && cache_test_count(2000, 2001) == 1,
       "all are there");
}

struct worker {
    struct cache *cache;
    uint64_t from;
    int64_t missed;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    for (uint64_t i = worker->from; i < worker->from + EACH; i++) {
        cache_test_put(worker->cache, i, i + 1);
        worker->missed += cache_test_found(worker->cache, worker->from, worker->from + 1) != 1;
        worker->missed += cache_test_found(worker->cache, i, i + 1) != 1;
    }
    return NULL;
}

static void test_threads(void)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    int64_t missed = 0;
    int started = 0;
    struct cache *cache = cache_test_open();
    for (; started < THREADS; started++) {
        workers[started] = (struct worker){ cache, 10000 + (uint64_t)started * EACH, 0 };
        if (pthread_create(&threads[started], NULL, work, &workers[started]) != 0)
            break;
    }
    for (int i = 0; i < started; i++)
        missed += pthread_join(threads[i], NULL) + workers[i].missed;
    is_str(cache_test_close(cache), "", "threads share it");
    ok(started == THREADS && !missed &&
           cache_test_count(10000, 10000 + (uint64_t)THREADS * EACH) == THREADS * EACH,
       "each finds what it put, and nothing is lost");
}

/* Names that mean something in a URI or are taken for one. */
static void test_names(void)
{
    static const char *const names[] = { "a?mode=memory", "b#c",      "d%41",
                                         "file:e",        ":memory:", "sp ace",
                                         "\xC3\xA4",      "//tmp",    "./f/../g" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct scratch here;
        if (!getcwd(here.path, sizeof here.path))
            scratch_fail("getcwd");
        struct str name = str_from_c(names[i]);
        if (str_starts(name, STR("//")))
            name = str_format(&cache_arena, "/%s/h", here.path);
        struct cache *cache = cache_open(name, &cache_said, &cache_arena, &cache_err);
        if (cache)
            cache_test_put(cache, 0, 1);
        cache_test_close(cache);
        struct str path = cache_file_path(&cache_arena, name);
        ok(cache && cache_file_look(path).kind == CACHE_FILE_REGULAR &&
               cache_file_look(path).size_bytes > 0,
           names[i]);
    }
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    test_directory();
    test_counts();
    test_collisions();
    test_many();
    test_modes();
    test_content();
    test_when_written();
    test_threads();
    test_names();
    test_zero();
    arena_free(&cache_arena);
    scratch_remove(&scratch);
    return tap_done();
}
