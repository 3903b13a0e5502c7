/* tokgate doctor: what a run from here would use, without running anything or connecting. */
#include <inttypes.h>

#include "base/date.h"
#include "base/list.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "check/settings.h"
#include "cli/correct.h"
#include "cli/doctor.h"
#include "cli/pipeline.h"
#include "count/cache.h"
#include "count/cache_upkeep.h"
#include "json/write.h"

enum { DAY_S = 24 * 60 * 60 };

const char doctor_warning[] = "warning";

void doctor_add(struct doctor *doctor, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str text = str_format_va(doctor->arena, format, args);
    va_end(args);
    *LIST_PUSH(doctor) =
        (struct doctor_fact){ name, utf8_printable(doctor->arena, text, SIZE_MAX) };
}

/* --- what is in force */

static struct str prompt_model(const struct doctor *doctor)
{
    const struct ruleset *ruleset = &doctor->ruleset;
    if (ruleset->command_line_model.len)
        return ruleset->command_line_model;
    return ruleset->model.len ? ruleset->model : doctor->run->catalog->default_model->id;
}

static void add_number(struct buf *text, int64_t number, const char *unit)
{
    if (number != CATALOG_UNKNOWN)
        buf_format(text, "%s%" PRId64 " %s", text->len ? ", " : "", number, unit);
}

/* Of the pool of that model; the rule file's own numbers come first. */
static void add_rate_limits(struct doctor *doctor, const struct model *model)
{
    const struct ruleset *ruleset = &doctor->ruleset;
    const struct catalog *catalog = doctor->run->catalog;
    struct buf text = { .arena = doctor->arena };
    struct rate_limit limit = catalog_rate_limit(catalog, model->pool, ruleset->tier);
    limit.itpm = settings_itpm(ruleset, catalog, model->pool);
    add_number(&text, limit.rpm, "RPM");
    add_number(&text, limit.itpm, "ITPM");
    add_number(&text, limit.otpm, "OTPM");
    if (text.len)
        doctor_add(doctor, "rate limits", "pool %.*s: %.*s", STR_ARGS(model->pool),
                   STR_ARGS(buf_str(&text)));
    else
        doctor_add(doctor, "rate limits", "pool %.*s: none known", STR_ARGS(model->pool));
}

/* What is documented of the Claude API alone is said to be so of another door. */
static void add_count_limit(struct doctor *doctor, const struct door *door)
{
    const struct ruleset *ruleset = &doctor->ruleset;
    const int64_t rpm = ruleset_count_rpm(ruleset);
    if (ruleset->count_rpm)
        doctor_add(doctor, "count limit", "%" PRId64 " RPM, by the rule file", rpm);
    else if (door == doors)
        doctor_add(doctor, "count limit", "%" PRId64 " RPM of the Token Counting API", rpm);
    else
        doctor_add(
            doctor, "count limit",
            "that of this door is not known: %" PRId64 " RPM, as of the Claude API, are kept", rpm);
}

static void add_size_limits(struct doctor *doctor, const struct door *door)
{
    const struct catalog *catalog = doctor->run->catalog;
    if (door == doors)
        doctor_add(
            doctor, "size limits",
            "%" PRId64 " bytes a request; %" PRId64 " requests and %" PRId64 " bytes a batch",
            catalog->request_bytes_max, catalog->batch_requests_max, catalog->batch_bytes_max);
    else if (door->bytes_max)
        doctor_add(doctor, "size limits",
                   "%" PRId64 " bytes a request; there are no Message Batches", door->bytes_max);
    else
        doctor_add(doctor, "size limits",
                   "those of a request are not known: %" PRId64
                   " bytes, as of the Claude API, are kept; there are no Message Batches",
                   catalog->request_bytes_max);
}

static void add_limits(struct doctor *doctor)
{
    const struct door *door = door_of(&doctor->ruleset.endpoint);
    const struct catalog *catalog = doctor->run->catalog;
    struct str tier = doctor->ruleset.tier, id = prompt_model(doctor);
    const struct model *model = catalog_model(catalog, id);
    doctor_add(doctor, "model", "%.*s, for prompts that name none", STR_ARGS(id));
    doctor_add(
        doctor, "tier", "%.*s",
        STR_ARGS(tier.len ? tier : STR("none: set \"tier\" in the rule file for rate limits")));
    add_count_limit(doctor, door);
    if (model && model->pool.len && (tier.len || doctor->ruleset.limits.len))
        add_rate_limits(doctor, model);
    add_size_limits(doctor, door);
}

static void add_catalog(struct doctor *doctor)
{
    const struct run *run = doctor->run;
    int64_t age = date_days(run->environment->today) - date_days(run->catalog->as_of);
    doctor_add(doctor, "catalog", "of %.*s, %" PRId64 " day%s old", STR_ARGS(run->catalog->as_of),
               age, age == 1 ? "" : "s");
}

static void add_vocabulary(struct doctor *doctor)
{
    const struct run *run = doctor->run;
    struct str path = run->options->vocab;
    if (run->vocab)
        doctor_add(doctor, "vocabulary", "%.*s (%.*s)",
                   STR_ARGS(vocab_name(doctor->arena, run->vocab)),
                   STR_ARGS(path.len ? path : STR("built in")));
    else
        doctor_add(doctor, "vocabulary", "none: offline counts are estimates");
}

static void add_cache(struct doctor *doctor)
{
    const struct environment *environment = doctor->run->environment;
    const struct options *options = doctor->run->options;
    struct str dir =
        cache_directory(doctor->arena, options->cache, environment->cache_home, environment->home);
    char oldest[DATE_SIZE], newest[DATE_SIZE];
    struct cache_size size;
    struct error cause = { 0 };
    if (options->no_cache || !dir.len) {
        doctor_add(doctor, "cache", "none: %s",
                   options->no_cache ? "--no-cache" : "neither XDG_CACHE_HOME nor HOME is set");
        return;
    }
    /* a run needs both libraries; looking at the file needs only the one */
    if (!cache_measure(CACHE_COUNTS, dir, &size, doctor->arena, &cause) || !sha256_load(&cause)) {
        doctor_add(doctor, "cache", "%.*s (not usable)", STR_ARGS(size.path));
        doctor_add(doctor, doctor_warning, "%s", cause.text);
        return;
    }
    date_write(size.oldest * DAY_S, oldest);
    date_write(size.newest * DAY_S, newest);
    if (size.len)
        doctor_add(doctor, "cache", "%.*s: %" PRId64 " count%s of %s to %s, %" PRId64 " bytes%s",
                   STR_ARGS(size.path), size.len, size.len == 1 ? "" : "s", oldest, newest,
                   size.size_bytes, size.is_read_only ? ", read-only" : "");
    else
        doctor_add(doctor, "cache", "%.*s: %s", STR_ARGS(size.path),
                   size.is_there ? "empty" : "none yet");
}

static bool add_calibration(struct doctor *doctor, struct error *err)
{
    struct correcting correcting;
    const struct calibration *calibration = &correcting.calibration;
    int64_t answers = 0;
    if (!correct_load(doctor->run, &doctor->ruleset, &correcting, err))
        return false;
    for (size_t i = 0; i < calibration->len; i++)
        answers += calibration->items[i].answers;
    if (!calibration->path.len)
        doctor_add(doctor, "calibration", "none%s",
                   correcting.is_missing ? " yet beside the cache" : "");
    else
        doctor_add(doctor, "calibration", "%.*s: %zu correction%s, from %" PRId64 " answers",
                   STR_ARGS(calibration->path), calibration->len, calibration->len == 1 ? "" : "s",
                   answers);
    if (calibration->stale)
        doctor_add(doctor, doctor_warning, "%.*s",
                   STR_ARGS(correct_stale_text(doctor->arena, calibration)));
    return true;
}

/* --- the report */

/* Warnings come last, where they are seen. */
static void print_human(const struct doctor *doctor)
{
    for (int warnings = 0; warnings < 2; warnings++)
        for (size_t i = 0; i < doctor->len; i++)
            if ((doctor->items[i].name == doctor_warning) == (warnings == 1))
                fprintf(doctor->run->out, "%-12s %.*s\n", doctor->items[i].name,
                        STR_ARGS(doctor->items[i].text));
}

/* "rule file" is a label, "rule_file" a name. */
static const char *json_name(const struct doctor *doctor, const char *label)
{
    char *name = str_to_c(doctor->arena, str_from_c(label));
    for (char *c = name; *c; c++)
        if (*c == ' ')
            *c = '_';
    return name;
}

static void print_json(const struct doctor *doctor)
{
    struct json_write json = { .out = doctor->run->out, .pretty = true };
    json_write_begin(&json, '{');
    json_write_integer_member(&json, "version", 1);
    json_write_key(&json, "is_usable");
    json_write_bool(&json, !doctor->problem.kind);
    json_write_text_member(&json, "problem", str_from_c(doctor->problem.text));
    json_write_key(&json, "facts");
    json_write_begin(&json, '{');
    for (size_t i = 0; i < doctor->len; i++)
        if (doctor->items[i].name != doctor_warning)
            json_write_text_member(&json, json_name(doctor, doctor->items[i].name),
                                   doctor->items[i].text);
    json_write_end(&json, '}');
    json_write_key(&json, "warnings");
    json_write_begin(&json, '[');
    for (size_t i = 0; i < doctor->len; i++)
        if (doctor->items[i].name == doctor_warning)
            json_write_text(&json, doctor->items[i].text);
    json_write_end(&json, ']');
    json_write_end(&json, '}');
    fputc('\n', doctor->run->out);
}

static int run_doctor(struct run *run, struct error *err)
{
    struct doctor doctor = { .run = run, .arena = run->arena };
    const struct format *format = run->options->format;
    if (format != &format_human && format != &format_json) {
        error_usage(err, "doctor has no format \"%s\": take human or json", format->name);
        return EXIT_USAGE;
    }
    if (run->options->operands.len) {
        error_usage(err, "doctor takes no paths: it says what a run from here would use");
        return EXIT_USAGE;
    }
    if (!pipeline_ruleset(run, &doctor.ruleset, err))
        return EXIT_USAGE;
    struct str rule_file = doctor.ruleset.path;
    doctor_add(&doctor, "rule file", "%.*s", STR_ARGS(rule_file.len ? rule_file : STR("none")));
    doctor_add_counting(&doctor);
    add_vocabulary(&doctor);
    add_catalog(&doctor);
    add_limits(&doctor);
    add_cache(&doctor);
    if (!add_calibration(&doctor, err))
        return EXIT_USAGE;
    if (format == &format_json)
        print_json(&doctor);
    else
        print_human(&doctor);
    if (!doctor.problem.kind)
        return EXIT_CLEAN;
    error_set(err, "%s", doctor.problem.text);
    return EXIT_ERROR;
}

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "[OPTION]...",
    .summary = "say what a run from here would use: credential, limits, cache; connects to nothing",
    .bit = ON_DOCTOR,
    .run = run_doctor,
};
