/* What is kept of true counts, from run to run. */
#include "count/observer.h"

#include <pthread.h>

#include "count/observed_db.h"
#include "count/stamp.h"
#include "scratch.h"
#include "tap.h"

static struct arena arena;
static struct catalog catalog;
static const struct shape plain = { 1 << SHAPE_TURNS_1 };

static struct observer *open_in(const char *dir)
{
    const struct observer_options options = {
        .dir = str_from_c(dir),
        .catalog = &catalog,
        .api_version = STR_INIT("2023-06-01"),
        .day = 20000,
    };
    return observer_new(&options);
}

static struct str close_of(struct observer *observer)
{
    struct str said;
    struct error ignored = { 0 };
    observer_close(observer, &said, &arena, &ignored);
    return said;
}

/* The true count of one body, of so many more tokens than offline. */
static void add(struct observer *observer, int64_t number, int64_t off, enum observed_from from)
{
    struct observation numbers = { 90, 100, 110, 100 + off, { 0 } };
    memcpy(numbers.body, &number, sizeof number);
    observer_add(observer, catalog.default_model, plain, &numbers, from);
}

static struct observed_list read_of(const char *dir, bool *is_read)
{
    struct observed_list list = { .arena = &arena };
    struct error err = { 0 };
    *is_read = observed_read(str_from_c(dir), &list, &err);
    return list;
}

static size_t len_of(const char *dir)
{
    bool is_read;
    const size_t len = read_of(dir, &is_read).len;
    return is_read ? len : SIZE_MAX;
}

static void test_round_trip(void)
{
    bool is_read;
    scratch_run("mkdir a");
    ok(read_of("a", &is_read).len == 0 && is_read, "nothing is read where there is nothing");
    close_of(open_in("a"));
    ok(access("a/observations.sqlite", F_OK) != 0, "nothing to keep makes no file");
    struct observer *observer = open_in("a");
    for (int64_t i = 0; i < 5; i++)
        add(observer, i, 40 + i, OBSERVED_ASKED);
    ok(!close_of(observer).len, "nothing is said");
    const struct observed_list list = read_of("a", &is_read);
    ok(is_read && list.len == 5, "all five are there");
    bool is_same = true;
    for (size_t i = 0; i < list.len; i++) {
        const struct observed *item = &list.items[i];
        is_same &= str_equal(item->model, catalog.default_model->id) &&
                   item->shape.words == plain.words && item->numbers.low == 90 &&
                   item->numbers.tokens == 100 && item->numbers.high == 110 &&
                   item->numbers.actual == 140 + (int64_t)i &&
                   item->stamp == stamp_of(&catalog, catalog.default_model, NULL, STR("2023-06-01"),
                                           (struct str){ 0 });
    }
    ok(is_same, "as they were, oldest first");
}

static void test_again(void)
{
    bool is_read;
    struct observer *observer = open_in("a");
    add(observer, 0, 77, OBSERVED_CACHED);
    add(observer, 1, 41, OBSERVED_ASKED);
    close_of(observer);
    const struct observed_list list = read_of("a", &is_read);
    ok(list.len == 5 && list.items[0].numbers.actual == 140, "an old one that is there is no news");
    ok(list.items[4].numbers.body[0] == 1, "a new one of the same body is the newest");
}

static void test_bounded(void)
{
    bool is_read;
    struct observer *observer = open_in("a");
    for (int64_t i = 0; i < 2 * FIT_OBSERVATIONS_MAX + 300; i++)
        add(observer, 1000 + i, i, OBSERVED_ASKED);
    close_of(observer);
    struct observed_list list = read_of("a", &is_read);
    ok(list.len == FIT_OBSERVATIONS_MAX, "a thousand of a shape are kept");
    ok(list.items[0].numbers.actual == 100 + FIT_OBSERVATIONS_MAX + 300, "the newest ones");
    observer = open_in("a");
    for (int64_t i = 0; i < 100; i++)
        add(observer, 9000 + i, 7777, OBSERVED_CACHED);
    close_of(observer);
    list = read_of("a", &is_read);
    ok(list.len == FIT_OBSERVATIONS_MAX && list.items[list.len - 1].numbers.actual != 7877,
       "then no old ones are taken any more");
    scratch_run("mkdir f");
    observer = open_in("f");
    ok(observer_wants_old(observer, catalog.default_model, plain), "at first, old ones are wanted");
    for (int64_t i = 0; i < 100; i++)
        add(observer, i, 1, OBSERVED_CACHED);
    ok(!observer_wants_old(observer, catalog.default_model, plain), "but not for ever");
    close_of(observer);
    ok(len_of("f") == OBSERVER_OLD_ENOUGH, "a few of them are enough");
    scratch_run("mkdir b");
    observer = open_in("b");
    for (uint64_t words = 1; words <= 300; words++) {
        const struct observation numbers = { 9, 9, 9, 9, { 1 } };
        observer_add(observer, catalog.default_model, (struct shape){ words }, &numbers,
                     OBSERVED_ASKED);
    }
    close_of(observer);
    ok(len_of("b") == 256, "a run learns of 256 shapes at most");
}

enum { THREADS = 4, EACH = 200 };

struct worker {
    struct observer *observer;
    int64_t from;
};

static void *work(void *argument)
{
    const struct worker *worker = argument;
    for (int64_t i = 0; i < EACH; i++)
        add(worker->observer, worker->from + i, 1, OBSERVED_ASKED);
    return NULL;
}

static void test_threads(void)
{
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    bool is_started = true;
    scratch_run("mkdir c");
    struct observer *observers[] = { open_in("c"), open_in("c") };
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){ observers[i % 2], (int64_t)i * EACH };
        is_started &= pthread_create(&threads[i], NULL, work, &workers[i]) == 0;
    }
    for (int i = 0; i < THREADS && is_started; i++)
        pthread_join(threads[i], NULL);
    close_of(observers[0]);
    close_of(observers[1]);
    ok(is_started && len_of("c") == (size_t)THREADS * EACH, "two runs of two threads lose nothing");
}

/* Changes what is in the file behind its back. */
static void change(const char *dir, const char *sql)
{
    struct observed_db db;
    struct error err = { 0 };
    if (observed_db_look(&db, observed_db_path(&arena, str_from_c(dir)), &err) ||
        database_run(&db.file, sql, &err))
        scratch_fail(err.text);
    observed_db_close(&db);
}

static void test_damage(void)
{
    static const char *const changes[] = {
        "UPDATE observations SET low = tokens + 1 WHERE id = 3",
        "UPDATE observations SET actual = 0 WHERE id = 3",
        "UPDATE observations SET high = 9007199254740993 WHERE id = 3",
        "UPDATE observations SET actual = 'many' WHERE id = 3",
        "UPDATE observations SET body = x'00' WHERE id = 3",
        "UPDATE observations SET shape = -1 WHERE id = 3",
        "UPDATE observations SET model = '' WHERE id = 3",
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        scratch_run("rm -rf d && mkdir d");
        struct observer *observer = open_in("d");
        for (int64_t j = 0; j < 5; j++)
            add(observer, j, 1, OBSERVED_ASKED);
        close_of(observer);
        change("d", changes[i]);
        ok(len_of("d") == SIZE_MAX, changes[i]);
    }
    struct observer *observer = open_in("d");
    add(observer, 9, 1, OBSERVED_ASKED);
    ok(close_of(observer).len > 0 && access("d/observations.sqlite.damaged", F_OK) == 0,
       "what a run finds damaged is put aside, and said");
    observer = open_in("d");
    add(observer, 9, 1, OBSERVED_ASKED);
    ok(!close_of(observer).len && len_of("d") == 1, "the next one makes it anew");
}

static void test_nowhere(void)
{
    struct observer *observer = open_in("nowhere");
    add(observer, 1, 1, OBSERVED_ASKED);
    ok(!close_of(observer).len && access("nowhere", F_OK) != 0,
       "without a directory nothing is kept, in silence");
    scratch_run("mkdir -p e/observations.sqlite");
    observer = open_in("e");
    add(observer, 1, 1, OBSERVED_ASKED);
    ok(!close_of(observer).len && len_of("e") == SIZE_MAX, "nor where something else has its name");
    ok(!close_of(NULL).len, "no observer can be closed");
}

int main(void)
{
    struct scratch scratch;
    struct error err = { 0 };
    if (!catalog_load(&arena, &catalog, &err))
        return 1;
    scratch_make(&scratch);
    test_round_trip();
    test_again();
    test_bounded();
    test_threads();
    test_damage();
    test_nowhere();
    scratch_remove(&scratch);
    arena_free(&arena);
    return tap_done();
}
