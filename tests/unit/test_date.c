/* The date is what the C library says it is, at both ends of every day. */
#include "base/date.h"

#include <time.h>

#include "tap.h"

static bool is_right(int64_t time_s)
{
    char got[DATE_SIZE], want[DATE_SIZE] = "";
    time_t when = (time_t)time_s;
    struct tm utc;
    date_write(time_s, got);
    return gmtime_r(&when, &utc) && strftime(want, sizeof want, "%Y-%m-%d", &utc) &&
           strcmp(got, want) == 0;
}

static bool is_empty(int64_t time_s)
{
    char got[DATE_SIZE] = "x";
    date_write(time_s, got);
    return !got[0];
}

/* What time_s is as HTTP writes it is read as time_s. */
static bool is_read(int64_t time_s)
{
    char text[64];
    time_t when = (time_t)time_s;
    struct tm utc;
    int64_t got = -1;
    return gmtime_r(&when, &utc) &&
           strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc) &&
           date_read_http(str_from_c(text), &got) && got == time_s;
}

static bool is_refused(const char *text)
{
    int64_t got;
    return !date_read_http(str_from_c(text), &got);
}

static void test_http_dates(void)
{
    bool all_right = true;
    for (int64_t time_s = 0; time_s < INT64_C(10000000000); time_s += 86400 * 5 + 3607)
        all_right &= is_read(time_s);
    ok(all_right, "dates of HTTP");
    ok(is_read(0) && is_read(951782399) && is_read(951782400), "at the ends of days");
    ok(is_refused("") && is_refused("Sun, 06 Nov 1994 08:49:37") &&
           is_refused("Sun, 06 Nov 1994 24:49:37 GMT") &&
           is_refused("Sun, 06 Nov 1994 08-49-37 GMT") &&
           is_refused("Sun, 00 Nov 1994 08:49:37 GMT") &&
           is_refused("Sun, 06 NOV 1994 08:49:37 GMT") &&
           is_refused("Sun, +6 Nov 1994 08:49:37 GMT") &&
           is_refused("Sun, 06 Nov 1969 08:49:37 GMT") &&
           is_refused("Sun 06 Nov 1994 08:49:37 GMT") && is_refused("Sun, Nov  6 08:49:37 1994") &&
           is_refused("Sun Nov   6 08:49:37 1994") && is_refused("Sun Nov 6 08:49:37 1994") &&
           is_refused(", 06 Nov 1994 08:49:37 GMT") && is_refused("Sunday, 06-Nov-1994 08:49:37"),
       "nothing else");
    static const char *const olds[] = { "Sunday, 06-Nov-94 08:49:37 GMT",
                                        "Sun Nov  6 08:49:37 1994", "Sun Nov 06 08:49:37 1994" };
    for (size_t i = 0; i < sizeof olds / sizeof olds[0]; i++) {
        int64_t got = 0;
        ok(date_read_http(str_from_c(olds[i]), &got) && got == 784111777, olds[i]);
    }
    int64_t got = 0;
    ok(date_read_http(STR("Saturday, 21-Nov-26 00:00:00 GMT"), &got) && got == 1795219200,
       "two digits of this century");
}

int main(void)
{
    const int64_t day_s = 86400, days = 2932897, end_s = days * day_s; /* 9999-12-31 is the last */
    bool all_right = true;
    for (int64_t day = 0; day < 400 * 366; day++)
        all_right &= is_right(day * day_s) && is_right(day * day_s + day_s - 1);
    ok(all_right, "400 years from 1970");
    ok(is_right(951782400) && is_right(4107542400), "29 February 2000, 1 March 2100");
    ok(is_right(end_s - 1), "the last second of 9999");
    ok(is_empty(end_s) && is_empty(INT64_MAX), "nothing after it");
    ok(is_empty(-1) && is_empty(INT64_MIN), "nothing before 1970");
    all_right = true;
    for (int64_t day = 0; day < days; day += day < 400 * 366 ? 1 : 29) {
        char text[DATE_SIZE];
        date_write(day * day_s, text);
        all_right &= date_days(str_from_c(text)) == day;
    }
    ok(all_right, "and back again");
    ok(date_days(STR("")) == 0 && date_days(STR("2026-1-1")) == 0 &&
           date_days(STR("2026-13-01")) == 0,
       "what is no date");
    test_http_dates();
    return tap_done();
}
