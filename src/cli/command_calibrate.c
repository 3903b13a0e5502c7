/* tokgate calibrate: what true counts teach about offline ones. */
#include "base/replace.h"
#include "cli/correct.h"
#include "cli/lessons.h"
#include "cli/pipeline.h"
#include "count/cache.h"
#include "count/cache_file.h"
#include "report/calibration_print.h"

struct calibrating {
    struct run *run;
    struct ruleset ruleset;
    struct observed_list observed;
    struct lessons lessons;
    struct lessons_report report;
    struct calibration calibration;
};

static bool check_options(const struct options *options, struct error *err)
{
    if (options->format != &format_human && options->format != &format_json)
        return error_usage(err, "calibrate has no format \"%s\": take human or json",
                           options->format->name);
    if (options->operands.len)
        return error_usage(err,
                           "calibrate takes no paths: it learns from what is beside the cache, "
                           "or from --from FILE");
    if (options->write && options->calibrate_output.len)
        return error_usage(err, "--write and --output exclude each other");
    return true;
}

static struct str cache_dir(const struct run *run)
{
    const struct environment *environment = run->environment;
    return cache_directory(run->arena, run->options->cache, environment->cache_home,
                           environment->home);
}

static bool gather(struct calibrating *calibrating, struct error *err)
{
    struct run *run = calibrating->run;
    const struct str from = run->options->calibrate_from;
    calibrating->report.source = from.len ? from : cache_dir(run);
    if (from.len)
        return lessons_read(run, &calibrating->ruleset, from, &calibrating->observed,
                            &calibrating->report.left, err);
    if (!calibrating->report.source.len)
        return error_usage(err, "there is no directory for the cache: neither XDG_CACHE_HOME nor "
                                "HOME is set; choose one with --cache");
    return observed_read(calibrating->report.source, &calibrating->observed, err);
}

static void print_file(FILE *out, void *context)
{
    const struct calibrating *calibrating = context;
    calibration_print(out, &calibrating->calibration, calibrating->run->environment->today);
}

/* Nothing is written where there was nothing to learn from, or not all of it could be read: a file
 * with fewer corrections would look as if the others had been dropped. */
static bool write_file(struct calibrating *calibrating, struct error *err)
{
    struct run *run = calibrating->run;
    const struct options *options = run->options;
    struct str path = options->calibrate_output;
    struct error cause = { 0 };
    if ((!options->write && !path.len) || !calibrating->lessons.len ||
        calibrating->report.left.errors)
        return true;
    if (options->write) {
        const struct str dir = cache_dir(run);
        path = correct_cache_path(run);
        if (!dir.len)
            return error_usage(err, "there is no directory for the cache: neither XDG_CACHE_HOME "
                                    "nor HOME is set; choose one with --cache");
        if (!cache_file_make_dir(dir, &cause))
            return error_set(err, "the cache directory %.*s cannot be made: %s", STR_ARGS(dir),
                             cause.text);
    }
    calibrating->report.written = path;
    return replace_file(path, options->write ? 0600 : 0666, print_file, calibrating, err);
}

static int run_calibrate(struct run *run, struct error *err)
{
    const struct options *options = run->options;
    struct calibrating *calibrating = ARENA_NEW(run->arena, struct calibrating);
    calibrating->run = run;
    calibrating->observed.arena = calibrating->lessons.arena = run->arena;
    if (!check_options(options, err) || !pipeline_ruleset(run, &calibrating->ruleset, err))
        return EXIT_USAGE;
    if (!gather(calibrating, err))
        return EXIT_ERROR;
    lessons_learn(&calibrating->lessons, run, &calibrating->ruleset, &calibrating->observed);
    calibrating->calibration = lessons_calibration(&calibrating->lessons, run->arena);
    if (!write_file(calibrating, err))
        return EXIT_ERROR;
    if (options->format == &format_json)
        lessons_print_json(run->out, &calibrating->lessons, &calibrating->report);
    else
        lessons_print_human(run->out, &calibrating->lessons, &calibrating->report);
    return calibrating->report.left.errors ? EXIT_ERROR : EXIT_CLEAN;
}

const struct command command_calibrate = {
    .name = "calibrate",
    .arguments = "[--from FILE] [--write | --output FILE] [OPTION]...",
    .summary = "what true counts teach about offline ones: corrections, by model and shape",
    .bit = ON_CALIBRATE,
    .run = run_calibrate,
};
