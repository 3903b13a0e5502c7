/* Memory of many pages. */
#include "base/pages.h"

#include <limits.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "tap.h"

static const size_t sizes[] = { 1,
                                4096,
                                PAGES_HUGE_MIN - 1,
                                PAGES_HUGE_MIN,
                                PAGES_HUGE_MIN + 1,
                                3 * (size_t)PAGES_HUGE_MIN + 4095 };

enum { SIZES_LEN = sizeof sizes / sizeof *sizes };

static void fill(unsigned char *memory, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        memory[i] = (unsigned char)(i * 31 >> 3);
}

static bool is_filled(const unsigned char *memory, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (memory[i] != (unsigned char)(i * 31 >> 3))
            return false;
    return true;
}

static void test_alloc(void)
{
    bool aligned = true, filled = true;
    for (size_t i = 0; i < SIZES_LEN; i++) {
        unsigned char *memory = pages_alloc(sizes[i]);
        if (!memory)
            abort();
        fill(memory, 0, sizes[i]);
        aligned &= (uintptr_t)memory % alignof(max_align_t) == 0;
        filled &= is_filled(memory, sizes[i]);
        free(memory);
    }
    ok(aligned, "memory is aligned for any type");
    ok(filled, "all of it can be written");
}

static void test_grow(void)
{
    unsigned char *memory = NULL;
    bool kept = true;
    for (size_t i = 0; i < SIZES_LEN; i++) {
        const size_t before = i ? sizes[i - 1] : 0;
        memory = pages_grow(memory, before, sizes[i]);
        if (!memory)
            abort();
        kept &= is_filled(memory, before);
        fill(memory, before, sizes[i]);
    }
    ok(kept, "what was there is there in larger memory");
    free(memory);
}

static long peak_kb(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : LONG_MAX;
}

/* Twice that much would be of both at once. */
static void test_peak(void)
{
    enum { SIZE = 64 << 20, SLACK_KB = 40 << 10 };
    const long before = peak_kb();
    unsigned char *memory = pages_alloc(SIZE);
    if (!memory)
        abort();
    fill(memory, 0, SIZE);
    memory = pages_grow(memory, SIZE, 2 * (size_t)SIZE);
    if (!memory)
        abort();
    ok(is_filled(memory, SIZE), "large memory grows with all that is in it");
    ok(peak_kb() < before + (SIZE >> 10) + SLACK_KB, "without both copies at once");
    free(memory);
}

int main(void)
{
    test_peak();
    test_alloc();
    test_grow();
    return tap_done();
}
