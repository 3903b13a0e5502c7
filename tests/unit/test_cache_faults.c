/* The cache where all is not well: damaged files, directories that cannot be written, full disks.
 */
#include "count/cache.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "cache_test.h"
#include "count/cache_db.h"

enum { NOBODY = 65534 };

#define ASIDE CACHE_FILE ".damaged"

static void fresh(uint64_t len)
{
    scratch_run("rm -rf cache");
    if (!cache_test_fill(0, len))
        scratch_fail("no cache could be made");
}

static void cut(long size)
{
    if (truncate(CACHE_FILE, size) != 0)
        scratch_fail(CACHE_FILE);
}

static void is_mended(const char *what)
{
    struct cache *cache = cache_test_open();
    bool is_said = strstr(str_to_c(&cache_arena, cache_said), "was put aside as " ASIDE) != NULL;
    ok(cache && is_said && cache_test_found(cache, 0, 10) == 0, what);
    if (!is_said)
        printf("# said '%.*s' '%s'\n", STR_ARGS(cache_said), cache_err.text);
    if (cache)
        cache_test_put(cache, 5, 6);
    ok(!cache_test_close(cache).len && cache_test_is_there(ASIDE) && cache_test_fill(6, 7) &&
           cache_test_count(0, 10) == 2,
       "... is said once, and the next run finds a good one");
}

static void test_not_sqlite(void)
{
    fresh(10);
    scratch_write(CACHE_FILE,
                  "This is no database, but a text of more than a hundred bytes, so that "
                  "a header of one would fit into it, were it one.\n");
    is_mended("a text");
    fresh(10);
    cache_test_patch(CACHE_FILE, 0, "SQLite format 4", 15);
    is_mended("another magic");
    fresh(1000);
    scratch_run("dd if=/dev/urandom of=" CACHE_FILE " bs=4096 count=4 2>/dev/null");
    is_mended("random bytes");
}

static void test_damaged_sqlite(void)
{
    static const char zeros[4096] = { 0 };
    fresh(1000);
    cut(4096);
    is_mended("all but the first page is missing");
    fresh(1000);
    cut(4096 + 100);
    is_mended("the second page is cut");
    fresh(1000);
    cut(50);
    is_mended("the header is cut");
    fresh(10);
    cache_test_patch(CACHE_FILE, 100, zeros, sizeof zeros - 100);
    is_mended("the first page is zeros");
    fresh(10);
    cache_test_patch(CACHE_FILE, 60, "\0\0\0\1", 4);
    is_mended("another version");
    fresh(10);
    cache_test_patch(CACHE_FILE, cache_test_find(CACHE_FILE, "guard INTEGER", 13), "guarb", 5);
    is_mended("another table");
}

static void test_empty(void)
{
    fresh(10);
    cut(0);
    ok(cache_test_fill(0, 3) && cache_test_count(0, 10) == 3, "an empty file is a new one");
    scratch_write(CACHE_FILE, "x");
    ok(cache_test_fill(0, 3) && cache_test_count(0, 10) == 3, "SQLite sees nothing in one byte");
}

/* Damage that opening does not see, found by a look-up. */
static void is_mended_later(uint64_t len, const char *what)
{
    struct cache *cache = cache_test_open();
    bool was_silent = cache && !cache_said.len;
    int64_t found = cache_test_found(cache, 0, len);
    cache_test_put(cache, 0, 5);
    struct str said = cache_test_close(cache);
    ok(was_silent && found >= 0 && found < (int64_t)len &&
           strstr(str_to_c(&cache_arena, said), "was put aside as "),
       what);
    ok(cache_test_is_there(ASIDE) && cache_test_count(0, 5) == 5,
       "... is said at the end, and what came after it is kept");
}

static void test_hidden_damage(void)
{
    static const char zeros[4096 * 3] = { 0 };
    const int64_t big = 123456789;
    struct cache_key key = cache_test_key(0);
    fresh(1000);
    cache_test_patch(CACHE_FILE, 8192, zeros, sizeof zeros);
    is_mended_later(1000, "pages of zeros");
    scratch_run("rm -rf cache");
    struct cache *cache = cache_test_open();
    cache_put(cache, &key, big);
    cache_test_close(cache);
    cache_test_patch(CACHE_FILE, cache_test_find(CACHE_FILE, "\x07\x5B\xCD\x15", 4),
                     "\x07\x5B\xCD\x16", 4);
    is_mended_later(1, "a count with a bit flipped");
}

/* A write that finds damage: rows are put into pages that are none. */
static void test_damage_on_writing(void)
{
    static const char zeros[4096 * 3] = { 0 };
    fresh(1000);
    cache_test_patch(CACHE_FILE, 8192, zeros, sizeof zeros);
    struct cache *cache = cache_test_open();
    cache_test_put(cache, 2000, 3000);
    struct str said = cache_test_close(cache);
    ok(strstr(str_to_c(&cache_arena, said), "was put aside as ") &&
           !strstr(str_to_c(&cache_arena, said), "could not be kept"),
       "damage found by a write is mended");
    ok(cache_test_count(2000, 3000) == 1000, "and nothing new is lost");
}

static void test_things_in_the_way(void)
{
    scratch_run("rm -rf cache; echo >cache");
    ok(!cache_test_open() && strstr(cache_err.text, "cannot be made: Not a directory"),
       "a file in place of the directory");
    scratch_run("rm -rf cache; mkdir -p " CACHE_FILE);
    ok(!cache_test_open() && strstr(cache_err.text, "it is no regular file"),
       "a directory in place of the file");
    scratch_run("rm -rf cache; mkdir cache; mkfifo " CACHE_FILE);
    ok(!cache_test_open() && strstr(cache_err.text, "it is no regular file"), "a pipe");
    scratch_run("rm -rf cache elsewhere; mkdir cache; ln -s ../elsewhere " CACHE_FILE);
    ok(!cache_test_open() && !cache_test_is_there("elsewhere"), "a link is not followed");
    scratch_run("rm -rf cache; mkdir -p cache; chmod 700 cache; mkdir -p " ASIDE "/x; "
                "echo 'no database' >" CACHE_FILE);
    ok(!cache_test_open() && strstr(cache_err.text, "cannot be used"),
       "what cannot be put aside is left alone");
}

/* Runs the test as a user who may not write everything, in a process of its own. */
static void as_nobody(bool (*test)(void), const char *what)
{
    int status = 1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        bool is_root = getuid() == 0;
        _exit((!is_root || setuid(NOBODY) == 0) && test() ? 0 : 1);
    }
    ok(child > 0 && waitpid(child, &status, 0) == child && status == 0, what);
}

static void give_to_nobody(const char *mode)
{
    char command[128];
    snprintf(command, sizeof command, "chmod 755 . && chmod %s cache", mode);
    scratch_run(command);
    if (getuid() == 0)
        scratch_run("chown -R 65534 cache");
}

static bool reads_only(void)
{
    struct cache *cache = cache_test_open();
    if (!cache || cache_said.len || cache_test_found(cache, 0, 100) != 100)
        return false;
    cache_test_put(cache, 100, 400);
    struct str said = cache_test_close(cache);
    return strstr(str_to_c(&cache_arena, said), "300 counts could not be kept in the cache") &&
           cache_test_count(0, 400) == 100;
}

static bool cannot_open(void)
{
    return !cache_test_open() && strstr(cache_err.text, "cannot be used: Permission denied");
}

static bool cannot_make(void)
{
    return !cache_open(STR("cache/er"), &cache_said, &cache_arena, &cache_err) &&
           strstr(cache_err.text, "cannot be made: Permission denied");
}

static void test_read_only(void)
{
    fresh(100);
    give_to_nobody("500");
    as_nobody(reads_only, "a read-only directory answers what it can");
    scratch_run("chmod 400 " CACHE_FILE);
    as_nobody(reads_only, "so does a read-only file in it");
    scratch_run("chmod 700 cache; rm " CACHE_FILE);
    give_to_nobody("500");
    as_nobody(cannot_open, "in one without a cache none can be made");
    as_nobody(cannot_make, "nor a directory");
    scratch_run("chmod 700 cache");
}

static bool is_full(void)
{
    struct cache *cache = cache_test_open();
    const struct rlimit limit = { 64 * 1024, 64 * 1024 };
    signal(SIGXFSZ, SIG_IGN);
    if (!cache || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return false;
    cache_test_put(cache, 10000, 20000);
    bool reads_on = cache_test_found(cache, 0, 100) == 100;
    struct str said = cache_test_close(cache);
    return reads_on && strstr(str_to_c(&cache_arena, said), "could not be kept in the cache");
}

static bool is_full_from_the_start(void)
{
    const struct rlimit limit = { 0, 0 };
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return false;
    struct cache *cache = cache_test_open();
    return cache && cache_test_found(cache, 0, 100) == 100 && !cache_test_close(cache).len;
}

static bool is_full_and_new(void)
{
    const struct rlimit limit = { 0, 0 };
    signal(SIGXFSZ, SIG_IGN);
    scratch_run("rm -rf cache");
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return false;
    return !cache_test_open() && strstr(cache_err.text, "cannot be used");
}

static void in_a_process(bool (*test)(void), const char *what)
{
    int status = 1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(test() ? 0 : 1);
    ok(child > 0 && waitpid(child, &status, 0) == child && status == 0, what);
}

static void test_full_disk(void)
{
    fresh(100);
    in_a_process(is_full, "where no more fits, what is there is read");
    ok(cache_test_count(0, 100) == 100 && cache_test_fill(20000, 20300) &&
           cache_test_count(20000, 20300) == 300,
       "the file is good when there is room again");
    in_a_process(is_full_from_the_start, "where nothing fits at all, it is read too");
    in_a_process(is_full_and_new, "none can be made there");
    ok(cache_test_fill(0, 3) && cache_test_count(0, 3) == 3, "what was begun is no damage");
}

/* This very program, started anew where a library cannot be loaded: what it says then. */
static void test_without(const char *program, const char *library, const char *want)
{
    char command[3 * 4096], said[1024] = "";
    scratch_run("rm -rf library; mkdir library");
    snprintf(command, sizeof command,
             ": >library/%s && LD_LIBRARY_PATH=$PWD/library '%s' open >said", library, program);
    scratch_run(command);
    FILE *file = fopen("said", "r");
    if (!file)
        scratch_fail("said");
    said[fread(said, 1, sizeof said - 1, file)] = '\0';
    fclose(file);
    ok(strstr(said, "there is no cache: ") && strstr(said, want), library);
}

static int open_only(void)
{
    bool is_open = cache_test_open() != NULL;
    arena_free(&cache_arena);
    return is_open ? 1 : printf("%s\n", cache_err.text) < 0;
}

int main(int argc, char **argv)
{
    struct scratch scratch;
    if (argc > 1)
        return open_only();
    char *program = realpath(argv[0], NULL);
    scratch_make(&scratch);
    test_without(program, "libsqlite3.so.0", "SQLite cannot be loaded: ");
#ifndef TOKGATE_CRYPTO_LINKED
    test_without(program, "libcrypto.so.3", "libcrypto (OpenSSL 3) cannot be loaded: ");
#endif
    free(program);
    test_not_sqlite();
    test_damaged_sqlite();
    test_empty();
    test_hidden_damage();
    test_damage_on_writing();
    test_things_in_the_way();
    test_read_only();
    test_full_disk();
    arena_free(&cache_arena);
    scratch_remove(&scratch);
    return tap_done();
}
