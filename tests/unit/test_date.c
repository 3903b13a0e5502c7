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
    for (int64_t day = 0; day < days; day++) {
        char text[DATE_SIZE];
        date_write(day * day_s, text);
        all_right &= date_days(str_from_c(text)) == day;
    }
    ok(all_right, "and back again");
    ok(date_days(STR("")) == 0 && date_days(STR("2026-1-1")) == 0 &&
           date_days(STR("2026-13-01")) == 0,
       "what is no date");
    return tap_done();
}
