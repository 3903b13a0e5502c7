/* What is tried again, and when. */
#include "net/retry.h"

#include "tap.h"

static const char *const verdicts[] = {
    [RETRY_DONE] = "done",
    [RETRY_AGAIN] = "again",
    [RETRY_GIVE_UP] = "give up",
    [RETRY_STOP] = "stop",
};

static void is_advice(const struct retry_outcome *outcome, int tries, const char *verdict,
                      int64_t wait_ms, const char *what)
{
    struct retry_advice advice = retry_advise(outcome, tries, 2, 0);
    bool waits = advice.verdict == RETRY_AGAIN;
    if (!ok(strcmp(verdicts[advice.verdict], verdict) == 0 && (!waits || advice.wait_ms == wait_ms),
            what))
        printf("# got %s, %lld ms\n", verdicts[advice.verdict], (long long)advice.wait_ms);
}

static void test_statuses(void)
{
    static const struct {
        long status;
        const char *verdict;
    } rows[] = {
        { 200, "done" },    { 204, "give up" }, { 302, "give up" }, { 400, "give up" },
        { 401, "give up" }, { 403, "give up" }, { 404, "give up" }, { 408, "again" },
        { 409, "again" },   { 413, "give up" }, { 422, "give up" }, { 425, "give up" },
        { 429, "again" },   { 500, "again" },   { 502, "again" },   { 503, "again" },
        { 504, "again" },   { 529, "again" },   { 599, "again" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct retry_outcome outcome = { .is_answered = true, .status = rows[i].status };
        printf("# %ld\n", rows[i].status);
        is_advice(&outcome, 1, rows[i].verdict, 500, rows[i].verdict);
        outcome.should_retry = STR("true");
        is_advice(&outcome, 1, rows[i].status == 200 ? "done" : "again", 500,
                  "x-should-retry: true, unless it is done");
        is_advice(&outcome, 3, rows[i].status == 200 ? "done" : "give up", 0, "but not for ever");
        outcome.should_retry = STR("false");
        is_advice(&outcome, 1, rows[i].status == 200 ? "done" : "give up", 0,
                  "x-should-retry: false");
    }
}

static void test_connections(void)
{
    struct retry_outcome lost = { .may_pass = true }, untrusted = { 0 };
    struct retry_outcome capped = { .is_answered = true, .is_final = true, .status = 429 };
    is_advice(&lost, 1, "again", 500, "a lost connection");
    is_advice(&lost, 2, "again", 1000, "again");
    is_advice(&lost, 3, "give up", 0, "and no more");
    is_advice(&untrusted, 1, "give up", 0, "one that never will be");
    is_advice(&capped, 1, "stop", 0, "a spend cap");
    ok(!retry_advise(&lost, 1, 2, 0).is_for_all, "a lost connection concerns its call");
}

static void test_back_off(void)
{
    static const int64_t waits_ms[] = { 500, 1000, 2000, 4000, 8000, 8000, 8000 };
    struct retry_outcome outcome = { .is_answered = true, .status = 529 };
    for (int i = 0; i < 7; i++) {
        ok(retry_advise(&outcome, i + 1, 9, 0).wait_ms == waits_ms[i], "doubling to 8 s");
        ok(retry_advise(&outcome, i + 1, 9, 1).wait_ms == waits_ms[i] * 3 / 4, "less a quarter");
    }
    outcome.status = 429;
    ok(retry_advise(&outcome, 1, 2, 0).is_for_all, "429 concerns all");
}

static void test_asked(const char *seconds, const char *ms, int64_t want_ms)
{
    struct retry_outcome outcome = {
        .is_answered = true,
        .status = 429,
        .retry_after = str_from_c(seconds),
        .retry_after_ms = str_from_c(ms),
        .time_s = 784111770,
    };
    printf("# retry-after '%s', retry-after-ms '%s'\n", seconds ? seconds : "", ms ? ms : "");
    if (!ok(retry_asked_ms(&outcome) == want_ms, "the wait that is asked for"))
        printf("# got %lld\n", (long long)retry_asked_ms(&outcome));
}

int main(void)
{
    test_statuses();
    test_connections();
    test_back_off();
    test_asked("2", NULL, 2000);
    test_asked("0.3", NULL, 300);
    test_asked("1.5s", NULL, 0);
    test_asked("0", NULL, 0);
    test_asked("-5", NULL, 0);
    test_asked("", NULL, 0);
    test_asked("soon", NULL, 0);
    test_asked(".5", NULL, 0);
    test_asked("1.", NULL, 0);
    test_asked("2", "1500", 1500);
    test_asked("2", "-1", 2000);
    test_asked("2", "0", 2000);
    test_asked(NULL, "250.5", 250);
    test_asked("100000", NULL, 86400000);
    test_asked("86400001", NULL, 86400000);
    test_asked("99999999999999999999999", NULL, 86400000);
    test_asked("99999999999999999999999.5", NULL, 86400000);
    test_asked("9999999999999x", NULL, 0);
    test_asked("+2", NULL, 0);
    test_asked("1e3", NULL, 0);
    test_asked("0x10", NULL, 0);
    test_asked("0.00001", NULL, 0);
    test_asked(" 2 ", NULL, 2000);
    test_asked(NULL, "99999999999999999999", 86400000);
    test_asked("Sunday, 06-Nov-94 08:49:37 GMT", NULL, 7000);
    test_asked("Sun Nov  6 08:49:37 1994", NULL, 7000);
    test_asked("Sun, 06 Nov 1994 08:49:37 GMT", NULL, 7000);
    test_asked("Sun, 06 Nov 1994 08:49:30 GMT", NULL, 0);
    test_asked("Sun, 06 Nov 1994 08:49:37 CET", NULL, 0);
    test_asked("Sun, 31 Dec 9999 23:59:59 GMT", NULL, 86400000);
    return tap_done();
}
