#include "cli/option_plan.h"

#include "check/config.h"
#include "cli/option_value.h"

enum { QUEUED_MAX = 1000000000, OUTPUT_MAX = 1000000 };

bool option_set_queued(struct arena *arena, struct options *options, struct str value,
                       struct error *err)
{
    (void)arena;
    return str_to_int64(value, QUEUED_MAX, &options->queued) ||
           error_usage(err, "--queued takes a whole number of requests from 0 to %d, not \"%.*s\"",
                       QUEUED_MAX, STR_ARGS(value));
}

bool option_set_cache_hit(struct arena *arena, struct options *options, struct str value,
                          struct error *err)
{
    return option_share(arena, value, &options->cache_hit) ||
           error_usage(err, "--cache-hit takes a share from 0%% to 100%%, not \"%.*s\"",
                       STR_ARGS(value));
}

bool option_set_split(struct arena *arena, struct options *options, struct str value,
                      struct error *err)
{
    (void)arena;
    options->split = value;
    return value.len || error_usage(err, "--split needs a directory");
}

bool option_set_split_requests(struct arena *arena, struct options *options, struct str value,
                               struct error *err)
{
    (void)arena;
    return option_number("split-requests", value, UINT32_MAX, &options->split_limits.requests_max,
                         err);
}

bool option_set_split_tokens(struct arena *arena, struct options *options, struct str value,
                             struct error *err)
{
    (void)arena;
    return option_number("split-tokens", value, INT64_MAX, &options->split_limits.tokens_max, err);
}

bool option_set_split_bytes(struct arena *arena, struct options *options, struct str value,
                            struct error *err)
{
    int64_t *bytes_max = &options->split_limits.bytes_max;
    double bytes;
    if (str_to_int64(value, INT64_MAX, bytes_max) && *bytes_max > 0)
        return true;
    if (!config_size(arena, value, &bytes) || bytes >= OPTION_SIZE_MAX || bytes < 1)
        return error_usage(err,
                           "--split-bytes takes bytes or a size such as \"100 MB\", not \"%.*s\"",
                           STR_ARGS(value));
    *bytes_max = (int64_t)bytes;
    return true;
}

bool option_set_split_by_model(struct arena *arena, struct options *options, struct str value,
                               struct error *err)
{
    (void)arena;
    (void)value;
    (void)err;
    options->split_limits.by_model = true;
    return true;
}

bool option_set_split_format(struct arena *arena, struct options *options, struct str value,
                             struct error *err)
{
    static const struct str names[] = {
        [SPLIT_JSON] = STR_INIT("json"),
        [SPLIT_JSONL] = STR_INIT("jsonl"),
    };
    int index = 0;
    (void)arena;
    if (!option_choose("split-format", value, names, 2, &index, err))
        return false;
    options->split_limits.format = (enum split_format)index;
    return true;
}

bool option_set_output_tokens(struct arena *arena, struct options *options, struct str value,
                              struct error *err)
{
    options->output_tokens = -1;
    options->output_share = -1;
    if (str_to_int64(value, OUTPUT_MAX, &options->output_tokens))
        return true;
    options->output_tokens = -1;
    return option_share(arena, value, &options->output_share) ||
           error_usage(err,
                       "--output-tokens takes tokens up to %d, or a share of max_tokens such as "
                       "25%%, not \"%.*s\"",
                       OUTPUT_MAX, STR_ARGS(value));
}
