#include "cli/option_online.h"

enum { CALLS_MAX = 1000000, LATENCY_MAX_S = 3600 };

bool option_set_burst(struct arena *arena, struct options *options, struct str value,
                      struct error *err)
{
    (void)arena;
    return (str_to_int64(value, CALLS_MAX, &options->online.burst) && options->online.burst > 0) ||
           error_usage(err, "--burst takes a whole number of requests from 1 to %d, not \"%.*s\"",
                       CALLS_MAX, STR_ARGS(value));
}

bool option_set_concurrency(struct arena *arena, struct options *options, struct str value,
                            struct error *err)
{
    (void)arena;
    return (str_to_int64(value, CALLS_MAX, &options->online.concurrency) &&
            options->online.concurrency > 0) ||
           error_usage(err, "--concurrency takes a whole number from 1 to %d, not \"%.*s\"",
                       CALLS_MAX, STR_ARGS(value));
}

bool option_set_latency(struct arena *arena, struct options *options, struct str value,
                        struct error *err)
{
    const bool is_ms = str_ends(value, STR("ms")), is_s = !is_ms && str_ends(value, STR("s"));
    const int64_t unit_us = is_ms ? 1000 : 1000000;
    const struct str digits = str_trim(str_slice(value, 0, value.len - (is_ms ? 2 : is_s ? 1 : 0)));
    int64_t number = 0;
    (void)arena;
    if (!str_to_int64(digits, LATENCY_MAX_S * (1000000 / unit_us), &number))
        return error_usage(err, "--latency takes a time up to %ds like 1s or 800ms, not \"%.*s\"",
                           LATENCY_MAX_S, STR_ARGS(value));
    options->online.latency_us = number * unit_us;
    return true;
}

bool option_set_output_speed(struct arena *arena, struct options *options, struct str value,
                             struct error *err)
{
    const int64_t most = SIMULATE_SPEED_MAX;
    (void)arena;
    return (str_to_int64(value, most, &options->online.output_speed) &&
            options->online.output_speed > 0) ||
           error_usage(err, "--output-speed takes tokens a second from 1 to %d, not \"%.*s\"",
                       (int)most, STR_ARGS(value));
}

/* "50%", "12.5%". */
bool option_set_start_level(struct arena *arena, struct options *options, struct str value,
                            struct error *err)
{
    struct str whole, part;
    int64_t percent = 0, tenths = 0;
    (void)arena;
    const bool is_share = str_ends(value, STR("%"));
    const bool has_part =
        str_cut(str_slice(value, 0, is_share ? value.len - 1 : 0), '.', &whole, &part);
    if (is_share && str_to_int64(whole, 100, &percent) &&
        (!has_part || (part.len == 1 && str_to_int64(part, 9, &tenths)))) {
        options->online.start_permille = percent * 10 + tenths;
        if (options->online.start_permille <= 1000)
            return true;
    }
    return error_usage(err,
                       "--start-level takes a share from 0%% to 100%%, with one digit after "
                       "the point at most, not \"%.*s\"",
                       STR_ARGS(value));
}
