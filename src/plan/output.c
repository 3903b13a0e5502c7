#include "plan/output.h"

#include <assert.h>
#include <stdbool.h>

#include "plan/bucket.h"

void output_init(struct output *output, struct arena *arena, int64_t per_minute,
                 int64_t start_permille, int64_t speed_tokens)
{
    const struct bucket bucket = bucket_new(per_minute, per_minute, start_permille);
    const int64_t speed = speed_tokens * (BUCKET_UNITS / 1000000);
    *output = (struct output){
        .per_us = bucket.per_us,
        .cap_units = bucket.cap_units,
        .speed = speed,
        .steady_max = (size_t)(bucket.per_us / speed),
        .steady.arena = arena,
        .low_units = bucket.units,
    };
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* When one of the steady responses ends, if there are as many as can be; else there is room. */
static int64_t full_until_us(const struct output *output)
{
    if (output->steady_max == 0)
        return INT64_MAX;
    return output->steady.len < output->steady_max ? output->at_us
                                                   : moments_next_us(&output->steady);
}

/* What the steady responses leave of what comes back. */
static int64_t spare(const struct output *output)
{
    return output->per_us - output->speed * (int64_t)output->steady_max;
}

/* The lowest level from then on, with as many steady responses as can be. */
static int64_t low_at(const struct output *output, int64_t now_us)
{
    const int64_t from_us =
        output->crowded_until_us > output->at_us ? output->crowded_until_us : output->at_us;
    if (now_us <= from_us)
        return output->low_units;
    return bucket_filled(output->low_units, output->cap_units, spare(output), now_us - from_us);
}

/*
 * What one more response takes from that level: all of its speed as long as there are more than
 * steady_max beside it, and as long as there are just so many what they do not leave of it.
 */
static int64_t added_units(const struct output *output, int64_t begin_us, int64_t lasts_us)
{
    const int64_t left = spare(output);
    const int64_t full_us = full_until_us(output) - begin_us;
    const int64_t crowded_us = output->crowded_until_us - begin_us;
    int64_t units = 0;
    if (full_us > 0)
        units += (output->speed - left) * least(lasts_us, full_us);
    if (crowded_us > 0)
        units += left * least(lasts_us, crowded_us);
    return units;
}

static bool fits(const struct output *output, int64_t begin_us, int64_t lasts_us)
{
    return begin_us >= full_until_us(output) ||
           added_units(output, begin_us, lasts_us) <= low_at(output, begin_us);
}

/* A time when it fits, if ever. */
static int64_t latest_us(const struct output *output, int64_t from_us, int64_t lasts_us)
{
    if (output->steady_max > 0)
        return full_until_us(output);
    if ((output->speed - output->per_us) * lasts_us > output->cap_units)
        return INT64_MAX;
    if (output->per_us == 0)
        return from_us; /* no limit on what takes nothing */
    const int64_t idle_us = from_us > output->crowded_until_us ? from_us : output->crowded_until_us;
    return idle_us + output->cap_units / output->per_us + 1;
}

int64_t output_when(const struct output *output, int64_t from_us, int64_t lasts_us)
{
    if (from_us < output->at_us)
        from_us = output->at_us;
    if (lasts_us == 0 || fits(output, from_us, lasts_us))
        return from_us;
    int64_t fits_us = latest_us(output, from_us, lasts_us);
    if (fits_us == INT64_MAX)
        return INT64_MAX;
    for (int64_t not_us = from_us; fits_us - not_us > 1;) { /* once it fits, it fits later too */
        const int64_t middle_us = not_us + (fits_us - not_us) / 2;
        if (fits(output, middle_us, lasts_us))
            fits_us = middle_us;
        else
            not_us = middle_us;
    }
    return fits_us;
}

/* The level when nothing is added until then, and what has ended by then. */
static void go_on(struct output *output, int64_t now_us)
{
    int64_t from_us =
        output->crowded_until_us > output->at_us ? output->crowded_until_us : output->at_us;
    while (from_us < now_us || moments_next_us(&output->steady) <= now_us) {
        const int64_t to_us = least(now_us, moments_next_us(&output->steady));
        const int64_t taken = output->speed * (int64_t)output->steady.len;
        if (to_us > from_us) {
            output->low_units = bucket_filled(output->low_units, output->cap_units,
                                              output->per_us - taken, to_us - from_us);
            from_us = to_us;
        }
        while (moments_next_us(&output->steady) <= to_us)
            moments_take(&output->steady);
    }
    output->at_us = now_us;
}

void output_add(struct output *output, int64_t begin_us, int64_t lasts_us)
{
    go_on(output, begin_us);
    if (lasts_us == 0)
        return;
    if (full_until_us(output) > begin_us)
        output->low_units -= added_units(output, begin_us, lasts_us);
    assert(output->low_units >= 0);
    int64_t crowded_us = begin_us + lasts_us;
    moments_add(&output->steady, (struct moment){ .at_us = crowded_us });
    if (output->steady.len <= output->steady_max)
        return;
    crowded_us = moments_take(&output->steady).at_us;
    if (crowded_us > output->crowded_until_us)
        output->crowded_until_us = crowded_us;
}
