#include "plan/simulate.h"

static const char *const limit_names[] = {
    [SIMULATE_RPM] = "RPM",
    [SIMULATE_OTPM] = "OTPM",
    [SIMULATE_CONCURRENCY] = "concurrency",
    [SIMULATE_ITPM] = "ITPM",
    [SIMULATE_LIMITS_LEN] = "none",
};

const char *simulate_limit_name(enum simulate_limit limit)
{
    return limit_names[limit];
}

struct simulate_options simulate_defaults(void)
{
    return (struct simulate_options){
        .limits = { CATALOG_UNKNOWN, CATALOG_UNKNOWN, CATALOG_UNKNOWN },
        .start_permille = 1000,
        .burst = 1,
        .latency_us = 1000000,
        .output_speed = 60,
        .cache_entries_max = 131072,
    };
}

static int64_t within(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

struct simulate_options simulate_options_within(const struct simulate_options *from)
{
    struct simulate_options options = *from;
    options.limits.rpm = within(options.limits.rpm, CATALOG_UNKNOWN, SIMULATE_LIMIT_MAX);
    options.limits.itpm = within(options.limits.itpm, CATALOG_UNKNOWN, SIMULATE_LIMIT_MAX);
    options.limits.otpm = within(options.limits.otpm, CATALOG_UNKNOWN, SIMULATE_LIMIT_MAX);
    options.start_permille = within(options.start_permille, 0, 1000);
    options.burst = within(options.burst, 1, SIMULATE_LIMIT_MAX);
    options.concurrency = within(options.concurrency, 0, INT64_MAX);
    options.latency_us = within(options.latency_us, 0, SIMULATE_LATENCY_MAX);
    options.output_speed = within(options.output_speed, 1, SIMULATE_SPEED_MAX);
    return options;
}
