/* Calls keep a limit however strictly it is counted, and use nearly all of it. */
#include "net/pace.h"

#include <stdlib.h>

#include "tap.h"

enum { CALLS_MAX = 100000 };

static const struct pace_share alone;
static int64_t sent_ms[CALLS_MAX];

/* When calls go out within so many minutes; the caller comes up to late_ms late each time. */
static size_t send_all(int64_t per_minute, int minutes, int late_ms)
{
    struct pace pace;
    size_t len = 0;
    unsigned chance = 1;
    pace_init(&pace, per_minute, &alone, 0);
    for (int64_t now_ms = 0; now_ms < minutes * 60000 && len < CALLS_MAX;) {
        while (pace_take(&pace, now_ms, 1))
            sent_ms[len++] = now_ms;
        chance = chance * 1103515245U + 12345U;
        now_ms = pace_next_ms(&pace) + (late_ms ? (int)(chance >> 16) % (late_ms + 1) : 0);
    }
    return len;
}

/* The most calls within any window. */
static size_t most_within(size_t len, int64_t window_ms)
{
    size_t most = 0, from = 0;
    for (size_t i = 0; i < len; i++) {
        while (sent_ms[i] - sent_ms[from] >= window_ms)
            from++;
        if (i - from + 1 > most)
            most = i - from + 1;
    }
    return most;
}

static void test_limit(int64_t per_minute, int late_ms)
{
    size_t len = send_all(per_minute, 3, late_ms);
    printf("# %lld a minute, up to %d ms late: %zu calls in 3 minutes, at most %zu a second\n",
           (long long)per_minute, late_ms, len, most_within(len, 1000));
    ok(most_within(len, 60000) <= (size_t)per_minute, "never more in a minute than the limit");
    ok((per_minute < 600 && per_minute % 60) || most_within(len, 1000) <= (size_t)per_minute / 60,
       "nor more in a second than its 60th");
    ok((double)len >= 0.975 * 3 * (double)per_minute, "and nearly all of it is used");
}

static void test_hold(void)
{
    struct pace pace;
    pace_init(&pace, 6000, &alone, 1000);
    ok(pace_take(&pace, 1000, 1), "the first call goes at once");
    ok(!pace_take(&pace, 1000, 1), "the second one not");
    ok(pace_next_ms(&pace) == 1011, "but after an interval");
    pace_hold(&pace, 1100, 2000);
    pace_hold(&pace, 1110, 2000);
    ok(pace_next_ms(&pace) == 3110, "a hold lasts, and another makes it longer");
    ok(!pace_take(&pace, 3109, 1) && pace_take(&pace, 3110, 1), "it ends when it ends");
    ok(pace_next_ms(&pace) == 3121, "then it goes on as before: once is chance");
    pace_hold(&pace, 3200, 100);
    ok(pace_take(&pace, 3300, 1) && pace_next_ms(&pace) > 3318 && pace_next_ms(&pace) < 3322,
       "a second complaint soon after halves the speed");
    pace_hold(&pace, 3311, 0);
    ok(pace.brake.share < 0.26 && pace.brake.share > 0.25, "a third one halves it again");
    pace_hold(&pace, 200000, 0);
    ok(pace.brake.share < 0.26, "one that comes late does not");
    int64_t now_ms = 400000;
    while (pace_take(&pace, now_ms, 1)) /* what one who comes 100 ms late gets back */
        continue;
    ok(pace_next_ms(&pace) - now_ms <= 11, "later it is as before");
    for (int64_t i = 0; i < 100; i++)
        pace_hold(&pace, 500000 + i, 0);
    ok(pace_take(&pace, 500200, 1) && pace_next_ms(&pace) < 500200 + 200000, "it never ends");
}

int main(void)
{
    static const int64_t limits[] = { 5000, 10000, 20000, 4000, 2000, 600, 100, 50, 60 };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        test_limit(limits[i], 0);
    test_limit(5000, 4);
    test_limit(5000, 10);
    test_limit(20000, 10);
    test_hold();
    return tap_done();
}
