#include "report/axis.h"

double axis_step(double length, int ticks, double least)
{
    static const double round[] = { 1, 2, 5 };
    const size_t len = sizeof round / sizeof *round;
    double power = least;
    size_t i = 0;
    while (length > power * round[i] * ticks) {
        i = (i + 1) % len;
        power *= i ? 1 : 10;
    }
    return power * round[i];
}

int axis_ticks(double length, double step)
{
    return (int)(length / step * 1.000001) + 1;
}

double axis_time_step(double seconds, int ticks)
{
    static const double round[] = { 1,   2,   5,    10,   15,   30,    60,    120,   300,
                                    600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400 };
    const size_t len = sizeof round / sizeof *round;
    if (seconds <= 0.5 * ticks)
        return axis_step(seconds, ticks, 0.0001);
    for (size_t i = 0; i < len; i++)
        if (seconds <= round[i] * ticks)
            return round[i];
    return axis_step(seconds, ticks, 86400);
}

struct str axis_time_label(struct arena *arena, double seconds, double step)
{
    static const struct {
        double seconds;
        const char *name;
    } units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" }, { 0.001, "ms" } };
    size_t i = 0;
    while (i < 4 && step < units[i].seconds)
        i++;
    if (seconds <= 0)
        return STR("0");
    return str_format(arena, "%.*f %s", i == 4 && step < 0.001 ? 1 : 0, seconds / units[i].seconds,
                      units[i].name);
}
