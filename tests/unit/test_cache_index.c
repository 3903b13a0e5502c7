/* The counts that runs have used: found without SQLite, trusted only where they are as written. */
#include "count/cache_index.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache_test.h"
#include "count/cache_file.h"
#include "count/cache_upkeep.h"

#define INDEX_FILE "cache/counts.index"

static struct arena arena;

static bool is_kept(void *context, const struct cache_key *key)
{
    (void)context;
    (void)key;
    return true;
}

/* Puts these counts into the index, as cache_close does. */
static void add(uint64_t from, uint64_t to, uint32_t mark)
{
    struct arena own = { 0 };
    struct cache_table rows = cache_table_new(&own, (size_t)(to - from));
    for (uint64_t i = from; i < to; i++) {
        struct cache_key key = cache_test_key(i);
        *cache_table_row(&rows, &key) = (struct cache_row){ key, cache_test_tokens(i), mark };
    }
    cache_index_add(STR("cache"), &rows, is_kept, NULL);
    arena_free(&own);
}

/* How many of them an open index has with the mark; -1 when one is there with another count. */
static int64_t found_in(struct cache_index *index, uint64_t from, uint64_t to, uint32_t mark)
{
    int64_t found = 0;
    for (uint64_t i = from; i < to; i++) {
        struct cache_key key = cache_test_key(i);
        int64_t tokens = -7;
        uint32_t got = 0;
        if (!cache_index_get(index, &key, &tokens, &got))
            continue;
        if (tokens != cache_test_tokens(i))
            return -1;
        found += got == mark;
    }
    return found;
}

/* -2: there is none. */
static int64_t found(uint64_t from, uint64_t to, uint32_t mark)
{
    struct cache_index index;
    if (!cache_index_open(&index, STR("cache")))
        return -2;
    const int64_t len = found_in(&index, from, to, mark);
    cache_index_close(&index);
    return len;
}

static void begin(void)
{
    scratch_run("rm -rf cache elsewhere; mkdir -m 700 cache");
}

static void test_rows(void)
{
    struct stat status;
    begin();
    ok(found(0, 1, 3) == -2, "there is none");
    is_str(cache_index_path(&arena, STR("d/")), "d/counts.index", "a path with one slash");
    add(0, 1, 3);
    ok(found(0, 2, 3) == 1, "an index of one count");
    ok(stat(INDEX_FILE, &status) == 0 && (status.st_mode & 0777) == 0600, "is the user's alone");
    add(1, 1000, 3);
    ok(found(0, 2000, 3) == 1000, "others are added");
    add(500, 600, 4);
    ok(found(0, 2000, 3) == 900 && found(0, 2000, 4) == 100, "the newer mark stands");
    ok(!cache_test_is_there(INDEX_FILE ".new"), "nothing is left beside it");
    scratch_write(INDEX_FILE ".new", "of a run that was killed");
    add(2000, 2001, 3);
    ok(found(2000, 2001, 3) == 1, "what was left there is in nobody's way");
}

/* The first look-ups read pieces of the file, later ones what was read as a whole. */
static void test_closed(void)
{
    struct cache_index index;
    begin();
    add(0, 1000, 1);
    ok(cache_index_open(&index, STR("cache")), "it is opened");
    scratch_run("rm -rf cache");
    ok(found_in(&index, 0, 1000, 1) == 1000 && found_in(&index, 1000, 2000, 1) == 0,
       "who has it open keeps it");
    cache_index_close(&index);
    ok(found_in(&index, 0, 10, 1) == 0, "one that is closed has nothing");
    cache_index_close(&index);
    add(0, 10, 1);
    ok(found(0, 10, 1) == -2, "where there is no directory none is made");
}

static void test_room(void)
{
    begin();
    add(0, CACHE_INDEX_LEN_MAX, 1);
    add(CACHE_INDEX_LEN_MAX, CACHE_INDEX_LEN_MAX + 1000, 1);
    ok(found(CACHE_INDEX_LEN_MAX, CACHE_INDEX_LEN_MAX + 1000, 1) == 1000 &&
           found(0, CACHE_INDEX_LEN_MAX, 1) == CACHE_INDEX_LEN_MAX - 1000,
       "a full one lets older counts go");
}

/* The number of buckets changes with that of rows, and old rows are read in another order. */
static void test_sizes(void)
{
    begin();
    add(0, 3, 1);
    add(3, 20000, 2);
    ok(found(0, 30000, 1) == 3 && found(0, 30000, 2) == 19997, "a few old ones among many new");
    add(19990, 20010, 3);
    ok(found(0, 30000, 1) == 3 && found(0, 30000, 2) == 19987 && found(0, 30000, 3) == 20,
       "a few new ones among many old");
    add(10000, 40000, 4);
    ok(found(0, 10000, 4) == 0 && found(10000, 40000, 4) == 30000 && found(0, 10000, 2) == 9997,
       "many of both");
}

/* Each byte in turn: no count but the right one comes of it. */
static void test_damage(void)
{
    struct stat status;
    static char bytes[1 << 16];
    bool all = true;
    int64_t least = 40;
    begin();
    add(0, 40, 3);
    const size_t size = stat(INDEX_FILE, &status) == 0 ? (size_t)status.st_size : 0;
    FILE *file = fopen(INDEX_FILE, "rb");
    if (!file || fread(bytes, 1, sizeof bytes, file) != size || fclose(file) != 0)
        scratch_fail(INDEX_FILE);
    for (size_t i = 0; i < size; i++) {
        const char flipped = (char)(bytes[i] ^ 0x81);
        cache_test_patch(INDEX_FILE, (long)i, &flipped, 1);
        const int64_t len = found(0, 80, 3);
        all &= len != -1 && len <= 40;
        least = len < least ? len : least;
        cache_test_patch(INDEX_FILE, (long)i, &bytes[i], 1);
    }
    ok(all && least == -2 && found(0, 40, 3) == 40, "a changed byte makes no other count");
    for (size_t len = 0; len < size; len += 7) {
        if (truncate(INDEX_FILE, (off_t)len) != 0)
            scratch_fail(INDEX_FILE);
        all &= found(0, 40, 3) == -2;
        scratch_run("rm cache/counts.index");
        add(0, 40, 3);
    }
    ok(all, "one that is cut off is none");
    if (truncate(INDEX_FILE, (off_t)size + 1) != 0)
        scratch_fail(INDEX_FILE);
    ok(found(0, 40, 3) == -2, "nor is one with something behind it");
    add(50, 60, 3);
    ok(found(0, 60, 3) == 10, "the next run makes another");
}

/* Cut off while it is open: no count is better than a signal. */
static void test_shrinking(void)
{
    struct cache_index index;
    begin();
    add(0, 1000, 1);
    ok(cache_index_open(&index, STR("cache")) && found_in(&index, 0, 3, 1) == 3, "it is read");
    if (truncate(INDEX_FILE, 30) != 0)
        scratch_fail(INDEX_FILE);
    ok(found_in(&index, 0, 1000, 1) == 0, "until it is cut off");
    cache_index_close(&index);
}

static void test_things_in_the_way(void)
{
    begin();
    scratch_run("mkdir cache/counts.index");
    ok(found(0, 1, 1) == -2, "a directory is no index");
    add(0, 1, 1);
    ok(found(0, 1, 1) == -2 && !cache_test_is_there(INDEX_FILE ".new"), "and stays one");
    begin();
    scratch_run("mkfifo cache/counts.index");
    ok(found(0, 1, 1) == -2, "nobody waits for a pipe");
    begin();
    add(0, 1, 1);
    scratch_run("mv cache/counts.index elsewhere; ln -s ../elsewhere cache/counts.index");
    ok(found(0, 1, 1) == -2, "a link is not followed");
    add(1, 2, 1);
    ok(found(0, 2, 1) == 1 && cache_test_is_there("elsewhere"), "but replaced");
}

/* Runs that write it all at once, some of them killed on the way: whoever reads finds what is
 * right, and nothing is in the way of the next. */
static void test_kills(void)
{
    enum { RUNS = 40, EACH = 50 };
    pid_t runs[RUNS];
    bool all = true;
    begin();
    for (uint64_t i = 0; i < RUNS; i++) {
        runs[i] = fork();
        if (runs[i] < 0)
            scratch_fail("fork");
        if (!runs[i]) {
            for (;;)
                add(i * EACH, (i + 1) * EACH, 1);
        }
        all &= found(0, RUNS * EACH, 1) != -1;
        if (i % 4 == 3) /* in the middle of something, mostly */
            kill(runs[i - 3], SIGKILL);
    }
    for (size_t i = 0; i < RUNS; i++) {
        all &= found(0, RUNS * EACH, 1) != -1;
        kill(runs[i], SIGKILL);
        waitpid(runs[i], NULL, 0);
    }
    ok(all, "many runs write it, and are killed: no count is another one");
    add(0, RUNS * EACH, 1);
    ok(found(0, RUNS * EACH, 1) == RUNS * EACH, "the next run can write it");
    add(0, 1, 2);
    ok(!cache_test_is_there(INDEX_FILE ".new"), "and leaves nothing beside it");
}

/* The cache with an index: its own file is not opened for what is in it. */
static void test_cache(void)
{
    struct cache_key key = cache_test_key(3), other = cache_test_key(300);
    int64_t tokens = 0, removed = 0;
    uint32_t mark = 9;
    struct cache_size size;
    struct error err = { 0 };
    begin();
    cache_test_fill(0, 100);
    struct cache *cache = cache_test_open();
    ok(cache_find(cache, &key, &tokens, &mark) && tokens == cache_test_tokens(3) && !mark,
       "no mark yet");
    for (uint64_t i = 0; i < 50; i++) {
        struct cache_key each = cache_test_key(i);
        cache_mark(cache, &each, cache_test_tokens(i), 7);
    }
    is_str(cache_test_close(cache), "", "counts are marked");
    cache = cache_test_open();
    ok(cache_find(cache, &key, &tokens, &mark) && tokens == cache_test_tokens(3) && mark == 7 &&
           !cache_test_is_there(CACHE_FILE "-shm"),
       "then they are known without opening the file");
    ok(!cache_get(cache, &other, &tokens) && cache_test_is_there(CACHE_FILE "-shm"),
       "which is opened for another");
    cache_put(cache, &other, 300);
    ok(cache_get(cache, &other, &tokens) && tokens == 300, "that is remembered");
    ok(cache_path(cache).len > 0, "and others may keep something there");
    is_str(cache_test_close(cache), "", "all is well");
    cache_test_patch(CACHE_FILE, 100, "what was there is written over", 30);
    ok(cache_test_count(0, 50) == 50, "what is wrong in the file is no matter to who needs it not");
    cache = cache_test_open();
    ok(cache && !cache_said.len && !cache_get(cache, &other, &tokens) &&
           strstr(str_to_c(&cache_arena, cache_test_close(cache)), "was put aside as "),
       "but is said to who does");
    cache_test_fill(0, 100);
    scratch_write(CACHE_FILE, "this was a database once, before it was written over");
    cache = cache_test_open();
    ok(cache && strstr(str_to_c(&cache_arena, cache_said), "was put aside as "),
       "and where there is no database any more, to anybody");
    ok(cache_test_found(cache, 0, 100) == 0, "who then has no index");
    cache_test_close(cache);
    cache_test_fill(0, 100);
    ok(cache_prune(CACHE_COUNTS, STR("cache"), 0, 0, &removed, &size, &arena, &err) &&
           !cache_test_is_there(INDEX_FILE) && cache_test_count(0, 100) == 0,
       "what is pruned is forgotten");
    cache_test_fill(0, 10);
    add(0, 10, 1);
    scratch_run("rm cache/counts.sqlite*");
    ok(cache_test_count(0, 10) == 0, "an index alone is no cache");
    ok(!cache_test_is_there(INDEX_FILE), "and goes when the cache is made anew");
}

static void mark_all(struct cache *cache, uint64_t len, uint32_t mark)
{
    for (uint64_t i = 0; i < len; i++) {
        struct cache_key key = cache_test_key(i);
        cache_mark(cache, &key, cache_test_tokens(i), mark);
    }
}

/* A run that uses many counts does not keep all of them until it ends. */
static void test_long_run(void)
{
    begin();
    cache_test_fill(0, 20000);
    struct cache *cache = cache_test_open();
    cache_test_found(cache, 0, 1);
    mark_all(cache, 20000, 5);
    const int64_t before = found(0, 20000, 5);
    ok(before >= 8192 && before < 20000, "a long run leaves counts before it ends");
    is_str(cache_test_close(cache), "", "it ends without a word");
    ok(found(0, 20000, 5) == 20000 && cache_test_count(0, 20000) == 20000, "and leaves the rest");

    begin();
    cache_test_fill(0, 20000);
    cache = cache_test_open();
    cache_test_found(cache, 0, 1);
    const int lock = cache_file_lock(STR("cache"));
    mark_all(cache, 20000, 5);
    ok(lock >= 0 && found(0, 20000, 5) == -2, "nothing while another run is about it");
    cache_file_unlock(lock);
    cache_test_close(cache);
    ok(found(0, 20000, 5) == 20000, "but nothing is lost by that");
}

static bool forget(struct cache_size *size)
{
    int64_t removed = 0;
    struct error err = { 0 };
    return cache_prune(CACHE_COUNTS, STR("cache"), 0, 0, &removed, size, &arena, &err);
}

static mode_t mode_of(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 ? status.st_mode & 0777 : 0;
}

/* What CI carries from machine to machine comes out of an archive with any mode. */
static void test_modes(void)
{
    begin();
    cache_test_fill(0, 10);
    add(0, 10, 1);
    scratch_run("chmod 644 cache/counts.*");
    ok(cache_test_count(0, 10) == 10 && !cache_test_is_there(CACHE_FILE "-shm"), "all is there");
    ok(mode_of(INDEX_FILE) == 0600 && mode_of(CACHE_FILE) == 0600, "for the user alone");
}

/* A run that has counts in hand when they are forgotten does not bring them back. */
static void test_forgetting(void)
{
    struct cache_size size;
    struct error err = { 0 };
    begin();
    cache_test_fill(0, 100);
    struct cache *cache = cache_test_open();
    ok(cache_test_found(cache, 0, 100) == 100 && forget(&size), "forgotten while a run has them");
    mark_all(cache, 100, 1);
    cache_test_put(cache, 40, 50);
    is_str(cache_test_close(cache), "", "the run is at its end");
    ok(cache_test_count(0, 40) == 0 && cache_test_count(50, 100) == 0, "they stay forgotten");
    ok(cache_test_count(40, 50) == 10 && found(40, 50, 1) == 10, "but what was counted since");
    begin();
    cache_test_fill(0, 100);
    add(0, 100, 1);
    cache = cache_test_open();
    ok(cache_test_found(cache, 0, 100) == 100 && forget(&size), "the same with an index");
    mark_all(cache, 100, 2);
    cache_test_close(cache);
    ok(cache_test_count(0, 100) == 0, "they stay forgotten");
    cache_test_fill(0, 10);
    ok(cache_measure(CACHE_COUNTS, STR("cache"), &size, &arena, &err), "without an index");
    const int64_t before = size.size_bytes;
    add(0, 10, 1);
    ok(cache_measure(CACHE_COUNTS, STR("cache"), &size, &arena, &err) &&
           size.size_bytes > before + 480,
       "the index has its part in the size");
    ok(forget(&size) && size.size_bytes <= before, "until it goes");
    add(0, 10, 1);
    scratch_run("rm cache/counts.sqlite");
    ok(forget(&size) && !cache_test_is_there(INDEX_FILE), "an index alone goes, too");
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    test_rows();
    test_closed();
    test_room();
    test_sizes();
    test_damage();
    test_shrinking();
    test_things_in_the_way();
    test_kills();
    test_cache();
    test_long_run();
    test_modes();
    test_forgetting();
    arena_free(&arena);
    arena_free(&cache_arena);
    scratch_remove(&scratch);
    return tap_done();
}
