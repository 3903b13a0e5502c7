/* tokgate models: what the catalog knows, with dates. */
#include <inttypes.h>

#include "base/date.h"
#include "cli/command.h"

static void print_age(struct run *run)
{
    int64_t age = date_days(run->environment->today) - date_days(run->catalog->as_of);
    fprintf(run->out, "catalog of %.*s, %" PRId64 " day%s old\n", STR_ARGS(run->catalog->as_of),
            age, age == 1 ? "" : "s");
}

static struct str tokens_text(struct arena *arena, int64_t tokens)
{
    if (tokens == CATALOG_UNKNOWN)
        return STR("?");
    if (tokens % 1000000 == 0)
        return str_format(arena, "%" PRId64 "M", tokens / 1000000);
    return tokens % 1000 ? str_format(arena, "%" PRId64, tokens)
                         : str_format(arena, "%" PRId64 "k", tokens / 1000);
}

static struct str price_text(struct arena *arena, double price)
{
    return price < 0 ? STR("?") : str_format(arena, "%.15g", price);
}

static struct str life_text(struct arena *arena, const struct model *model)
{
    if (model->retired.len)
        return str_format(arena, "retired %.*s", STR_ARGS(model->retired));
    if (model->end_of_life.len)
        return str_format(arena, "ends %.*s", STR_ARGS(model->end_of_life));
    if (model->retires_not_before.len)
        return str_format(arena, "until %.*s or later", STR_ARGS(model->retires_not_before));
    return (struct str){ 0 };
}

/* The newest date among the sources of a row. */
static struct str newest_source(const struct catalog *catalog, const struct model *model)
{
    struct str newest = { 0 };
    for (const struct fact *key = fact_first(model->sources); key; key = fact_next(key))
        for (const struct fact *source = fact_first(catalog->sources); source;
             source = fact_next(source)) {
            struct str date = fact_text(source, "date");
            if (str_equal(fact_name(source), fact_string(key)) && str_compare(date, newest) > 0)
                newest = date;
        }
    return newest;
}

static void print_model(struct run *run, const struct model *model)
{
    struct arena *arena = run->arena;
    fprintf(run->out, "%-28.*s %7.*s %7.*s %6.*s %6.*s  %-4s %-11.*s %-10.*s  %.*s\n",
            STR_ARGS(model->id), STR_ARGS(tokens_text(arena, model->context_window)),
            STR_ARGS(tokens_text(arena, model->max_output)),
            STR_ARGS(price_text(arena, model->price.input)),
            STR_ARGS(price_text(arena, model->price.output)),
            model->profile->tokenizer == TOKENIZER_V3 ? "v3" : "new", STR_ARGS(model->pool),
            STR_ARGS(newest_source(run->catalog, model)), STR_ARGS(life_text(arena, model)));
    for (const struct fact *alias = fact_first(model->aliases); alias && run->options->all;
         alias = fact_next(alias))
        fprintf(run->out, "  alias %.*s\n", STR_ARGS(fact_string(alias)));
}

static int run_models(struct run *run, struct error *err)
{
    const struct catalog *catalog = run->catalog;
    (void)err;
    print_age(run);
    if (run->options->age)
        return EXIT_CLEAN;
    fprintf(run->out, "\n%-28s %7s %7s %6s %6s  %-4s %-11s %-10s\n", "model", "window", "output",
            "$in", "$out", "tok.", "pool", "source of");
    for (size_t i = 0; i < catalog->models_len; i++)
        if (catalog->models[i].status != MODEL_STATUS_RETIRED || run->options->all)
            print_model(run, &catalog->models[i]);
    fprintf(run->out,
            "\nprompts that name no model are counted for %.*s; prices in USD per million tokens; "
            "--all shows retired models\n",
            STR_ARGS(catalog->default_model->id));
    return EXIT_CLEAN;
}

const struct command command_models = {
    .name = "models",
    .arguments = "[--all] [--age]",
    .summary = "what the catalog knows of models, with dates",
    .bit = ON_MODELS,
    .run = run_models,
};
