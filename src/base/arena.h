#ifndef TOKGATE_BASE_ARENA_H
#define TOKGATE_BASE_ARENA_H

#include <stddef.h>

/*
 * Memory that is given back all at once. An arena is owned by one stage (the run, a chunk) and is
 * not thread safe. Running out of memory ends the process: there is nothing a linter could still
 * say. Initialize with { 0 }.
 */
struct arena_block;
struct arena_adopted;

struct arena {
    struct arena_block *blocks;    /* newest first */
    struct arena_block *spare;     /* of arena_recycle, to be used before any is asked for */
    struct arena_adopted *adopted; /* newest first */
    char *next;
    size_t left_bytes;
};

/* Zeroed memory for len items of size bytes each, aligned for any type. len 0 gives a valid
 * pointer. */
void *arena_alloc(struct arena *arena, size_t len, size_t size);

/* A copy of size bytes that has room for new_size (>= size) bytes. */
void *arena_grow(struct arena *arena, const void *old, size_t size, size_t new_size);

/* The same, and old is gone: where it is large, its memory is used again. size is that which it was
 * asked for with. */
void *arena_regrow(struct arena *arena, void *old, size_t size, size_t new_size);

/* What was asked for with this size is not needed any more: where it is large, it is given back at
 * once. */
void arena_release(struct arena *arena, void *memory, size_t size);

/* Takes memory that came from malloc: it is freed when the arena is reset or freed. */
void arena_adopt(struct arena *arena, void *memory);

/* Forgets everything in it, keeps the newest block for reuse. */
void arena_reset(struct arena *arena);

/* Forgets everything in it, keeps some MB of its blocks: what is as large as before then needs no
 * memory of the system, whose pages would have to be cleared. */
void arena_recycle(struct arena *arena);

/* Gives everything back. The arena is empty and usable again. */
void arena_free(struct arena *arena);

#define ARENA_NEW(arena, type)        ((type *)arena_alloc((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, len) ((type *)arena_alloc((arena), (len), sizeof(type)))

#endif
