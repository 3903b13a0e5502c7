#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pages.h"

enum { BLOCK_BYTES = 64 * 1024, RECYCLED_MAX = 64 };

struct arena_block {
    struct arena_block *older;
    size_t size_bytes;
    alignas(max_align_t) char bytes[];
};

struct arena_adopted {
    struct arena_adopted *older;
    void *memory;
};

static _Noreturn void out_of_memory(void)
{
    fputs("tokgate: out of memory\n", stderr);
    exit(3);
}

static void add_block(struct arena *arena, size_t need_bytes)
{
    size_t size_bytes = need_bytes > BLOCK_BYTES ? need_bytes : BLOCK_BYTES;
    if (size_bytes > SIZE_MAX - sizeof(struct arena_block))
        out_of_memory();
    struct arena_block *block = arena->spare;
    if (block && size_bytes == BLOCK_BYTES)
        arena->spare = block->older;
    else
        block = pages_alloc(sizeof *block + size_bytes);
    if (!block)
        out_of_memory();
    block->older = arena->blocks;
    block->size_bytes = size_bytes;
    arena->blocks = block;
    arena->next = block->bytes;
    arena->left_bytes = size_bytes;
}

static void *take(struct arena *arena, size_t size_bytes)
{
    const size_t align = alignof(max_align_t);
    if (size_bytes > SIZE_MAX - align)
        out_of_memory();
    size_bytes = (size_bytes + align - 1) / align * align;
    if (size_bytes > arena->left_bytes || !arena->blocks)
        add_block(arena, size_bytes);
    char *memory = arena->next;
    arena->next += size_bytes;
    arena->left_bytes -= size_bytes;
    return memory;
}

void *arena_alloc(struct arena *arena, size_t len, size_t size)
{
    if (size && len > SIZE_MAX / size)
        out_of_memory();
    return memset(take(arena, len * size), 0, len * size);
}

void *arena_grow(struct arena *arena, const void *old, size_t size, size_t new_size)
{
    char *memory = take(arena, new_size);
    if (size)
        memcpy(memory, old, size);
    return memory;
}

/* The link to the block that this fills, or NULL: blocks of many things are not so large. */
static struct arena_block **block_of(struct arena *arena, const void *memory, size_t size_bytes)
{
    if (size_bytes <= BLOCK_BYTES)
        return NULL;
    struct arena_block **link = &arena->blocks;
    while (*link && (*link)->bytes != memory)
        link = &(*link)->older;
    return *link && (*link)->size_bytes == size_bytes ? link : NULL;
}

void *arena_regrow(struct arena *arena, void *old, size_t size, size_t new_size)
{
    const size_t align = alignof(max_align_t);
    struct arena_block **link = block_of(arena, old, (size + align - 1) / align * align);
    if (!link)
        return arena_grow(arena, old, size, new_size);
    if (new_size > SIZE_MAX - align - sizeof **link)
        out_of_memory();
    new_size = (new_size + align - 1) / align * align;
    const bool is_newest = link == &arena->blocks;
    struct arena_block *block = realloc(*link, sizeof *block + new_size);
    if (!block)
        out_of_memory();
    block->size_bytes = new_size;
    *link = block;
    if (is_newest) { /* and full, as it was */
        arena->next = block->bytes + new_size;
        arena->left_bytes = 0;
    }
    return block->bytes;
}

void arena_release(struct arena *arena, void *memory, size_t size)
{
    const size_t align = alignof(max_align_t);
    struct arena_block **link = block_of(arena, memory, (size + align - 1) / align * align);
    if (!link)
        return;
    struct arena_block *block = *link;
    *link = block->older;
    if (link == &arena->blocks) { /* it was full, and so the next one is */
        arena->next = block->older ? block->older->bytes + block->older->size_bytes : NULL;
        arena->left_bytes = 0;
    }
    free(block);
}

void arena_adopt(struct arena *arena, void *memory)
{
    struct arena_adopted *adopted = ARENA_NEW(arena, struct arena_adopted);
    *adopted = (struct arena_adopted){ arena->adopted, memory };
    arena->adopted = adopted;
}

static void free_adopted(struct arena *arena)
{
    for (struct arena_adopted *adopted = arena->adopted; adopted; adopted = adopted->older)
        free(adopted->memory);
    arena->adopted = NULL;
}

static void free_blocks(struct arena_block *block)
{
    while (block) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_reset(struct arena *arena)
{
    free_adopted(arena);
    struct arena_block *newest = arena->blocks;
    if (!newest)
        return;
    free_blocks(newest->older);
    newest->older = NULL;
    arena->next = newest->bytes;
    arena->left_bytes = newest->size_bytes;
}

void arena_recycle(struct arena *arena)
{
    size_t kept = 0;
    free_adopted(arena);
    struct arena_block *left[2] = { arena->blocks, arena->spare };
    *arena = (struct arena){ 0 };
    for (size_t i = 0; i < 2; i++) {
        while (left[i]) {
            struct arena_block *block = left[i];
            left[i] = block->older;
            if (block->size_bytes != BLOCK_BYTES || kept == RECYCLED_MAX) {
                free(block);
                continue;
            }
            block->older = arena->spare;
            arena->spare = block;
            kept++;
        }
    }
}

void arena_free(struct arena *arena)
{
    free_adopted(arena);
    free_blocks(arena->blocks);
    free_blocks(arena->spare);
    *arena = (struct arena){ 0 };
}
