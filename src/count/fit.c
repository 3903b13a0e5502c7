#include "count/fit.h"

#include <stdlib.h>
#include <string.h>

#include "count/count.h"
#include "count/fit_parts.h"

static int compare_numbers(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t median(int64_t *numbers, size_t len)
{
    qsort(numbers, len, sizeof *numbers, compare_numbers);
    const int64_t upper = numbers[len / 2];
    return len % 2 ? upper : (numbers[len / 2 - 1] + upper) / 2;
}

int64_t fit_distance(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

/* --- what is learned from */

static int compare_bodies(const void *a, const void *b)
{
    const struct observation *x = *(const struct observation *const *)a;
    const struct observation *y = *(const struct observation *const *)b;
    const int order = memcmp(x->body, y->body, sizeof x->body);
    return order ? order : (x > y) - (x < y);
}

static int compare_places(const void *a, const void *b)
{
    const struct observation *x = *(const struct observation *const *)a;
    const struct observation *y = *(const struct observation *const *)b;
    return (x > y) - (x < y);
}

/* The newest observation of each body, in order. */
static struct fit_set distinct(struct arena *arena, const struct observation *observations,
                               size_t len)
{
    const struct observation **items = ARENA_ARRAY(arena, const struct observation *, len);
    struct fit_set set = { items, 0 };
    for (size_t i = 0; i < len; i++)
        items[i] = &observations[i];
    if (len)
        qsort(items, len, sizeof *items, compare_bodies);
    for (size_t i = 0; i < len; i++)
        if (i + 1 == len || memcmp(items[i]->body, items[i + 1]->body, sizeof items[i]->body) != 0)
            items[set.len++] = items[i];
    if (set.len)
        qsort(items, set.len, sizeof *items, compare_places);
    const size_t skip = set.len > FIT_OBSERVATIONS_MAX ? set.len - FIT_OBSERVATIONS_MAX : 0;
    return (struct fit_set){ items + skip, set.len - skip };
}

/* --- the median, and what is far from it */

bool fit_is_outlier(const struct fit_core *core, const struct observation *observation)
{
    const int64_t off = fit_distance(fit_residual(observation), core->center);
    return 2 * off > 9 * core->spread && off > correction_tolerance(observation->actual);
}

void fit_core_of(struct arena *scratch, const struct fit_set *set, size_t parts, size_t but,
                 struct fit_core *core)
{
    int64_t *numbers = ARENA_ARRAY(scratch, int64_t, set->len);
    size_t len = 0;
    *core = (struct fit_core){ 0 };
    for (size_t i = 0; i < set->len; i++)
        if (i % parts != but)
            numbers[len++] = fit_residual(set->items[i]);
    if (!len)
        return;
    core->center = median(numbers, len);
    for (size_t i = 0; i < len; i++)
        numbers[i] = fit_distance(numbers[i], core->center);
    core->spread = median(numbers, len);
    for (size_t i = 0; i < set->len; i++)
        if (i % parts != but && !fit_is_outlier(core, set->items[i]))
            numbers[core->kept++] = fit_residual(set->items[i]);
    if (!core->kept)
        return;
    core->shift = median(numbers, core->kept);
    core->below = numbers[0] < core->shift ? core->shift - numbers[0] : 0;
    core->above = numbers[core->kept - 1] > core->shift ? numbers[core->kept - 1] - core->shift : 0;
}

static void core_of_all(struct arena *scratch, const struct fit_set *set, struct fit_core *core)
{
    fit_core_of(scratch, set, 1, 1, core);
}

/* --- whether the newest answers still agree */

static bool has_new_outlier(const struct fit_set *set, const struct fit_core *core)
{
    for (size_t i = set->len - CORRECTION_ANSWERS_MIN; i < set->len; i++)
        if (fit_is_outlier(core, set->items[i]))
            return true;
    return false;
}

/* How many of the newest agree with the newest three. */
static size_t agreeing(const struct fit_set *set)
{
    int64_t newest[CORRECTION_ANSWERS_MIN];
    size_t len = 0;
    for (size_t i = 0; i < CORRECTION_ANSWERS_MIN; i++)
        newest[i] = fit_residual(set->items[set->len - 1 - i]);
    const int64_t center = median(newest, CORRECTION_ANSWERS_MIN);
    while (len < set->len) {
        const struct observation *item = set->items[set->len - 1 - len];
        if (fit_distance(fit_residual(item), center) > correction_tolerance(item->actual))
            break;
        len++;
    }
    return len;
}

/* Leaves of the set what the newest answers agree with; false when they do not agree. */
static bool settle(struct arena *scratch, struct fit_set *set, struct fit_core *core,
                   struct fit *fit)
{
    core_of_all(scratch, set, core);
    if (!has_new_outlier(set, core))
        return true;
    const size_t len = agreeing(set);
    if (len < CORRECTION_ANSWERS_MIN)
        return false;
    fit->forgotten = set->len - len;
    *set = (struct fit_set){ set->items + fit->forgotten, len };
    core_of_all(scratch, set, core);
    return true;
}

/* --- the verdict */

static int64_t median_width(struct arena *scratch, const struct fit_set *set,
                            const struct correction *correction)
{
    int64_t *numbers = ARENA_ARRAY(scratch, int64_t, set->len);
    for (size_t i = 0; i < set->len; i++) {
        struct count count = fit_offline(set->items[i]);
        if (correction)
            correction_apply(correction, &count);
        numbers[i] = count.high - count.low;
    }
    return median(numbers, set->len);
}

static void take_correction(const struct fit_set *set, const struct fit_core *core,
                            const struct fit_trial *trial, struct correction *correction)
{
    correction->answers = (int64_t)core->kept;
    correction->outliers = (int64_t)(set->len - core->kept);
    correction->shift = core->shift;
    correction->below = trial->below;
    correction->above = trial->above;
    for (size_t i = 0; i < set->len; i++)
        if (!fit_is_outlier(core, set->items[i]) && set->items[i]->tokens > correction->largest)
            correction->largest = set->items[i]->tokens;
}

static bool narrows(struct arena *scratch, const struct fit_set *set, const struct fit_trial *trial,
                    const struct fit *fit)
{
    struct correction narrow = fit->correction;
    narrow.narrows = true;
    return narrow.answers >= CORRECTION_NARROWS_FROM && !narrow.outliers &&
           trial->inside_narrow >= trial->inside_before &&
           median_width(scratch, set, &narrow) < fit->width_before;
}

/* A median that is not larger than the distance of the others from it is noise. Small requests must
 * gain as well as large ones. */
static bool is_better(const struct fit_trial *trial, const struct fit *fit)
{
    return fit_distance(fit->correction.shift, 0) > fit->spread &&
           trial->error_after < trial->error_before && trial->share_after < trial->share_before;
}

static enum fit_verdict judge(const struct fit_trial *trial, const struct fit *fit)
{
    const struct correction *correction = &fit->correction;
    const bool is_no_worse = trial->error_after <= trial->error_before &&
                             trial->share_after <= trial->share_before &&
                             trial->inside_after >= trial->inside_before;
    if (is_no_worse && (correction->narrows || is_better(trial, fit)))
        return FIT_USED;
    const bool is_exact = !correction->shift && trial->inside_before == correction->held_out.judged;
    return is_exact ? FIT_EXACT : FIT_NO_BETTER;
}

void fit_learn(struct arena *scratch, const struct observation *observations, size_t len,
               struct fit *fit)
{
    struct fit_set set = distinct(scratch, observations, len);
    struct fit_core core;
    struct fit_trial trial;
    *fit = (struct fit){ .verdict = FIT_TOO_FEW, .observations = set.len };
    if (set.len < CORRECTION_ANSWERS_MIN) {
        fit->correction.answers = (int64_t)set.len;
        return;
    }
    const bool agrees = settle(scratch, &set, &core, fit);
    fit_try(scratch, &set, &core, &trial);
    take_correction(&set, &core, &trial, &fit->correction);
    fit->spread = core.spread;
    fit->correction.held_out.judged = (int64_t)set.len;
    fit->width_before = median_width(scratch, &set, NULL);
    fit->correction.narrows = narrows(scratch, &set, &trial, fit);
    fit->width_after = median_width(scratch, &set, &fit->correction);
    fit->correction.held_out.inside_before = trial.inside_before;
    fit->correction.held_out.inside_after =
        fit->correction.narrows ? trial.inside_narrow : trial.inside_after;
    fit->verdict = !agrees                              ? FIT_DROPPED
                   : fit_scales(scratch, &set)          ? FIT_SCALES
                   : core.kept < CORRECTION_ANSWERS_MIN ? FIT_TOO_FEW
                                                        : judge(&trial, fit);
}

const char *fit_verdict_name(enum fit_verdict verdict)
{
    static const char *const names[] = {
        [FIT_DROPPED] = "dropped",         [FIT_EXACT] = "exact",
        [FIT_NO_BETTER] = "no better",     [FIT_SCALES] = "scales with size",
        [FIT_OUTRANKED] = "counts decide", [FIT_STALE] = "changed profile",
        [FIT_TOO_FEW] = "too few",         [FIT_USED] = "used",
    };
    return names[verdict];
}
