#include "net/bucket.h"

#include <stdbool.h>

enum {
    LOT_US = 50000,
    LATE_ALONE_US = 100000,
    LATE_CROWD_US = 25000, /* and 97 % together are less than a second's worth in any second */
    CROWD_US = 2000000,    /* how long one other run is remembered */
    LOTS_AHEAD_MAX = 1000, /* more runs than that do not share a limit */
    SHIFT_MAX_US = 600 * 1000000, /* a clock that went back further: nothing is known any more */
    HOLD_MAX_MS = 600 * 1000,
};

static const double alone_share = 0.985;
static const double crowd_share = 0.97;

static void start_anew(struct bucket *bucket, int64_t now_us)
{
    *bucket = (struct bucket){ .next_us = now_us, .written_us = now_us };
    brake_init(&bucket->brake, now_us / 1000);
}

/* The clock was set back. */
static void shift(struct bucket *bucket, int64_t by_us)
{
    bucket->next_us -= by_us;
    bucket->crowd_until_us -= by_us;
    bucket->brake.held_until_ms -= by_us / 1000;
    bucket->brake.slowed_at_ms -= by_us / 1000;
}

/* How far ahead of now times may be reserved, when each run has one lot. */
static double ahead_max_us(const struct bucket *bucket, int64_t per_minute)
{
    double each_us = 60e6 / (double)per_minute / bucket->brake.share;
    return LOTS_AHEAD_MAX * (each_us > LOT_US ? each_us : LOT_US);
}

/* What the clock was, and what a bucket can hold then. */
static bool is_sane(const struct bucket *bucket, int64_t per_minute, int64_t now_us)
{
    const struct brake *brake = &bucket->brake;
    const int64_t written_us = bucket->written_us, written_ms = written_us / 1000;
    if (written_us <= 0 || written_us - now_us > SHIFT_MAX_US)
        return false;
    if (brake->held_until_ms < 0 || brake->held_until_ms - written_ms > HOLD_MAX_MS ||
        brake->slowed_at_ms < 0 || brake->slowed_at_ms > written_ms)
        return false;
    if (!(brake->share > 0 && brake->share <= 1) || bucket->next_us < 0 ||
        bucket->crowd_until_us < 0 || bucket->crowd_until_us - written_us > CROWD_US)
        return false;
    int64_t free_us = brake->held_until_ms * 1000;
    free_us = free_us > written_us ? free_us : written_us;
    return (double)(bucket->next_us - free_us) <= ahead_max_us(bucket, per_minute);
}

/* Brings what was written at some other time, by whomever, to now. */
static void catch_up(struct bucket *bucket, int64_t per_minute, int64_t now_us)
{
    if (!is_sane(bucket, per_minute, now_us))
        start_anew(bucket, now_us);
    else if (bucket->written_us > now_us)
        shift(bucket, bucket->written_us - now_us);
    bucket->written_us = now_us;
}

struct bucket_lot bucket_reserve(struct bucket *bucket, int64_t per_minute, int64_t owner,
                                 int64_t now_us, size_t wanted)
{
    catch_up(bucket, per_minute, now_us);
    if (bucket->owner && bucket->owner != owner)
        bucket->crowd_until_us = now_us + CROWD_US;
    bucket->owner = owner;
    bool is_crowd = now_us < bucket->crowd_until_us;
    double share =
        (is_crowd ? crowd_share : alone_share) * brake_share(&bucket->brake, now_us / 1000);
    struct bucket_lot lot = {
        .interval_us = (int64_t)(60e6 / ((double)per_minute * share)) + 1,
        .late_us = is_crowd ? LATE_CROWD_US : LATE_ALONE_US,
    };
    size_t most = (size_t)(LOT_US / lot.interval_us);
    lot.len = wanted < most ? wanted : most;
    lot.len = lot.len ? lot.len : 1;
    lot.first_us = bucket->next_us;
    if (lot.first_us < now_us - lot.late_us)
        lot.first_us = now_us - lot.late_us;
    if (lot.first_us < bucket->brake.held_until_ms * 1000)
        lot.first_us = bucket->brake.held_until_ms * 1000;
    bucket->next_us = lot.first_us + (int64_t)lot.len * lot.interval_us;
    return lot;
}

void bucket_hold(struct bucket *bucket, int64_t per_minute, int64_t now_us, int64_t wait_ms)
{
    catch_up(bucket, per_minute, now_us);
    brake_hold(&bucket->brake, now_us / 1000, wait_ms < HOLD_MAX_MS ? wait_ms : HOLD_MAX_MS);
    if (bucket->next_us < bucket->brake.held_until_ms * 1000)
        bucket->next_us = bucket->brake.held_until_ms * 1000;
}
