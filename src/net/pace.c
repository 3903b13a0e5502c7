#include "net/pace.h"

enum { LATE_US = 100000, REGAIN_MS = 60000, AGAIN_MS = 10000 };

static const double used_share = 0.985; /* what is left is for clocks that do not quite agree */
static const double apart = 1.008;      /* the same, within a second */
static const double least_share = 1e-4; /* of full speed, however often the server complains */

void pace_init(struct pace *pace, int64_t per_minute, int64_t now_ms)
{
    int64_t each_second = per_minute / 60;
    int64_t cap = each_second < 1 ? 1 : each_second > PACE_SENT_MAX ? PACE_SENT_MAX : each_second;
    *pace = (struct pace){
        .interval_us = (int64_t)(60e6 / ((double)per_minute * used_share)) + 1,
        .next_us = now_ms * 1000,
        .window_us = (int64_t)(60e6 / (double)per_minute * (double)cap * apart),
        .sent_cap = (size_t)cap,
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
    int64_t due_us = pace->next_us;
    if (pace->sent_len >= pace->sent_cap) {
        int64_t oldest_us = pace->sent_ms[pace->sent_len % pace->sent_cap] * 1000;
        if (due_us < oldest_us + pace->window_us)
            due_us = oldest_us + pace->window_us;
    }
    int64_t due_ms = (due_us + 999) / 1000;
    return due_ms > pace->held_until_ms ? due_ms : pace->held_until_ms;
}

bool pace_take(struct pace *pace, int64_t now_ms)
{
    int64_t now_us = now_ms * 1000;
    if (now_ms < pace_next_ms(pace))
        return false;
    int64_t from_us = pace->next_us;
    if (from_us < now_us - LATE_US)
        from_us = now_us - LATE_US;
    pace->next_us = from_us + (int64_t)((double)pace->interval_us / share_at(pace, now_ms));
    pace->sent_ms[pace->sent_len++ % pace->sent_cap] = now_ms;
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
    if (pace->next_us < pace->held_until_ms * 1000)
        pace->next_us = pace->held_until_ms * 1000; /* waiting for it is not being late */
}
