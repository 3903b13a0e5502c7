#ifdef __linux__
#define _GNU_SOURCE /* madvise() */
#endif

#include "base/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Of most systems; where they are larger, these are pages like others. */
enum { HUGE_BYTES = 2 * 1024 * 1024 };

void *pages_alloc(size_t size)
{
    if (size < PAGES_HUGE_MIN || size > SIZE_MAX - HUGE_BYTES)
        return malloc(size);
    size = (size + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES;
    void *memory = aligned_alloc(HUGE_BYTES, size);
#ifdef MADV_HUGEPAGE
    if (memory)
        madvise(memory, size, MADV_HUGEPAGE); /* which may be refused: only a hint */
#endif
    return memory;
}

/* Copies, and gives pages back that were copied: the peak is one of the two, not both. */
static void move(char *to, char *from, size_t size)
{
    const size_t rest = -(uintptr_t)from % HUGE_BYTES; /* to where whole pages begin */
    size_t at = rest < size ? rest : size;
    memcpy(to, from, at);
    for (; size - at >= HUGE_BYTES; at += HUGE_BYTES) {
        memcpy(to + at, from + at, HUGE_BYTES);
#ifdef __linux__
        madvise(from + at, HUGE_BYTES, MADV_DONTNEED);
#endif
    }
    memcpy(to + at, from + at, size - at);
}

void *pages_grow(void *old, size_t size, size_t new_size)
{
    if (new_size < PAGES_HUGE_MIN)
        return realloc(old, new_size);
    void *memory = pages_alloc(new_size);
    if (!memory)
        return NULL;
    if (size)
        move(memory, old, size);
    free(old);
    return memory;
}
