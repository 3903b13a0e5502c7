#include "cli/option_table.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "check/config.h"
#include "cli/command.h"
#include "cli/option_online.h"
#include "cli/option_plan.h"
#include "cli/option_value.h"

enum { DAYS_MAX = 36500 };
enum { RETRIES_MAX = 20, DEADLINE_MAX_MS = 24 * 60 * 60 * 1000 };

static bool set_count(struct arena *arena, struct options *options, struct str value,
                      struct error *err)
{
    static const struct str names[] = {
        [COUNT_MODE_AUTO] = STR_INIT("auto"),
        [COUNT_MODE_API] = STR_INIT("api"),
        [COUNT_MODE_OFFLINE] = STR_INIT("offline"),
    };
    int index = 0;
    (void)arena;
    if (!option_choose("count", value, names, 3, &index, err))
        return false;
    options->count_mode = (enum count_mode)index;
    return true;
}

static bool set_on_undecided(struct arena *arena, struct options *options, struct str value,
                             struct error *err)
{
    static const struct str names[] = {
        [ON_UNDECIDED_WARN] = STR_INIT("warn"),
        [ON_UNDECIDED_FAIL] = STR_INIT("fail"),
        [ON_UNDECIDED_PASS] = STR_INIT("pass"),
    };
    int index = 0;
    (void)arena;
    if (!option_choose("on-undecided", value, names, 3, &index, err))
        return false;
    options->on_undecided = (enum on_undecided)index;
    return true;
}

static bool set_color(struct arena *arena, struct options *options, struct str value,
                      struct error *err)
{
    static const struct str names[] = {
        [COLOUR_AUTO] = STR_INIT("auto"),
        [COLOUR_ALWAYS] = STR_INIT("always"),
        [COLOUR_NEVER] = STR_INIT("never"),
    };
    int index = 0;
    (void)arena;
    if (!option_choose("color", value, names, 3, &index, err))
        return false;
    options->colour = (enum colour_mode)index;
    return true;
}

static bool set_fail_on(struct arena *arena, struct options *options, struct str value,
                        struct error *err)
{
    static const struct str names[] = { STR_INIT("error"), STR_INIT("warning"), STR_INIT("note") };
    int index = 0;
    (void)arena;
    return option_choose("fail-on", value, names, 3, &index, err) &&
           severity_find(value, &options->fail_on);
}

static bool find_format(struct arena *arena, const char *option, struct str name,
                        const struct format **format, struct error *err)
{
    *format = format_find(name);
    if (*format)
        return true;
    struct strs names = { .arena = arena };
    for (const struct format *const *each = formats; *each; each++)
        *LIST_PUSH(&names) = str_from_c((*each)->name);
    return option_fail_choice(err, option, name, names.items, names.len);
}

static bool set_format(struct arena *arena, struct options *options, struct str value,
                       struct error *err)
{
    options->has_format = true;
    return find_format(arena, "format", value, &options->format, err);
}

static bool set_output(struct arena *arena, struct options *options, struct str value,
                       struct error *err)
{
    struct str name, path;
    struct output output;
    if (!str_cut(value, '=', &name, &path) || !path.len)
        return error_usage(err, "--output takes NAME=FILE, like json=report.json, not \"%.*s\"",
                           STR_ARGS(value));
    if (!find_format(arena, "output", name, &output.format, err))
        return false;
    output.path = path;
    *LIST_PUSH(&options->outputs) = output;
    return true;
}

static bool set_format_in(struct arena *arena, struct options *options, struct str value,
                          struct error *err)
{
    struct strs names = { .arena = arena };
    options->format_in = reader_find(value);
    for (const struct reader *const *each = readers; *each; each++)
        *LIST_PUSH(&names) = str_from_c((*each)->name);
    return options->format_in ||
           option_fail_choice(err, "format-in", value, names.items, names.len);
}

static bool set_jobs(struct arena *arena, struct options *options, struct str value,
                     struct error *err)
{
    (void)arena;
    return option_number("jobs", value, 64, &options->jobs, err);
}

/* An empty one would mean the usual directory, which is not what was asked for. */
static bool set_cache(struct arena *arena, struct options *options, struct str value,
                      struct error *err)
{
    (void)arena;
    options->cache = value;
    return value.len || error_usage(err, "--cache needs a directory");
}

static bool set_calibration(struct arena *arena, struct options *options, struct str value,
                            struct error *err)
{
    (void)arena;
    options->calibration = value;
    return value.len || error_usage(err, "--calibration needs a file, cache or none");
}

static bool set_calibrate_output(struct arena *arena, struct options *options, struct str value,
                                 struct error *err)
{
    (void)arena;
    options->calibrate_output = value;
    return value.len || error_usage(err, "--output needs a file");
}

/* "90d" */
static bool set_older_than(struct arena *arena, struct options *options, struct str value,
                           struct error *err)
{
    (void)arena;
    struct str days = str_ends(value, STR("d")) ? str_slice(value, 0, value.len - 1) : STR("");
    return str_to_int64(days, DAYS_MAX, &options->older_than_days) ||
           error_usage(err,
                       "--older-than takes a number of days up to %dd, such as 90d, not "
                       "\"%.*s\"",
                       DAYS_MAX, STR_ARGS(value));
}

static bool set_max_size(struct arena *arena, struct options *options, struct str value,
                         struct error *err)
{
    double bytes;
    if (str_to_int64(value, INT64_MAX, &options->max_size_bytes))
        return true;
    if (!config_size(arena, value, &bytes) || bytes >= OPTION_SIZE_MAX)
        return error_usage(err, "--max-size takes bytes or a size such as \"10 MB\", not \"%.*s\"",
                           STR_ARGS(value));
    options->max_size_bytes = (int64_t)bytes;
    return true;
}

static bool set_timeout(struct arena *arena, struct options *options, struct str value,
                        struct error *err)
{
    (void)arena;
    return option_number("timeout", value, 3600, &options->timeout_s, err);
}

static bool set_retries(struct arena *arena, struct options *options, struct str value,
                        struct error *err)
{
    (void)arena;
    return str_to_int64(value, RETRIES_MAX, &options->retries) ||
           error_usage(err, "--retries takes a whole number from 0 to %d, not \"%.*s\"",
                       RETRIES_MAX, STR_ARGS(value));
}

/* "90", "90s", "5m", "1h", "500ms". */
static bool set_deadline(struct arena *arena, struct options *options, struct str value,
                         struct error *err)
{
    static const struct {
        struct str suffix;
        int64_t ms;
    } units[] = {
        { STR_INIT("ms"), 1 },      { STR_INIT("s"), 1000 }, { STR_INIT("m"), 60000 },
        { STR_INIT("h"), 3600000 }, { STR_INIT(""), 1000 },
    };
    size_t unit = 0;
    int64_t number = 0;
    (void)arena;
    while (!str_ends(value, units[unit].suffix))
        unit++;
    struct str digits = str_slice(value, 0, value.len - units[unit].suffix.len);
    options->deadline_ms = 0;
    if (str_to_int64(digits, DEADLINE_MAX_MS / units[unit].ms, &number))
        options->deadline_ms = number * units[unit].ms;
    return options->deadline_ms > 0 ||
           error_usage(err, "--deadline takes a time up to a day like 90s, 5m or 1h, not \"%.*s\"",
                       STR_ARGS(value));
}

#define MEMBER(name) offsetof(struct options, name)

const struct option option_table[] = {
    { "age", 0, ON_MODELS, NULL, "only how old the catalog is, in days", NULL, MEMBER(age) },
    { "all", 0, ON_EXPLAIN | ON_MODELS, NULL, "every rule; also retired models", NULL,
      MEMBER(all) },
    { "burst", 0, ON_PLAN, "N",
      "online calls that may go out at once when RPM was not used before (default: 1)",
      option_set_burst, 0 },
    { "cache", 0, ON_SETUP | ON_CACHE | ON_CALIBRATE, "DIR",
      "where counts of the API are kept (default: tokgate in the user's cache)", set_cache, 0 },
    { "cache-hit", 0, ON_PLAN, "SHARE",
      "what share of the tokens that could be read from the cache is, like 90%",
      option_set_cache_hit, 0 },
    { "calibration", 0, ON_SETUP, "FILE",
      "corrections of offline counts (tokgate calibrate); cache: that beside the cache; none",
      set_calibration, 0 },
    { "color", 0, ON_FINDING, "WHEN", "auto, always or never (NO_COLOR is respected)", set_color,
      0 },
    { "concurrency", 0, ON_PLAN, "N", "at most so many online calls at once (default: any number)",
      option_set_concurrency, 0 },
    { "config", 'c', ON_SETUP | ON_CALIBRATE, "FILE",
      "the rule file (default: tokgate.json, found upward)", NULL, MEMBER(config) },
    { "count", 0, ON_SETUP, "HOW",
      "auto: offline, and online where undecided and a key is set; api; offline", set_count, 0 },
    { "deadline", 0, ON_RUN, "TIME",
      "end of counting online, like 90s, 5m or 1h: what is open then stays as it is", set_deadline,
      0 },
    { "exit-zero", 0, ON_RUN, NULL, "exit 0 whatever is found (errors still count)", NULL,
      MEMBER(exit_zero) },
    { "fail-on", 0, ON_FINDING, "SEVERITY", "least severity that fails: error, warning or note",
      set_fail_on, 0 },
    { "force", 0, ON_PLAN, NULL, "--split: replace the chunks of another plan", NULL,
      MEMBER(force) },
    { "format", 'f', ON_SETUP | ON_CACHE | ON_CALIBRATE | ON_RULES, "NAME",
      "format of the report: see below", set_format, 0 },
    { "format-in", 0, ON_RUN, "NAME", "what the files are: see below", set_format_in, 0 },
    { "from", 0, ON_CALIBRATE, "FILE",
      "learn from true counts in lines {\"request\": {...}, \"input_tokens\": N}", NULL,
      MEMBER(calibrate_from) },
    { "from", 0, ON_PLAN, NULL, "the paths are records that count --records wrote", NULL,
      MEMBER(from) },
    { "help", 'h', ON_ALL, NULL, "this text", NULL, MEMBER(help) },
    { "html", 0, ON_PLAN, "FILE", "also write the plan there as a page with charts", NULL,
      MEMBER(html) },
    { "insecure-http", 0, ON_RUN, NULL,
      "ANTHROPIC_BASE_URL may be plain http to another machine: all can read the key", NULL,
      MEMBER(insecure_http) },
    { "jobs", 'j', ON_RUN, "N", "threads (default: one a processor)", set_jobs, 0 },
    { "label", 0, ON_PLAN | ON_RECONCILE, "PATTERN",
      "requests of one kind have the same match of it (its first group) in their custom_id", NULL,
      MEMBER(label) },
    { "latency", 0, ON_PLAN, "TIME",
      "assumed until the first token of an online call (default: 1s)", option_set_latency, 0 },
    { "learn", 0, ON_RECONCILE, NULL,
      "keep beside the cache what usage says of offline counts, for tokgate calibrate", NULL,
      MEMBER(learn) },
    { "licenses", 0, ON_ALL, NULL, "version, and the licences of all that is built in", NULL,
      MEMBER(licenses) },
    { "max-size", 0, ON_CACHE, "SIZE", "prune: remove the oldest until the file is no larger",
      set_max_size, 0 },
    { "model", 'm', ON_SETUP | ON_CALIBRATE, "ID", "the model of prompts that name none", NULL,
      MEMBER(model) },
    { "no-cache", 0, ON_SETUP, NULL, "ask the API again, keep nothing, share no pace", NULL,
      MEMBER(no_cache) },
    { "no-config", 0, ON_SETUP | ON_CALIBRATE, NULL,
      "no rule file: only what the API itself refuses", NULL, MEMBER(no_config) },
    { "older-than", 0, ON_CACHE, "DAYS", "prune: remove what was counted before, such as 90d",
      set_older_than, 0 },
    { "on-undecided", 0, ON_CHECKED, "WHAT", "warn, fail (exit 4) or pass", set_on_undecided, 0 },
    { "output", 'o', ON_CHECKED, "NAME=FILE", "also write the report there, any number of times",
      set_output, 0 },
    { "output", 0, ON_CALIBRATE, "FILE", "write the corrections there, for a team to commit",
      set_calibrate_output, 0 },
    { "output-speed", 0, ON_PLAN, "N", "assumed tokens a second of an online call (default: 60)",
      option_set_output_speed, 0 },
    { "output-tokens", 0, ON_PLAN, "N",
      "output expected of each request: tokens, or a share of its max_tokens like 25%",
      option_set_output_tokens, 0 },
    { "part", 0, ON_COUNT, "NAME", "--records: what to call the part (default: the first path)",
      NULL, MEMBER(part) },
    { "parts", 0, ON_COUNT, NULL, "show where the tokens are: system, tools, messages, blocks",
      NULL, MEMBER(parts) },
    { "print-config", 0, ON_CHECK, "FILE", "show the settings of one file and where they come from",
      NULL, MEMBER(print_config) },
    { "queued", 0, ON_PLAN, "N", "requests that are in the queue of batches already",
      option_set_queued, 0 },
    { "quiet", 'q', ON_RUN, NULL, "findings only", NULL, MEMBER(quiet) },
    { "records", 0, ON_COUNT, NULL, "write records for plan --from: JSON lines, a part of them",
      NULL, MEMBER(records) },
    { "results", 0, ON_PLAN, "FILE",
      "output expected of each request: what answers to others of its kind took, by label", NULL,
      MEMBER(results) },
    { "retries", 0, ON_RUN, "N",
      "how often a request to the API is tried again that may pass then (default: 2)", set_retries,
      0 },
    { "schedule", 0, ON_PLAN, "FILE",
      "also write there when to send each online call, as JSON lines", NULL, MEMBER(schedule) },
    { "split", 0, ON_PLAN, "DIR", "write chunks there that can be submitted, and plan.json",
      option_set_split, 0 },
    { "split-by-model", 0, ON_PLAN, NULL, "--split: a chunk is for one model",
      option_set_split_by_model, 0 },
    { "split-bytes", 0, ON_PLAN, "SIZE", "--split: most bytes of a chunk (default: 256 MB)",
      option_set_split_bytes, 0 },
    { "split-format", 0, ON_PLAN, "NAME",
      "--split: json, a body to be sent as it is (default), or jsonl", option_set_split_format, 0 },
    { "split-requests", 0, ON_PLAN, "N", "--split: most requests of a chunk (default: 100000)",
      option_set_split_requests, 0 },
    { "split-tokens", 0, ON_PLAN, "N", "--split: most input tokens of a chunk, at the high end",
      option_set_split_tokens, 0 },
    { "start-level", 0, ON_PLAN, "SHARE",
      "how full the buckets of the limits are at the start (default: 100%)", option_set_start_level,
      0 },
    { "stdin-filename", 0, ON_RUN, "FILE", "what to call \"-\"", NULL, MEMBER(stdin_filename) },
    { "tier", 0, ON_PLAN, "TIER", "start, build, scale or another tier (default: \"tier\")", NULL,
      MEMBER(tier) },
    { "timeout", 0, ON_SETUP, "SECONDS", "longest wait for one answer of the API (default: 60)",
      set_timeout, 0 },
    { "verbose", 'v', ON_RUN, NULL, "also say what was left out, and why", NULL, MEMBER(verbose) },
    { "version", 'V', ON_ALL, NULL, "version, catalog date and vocabulary", NULL, MEMBER(version) },
    { "vocab", 0, ON_SETUP | ON_CALIBRATE, "FILE",
      "count offline with this vocabulary, not with the one built in", NULL, MEMBER(vocab) },
    { "write", 0, ON_CALIBRATE, NULL, "write the corrections beside the cache", NULL,
      MEMBER(write) },
    { .name = NULL },
};
