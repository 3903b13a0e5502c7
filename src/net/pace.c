#include "net/pace.h"

enum { LATE_US = 100000, LAST_LATE_US = 1000000 };

static const double used_share = 0.985; /* what is left is for clocks that do not quite agree */
static const double apart = 1.008;      /* the same, within a second */

void pace_init(struct pace *pace, int64_t per_minute, const struct pace_share *share,
               int64_t now_ms)
{
    int64_t each_second = per_minute / 60;
    int64_t cap = each_second < 1 ? 1 : each_second > PACE_SENT_MAX ? PACE_SENT_MAX : each_second;
    *pace = (struct pace){
        .interval_us = (int64_t)(60e6 / ((double)per_minute * used_share)) + 1,
        .next_us = now_ms * 1000,
        .window_us = (int64_t)(60e6 / (double)per_minute * (double)cap * apart),
        .sent_cap = (size_t)cap,
        .share = *share,
    };
    brake_init(&pace->brake, now_ms);
}

/* By this run's own pace. */
static int64_t own_next_ms(const struct pace *pace)
{
    int64_t due_us = pace->next_us;
    if (pace->sent_len >= pace->sent_cap) {
        int64_t oldest_us = pace->sent_ms[pace->sent_len % pace->sent_cap] * 1000;
        if (due_us < oldest_us + pace->window_us)
            due_us = oldest_us + pace->window_us;
    }
    int64_t due_ms = (due_us + 999) / 1000;
    return due_ms > pace->brake.held_until_ms ? due_ms : pace->brake.held_until_ms;
}

int64_t pace_next_ms(const struct pace *pace)
{
    int64_t due_ms = own_next_ms(pace);
    int64_t lot_ms = pace->lot.len ? (pace->lot.first_us + 999) / 1000 : due_ms;
    return due_ms > lot_ms ? due_ms : lot_ms;
}

static void drop_first(struct bucket_lot *lot)
{
    lot->first_us += lot->interval_us;
    lot->len--;
}

/* The last time of a lot stays longer: a run on a machine so busy that it is late for every lot
 * still sends one call with each. */
static bool is_lost(const struct bucket_lot *lot, int64_t now_us)
{
    int64_t late_us = lot->len > 1 ? lot->late_us : LAST_LATE_US;
    return lot->first_us + late_us < now_us;
}

/* Whether the bucket has a time for a call now, which is then the first of the lot. */
static bool find_time(struct pace *pace, int64_t now_us, size_t waiting)
{
    struct bucket_lot *lot = &pace->lot;
    while (lot->len && is_lost(lot, now_us))
        drop_first(lot);
    if (!lot->len && !pace->share.reserve(pace->share.context, waiting, lot)) {
        pace->share = (struct pace_share){ 0 };
        *lot = (struct bucket_lot){ 0 };
        return true;
    }
    return lot->first_us <= now_us;
}

bool pace_take(struct pace *pace, int64_t now_ms, size_t waiting)
{
    int64_t now_us = now_ms * 1000;
    if (now_ms < own_next_ms(pace))
        return false;
    if (pace->share.reserve && !find_time(pace, now_us, waiting))
        return false;
    if (pace->lot.len)
        drop_first(&pace->lot);
    int64_t from_us = pace->next_us;
    if (from_us < now_us - LATE_US)
        from_us = now_us - LATE_US;
    pace->next_us =
        from_us + (int64_t)((double)pace->interval_us / brake_share(&pace->brake, now_ms));
    pace->sent_ms[pace->sent_len++ % pace->sent_cap] = now_ms;
    return true;
}

void pace_hold(struct pace *pace, int64_t now_ms, int64_t wait_ms)
{
    brake_hold(&pace->brake, now_ms, wait_ms);
    if (pace->next_us < pace->brake.held_until_ms * 1000)
        pace->next_us = pace->brake.held_until_ms * 1000; /* waiting for it is not being late */
    pace->lot.len = 0;
    if (pace->share.hold)
        pace->share.hold(pace->share.context, wait_ms);
}
