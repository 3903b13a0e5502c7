#ifndef TOKGATE_TESTS_CACHE_TEST_H
#define TOKGATE_TESTS_CACHE_TEST_H

/* What tests of the cache share: keys, a run of the cache, and its file as bytes. */
#include "count/cache.h"
#include "scratch.h"
#include "tap.h"

#define CACHE_FILE "cache/counts.sqlite"

static struct arena cache_arena;
static struct str cache_said;  /* by the last cache_open */
static struct error cache_err; /* of the last one that failed */

/* As random as a hash is. */
static inline struct cache_key cache_test_key(uint64_t number)
{
    struct cache_key key;
    uint64_t state = number + 1;
    for (size_t i = 0; i < sizeof key.bytes; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        key.bytes[i] = (uint8_t)(state >> 56);
    }
    return key;
}

/* The count of a key: none is 0. */
static inline int64_t cache_test_tokens(uint64_t number)
{
    return (int64_t)number + 1;
}

static inline struct cache *cache_test_open(void)
{
    cache_err = (struct error){ 0 };
    return cache_open(STR("cache"), &cache_said, &cache_arena, &cache_err);
}

/* What the cache has to say at its end. */
static inline struct str cache_test_close(struct cache *cache)
{
    struct str said;
    cache_close(cache, &said, &cache_arena);
    return said;
}

static inline void cache_test_put(struct cache *cache, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) {
        struct cache_key key = cache_test_key(i);
        cache_put(cache, &key, cache_test_tokens(i));
    }
}

/* How many of them are there; -1 when one is there with another count. */
static inline int64_t cache_test_found(struct cache *cache, uint64_t from, uint64_t to)
{
    int64_t found = 0;
    for (uint64_t i = from; i < to; i++) {
        struct cache_key key = cache_test_key(i);
        int64_t tokens = -7;
        if (!cache_get(cache, &key, &tokens))
            continue;
        if (tokens != cache_test_tokens(i))
            return -1;
        found++;
    }
    return found;
}

/* A run that puts these counts; whether it had nothing to say. */
static inline bool cache_test_fill(uint64_t from, uint64_t to)
{
    struct cache *cache = cache_test_open();
    if (!cache)
        return false;
    bool was_silent = !cache_said.len;
    cache_test_put(cache, from, to);
    return !cache_test_close(cache).len && was_silent;
}

/* A run that only looks. */
static inline int64_t cache_test_count(uint64_t from, uint64_t to)
{
    struct cache *cache = cache_test_open();
    if (!cache)
        return -2;
    int64_t found = cache_test_found(cache, from, to);
    cache_test_close(cache);
    return found;
}

/* Writes bytes into the middle of a file. */
static inline void cache_test_patch(const char *path, long at, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "r+b");
    if (!file || fseek(file, at, SEEK_SET) != 0 || fwrite(bytes, 1, size, file) != size ||
        fclose(file) != 0)
        scratch_fail(path);
}

/* Offset of the bytes in a file, or -1. */
static inline long cache_test_find(const char *path, const void *bytes, size_t size)
{
    static char content[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file)
        scratch_fail(path);
    size_t len = fread(content, 1, sizeof content, file);
    if (fclose(file) != 0)
        scratch_fail(path);
    for (size_t at = 0; at + size <= len; at++)
        if (memcmp(content + at, bytes, size) == 0)
            return (long)at;
    return -1;
}

static inline bool cache_test_is_there(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

#endif
