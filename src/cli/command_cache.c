/* tokgate cache: what is kept of earlier runs, and how to make it smaller. */
#include <inttypes.h>

#include "base/date.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "count/cache.h"
#include "count/cache_upkeep.h"
#include "json/write.h"

enum { DAY_S = 24 * 60 * 60 };

/* What there is of each. */
static const char *const entries[CACHE_KEPT_LEN] = {
    [CACHE_COUNTS] = "counts",
    [CACHE_OBSERVATIONS] = "answers",
};

/* What was done, for the report. */
struct upkeep {
    struct cache_size sizes[CACHE_KEPT_LEN];
    int64_t removed[CACHE_KEPT_LEN];
    bool is_pruned;
};

static struct str date_text(struct arena *arena, int64_t day)
{
    char text[DATE_SIZE];
    date_write(day * DAY_S, text);
    return day ? str_copy(arena, str_from_c(text)) : (struct str){ 0 };
}

static bool is_mentioned(const struct cache_damaged *damaged)
{
    return damaged->is_there || damaged->is_removed;
}

static void print_json_damaged(struct json_write *json, struct run *run,
                               const struct upkeep *upkeep, const struct cache_damaged *damaged)
{
    json_write_key(json, "damaged");
    if (!is_mentioned(damaged)) {
        json_write_null(json);
        return;
    }
    json_write_begin(json, '{');
    json_write_text_member(json, "path", damaged->path);
    if (upkeep->is_pruned) {
        json_write_key(json, "is_removed");
        json_write_bool(json, damaged->is_removed);
    }
    json_write_integer_member(json, "bytes", damaged->size_bytes);
    json_write_text_member(json, "written", date_text(run->arena, damaged->day));
    json_write_end(json, '}');
}

static void print_json_members(struct json_write *json, struct run *run,
                               const struct upkeep *upkeep, enum cache_kept what)
{
    const struct cache_size *size = &upkeep->sizes[what];
    json_write_text_member(json, "path", size->path);
    if (upkeep->is_pruned)
        json_write_integer_member(json, "removed", upkeep->removed[what]);
    json_write_integer_member(json, entries[what], size->len);
    json_write_integer_member(json, "bytes", size->size_bytes);
    json_write_text_member(json, "oldest", date_text(run->arena, size->oldest));
    json_write_text_member(json, "newest", date_text(run->arena, size->newest));
    json_write_key(json, "is_read_only");
    json_write_bool(json, size->is_read_only);
    print_json_damaged(json, run, upkeep, &size->damaged);
}

static void print_json(struct run *run, const struct upkeep *upkeep)
{
    struct json_write json = { .out = run->out, .pretty = true };
    json_write_begin(&json, '{');
    json_write_integer_member(&json, "version", 1);
    print_json_members(&json, run, upkeep, CACHE_COUNTS);
    json_write_key(&json, "observations");
    json_write_begin(&json, '{');
    print_json_members(&json, run, upkeep, CACHE_OBSERVATIONS);
    json_write_end(&json, '}');
    json_write_end(&json, '}');
    fputc('\n', run->out);
}

static void print_human(struct run *run, const struct upkeep *upkeep, enum cache_kept what)
{
    const struct cache_size *size = &upkeep->sizes[what];
    struct str path = utf8_printable(run->arena, size->path, SIZE_MAX);
    fprintf(run->out, "file       %.*s%s\n", STR_ARGS(path),
            !size->is_there      ? " (none yet)"
            : size->is_read_only ? " (read-only)"
                                 : "");
    if (upkeep->is_pruned)
        fprintf(run->out, "removed    %" PRId64 "\n", upkeep->removed[what]);
    fprintf(run->out, "%-10s %" PRId64 "\nbytes      %" PRId64 "\n", entries[what], size->len,
            size->size_bytes);
    if (size->len)
        fprintf(run->out, "%-10s %.*s to %.*s\n", what == CACHE_COUNTS ? "counted" : "from",
                STR_ARGS(date_text(run->arena, size->oldest)),
                STR_ARGS(date_text(run->arena, size->newest)));
}

/* A file that was put aside. */
static void print_damaged(struct run *run, const struct cache_damaged *damaged)
{
    const struct str path = utf8_printable(run->arena, damaged->path, SIZE_MAX);
    if (is_mentioned(damaged))
        fprintf(run->out, "%-10s %.*s, %" PRId64 " bytes, last written on %.*s\n",
                damaged->is_removed ? "removed" : "damaged", STR_ARGS(path), damaged->size_bytes,
                STR_ARGS(date_text(run->arena, damaged->day)));
}

/* What was never observed needs no word. */
static void print_files(struct run *run, const struct upkeep *upkeep)
{
    print_human(run, upkeep, CACHE_COUNTS);
    print_damaged(run, &upkeep->sizes[CACHE_COUNTS].damaged);
    if (upkeep->sizes[CACHE_OBSERVATIONS].is_there)
        print_human(run, upkeep, CACHE_OBSERVATIONS);
    print_damaged(run, &upkeep->sizes[CACHE_OBSERVATIONS].damaged);
}

static bool measure(struct run *run, struct str dir, struct upkeep *upkeep, struct error *err)
{
    for (size_t i = 0; i < CACHE_KEPT_LEN; i++)
        if (!cache_measure((enum cache_kept)i, dir, &upkeep->sizes[i], run->arena, err))
            return false;
    return true;
}

static bool stats(struct run *run, struct str dir, struct upkeep *upkeep, struct error *err)
{
    const struct options *options = run->options;
    if (options->older_than_days >= 0 || options->max_size_bytes >= 0)
        return error_usage(err, "--older-than and --max-size are options of tokgate cache prune");
    return measure(run, dir, upkeep, err);
}

/* Makes each file smaller: by age, and then to its part of what both together may have. */
static bool prune_each(struct run *run, struct str dir, struct upkeep *upkeep, int64_t before_day,
                       double part, struct error *err)
{
    for (size_t i = 0; i < CACHE_KEPT_LEN; i++) {
        struct cache_size *size = &upkeep->sizes[i];
        const int64_t most = part < 1 ? (int64_t)(part * (double)size->size_bytes) : -1;
        const struct cache_damaged damaged = size->damaged;
        int64_t removed = 0;
        if (!cache_prune((enum cache_kept)i, dir, before_day, most, &removed, size, run->arena,
                         err))
            return false;
        if (damaged.is_removed)
            size->damaged = damaged;
        upkeep->removed[i] += removed;
    }
    return true;
}

static int64_t bytes_of(const struct upkeep *upkeep)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < CACHE_KEPT_LEN; i++) {
        const struct cache_size *size = &upkeep->sizes[i];
        bytes += size->size_bytes + (size->damaged.is_there ? size->damaged.size_bytes : 0);
    }
    return bytes;
}

/* Makes all of it as small as it may be: what is damaged goes first. */
static bool shrink(struct run *run, struct str dir, struct upkeep *upkeep, int64_t most_bytes,
                   struct error *err)
{
    for (size_t i = 0; i < CACHE_KEPT_LEN; i++)
        if (bytes_of(upkeep) > most_bytes && !cache_remove_damaged(dir, &upkeep->sizes[i], err))
            return false;
    const int64_t bytes = bytes_of(upkeep);
    return bytes <= most_bytes ||
           prune_each(run, dir, upkeep, 0, (double)most_bytes / (double)bytes, err);
}

static bool prune(struct run *run, struct str dir, struct upkeep *upkeep, struct error *err)
{
    const struct options *options = run->options;
    int64_t before_day = 0;
    if (options->older_than_days < 0 && options->max_size_bytes < 0)
        return error_usage(err, "prune what? say --older-than 90d, --max-size \"10 MB\", or both");
    if (options->older_than_days >= 0)
        before_day = date_days(run->environment->today) - options->older_than_days;
    upkeep->is_pruned = true;
    if (!prune_each(run, dir, upkeep, before_day, 1, err))
        return false;
    return options->max_size_bytes < 0 || shrink(run, dir, upkeep, options->max_size_bytes, err);
}

static const struct {
    struct str name;
    bool (*run)(struct run *run, struct str dir, struct upkeep *upkeep, struct error *err);
} actions[] = {
    { STR_INIT("prune"), prune },
    { STR_INIT("stats"), stats },
};

static bool act(struct run *run, struct str name, struct upkeep *upkeep, struct error *err)
{
    const struct environment *environment = run->environment;
    struct str dir = cache_directory(run->arena, run->options->cache, environment->cache_home,
                                     environment->home);
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (!str_equal(name, actions[i].name))
            continue;
        if (!dir.len)
            return error_usage(err, "there is no directory for the cache: neither XDG_CACHE_HOME "
                                    "nor HOME is set; choose one with --cache");
        return actions[i].run(run, dir, upkeep, err);
    }
    return error_usage(err, "cache has no \"%.*s\": say tokgate cache stats or tokgate cache prune",
                       STR_ARGS(name));
}

static int run_cache(struct run *run, struct error *err)
{
    const struct options *options = run->options;
    const struct strs *names = &options->operands;
    struct upkeep upkeep = { 0 };
    if (options->format != &format_human && options->format != &format_json) {
        error_usage(err, "cache has no format \"%s\": take human or json", options->format->name);
        return EXIT_USAGE;
    }
    if (names->len != 1) {
        error_usage(err, "say tokgate cache stats or tokgate cache prune");
        return EXIT_USAGE;
    }
    if (!act(run, names->items[0], &upkeep, err))
        return EXIT_ERROR;
    if (options->format == &format_json)
        print_json(run, &upkeep);
    else
        print_files(run, &upkeep);
    return EXIT_CLEAN;
}

const struct command command_cache = {
    .name = "cache",
    .arguments = "stats | prune [--older-than DAYS] [--max-size SIZE]",
    .summary = "what is kept of earlier counts of the API, and how to make it smaller",
    .bit = ON_CACHE,
    .run = run_cache,
};
