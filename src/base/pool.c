#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum { JOBS_PER_THREAD = 2 };

struct slot {
    void *job;
    bool is_done;
};

struct worker {
    struct pool *pool;
    size_t index;
    pthread_t thread;
};

struct pool {
    pool_work *work;
    void *context;
    pthread_mutex_t mutex;
    pthread_cond_t has_work, has_done;
    struct slot *slots; /* a ring: job number n is in slot n % cap */
    size_t cap;
    size_t put, taken, started; /* job numbers: next to come, next to leave, next to work on */
    struct worker *workers;
    size_t workers_len, workers_cap, workers_most;
    bool is_beside;
    bool is_closing;
};

struct pool *pool_open(size_t threads, pool_work *work, void *context, struct error *err)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool || pthread_mutex_init(&pool->mutex, NULL) != 0 ||
        pthread_cond_init(&pool->has_work, NULL) != 0 ||
        pthread_cond_init(&pool->has_done, NULL) != 0) {
        free(pool);
        error_set(err, "no memory for threads");
        return NULL;
    }
    pool->work = work;
    pool->context = context;
    pool->cap = threads * JOBS_PER_THREAD;
    pool->workers_cap = pool->workers_most = threads;
    pool->slots = calloc(pool->cap, sizeof *pool->slots);
    pool->workers = calloc(threads, sizeof *pool->workers);
    if (pool->slots && pool->workers)
        return pool;
    error_set(err, "no memory for threads");
    pool_close(pool);
    return NULL;
}

void pool_limit(struct pool *pool, size_t threads)
{
    assert(threads && threads <= pool->workers_cap);
    pool->workers_most = threads;
}

void pool_beside(struct pool *pool)
{
    assert(pool->workers_cap == 1);
    pool->is_beside = true;
}

size_t pool_len(const struct pool *pool)
{
    return pool->put - pool->taken; /* only the owner changes either */
}

size_t pool_cap(const struct pool *pool)
{
    return pool->cap;
}

static void *run(void *argument)
{
    struct worker *worker = argument;
    struct pool *pool = worker->pool;
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        while (pool->started == pool->put && !pool->is_closing)
            pthread_cond_wait(&pool->has_work, &pool->mutex);
        if (pool->started == pool->put)
            break;
        struct slot *slot = &pool->slots[pool->started++ % pool->cap];
        pthread_mutex_unlock(&pool->mutex);
        pool->work(slot->job, worker->index, pool->context);
        pthread_mutex_lock(&pool->mutex);
        slot->is_done = true;
        pthread_cond_signal(&pool->has_done);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* Signals are for the owner, whose reading they interrupt. */
static void start_workers(struct pool *pool)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->workers_len < pool->workers_most && pool->workers_len < pool_len(pool)) {
        struct worker *worker = &pool->workers[pool->workers_len];
        *worker = (struct worker){ .pool = pool, .index = pool->workers_len };
        if (pthread_create(&worker->thread, NULL, run, worker) != 0)
            break; /* fewer will do; with none, pool_take works itself */
        pool->workers_len++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void pool_put(struct pool *pool, void *job)
{
    assert(pool_len(pool) < pool->cap);
    pthread_mutex_lock(&pool->mutex);
    pool->slots[pool->put % pool->cap] = (struct slot){ .job = job };
    pool->put++;
    pthread_cond_signal(&pool->has_work);
    pthread_mutex_unlock(&pool->mutex);
    if (pool->is_beside ? !pool->workers_len : pool_len(pool) > 1 && pool->workers_most > 1)
        start_workers(pool);
}

void *pool_take(struct pool *pool)
{
    assert(pool_len(pool));
    struct slot *slot = &pool->slots[pool->taken % pool->cap];
    pthread_mutex_lock(&pool->mutex);
    if (!pool->workers_len) {
        pool->started++;
        pthread_mutex_unlock(&pool->mutex);
        pool->work(slot->job, 0, pool->context);
        pthread_mutex_lock(&pool->mutex);
        slot->is_done = true;
    }
    while (!slot->is_done)
        pthread_cond_wait(&pool->has_done, &pool->mutex);
    pool->taken++;
    pthread_mutex_unlock(&pool->mutex);
    return slot->job;
}

void pool_close(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pool->is_closing = true;
    pthread_cond_broadcast(&pool->has_work);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->workers_len; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->has_work);
    pthread_cond_destroy(&pool->has_done);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->slots);
    free(pool->workers);
    free(pool);
}
