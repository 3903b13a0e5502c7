#include "base/text.h"

#include <inttypes.h>

const char *text_plural(size_t len)
{
    return len == 1 ? "" : "s";
}

struct str text_grouped(struct arena *arena, int64_t number)
{
    struct str digits = str_format(arena, "%" PRId64, number);
    struct buf text = { .arena = arena };
    for (size_t i = 0; i < digits.len; i++) {
        if (i && (digits.len - i) % 3 == 0 && digits.ptr[i - 1] != '-')
            buf_add_char(&text, ',');
        buf_add_char(&text, digits.ptr[i]);
    }
    return buf_str(&text);
}

/* Three digits that count, but no fewer than cents. */
static struct str small_usd(struct arena *arena, double usd)
{
    double rest = usd;
    int digits = 2;
    for (; rest < 0.995 && digits < 12; digits++)
        rest *= 10;
    return str_format(arena, "$%.*f", digits, usd);
}

struct str text_usd(struct arena *arena, double usd)
{
    if (usd < 0)
        return STR("unknown");
    if (usd > 0 && usd < 0.995)
        return small_usd(arena, usd);
    if (usd >= 9e15)
        return str_format(arena, "$%.3g", usd);
    const int64_t cents = (int64_t)(usd * 100 + 0.5);
    return str_format(arena, "$%.*s.%02d", STR_ARGS(text_grouped(arena, cents / 100)),
                      (int)(cents % 100));
}

/* Less than a millionth of one is no millisecond: it comes from the seconds being no whole number.
 */
static int milliseconds(double seconds)
{
    const int whole = (int)(seconds * 1e3 + 1e-6);
    return whole + (seconds * 1e3 > whole + 1e-6);
}

struct str text_duration(struct arena *arena, double seconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = { { 86400, "day" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } };
    if (seconds > 0 && seconds <= 0.999)
        return str_format(arena, "%d ms", milliseconds(seconds));
    int64_t left = seconds > 9e15 ? (int64_t)9e15 : (int64_t)seconds;
    left += (double)left < seconds;
    size_t i = 0;
    while (i < 3 && left < units[i].seconds)
        i++;
    if (i == 3)
        return str_format(arena, "%" PRId64 " s", left);
    const int64_t small = units[i + 1].seconds;
    left = (left + small - 1) / small * small;
    if (i > 0 && left == units[i - 1].seconds) /* rounded up to a whole day: no "24 h" */
        i--;
    const int64_t many = left / units[i].seconds, few = left % units[i].seconds / small;
    const char *plural = i == 0 && many != 1 ? "s" : "";
    struct str text = str_format(arena, "%" PRId64 " %s%s", many, units[i].name, plural);
    return few ? str_format(arena, "%.*s %" PRId64 " %s", STR_ARGS(text), few, units[i + 1].name)
               : text;
}

struct str text_bytes(struct arena *arena, int64_t bytes)
{
    static const char *const names[] = { "kB", "MB", "GB", "TB" };
    double number = (double)bytes / 1000;
    size_t i = 0;
    if (bytes < 1000)
        return str_format(arena, "%" PRId64 " byte%s", bytes, text_plural((size_t)bytes));
    while (i < 3 && number >= 999.95) {
        number /= 1000;
        i++;
    }
    return str_format(arena, "%.1f %s", number, names[i]);
}
