#include "cli/correct.h"

#include "base/replace.h"
#include "check/calibration_file.h"
#include "cli/pipeline.h"
#include "count/cache.h"
#include "report/calibration_print.h"

struct str correct_cache_path(const struct run *run)
{
    const struct environment *environment = run->environment;
    struct str dir = cache_directory(run->arena, run->options->cache, environment->cache_home,
                                     environment->home);
    if (!dir.len)
        return dir;
    return str_format(run->arena, "%.*s/" CALIBRATION_FILE_NAME, STR_ARGS(dir));
}

/* --- loading */

/* Where the file was named, before what is wrong with reading it. */
static bool fail_to_read(const struct run *run, const struct ruleset *ruleset, struct str path,
                         const struct error *cause, struct error *err)
{
    const struct origin *origin = &ruleset->calibration_origin;
    if (run->options->calibration.len)
        return error_usage(err, "--calibration: cannot read %.*s: %s", STR_ARGS(path), cause->text);
    return error_usage(err, "%.*s:%zu:%zu: cannot read the calibration %.*s: %s",
                       STR_ARGS(origin->path), origin->place.line, origin->place.column,
                       STR_ARGS(path), cause->text);
}

static bool read_file(struct run *run, const struct ruleset *ruleset, struct str path,
                      struct correcting *correcting, struct error *err)
{
    struct error cause = { 0 };
    struct calibration *calibration = &correcting->calibration;
    if (!calibration_file_read(run->arena, run->catalog, path, calibration, &cause)) {
        if (cause.kind != ERROR_USAGE)
            return fail_to_read(run, ruleset, path, &cause, err);
        *err = cause;
        return false;
    }
    calibration_keep(calibration, run->catalog, run->vocab, ruleset->api_version, ruleset->betas);
    correcting->contradicted = ARENA_ARRAY(run->arena, atomic_bool, calibration->len);
    return true;
}

bool correct_load(struct run *run, const struct ruleset *ruleset, struct correcting *correcting,
                  struct error *err)
{
    const struct str asked = run->options->calibration;
    struct str path = asked.len ? asked : ruleset->calibration;
    *correcting = (struct correcting){ 0 };
    if (!path.len || str_equal_c(asked, CALIBRATION_NONE))
        return true;
    correcting->is_beside_cache = str_equal_c(path, CALIBRATION_CACHE);
    if (!correcting->is_beside_cache)
        return read_file(run, ruleset, path, correcting, err);
    path = correct_cache_path(run);
    if (!path.len)
        return error_usage(err, "there is no calibration beside the cache, for there is no "
                                "directory for that: neither XDG_CACHE_HOME nor HOME is set");
    correcting->is_missing = !replace_is_there(path);
    return correcting->is_missing || read_file(run, ruleset, path, correcting, err);
}

/* --- in force */

void correct_item(const struct correcting *correcting, const struct catalog *catalog,
                  struct item *item)
{
    struct count *count = &item->count;
    item->offline = (struct offline_band){ count->low, count->tokens, count->high };
    if (!correcting->calibration.len || count->uncountable.len || item->request.edits.len)
        return;
    const struct model *model = catalog_model(catalog, item->request.model);
    if (!model)
        return;
    count->correction =
        calibration_find(&correcting->calibration, model->id, shape_of(&item->request));
    if (count->correction)
        correction_apply(count->correction, count);
}

void correct_compare(const struct correcting *correcting, const struct item *item, int64_t actual)
{
    const struct correction *correction = item->count.correction;
    if (!correction)
        return;
    struct count count = { .low = item->offline.low,
                           .tokens = item->offline.tokens,
                           .high = item->offline.high };
    correction_apply(correction, &count);
    const int64_t tolerance = correction_tolerance(actual);
    if (actual < count.low - tolerance || actual > count_sum(count.high, tolerance))
        atomic_store(&correcting->contradicted[correction - correcting->calibration.items], true);
}

/* --- at the end */

static bool is_contradicted(const struct correcting *correcting, size_t index)
{
    return atomic_load(&correcting->contradicted[index]);
}

static void print_file(FILE *out, void *context)
{
    const struct run *run = ((void **)context)[0];
    calibration_print(out, ((void **)context)[1], run->environment->today);
}

/* Reads the file again, for others may have written it, and stale corrections are in it too. */
static bool drop_from_file(struct run *run, const struct correcting *correcting, struct error *err)
{
    struct calibration all;
    const struct calibration *used = &correcting->calibration;
    void *context[] = { run, &all };
    size_t kept = 0;
    if (!calibration_file_read(run->arena, run->catalog, used->path, &all, err))
        return false;
    for (size_t i = 0; i < all.len; i++) {
        const struct correction correction = all.items[i];
        const struct correction *same = calibration_find(used, correction.model, correction.shape);
        const bool is_dropped = same && same->stamp == correction.stamp &&
                                is_contradicted(correcting, (size_t)(same - used->items));
        if (!is_dropped)
            all.items[kept++] = correction;
    }
    all.len = kept;
    return replace_file(used->path, 0600, print_file, context, err);
}

static void say_contradicted(struct run *run, const struct correction *correction, bool is_dropped)
{
    struct arena arena = { 0 };
    pipeline_say(run, "warning", "the API counted far from the corrected band of %.*s, %.*s: %s",
                 STR_ARGS(correction->model), STR_ARGS(shape_text(&arena, correction->shape)),
                 is_dropped ? "the correction is dropped"
                            : "make the calibration anew with tokgate calibrate");
    arena_free(&arena);
}

struct str correct_stale_text(struct arena *arena, const struct calibration *calibration)
{
    const bool is_one = calibration->stale == 1;
    return str_format(arena,
                      "%zu correction%s of %.*s %s not used: learned with another profile, "
                      "vocabulary, API version or betas",
                      calibration->stale, is_one ? "" : "s", STR_ARGS(calibration->path),
                      is_one ? "is" : "are");
}

void correct_finish(struct run *run, struct correcting *correcting)
{
    const struct calibration *calibration = &correcting->calibration;
    size_t contradicted = 0;
    struct error err = { 0 };
    if (correcting->is_missing)
        pipeline_say(
            run, "warning",
            "there is no calibration beside the cache yet: tokgate calibrate --write makes "
            "one");
    if (calibration->stale)
        pipeline_say(run, "warning", "%.*s", STR_ARGS(correct_stale_text(run->arena, calibration)));
    for (size_t i = 0; i < calibration->len; i++)
        contradicted += is_contradicted(correcting, i);
    const bool is_dropped =
        contradicted && correcting->is_beside_cache && drop_from_file(run, correcting, &err);
    for (size_t i = 0; i < calibration->len; i++)
        if (is_contradicted(correcting, i))
            say_contradicted(run, &calibration->items[i], is_dropped);
}
