/* What a page is made of: text that does no harm, and axes with round ticks. */
#include <stdlib.h>

#include "report/axis.h"
#include "report/html.h"
#include "tap.h"

static struct arena arena;

static struct str html_of(struct str text, size_t characters_max)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    const struct html html = { .out = out, .arena = &arena };
    html_text(&html, text, characters_max);
    fclose(out);
    arena_adopt(&arena, bytes);
    return (struct str){ bytes, size };
}

static void test_text(void)
{
    is_str(html_of(STR("<a href=\"x\">'&amp;"), 99), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;",
           "markup is text");
    is_str(html_of(STR("a\0b\xff\xe2\x80\xae"), 99), "a\\x00b\\xFF\\u{202E}",
           "what is no text, or would hide some, is spelt out");
    is_str(html_of(STR("\xc3\xa9\xc3\xa9\xc3\xa9"), 3), "\xc3\xa9\xc3\xa9\xc3\xa9",
           "so many characters");
    is_str(html_of(STR("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), 3), "\xc3\xa9\xc3\xa9\xe2\x80\xa6",
           "and no more");
    is_str(html_of(STR(""), 3), "", "nothing");
    is_str(html_of(STR("&&&&"), 3), "&amp;&amp;\xe2\x80\xa6",
           "a cut does not go through an escape");
}

static void test_numbers(void)
{
    is_str(html_short_number(&arena, 0), "0", "nothing is 0");
    is_str(html_short_number(&arena, 999), "999", "small numbers are whole");
    is_str(html_short_number(&arena, 999.6), "1k", "rounded to a thousand");
    is_str(html_short_number(&arena, 1000), "1k", "a thousand");
    is_str(html_short_number(&arena, 1257), "1.26k", "three digits that count");
    is_str(html_short_number(&arena, 12000), "12k", "no zeros after the point");
    is_str(html_short_number(&arena, 100000), "100k", "but before it");
    is_str(html_short_number(&arena, 2500000), "2.5M", "millions");
    is_str(html_short_number(&arena, 999960), "1M", "a little less than a million");
}

static void test_axes(void)
{
    ok(axis_step(2120000, 4, 1) == 1000000 && axis_step(3, 4, 1) == 1 && axis_step(0, 4, 1) == 1 &&
           axis_step(40.85, 5, 1e-9) > 9.99 && axis_step(40.85, 5, 1e-9) < 10.01,
       "steps are round");
    bool fits = true;
    for (double length = 1; length < 1e12; length *= 1.37) {
        const double step = axis_step(length, 4, 1);
        fits = fits && step * 4 >= length && (step <= 1 || step * 4 <= length * 2.5 + 4) &&
               axis_ticks(length, step) <= 5;
    }
    ok(fits, "and give as many ticks as there is room for");
    ok(axis_ticks(40, 10) == 5 && axis_ticks(39.9, 10) == 4 && axis_ticks(0, 1) == 1,
       "both ends have one");
    ok(axis_time_step(496, 8) == 120 && axis_time_step(61, 8) == 10 &&
           axis_time_step(100000, 8) == 21600 && axis_time_step(1e7, 8) == 1728000,
       "time has steps of its own");
    is_str(axis_time_label(&arena, 0, 60), "0", "the first tick");
    is_str(axis_time_label(&arena, 120, 60), "2 min", "minutes");
    is_str(axis_time_label(&arena, 90, 30), "90 s", "in the unit of the step");
    is_str(axis_time_label(&arena, 0.02, 0.01), "20 ms", "less than a second");
    is_str(axis_time_label(&arena, 172800, 86400), "2 d", "days");
}

int main(void)
{
    test_text();
    test_numbers();
    test_axes();
    arena_free(&arena);
    return tap_done();
}
