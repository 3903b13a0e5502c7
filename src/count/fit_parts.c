#include "count/fit_parts.h"

#include <stdlib.h>

enum { PARTS_MAX = 32, POINTS_MAX = 96 };

/* --- held-out observations */

static bool is_inside(const struct correction *correction, const struct observation *observation)
{
    struct count count = fit_offline(observation);
    correction_apply(correction, &count);
    return count.low <= observation->actual && observation->actual <= count.high;
}

static void try_one(const struct observation *observation, const struct fit_core *others,
                    bool is_outlier, struct fit_trial *trial)
{
    struct correction correction = {
        .shift = others->shift,
        .below = others->below,
        .above = others->above,
        .largest = INT64_MAX,
    };
    const int64_t off = fit_residual(observation) - others->shift;
    trial->inside_before +=
        observation->low <= observation->actual && observation->actual <= observation->high;
    trial->inside_after += is_inside(&correction, observation);
    correction.narrows = true;
    trial->inside_narrow += is_inside(&correction, observation);
    if (is_outlier)
        return;
    trial->error_before += fit_distance(fit_residual(observation), 0);
    trial->error_after += fit_distance(off, 0);
    trial->share_before +=
        (double)fit_distance(fit_residual(observation), 0) / (double)observation->actual;
    trial->share_after += (double)fit_distance(off, 0) / (double)observation->actual;
    trial->below = -off > trial->below ? -off : trial->below;
    trial->above = off > trial->above ? off : trial->above;
}

void fit_try(struct arena *scratch, const struct fit_set *set, const struct fit_core *core,
             struct fit_trial *trial)
{
    const size_t parts = set->len < PARTS_MAX ? set->len : PARTS_MAX;
    *trial = (struct fit_trial){ 0 };
    for (size_t part = 0; part < parts; part++) {
        struct fit_core others;
        fit_core_of(scratch, set, parts, part, &others);
        for (size_t i = part; i < set->len; i += parts)
            try_one(set->items[i], &others, fit_is_outlier(core, set->items[i]), trial);
    }
}

/* --- a line through the differences */

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *numbers, size_t len)
{
    qsort(numbers, len, sizeof *numbers, compare_doubles);
    return len % 2 ? numbers[len / 2] : (numbers[len / 2 - 1] + numbers[len / 2]) / 2;
}

static double absolute(double number)
{
    return number < 0 ? -number : number;
}

static int compare_sizes(const void *a, const void *b)
{
    const struct observation *x = *(const struct observation *const *)a;
    const struct observation *y = *(const struct observation *const *)b;
    const int order = (x->tokens > y->tokens) - (x->tokens < y->tokens);
    return order ? order : (x > y) - (x < y);
}

/* At most POINTS_MAX of them by size, the smallest and the largest too. */
static struct fit_set points_of(struct arena *scratch, const struct fit_set *set)
{
    const struct observation **items = ARENA_ARRAY(scratch, const struct observation *, set->len);
    const size_t len = set->len < POINTS_MAX ? set->len : POINTS_MAX;
    for (size_t i = 0; i < set->len; i++)
        items[i] = set->items[i];
    qsort(items, set->len, sizeof *items, compare_sizes);
    for (size_t i = 1; i < len; i++)
        items[i] = items[i * (set->len - 1) / (len - 1)];
    return (struct fit_set){ items, len };
}

/* Theil-Sen: the median of the slopes between any two; 0 where all are of one size. */
static double slope_of(struct arena *scratch, const struct fit_set *points)
{
    double *slopes = ARENA_ARRAY(scratch, double, points->len *(points->len - 1) / 2);
    size_t len = 0;
    for (size_t i = 0; i < points->len; i++)
        for (size_t j = i + 1; j < points->len; j++) {
            const int64_t width = points->items[j]->tokens - points->items[i]->tokens;
            if (width)
                slopes[len++] =
                    (double)(fit_residual(points->items[j]) - fit_residual(points->items[i])) /
                    (double)width;
        }
    return len ? median(slopes, len) : 0;
}

/* The median distance of the differences from the line with that slope that is in their middle. */
static double spread_around(struct arena *scratch, const struct fit_set *points, double slope)
{
    double *numbers = ARENA_ARRAY(scratch, double, points->len);
    for (size_t i = 0; i < points->len; i++)
        numbers[i] =
            (double)fit_residual(points->items[i]) - slope * (double)points->items[i]->tokens;
    const double center = median(numbers, points->len);
    for (size_t i = 0; i < points->len; i++)
        numbers[i] = absolute(numbers[i] - center);
    return median(numbers, points->len);
}

bool fit_scales(struct arena *scratch, const struct fit_set *set)
{
    const struct fit_set points = points_of(scratch, set);
    const int64_t smallest = points.items[0]->tokens;
    const int64_t largest = points.items[points.len - 1]->tokens;
    const double slope = slope_of(scratch, &points);
    const double change = absolute(slope) * (double)(largest - smallest);
    return change > (double)correction_tolerance(smallest) &&
           2 * spread_around(scratch, &points, slope) < spread_around(scratch, &points, 0);
}
