#include "base/date.h"

#include <stdio.h>

enum { DAY_S = 24 * 60 * 60, YEAR_FIRST = 1970, YEAR_LAST = 9999 };

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of_year(int year)
{
    return is_leap(year) ? 366 : 365;
}

static int days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month] + (month == 1 && is_leap(year));
}

/* gmtime_r() and strftime() would both read the file of the local time zone first, although a date
 * in UTC has no use for it: 35 us of every start. */
void date_write(int64_t time_s, char text[DATE_SIZE])
{
    int64_t days = time_s / DAY_S;
    int year = YEAR_FIRST, month = 0;
    text[0] = '\0';
    if (time_s < 0)
        return;
    for (; days >= days_of_year(year); year++) {
        days -= days_of_year(year);
        if (year == YEAR_LAST)
            return;
    }
    for (; days >= days_of_month(year, month); month++)
        days -= days_of_month(year, month);
    if (snprintf(text, DATE_SIZE, "%04d-%02d-%02d", year, month + 1, (int)days + 1) >= DATE_SIZE)
        text[0] = '\0';
}

/* Civil calendar, Howard Hinnant's days_from_civil: years begin in March. */
int64_t date_days(struct str date)
{
    int64_t year = 0, month = 1, day = 1;
    if (date.len != DATE_SIZE - 1 || !str_to_int64(str_slice(date, 0, 4), 9999, &year) ||
        !str_to_int64(str_slice(date, 5, 7), 12, &month) ||
        !str_to_int64(str_slice(date, 8, 10), 31, &day))
        return 0;
    year -= month <= 2;
    int64_t era = year / 400, year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

/* The number in len bytes from at, if it is one up to max. */
static bool read_part(struct str text, size_t at, size_t len, int64_t max, int64_t *number)
{
    return str_to_int64(str_slice(text, at, at + len), max, number);
}

static int64_t days_before(int year, int month, int day)
{
    int64_t days = day - 1;
    for (int i = YEAR_FIRST; i < year; i++)
        days += days_of_year(i);
    for (int i = 0; i < month; i++)
        days += days_of_month(year, i);
    return days;
}

/* How HTTP writes a date; the name of the day before it is not compared. Dots stand for what is
 * read. */
struct http_form {
    const char *form;
    bool has_comma;                          /* before it */
    size_t day, month, year, year_len, time; /* where they are */
};

static const struct http_form http_forms[] = {
    { ".. ... .... ..:..:.. GMT", true, 0, 3, 7, 4, 12 },
    { "..-...-.. ..:..:.. GMT", true, 0, 3, 7, 2, 10 }, /* RFC 850 */
    { "... .. ..:..:.. ....", false, 4, 0, 16, 4, 7 },  /* asctime() */
};

static bool has_form(struct str text, struct str form)
{
    for (size_t i = 0; i < form.len && text.len == form.len; i++)
        if (form.ptr[i] != '.' && form.ptr[i] != text.ptr[i])
            return false;
    return text.len == form.len;
}

/* Two digits are of a year that is near: 70 to 99 were before 2000. */
static int64_t whole_year(int64_t year, size_t len)
{
    return len == 4 ? year : year < 70 ? 2000 + year : 1900 + year;
}

static bool read_form(struct str text, const struct http_form *form, int64_t *time_s)
{
    static const struct str months = STR_INIT("JanFebMarAprMayJunJulAugSepOctNovDec");
    int64_t day, year, hour, minute, second;
    const size_t pad = text.ptr[form->day] == ' '; /* of asctime(): a day of one digit */
    if (!read_part(text, form->day + pad, 2 - pad, 31, &day) || !day ||
        !read_part(text, form->year, form->year_len, YEAR_LAST, &year) ||
        !read_part(text, form->time, 2, 23, &hour) ||
        !read_part(text, form->time + 3, 2, 59, &minute) ||
        !read_part(text, form->time + 6, 2, 60, &second))
        return false;
    year = whole_year(year, form->year_len);
    const struct str name = str_slice(text, form->month, form->month + 3);
    for (int month = 0; month < 12 && year >= YEAR_FIRST; month++)
        if (str_starts(str_slice(months, (size_t)month * 3, months.len), name)) {
            *time_s = days_before((int)year, month, (int)day) * DAY_S + hour * 3600 + minute * 60 +
                      second;
            return true;
        }
    return false;
}

static bool is_day_name(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.ptr[i] | 0x20) < 'a' || (text.ptr[i] | 0x20) > 'z')
            return false;
    return text.len >= 3;
}

bool date_read_http(struct str text, int64_t *time_s)
{
    struct str name, rest;
    str_cut(text, ' ', &name, &rest);
    const bool has_comma = str_ends(name, STR(","));
    name.len -= has_comma;
    for (size_t i = 0; i < sizeof http_forms / sizeof http_forms[0] && is_day_name(name); i++)
        if (has_comma == http_forms[i].has_comma && has_form(rest, str_from_c(http_forms[i].form)))
            return read_form(rest, &http_forms[i], time_s);
    return false;
}
