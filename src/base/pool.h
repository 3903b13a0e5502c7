#ifndef TOKGATE_BASE_POOL_H
#define TOKGATE_BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Jobs that are worked on by a few threads and come out in the order they went in. One thread owns
 * the pool: it puts jobs in and takes finished ones out. No thread is started before there is a
 * second job, so that small work costs no thread.
 */
struct pool;

/* Works on one job. worker is 0 to threads - 1; no two calls with one worker run at the same time.
 */
typedef void pool_work(void *job, size_t worker, void *context);

/* At least one thread. NULL with err when the system has no more. */
struct pool *pool_open(size_t threads, pool_work *work, void *context, struct error *err);

/* No more than so many threads are started from now on: 1 to those of pool_open. Those that work
 * already go on. */
void pool_limit(struct pool *pool, size_t threads);

/* For a pool of one thread: it is started at the first job, and the owner only waits. Jobs are
 * worked on one after the other, in their order, beside what the owner does. */
void pool_beside(struct pool *pool);

/* How many jobs are in it, and how many it takes before pool_put must not be called. */
size_t pool_len(const struct pool *pool);
size_t pool_cap(const struct pool *pool);

/* Puts a job in. There must be room. Falls back to fewer threads when one cannot be started. */
void pool_put(struct pool *pool, void *job);

/* The oldest job, after waiting until it is done. There must be one. */
void *pool_take(struct pool *pool);

/* Waits for the threads. All jobs must have been taken. */
void pool_close(struct pool *pool);

#endif
