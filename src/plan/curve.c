#include "plan/curve.h"

#include <assert.h>

enum { POINT_US = 1000 }; /* at first */

void curve_init(struct curve *curve, struct arena *arena, struct bucket input, struct bucket output,
                int64_t speed_units)
{
    *curve = (struct curve){
        .input = input,
        .output = output,
        .speed = speed_units,
        .begins.arena = arena,
        .ends.arena = arena,
        .point_us = POINT_US,
    };
}

static void join(struct simulate_point *into, const struct simulate_point *other)
{
    if (other->input_level < into->input_level)
        into->input_level = other->input_level;
    if (other->output_level < into->output_level)
        into->output_level = other->output_level;
    into->sent_len += other->sent_len;
    if (other->concurrency > into->concurrency)
        into->concurrency = other->concurrency;
}

/* Each two points become one; the last may be alone. */
static void halve(struct curve *curve)
{
    const size_t old_len = curve->points_len;
    curve->points_len = (old_len + 1) / 2;
    for (size_t i = 0; i < curve->points_len; i++) {
        curve->points[i] = curve->points[2 * i];
        if (2 * i + 1 < old_len)
            join(&curve->points[i], &curve->points[2 * i + 1]);
    }
    curve->point_us *= 2;
}

/* Adds to the point of that time what is so now. */
static void note(struct curve *curve, int64_t at_us, int64_t sent_len)
{
    const struct simulate_point now = {
        .input_level = curve->input.units,
        .output_level = curve->output.units,
        .sent_len = sent_len,
        .concurrency = (int64_t)curve->ends.len,
    };
    const size_t index = (size_t)(at_us / curve->point_us);
    assert(index <= curve->points_len && index < SIMULATE_POINTS_MAX);
    if (index < curve->points_len)
        join(&curve->points[index], &now);
    else
        curve->points[curve->points_len++] = now;
}

/* The levels when nothing begins or ends until then. */
static void fill(struct curve *curve, int64_t to_us)
{
    struct bucket *output = &curve->output;
    const int64_t lasts_us = to_us - curve->now_us;
    const int64_t taken = curve->speed * (int64_t)(curve->ends.len - curve->begins.len);
    if (output->cap_units > 0 && taken > output->per_us)
        output->units -= (taken - output->per_us) * lasts_us;
    else if (output->cap_units > 0)
        output->units =
            bucket_filled(output->units, output->cap_units, output->per_us - taken, lasts_us);
    assert(output->units >= 0);
    bucket_take(&curve->input, 0, to_us);
    curve->now_us = to_us;
}

/* The same point by point: a level is lowest where a point begins or ends, or something happens. */
static void flow(struct curve *curve, int64_t to_us)
{
    while (to_us / curve->point_us >= SIMULATE_POINTS_MAX)
        halve(curve);
    while (curve->now_us < to_us) {
        const int64_t next_us = (curve->now_us / curve->point_us + 1) * curve->point_us;
        fill(curve, next_us < to_us ? next_us : to_us);
        note(curve, curve->now_us - 1, 0);
        if (curve->now_us < to_us)
            note(curve, curve->now_us, 0);
    }
}

void curve_go_on(struct curve *curve, int64_t now_us)
{
    int64_t next_us = 0;
    if (curve->points_len == 0)
        note(curve, 0, 0);
    do {
        const int64_t begin_us = moments_next_us(&curve->begins);
        const int64_t end_us = moments_next_us(&curve->ends);
        next_us = begin_us < end_us ? begin_us : end_us;
        flow(curve, next_us < now_us ? next_us : now_us);
        while (moments_next_us(&curve->begins) <= curve->now_us)
            moments_take(&curve->begins);
        while (moments_next_us(&curve->ends) <= curve->now_us)
            moments_take(&curve->ends);
        note(curve, curve->now_us, 0);
    } while (next_us < now_us);
}

void curve_add(struct curve *curve, int64_t input_units, int64_t begin_us, int64_t end_us)
{
    bucket_take(&curve->input, input_units, curve->now_us);
    moments_add(&curve->begins, (struct moment){ .at_us = begin_us });
    moments_add(&curve->ends, (struct moment){ .at_us = end_us });
    if (end_us > curve->end_us)
        curve->end_us = end_us;
    note(curve, curve->now_us, 1);
}

int64_t curve_when(const struct curve *curve, size_t concurrency, int64_t from_us)
{
    const int64_t next_us = moments_next_us(&curve->ends);
    return curve->ends.len < concurrency || next_us < from_us ? from_us : next_us;
}

void curve_end(struct curve *curve)
{
    if (curve->points_len == 0)
        return;
    curve_go_on(curve, curve->end_us);
    for (size_t i = 0; i < curve->points_len; i++) {
        curve->points[i].input_level /= BUCKET_UNITS;
        curve->points[i].output_level /= BUCKET_UNITS;
    }
}
