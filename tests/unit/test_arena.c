/* Memory that is given back at once. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/list.h"
#include "tap.h"

struct numbers {
    struct arena *arena;
    size_t *items;
    size_t len, cap;
};

static bool is_zero(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return false;
    return true;
}

static void test_alloc(void)
{
    struct arena arena = { 0 };
    bool aligned = true, zeroed = true, apart = true;
    char *last = NULL;
    for (size_t size = 0; size < 3000; size++) {
        char *memory = arena_alloc(&arena, size, 3);
        aligned &= (uintptr_t)memory % alignof(max_align_t) == 0;
        zeroed &= is_zero(memory, size * 3);
        apart &= memory != last || size < 2; /* nothing takes no room */
        memset(memory, 'x', size * 3);
        last = memory;
    }
    ok(aligned, "memory is aligned for any type");
    ok(zeroed, "memory is zeroed");
    ok(apart, "memory of one is not that of another");
    ok(arena_alloc(&arena, 0, 8) != NULL, "nothing has a valid pointer");
    char *large = arena_alloc(&arena, 1, 10 * 1024 * 1024);
    ok(is_zero(large, 10 * 1024 * 1024), "a large one is zeroed too");
    arena_reset(&arena);
    ok(is_zero(arena_alloc(&arena, 1, 1000), 1000), "what is used again is zeroed");
    arena_free(&arena);
    ok(!arena.blocks && !arena.left_bytes, "a freed arena is empty");
    ok(is_zero(arena_alloc(&arena, 1, 8), 8), "and usable");
    arena_free(&arena);
    arena_free(&arena);
    arena_reset(&arena);
    ok(!arena.blocks, "freeing and resetting nothing is fine");
}

static void test_grow(void)
{
    struct arena arena = { 0 };
    char *old = arena_grow(&arena, NULL, 0, 4);
    memcpy(old, "abcd", 4);
    char *new = arena_grow(&arena, old, 4, 200000);
    ok(memcmp(new, "abcd", 4) == 0 && memcmp(old, "abcd", 4) == 0, "growing copies");
    ok(arena_grow(&arena, old, 4, 4) != NULL, "growing by nothing is fine");
    struct numbers numbers = { .arena = &arena };
    bool kept = true;
    for (size_t i = 0; i < 100000; i++)
        *LIST_PUSH(&numbers) = i;
    for (size_t i = 0; i < numbers.len; i++)
        kept &= numbers.items[i] == i;
    ok(kept && numbers.len == 100000 && numbers.cap >= numbers.len, "a list keeps its items");
    arena_free(&arena);
}

static size_t blocks_of(const struct arena *arena)
{
    size_t len = 0;
    for (const void *const *block = (const void *const *)arena->blocks; block; block = *block)
        len++; /* the older one is the first member */
    return len;
}

/* What fills a block of its own takes its memory along; what stands beside others is copied. */
static void test_regrow(void)
{
    struct arena arena = { 0 };
    char *small = arena_regrow(&arena, NULL, 0, 100);
    memset(small, 's', 100);
    char *larger = arena_regrow(&arena, small, 100, 70000);
    char *beside = arena_alloc(&arena, 1, 100);
    memset(beside, 'b', 100);
    memset(larger, 'l', 70000);
    ok(small != larger && small[99] == 's', "a small one is copied and left alone");
    const size_t blocks = blocks_of(&arena);
    for (size_t size = 70000; size < 10000000; size *= 2) {
        larger = arena_regrow(&arena, larger, size, 2 * size);
        memset(larger + size, 'l', size);
    }
    bool kept = true;
    for (size_t i = 0; i < 10000000; i++)
        kept &= larger[i] == 'l';
    ok(kept && blocks_of(&arena) == blocks, "a large one keeps its bytes and its block");
    for (size_t i = 0; i < 100; i++)
        kept &= beside[i] == 'b';
    ok(kept, "and leaves the others alone");
    char *last = arena_regrow(&arena, NULL, 0, 80000);
    last = arena_regrow(&arena, last, 80000, 160000);
    memset(last, 'z', 160000);
    memset(arena_alloc(&arena, 1, 64), 'y', 64);
    ok(last[0] == 'z' && last[159999] == 'z', "what comes after the newest stands elsewhere");
    arena_free(&arena);
}

/* A block that was kept by a reset may have other things in it. */
static void test_regrow_after_reset(void)
{
    struct arena arena = { 0 };
    arena_alloc(&arena, 1, 200000);
    arena_reset(&arena);
    char *first = arena_regrow(&arena, NULL, 0, 100000);
    char *second = arena_alloc(&arena, 1, 100);
    memset(first, 'f', 100000);
    memset(second, 's', 100);
    char *grown = arena_regrow(&arena, first, 100000, 300000);
    ok(grown != first && grown[99999] == 'f' && second[0] == 's' && second[99] == 's',
       "what shares a block is copied");
    struct numbers numbers = { .arena = &arena };
    bool kept = true;
    for (size_t i = 0; i < 100000; i++)
        *LIST_PUSH_MANY(&numbers) = i;
    for (size_t i = 0; i < numbers.len; i++)
        kept &= numbers.items[i] == i;
    ok(kept && numbers.len == 100000, "a list that regrows keeps its items");
    arena_free(&arena);
}

static void test_release(void)
{
    struct arena arena = { 0 };
    char *before = memset(arena_alloc(&arena, 1, 100), 'b', 100);
    char *first = arena_alloc(&arena, 1, 100000);
    char *newest = arena_alloc(&arena, 2, 100000);
    const size_t blocks = blocks_of(&arena);
    arena_release(&arena, before, 100);
    arena_release(&arena, first, 90000);
    ok(blocks_of(&arena) == blocks, "what is small stays, and what is not the whole");
    arena_release(&arena, first, 100000);
    ok(blocks_of(&arena) == blocks - 1, "what is large goes");
    arena_release(&arena, newest, 200000);
    ok(blocks_of(&arena) == blocks - 2, "the newest too");
    char *none = arena_alloc(&arena, 0, 1), *after = arena_alloc(&arena, 1, 100);
    memset(after, 'a', 100);
    ok(none && before[0] == 'b' && before[99] == 'b' && after[0] == 'a',
       "the others are as they were");
    arena_release(&arena, arena_alloc(&arena, 1, 300000), 300000);
    arena_free(&arena);
    newest = arena_alloc(&arena, 1, 300000);
    arena_release(&arena, newest, 300000);
    ok(!arena.blocks && arena_alloc(&arena, 1, 8), "so may be the only one");
    arena_free(&arena);
}

/* What an arena asks the system for is used again, zeroed, and no more than some MB is kept. */
static void test_recycle(void)
{
    enum { SIZE = 1000, LEN = 1000 };
    struct arena arena = { 0 };
    bool zeroed = true, again = true;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < LEN; i++) {
            char *memory = arena_alloc(&arena, 1, SIZE);
            zeroed &= is_zero(memory, SIZE);
            memset(memory, 'x', SIZE);
        }
        arena_adopt(&arena, malloc(10));
        char *large = arena_alloc(&arena, 1, 1 << 20);
        memset(large, 'x', 1 << 20);
        arena_recycle(&arena);
        again &= !arena.blocks && !arena.adopted && !arena.left_bytes && arena.spare;
    }
    ok(zeroed, "recycled memory is zeroed");
    ok(again, "and kept for what comes");
    arena_reset(&arena);
    ok(arena.spare && is_zero(arena_alloc(&arena, 1, SIZE), SIZE), "a reset leaves it");
    arena_free(&arena);
    ok(!arena.spare && !arena.blocks, "freeing gives it back");
    arena_recycle(&arena);
    ok(!arena.spare, "recycling nothing is fine");
}

int main(void)
{
    test_alloc();
    test_grow();
    test_regrow();
    test_regrow_after_reset();
    test_release();
    test_recycle();
    return tap_done();
}
