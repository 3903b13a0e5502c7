#include "plan/quantile.h"

#include <stdlib.h>

uint64_t quantile(const uint64_t *sorted, size_t len, unsigned percent)
{
    /* whole hundreds apart, so that no product is too large */
    size_t rank = len / 100 * percent + (len % 100 * percent + 99) / 100;
    return sorted[rank - 1];
}

static int compare(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void quantile_sort(uint64_t *numbers, size_t len)
{
    qsort(numbers, len, sizeof *numbers, compare);
}
