#include "net/pace.h"

enum { LATE_US = 5000, REGAIN_MS = 60000, AGAIN_MS = 10000 };

static const double used_share = 0.985; /* what is left is for clocks that do not quite agree */
static const double least_share = 1e-4; /* of full speed, however often the server complains */

void pace_init(struct pace *pace, int64_t per_minute, int64_t now_ms)
{
    *pace = (struct pace){
        .interval_us = (int64_t)(60e6 / ((double)per_minute * used_share)) + 1,
        .next_us = now_ms * 1000,
        .held_until_ms = now_ms,
        .slowed_at_ms = now_ms,
        .share = 1,
    };
}

static double share_at(const struct pace *pace, int64_t now_ms)
{
    double past_ms = now_ms > pace->slowed_at_ms ? (double)(now_ms - pace->slowed_at_ms) : 0;
    double share = pace->share * (1 + past_ms / REGAIN_MS);
    return share < 1 ? share : 1;
}

int64_t pace_next_ms(const struct pace *pace)
{
    int64_t due_ms = (pace->next_us - LATE_US + 999) / 1000;
    return due_ms > pace->held_until_ms ? due_ms : pace->held_until_ms;
}

bool pace_take(struct pace *pace, int64_t now_ms)
{
    int64_t now_us = now_ms * 1000;
    if (now_ms < pace_next_ms(pace))
        return false;
    int64_t from_us = pace->next_us > now_us ? pace->next_us : now_us;
    pace->next_us = from_us + (int64_t)((double)pace->interval_us / share_at(pace, now_ms));
    return true;
}

void pace_hold(struct pace *pace, int64_t now_ms, int64_t wait_ms)
{
    bool is_again = pace->was_held && now_ms < pace->held_until_ms + AGAIN_MS;
    if (is_again && now_ms >= pace->held_until_ms) {
        double half = share_at(pace, now_ms) / 2;
        pace->share = half > least_share ? half : least_share;
        pace->slowed_at_ms = now_ms;
    }
    pace->was_held = true;
    if (now_ms + wait_ms > pace->held_until_ms)
        pace->held_until_ms = now_ms + wait_ms;
}
