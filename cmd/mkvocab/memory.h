#ifndef TOKGATE_MKVOCAB_MEMORY_H
#define TOKGATE_MKVOCAB_MEMORY_H

/* Memory of a build tool, which ends where there is none. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static inline _Noreturn void memory_refuse(const char *what)
{
    fprintf(stderr, "mkautomaton: %s\n", what);
    exit(1);
}

/* Zeros, to be given back with free(). */
static inline void *memory_new(size_t len, size_t size)
{
    void *memory = calloc(len ? len : 1, size);
    if (!memory)
        memory_refuse("out of memory");
    return memory;
}

static inline void *memory_more(void *old, size_t len, size_t size)
{
    void *memory = len <= SIZE_MAX / size ? realloc(old, len * size) : NULL;
    if (!memory)
        memory_refuse("out of memory");
    return memory;
}

/* FNV-1a, with its upper half mixed in. */
static inline size_t memory_hash(const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    uint64_t hash = 0xcbf29ce484222325U;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * 0x100000001b3U;
    return (size_t)(hash ^ hash >> 32);
}

#endif
