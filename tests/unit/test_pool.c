/* Jobs leave in the order they came in, whoever does them. */
#include "base/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "tap.h"

enum { JOBS = 1000, WORKERS_MAX = 8 };

struct job {
    size_t number;
    size_t result;
    pthread_t thread;
};

struct context {
    atomic_int busy[WORKERS_MAX];
    atomic_bool overlaps; /* two calls with one worker at the same time */
    atomic_size_t done;
};

/* Works longer on some jobs than on others. */
static void work(void *argument, size_t worker, void *opaque)
{
    struct job *job = argument;
    struct context *context = opaque;
    if (worker >= WORKERS_MAX || atomic_fetch_add(&context->busy[worker], 1) != 0)
        atomic_store(&context->overlaps, true);
    volatile size_t sum = 0;
    for (size_t i = 0; i < (job->number * 7919) % 1000; i++)
        sum = sum + i;
    job->result = job->number * 2 + 1;
    job->thread = pthread_self();
    atomic_fetch_add(&context->done, 1);
    if (worker < WORKERS_MAX)
        atomic_fetch_sub(&context->busy[worker], 1);
}

static void test_order(size_t threads)
{
    static struct job jobs[JOBS];
    static struct context context;
    struct error err = { 0 };
    struct pool *pool = pool_open(threads, work, &context, &err);
    size_t taken = 0;
    bool in_order = true;
    atomic_store(&context.done, 0);
    ok(pool && pool_len(pool) == 0 && pool_cap(pool) >= threads, "a pool with room");
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i] = (struct job){ .number = i };
        while (pool_len(pool) == pool_cap(pool)) {
            const struct job *job = pool_take(pool);
            in_order &= job == &jobs[taken] && job->result == taken * 2 + 1;
            taken++;
        }
        pool_put(pool, &jobs[i]);
    }
    for (; pool_len(pool); taken++) {
        const struct job *job = pool_take(pool);
        in_order &= job == &jobs[taken] && job->result == taken * 2 + 1;
    }
    pool_close(pool);
    ok(in_order && taken == JOBS, "jobs come out done and in order");
    ok(atomic_load(&context.done) == JOBS, "each was done once");
    ok(!atomic_load(&context.overlaps), "no worker did two at a time");
}

static void test_single(void)
{
    static struct context context;
    struct error err = { 0 };
    struct pool *pool = pool_open(4, work, &context, &err);
    struct job job = { .number = 3 };
    for (int i = 0; i < 3; i++) {
        pool_put(pool, &job);
        ok(pool_take(pool) == &job && pthread_equal(job.thread, pthread_self()),
           "one job at a time is done by its owner, without a thread");
    }
    struct job other = { .number = 4 };
    pool_put(pool, &job);
    pool_put(pool, &other);
    ok(pool_take(pool) == &job && pool_take(pool) == &other, "two of them come out in order");
    ok(!pthread_equal(other.thread, pthread_self()), "and were done by threads");
    pool_close(pool);
    pool = pool_open(4, work, &context, &err);
    pool_close(pool);
    ok(true, "a pool that never had a job closes");
}

static void add_number(void *argument, size_t worker, void *opaque)
{
    const struct job *job = argument;
    struct job *sum = opaque;
    (void)worker;
    sum->result = sum->result * 31 + job->number; /* depends on their order */
    sum->thread = pthread_self();
}

static void test_beside(void)
{
    static struct job jobs[JOBS];
    struct job sum = { 0 };
    struct error err = { 0 };
    struct pool *pool = pool_open(1, add_number, &sum, &err);
    size_t want = 0;
    pool_beside(pool);
    for (size_t i = 0; i < JOBS; i++) {
        jobs[i].number = i;
        want = want * 31 + i;
        while (pool_len(pool) == pool_cap(pool))
            pool_take(pool);
        pool_put(pool, &jobs[i]);
    }
    while (pool_len(pool))
        pool_take(pool);
    pool_close(pool);
    ok(sum.result == want, "beside its owner a thread works in order");
    ok(!pthread_equal(sum.thread, pthread_self()), "and the owner does not");
}

int main(void)
{
    static const size_t threads[] = { 1, 2, 8 };
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
        test_order(threads[i]);
    test_single();
    test_beside();
    return tap_done();
}
