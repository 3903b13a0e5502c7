#include "count/calibration.h"

#include <stdlib.h>

#include "count/count.h"
#include "count/stamp.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void calibration_keep(struct calibration *calibration, const struct catalog *catalog,
                      const struct vocab *vocab, struct str api_version, struct str betas)
{
    size_t kept = 0;
    for (size_t i = 0; i < calibration->len; i++) {
        const struct correction correction = calibration->items[i];
        const struct model *model = catalog_model(catalog, correction.model);
        if (model && stamp_of(catalog, model, vocab, api_version, betas) == correction.stamp)
            calibration->items[kept++] = correction;
    }
    calibration->stale += calibration->len - kept;
    calibration->len = kept;
}

int64_t correction_tolerance(int64_t tokens)
{
    return larger(4, tokens / 100);
}

/* How far the band reaches on one side, and how far held-out answers were off there. */
static int64_t reach(bool may_narrow, int64_t offline, int64_t held_out)
{
    return may_narrow ? held_out : larger(offline, held_out);
}

void correction_apply(const struct correction *correction, struct count *count)
{
    const bool may_narrow = correction->narrows && count->tokens <= correction->largest;
    const int64_t below = reach(may_narrow, count->tokens - count->low, correction->below);
    const int64_t tokens = larger(count->tokens + correction->shift, 1);
    count->low = larger(tokens - below, 1);
    if (count->high != COUNT_UNBOUNDED)
        count->high =
            count_sum(tokens, reach(may_narrow, count->high - count->tokens, correction->above));
    count->tokens = tokens;
}

static int compare(const struct correction *correction, struct str model, struct shape shape)
{
    const int order = str_compare(correction->model, model);
    if (order)
        return order;
    return (correction->shape.words > shape.words) - (correction->shape.words < shape.words);
}

static int compare_items(const void *a, const void *b)
{
    const struct correction *other = b;
    return compare(a, other->model, other->shape);
}

void calibration_sort(struct calibration *calibration)
{
    if (calibration->len)
        qsort(calibration->items, calibration->len, sizeof *calibration->items, compare_items);
}

const struct correction *calibration_find(const struct calibration *calibration, struct str model,
                                          struct shape shape)
{
    size_t from = 0, to = calibration->len;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        const struct correction *correction = &calibration->items[middle];
        const int order = compare(correction, model, shape);
        if (!order)
            return correction;
        from = order < 0 ? middle + 1 : from;
        to = order > 0 ? middle : to;
    }
    return NULL;
}
