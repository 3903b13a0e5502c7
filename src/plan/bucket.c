#include "plan/bucket.h"

#include <assert.h>

struct bucket bucket_new(int64_t per_minute, int64_t cap, int64_t start_permille)
{
    return (struct bucket){
        .per_us = per_minute,
        .cap_units = cap * BUCKET_UNITS,
        .units = cap * (BUCKET_UNITS / 1000) * start_permille,
    };
}

int64_t bucket_filled(int64_t level, int64_t cap, int64_t per_us, int64_t lasts_us)
{
    if (per_us > 0 && lasts_us > (cap - level) / per_us)
        return cap;
    return level + per_us * lasts_us;
}

int64_t bucket_units(const struct bucket *bucket, int64_t now_us)
{
    assert(now_us >= bucket->at_us);
    return bucket_filled(bucket->units, bucket->cap_units, bucket->per_us, now_us - bucket->at_us);
}

int64_t bucket_when(const struct bucket *bucket, int64_t units, int64_t from_us)
{
    if (from_us < bucket->at_us)
        from_us = bucket->at_us;
    const int64_t missing = units - bucket_units(bucket, from_us);
    if (missing <= 0)
        return from_us;
    if (units > bucket->cap_units || bucket->per_us == 0)
        return INT64_MAX;
    return from_us + (missing - 1) / bucket->per_us + 1;
}

void bucket_take(struct bucket *bucket, int64_t units, int64_t now_us)
{
    bucket->units = bucket_units(bucket, now_us) - units;
    bucket->at_us = now_us;
    assert(bucket->units >= 0);
}
