/* Which rule file is in force for the paths of a run. */
#include <sys/stat.h>

#include "cli/pipeline.h"
#include "input/discover.h"

/* The path of a found rule file as a user would write it: relative when it is below here. */
static struct str shown_path(struct run *run, struct str absolute)
{
    struct str here = run->environment->directory;
    if (here.len > 1 && str_starts(absolute, here) && absolute.len > here.len + 1 &&
        absolute.ptr[here.len] == '/')
        return str_slice(absolute, here.len + 1, absolute.len);
    return absolute;
}

/* The rule file that was found from a directory: those of many files are looked for only once. */
struct lookup {
    struct str directory, rules;
};

static struct str look_up(struct run *run, struct str absolute, struct lookup *last)
{
    struct stat status;
    struct str directory = absolute;
    if (stat(str_to_c(run->arena, absolute), &status) != 0 || !S_ISDIR(status.st_mode))
        while (directory.len > 1 && absolute.ptr[--directory.len] != '/')
            continue;
    if (!last->directory.len || !str_equal(directory, last->directory))
        *last = (struct lookup){ directory, ruleset_find(run->arena, directory) };
    return last->rules;
}

/* The rule file above each PATH must be the same one: settings of two would mix. */
static bool find_rule_file(struct run *run, struct str *found, struct error *err)
{
    const struct strs *paths = &run->options->operands;
    struct str here = run->environment->directory;
    struct str first = { 0 };
    struct lookup above_here = { 0 }, above = { 0 };
    *found = (struct str){ 0 };
    for (size_t i = 0; i < paths->len; i++) {
        bool is_stdin = str_equal(paths->items[i], STR("-"));
        struct str name = is_stdin ? run->options->stdin_filename : paths->items[i];
        struct str start = name.len ? discover_absolute(run->arena, here, name) : here;
        struct str rules = look_up(run, start, &above);
        if (!rules.len && !str_equal(above.directory, here))
            rules = look_up(run, here, &above_here);
        if (i && !str_equal(rules, *found))
            return error_usage(err,
                               "%.*s and %.*s are under different rule files: check them in two "
                               "runs, or choose one with --config",
                               STR_ARGS(first), STR_ARGS(paths->items[i]));
        *found = rules;
        first = paths->items[0];
    }
    if (!paths->len)
        *found = ruleset_find(run->arena, here);
    return true;
}

static bool take_tier(struct run *run, struct ruleset *ruleset, struct error *err)
{
    const struct str tier = run->options->tier;
    size_t len;
    if (!tier.len)
        return true;
    ruleset->tier = tier;
    ruleset->tier_origin = (struct origin){ STR("--tier"), { 0, 0 } };
    if (catalog_has_tier(run->catalog, tier))
        return true;
    const struct str *tiers = catalog_tiers(run->catalog, &len);
    struct buf all = { .arena = run->arena };
    for (size_t i = 0; i < len; i++)
        buf_format(&all, "%s%.*s", i ? ", " : "", STR_ARGS(tiers[i]));
    return error_usage(err, "--tier takes one of %.*s, not \"%.*s\"", STR_ARGS(buf_str(&all)),
                       STR_ARGS(tier));
}

bool pipeline_ruleset(struct run *run, struct ruleset *ruleset, struct error *err)
{
    const struct options *options = run->options;
    struct str path = options->config;
    ruleset_init(ruleset, run->arena, run->catalog, run->environment->directory);
    if (options->config.len && options->no_config)
        return error_usage(err, "--config and --no-config exclude each other");
    if (!options->config.len && !options->no_config) {
        struct str found;
        if (!find_rule_file(run, &found, err))
            return false;
        path = shown_path(run, found);
    }
    if (path.len && !ruleset_load(ruleset, path, err))
        return false;
    if (options->model.len && !catalog_model(run->catalog, options->model)) {
        struct str nearest = catalog_nearest_model(run->catalog, options->model);
        return error_usage(err, "--model: no model \"%.*s\" in the catalog of %.*s%s%.*s%s",
                           STR_ARGS(options->model), STR_ARGS(run->catalog->as_of),
                           nearest.len ? "; did you mean \"" : "", STR_ARGS(nearest),
                           nearest.len ? "\"?" : ": see tokgate models");
    }
    ruleset->command_line_model = options->model;
    return take_tier(run, ruleset, err);
}
