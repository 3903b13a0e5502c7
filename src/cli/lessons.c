#include "cli/lessons.h"

#include <stdlib.h>

#include "base/list.h"
#include "count/stamp.h"

/* --- by model, shape and stamp */

static int compare_keys(const struct observed *a, const struct observed *b)
{
    const int order = str_compare(a->model, b->model);
    if (order)
        return order;
    if (a->shape.words != b->shape.words)
        return a->shape.words < b->shape.words ? -1 : 1;
    if (a->stamp != b->stamp)
        return a->stamp < b->stamp ? -1 : 1;
    return (a->from == OBSERVED_BILLED) - (b->from == OBSERVED_BILLED);
}

static int compare_observed(const void *a, const void *b)
{
    const struct observed *x = *(const struct observed *const *)a;
    const struct observed *y = *(const struct observed *const *)b;
    const int order = compare_keys(x, y);
    return order ? order : (x > y) - (x < y); /* as they came */
}

static const struct observed **sort(struct arena *arena, const struct observed_list *list)
{
    const struct observed **sorted = ARENA_ARRAY(arena, const struct observed *, list->len);
    for (size_t i = 0; i < list->len; i++)
        sorted[i] = &list->items[i];
    if (list->len)
        qsort(sorted, list->len, sizeof *sorted, compare_observed);
    return sorted;
}

/* --- lessons */

static bool is_current(const struct run *run, const struct ruleset *ruleset,
                       const struct lesson *lesson)
{
    return lesson->model && stamp_of(run->catalog, lesson->model, run->vocab, ruleset->api_version,
                                     ruleset->betas) == lesson->stamp;
}

static void learn(struct lesson *lesson, const struct observed *const *items, size_t len)
{
    struct arena scratch = { 0 };
    struct observation *numbers = ARENA_ARRAY(&scratch, struct observation, len);
    for (size_t i = 0; i < len; i++)
        numbers[i] = items[i]->numbers;
    fit_learn(&scratch, numbers, len, &lesson->fit);
    arena_free(&scratch);
}

static void add_lesson(struct lessons *lessons, const struct run *run,
                       const struct ruleset *ruleset, const struct observed *const *items,
                       size_t len)
{
    struct lesson *lesson = LIST_PUSH(lessons);
    *lesson = (struct lesson){
        .model = catalog_model(run->catalog, items[0]->model),
        .model_id = items[0]->model,
        .shape = items[0]->shape,
        .stamp = items[0]->stamp,
        .is_billed = items[0]->from == OBSERVED_BILLED,
        .fit = { .verdict = FIT_STALE, .observations = len },
    };
    if (is_current(run, ruleset, lesson))
        learn(lesson, items, len);
}

static bool has_taught(const struct lesson *lesson)
{
    return !lesson->is_billed && lesson->fit.verdict != FIT_TOO_FEW &&
           lesson->fit.verdict != FIT_STALE;
}

/* What is checked is what the API counts: usage stands in for it only where there is nothing of
 * that. Lessons are in the order of compare_keys: those from counts just before those from usage.
 */
static void outrank(const struct lessons *lessons)
{
    for (size_t i = 1; i < lessons->len; i++) {
        const struct lesson *counts = &lessons->items[i - 1];
        struct lesson *usage = &lessons->items[i];
        if (usage->is_billed && usage->fit.verdict == FIT_USED && has_taught(counts) &&
            counts->stamp == usage->stamp && counts->shape.words == usage->shape.words &&
            str_equal(counts->model_id, usage->model_id))
            usage->fit.verdict = FIT_OUTRANKED;
    }
}

static int compare_lessons(const void *a, const void *b)
{
    const struct lesson *x = a, *y = b;
    const int order = str_compare(x->model_id, y->model_id);
    if (order)
        return order;
    if (x->fit.observations != y->fit.observations)
        return x->fit.observations > y->fit.observations ? -1 : 1;
    if (x->shape.words != y->shape.words)
        return x->shape.words < y->shape.words ? -1 : 1;
    if (x->stamp != y->stamp)
        return x->stamp < y->stamp ? -1 : 1;
    return x->is_billed - y->is_billed;
}

void lessons_learn(struct lessons *lessons, const struct run *run, const struct ruleset *ruleset,
                   const struct observed_list *observed)
{
    const struct observed **sorted = sort(lessons->arena, observed);
    for (size_t from = 0, to; from < observed->len; from = to) {
        for (to = from + 1; to < observed->len && !compare_keys(sorted[from], sorted[to]); to++)
            continue;
        add_lesson(lessons, run, ruleset, sorted + from, to - from);
    }
    outrank(lessons);
    if (lessons->len)
        qsort(lessons->items, lessons->len, sizeof *lessons->items, compare_lessons);
}

struct calibration lessons_calibration(const struct lessons *lessons, struct arena *arena)
{
    struct calibration calibration = { .items =
                                           ARENA_ARRAY(arena, struct correction, lessons->len) };
    for (size_t i = 0; i < lessons->len; i++) {
        const struct lesson *lesson = &lessons->items[i];
        if (lesson->fit.verdict != FIT_USED)
            continue;
        struct correction *correction = &calibration.items[calibration.len++];
        *correction = lesson->fit.correction;
        correction->model = lesson->model_id;
        correction->profile = lesson->model->profile->id;
        correction->shape = lesson->shape;
        correction->stamp = lesson->stamp;
    }
    calibration_sort(&calibration);
    return calibration;
}
