/* What is expected of the output, by answers there were. */
#include "cli/label.h"
#include "cli/planning.h"

static bool check_options(const struct options *options, struct error *err)
{
    const bool is_given = options->output_tokens >= 0 || options->output_share >= 0;
    bool reads_stdin = false;
    for (size_t i = 0; i < options->operands.len; i++)
        reads_stdin |= str_equal(options->operands.items[i], STR("-"));
    if (!options->results.len)
        return !options->label.len || error_usage(err, "--label needs --results FILE");
    if (is_given)
        return error_usage(err, "--results and --output-tokens exclude each other");
    return !reads_stdin || !str_equal(options->results, STR("-")) ||
           error_usage(err, "standard input can be read only once");
}

static bool read_file(struct forecast *forecast, struct run *run, struct str name,
                      struct error *err)
{
    struct stream stream;
    struct error cause = { 0 };
    const struct str path = run->options->results;
    const bool is_stdin = str_equal(path, STR("-"));
    bool is_read = stream_open(&stream, is_stdin ? NULL : str_to_c(run->arena, path), &cause);
    if (is_read) {
        is_read = forecast_read(forecast, &stream, run->environment->is_interrupted, &cause);
        stream_close(&stream);
    }
    const bool has_place = cause.text[0] >= '0' && cause.text[0] <= '9';
    return is_read || error_set(err, "%.*s:%s%s", STR_ARGS(name), has_place ? "" : " ", cause.text);
}

bool planning_read_results(struct planning *planning, struct run *run, struct error *err)
{
    struct forecast *forecast = &planning->forecast;
    const struct str path = run->options->results;
    const struct str name = str_equal(path, STR("-")) ? STR("(stdin)") : path;
    struct regex *pattern;
    if (!check_options(run->options, err) || !label_compile(run, &pattern, err))
        return false;
    if (!path.len)
        return true;
    *forecast = (struct forecast){
        .arena = run->arena,
        .label = pattern ? label_by_pattern : NULL,
        .label_context = pattern,
    };
    if (!read_file(forecast, run, name, err))
        return false;
    if (forecast->unreadable)
        pipeline_say(run, "warning", "%.*s:%zu:%zu: %.*s: %zu line%s left aside", STR_ARGS(name),
                     forecast->place.line, forecast->place.column, STR_ARGS(forecast->why),
                     forecast->unreadable, forecast->unreadable == 1 ? " is" : "s are");
    if (forecast->again)
        pipeline_say(
            run, "warning",
            "%.*s:%zu:%zu: a second result of \"%.*s\": the first one counts, %zu line%s left "
            "aside",
            STR_ARGS(name), forecast->again_place.line, forecast->again_place.column,
            STR_ARGS(forecast->again_id), forecast->again, forecast->again == 1 ? " is" : "s are");
    planning->has_forecast = forecast->all.answers > 0;
    return planning->has_forecast || pipeline_is_interrupted(run) ||
           error_set(err, "%.*s: no answer in it says its tokens: there is nothing to expect",
                     STR_ARGS(name));
}
