#ifndef TOKGATE_PLAN_QUANTILE_H
#define TOKGATE_PLAN_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

/* The percentile of len > 0 sorted numbers by nearest rank: the smallest of them that is not
 * exceeded by so many percent (1 to 100). */
uint64_t quantile(const uint64_t *sorted, size_t len, unsigned percent);

/* Sorts them, smallest first. */
void quantile_sort(uint64_t *numbers, size_t len);

#endif
