/* Runs that share a bucket keep one limit together, in simulated time. */
#include "net/bucket.h"

#include <stdlib.h>

#include "net/pace.h"
#include "tap.h"

enum { RUNS_MAX = 40, CALLS_MAX = 200000, MINUTE_MS = 60000 };

/* One process: calls it still has to send, and when it looks at the clock again. */
struct run {
    struct pace pace;
    size_t calls;
    int64_t wake_ms;
    int64_t owner;
};

/* All of them, the bucket between them, and the clock of the day, which may be set. */
static struct {
    struct bucket bucket;
    struct run runs[RUNS_MAX];
    size_t runs_len;
    int64_t per_minute;
    int64_t now_ms, day_us; /* day_us: what the clock of the day says at 0 */
    int64_t sent_ms[CALLS_MAX];
    size_t sent_len;
    size_t reserved;
    int late_ms;
    unsigned chance;
    bool is_lost; /* the file */
} play;

static int by_chance(int most)
{
    play.chance = play.chance * 1103515245U + 12345U;
    return most ? (int)(play.chance >> 16) % (most + 1) : 0;
}

static int64_t unix_us(void)
{
    return play.day_us + play.now_ms * 1000;
}

static bool reserve(void *context, size_t wanted, struct bucket_lot *lot)
{
    const struct run *run = context;
    if (play.is_lost)
        return false;
    play.reserved++;
    *lot = bucket_reserve(&play.bucket, play.per_minute, run->owner, unix_us(), wanted);
    lot->first_us -= play.day_us;
    return true;
}

static void hold(void *context, int64_t wait_ms)
{
    (void)context;
    bucket_hold(&play.bucket, play.per_minute, unix_us(), wait_ms);
}

static void add_run(size_t calls)
{
    struct run *run = &play.runs[play.runs_len++];
    const struct pace_share share = { run, reserve, hold };
    *run = (struct run){ .calls = calls, .wake_ms = play.now_ms, .owner = (int64_t)play.runs_len };
    pace_init(&run->pace, play.per_minute, &share, play.now_ms);
}

static void begin(int64_t per_minute, size_t runs, size_t calls, int late_ms)
{
    memset(&play, 0, sizeof play);
    play.per_minute = per_minute;
    play.day_us = INT64_C(1790000000000000);
    play.chance = 1;
    play.late_ms = late_ms;
    for (size_t i = 0; i < runs; i++)
        add_run(calls);
}

static void wake(struct run *run)
{
    while (run->calls && pace_take(&run->pace, play.now_ms, run->calls)) {
        run->calls--;
        if (play.sent_len < CALLS_MAX)
            play.sent_ms[play.sent_len++] = play.now_ms;
    }
    int64_t next_ms = pace_next_ms(&run->pace);
    run->wake_ms = (next_ms > play.now_ms ? next_ms : play.now_ms + 1) + by_chance(play.late_ms);
}

/* Goes on until then, or until nobody has anything to send. */
static void go_on(int64_t until_ms)
{
    for (;;) {
        struct run *first = NULL;
        for (size_t i = 0; i < play.runs_len; i++) {
            struct run *run = &play.runs[i];
            if (run->calls && (!first || run->wake_ms < first->wake_ms))
                first = run;
        }
        if (!first || first->wake_ms >= until_ms)
            return;
        if (first->wake_ms > play.now_ms)
            play.now_ms = first->wake_ms;
        wake(first);
    }
}

/* The most calls within any window. */
static size_t most_within(int64_t window_ms)
{
    size_t most = 0, from = 0;
    for (size_t i = 0; i < play.sent_len; i++) {
        while (play.sent_ms[i] - play.sent_ms[from] >= window_ms)
            from++;
        if (i - from + 1 > most)
            most = i - from + 1;
    }
    return most;
}

static size_t sent_from(int64_t from_ms, int64_t to_ms)
{
    size_t len = 0;
    for (size_t i = 0; i < play.sent_len; i++)
        len += play.sent_ms[i] >= from_ms && play.sent_ms[i] < to_ms;
    return len;
}

static void test_limit(int64_t per_minute, size_t runs, int late_ms)
{
    begin(per_minute, runs, CALLS_MAX, late_ms);
    go_on(3 * MINUTE_MS);
    double share = (double)play.sent_len / 3 / (double)per_minute;
    printf("# %lld a minute, %zu runs up to %d ms late: %.1f %%, at most %zu a second, the bucket "
           "asked %zu times\n",
           (long long)per_minute, runs, late_ms, 100 * share, most_within(1000), play.reserved);
    ok(most_within(MINUTE_MS) <= (size_t)per_minute, "never more in a minute than the limit");
    ok(per_minute % 60 || most_within(1000) <= (size_t)per_minute / 60 + 1,
       "nor more in a second than its 60th, and one that met it");
    ok(share >= (runs > 1 ? 0.95 : 0.975), "and nearly all of it is used");
    ok(play.reserved <= 3 * 60 * 21, "one lot at a time");
}

static void test_unequal(void)
{
    begin(6000, 1, 3000, 0);
    add_run(30);
    go_on(INT64_MAX);
    ok(play.sent_len == 3030 && (double)play.now_ms < 3030 * 10 * 1.04,
       "who has little to send keeps nobody back");
    begin(6000, 8, 1000, 0);
    go_on(2000);
    play.runs[0].calls = play.runs[1].calls = 0; /* killed, with a lot in hand */
    size_t before = play.sent_len;
    go_on(INT64_MAX);
    size_t later = play.sent_len - before;
    ok(play.now_ms - 2000 < (int64_t)((double)later * 10 * 1.045) + 200,
       "two that are killed take a lot with them, no more");
    size_t len = play.sent_len;
    play.now_ms += 60000;
    add_run(100);
    go_on(play.now_ms + 100);
    ok(play.sent_len - len <= 22, "nothing is saved up while nobody sends");
}

/* A machine on which nothing comes in time. */
static void test_overload(int late_ms)
{
    begin(5000, 8, CALLS_MAX, late_ms);
    go_on(2 * MINUTE_MS);
    double share = (double)play.sent_len / 2 / 5000;
    printf("# 8 runs up to %d ms late: %.1f %%, at most %zu a second\n", late_ms, 100 * share,
           most_within(1000));
    ok(most_within(MINUTE_MS) <= 5000 && most_within(1000) <= 5000 / 60 + 8,
       "runs that are late for each lot do not send more than they may");
    ok(share >= 0.15, "but go on");
}

static void test_hold(void)
{
    begin(6000, 8, 3000, 2);
    go_on(5000);
    int64_t held_ms = play.now_ms;
    pace_hold(&play.runs[3].pace, play.now_ms, 4000);
    go_on(20000);
    ok(sent_from(held_ms + 451, held_ms + 4000) == 0, "one that is told to wait holds all of them");
    ok(sent_from(held_ms, held_ms + 450) <= 45, "but for the lots they had");
    ok(sent_from(held_ms + 4000, held_ms + 5000) >= 90, "then all go on");
    pace_hold(&play.runs[4].pace, play.now_ms, 0);
    held_ms = play.now_ms;
    go_on(held_ms + 2000);
    pace_hold(&play.runs[5].pace, play.now_ms, 0);
    held_ms = play.now_ms;
    go_on(held_ms + 4000);
    size_t halved = sent_from(held_ms + 1000, held_ms + 3000);
    ok(halved > 80 && halved < 115, "a second complaint halves the speed of all");
    bucket_hold(&play.bucket, 6000, unix_us(), INT64_MAX / 2);
    ok(play.bucket.brake.held_until_ms - unix_us() / 1000 <= 600000, "no hold is for ever");
}

/* The clock of the day is set in the middle: what each run has reserved stays where it was. */
static void set_clock(int64_t by_s, size_t most, const char *what)
{
    begin(6000, 4, CALLS_MAX, 0);
    go_on(10000);
    play.day_us += by_s * 1000000;
    go_on(20000);
    size_t sent = sent_from(10000, 20000);
    ok(sent >= 940 && sent <= most, what);
    if (sent < 940 || sent > most)
        printf("# %zu calls in 10 s\n", sent);
}

static void test_clock(void)
{
    set_clock(-3, 1000, "a clock that goes back by seconds");
    set_clock(-500, 1000, "by minutes");
    set_clock(-7200, 1025, "by hours: but for the lots that were out");
    set_clock(3, 1025, "one that leaps ahead");
    set_clock(7200, 1025, "by hours");
}

/* Rows that nobody has written so. */
static void test_nonsense(void)
{
    const int64_t now_us = INT64_C(1790000000000000);
    static const int64_t numbers[] = { INT64_MIN, -1, 0, 1, INT64_MAX };
    static const double shares[] = { -1, 0, 0.5, 2 };
    int64_t longest_us = 0;
    for (int i = 0; i < 5 * 5 * 5 * 5 * 5 * 4; i++) {
        int at = i;
        struct bucket bucket = { .brake.share = shares[at % 4], .brake.was_held = at % 2 };
        int64_t *const members[] = { &bucket.next_us, &bucket.written_us, &bucket.crowd_until_us,
                                     &bucket.brake.held_until_ms, &bucket.brake.slowed_at_ms };
        at /= 4;
        for (int j = 0; j < 5; j++, at /= 5)
            *members[j] = numbers[at % 5] == 1 ? now_us / (j < 3 ? 1 : 1000) : numbers[at % 5];
        struct bucket held = bucket;
        struct bucket_lot lot = bucket_reserve(&bucket, 5000, 7, now_us, 5);
        if (lot.first_us - now_us > longest_us || lot.first_us < now_us - 100000 || !lot.len)
            longest_us = lot.first_us - now_us;
        bucket_hold(&held, 5000, now_us, 1000);
        if (held.next_us < now_us + 1000000 || held.next_us > now_us + 700000000)
            longest_us = INT64_MAX;
    }
    ok(longest_us <= 0, "what makes no sense holds nobody up");
}

static void test_lots(void)
{
    const int64_t now_us = INT64_C(1790000000000000);
    struct bucket bucket = { 0 };
    struct bucket_lot lot = bucket_reserve(&bucket, 5000, 1, now_us, 1);
    ok(lot.len == 1 && lot.first_us == now_us && lot.interval_us == 12183, "a single one");
    lot = bucket_reserve(&bucket, 5000, 1, now_us, 100);
    ok(lot.len == 4 && lot.first_us == now_us + 12183 && lot.late_us == 100000,
       "a lot is 50 ms long");
    lot = bucket_reserve(&bucket, 5000, 2, now_us, 2);
    ok(lot.len == 2 && lot.first_us == now_us + 5 * 12183 && lot.late_us == 25000 &&
           lot.interval_us == 12372,
       "that of another run follows, and is slower");
    lot = bucket_reserve(&bucket, 5000, 2, now_us + 5000000, 2);
    ok(lot.first_us == now_us + 4900000 && lot.interval_us == 12183, "later it is alone");
    lot = bucket_reserve(&bucket, 1, 2, now_us + 5000000, 9);
    ok(lot.len == 1 && lot.interval_us > 60000000, "one a minute");
}

static void test_lost(void)
{
    begin(6000, 1, 1000, 0);
    go_on(1000);
    play.is_lost = true;
    go_on(10000);
    ok(sent_from(1000, 10000) >= 880 && sent_from(1000, 10000) <= 900 && !play.runs[0].pace.lot.len,
       "without the bucket a run goes on by its own pace");
}

int main(void)
{
    test_limit(5000, 1, 0);
    test_limit(5000, 1, 10);
    test_limit(5000, 8, 0);
    test_limit(5000, 8, 4);
    test_limit(20000, 8, 4);
    test_limit(10000, 40, 2);
    test_limit(600, 3, 2);
    test_limit(60, 8, 2);
    test_limit(50, 2, 2);
    test_unequal();
    test_overload(50);
    test_overload(200);
    test_overload(800);
    test_hold();
    test_clock();
    test_nonsense();
    test_lots();
    test_lost();
    return tap_done();
}
