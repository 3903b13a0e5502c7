/* A plan for people: tokens and cost by model, then batches, then online calls. */
#include <inttypes.h>

#include "base/list.h"
#include "base/text.h"
#include "base/utf8.h"
#include "report/plan_human.h"
#include "report/plan_text.h"
#include "report/report.h"

enum { COSTLIEST_SHOWN = 3, MODEL_WIDTH = 26 };

static void print_tokens(FILE *out, struct arena *arena, const struct plan *plan)
{
    const struct plan_sums *sums = &plan->sums;
    struct buf text = { .arena = arena };
    buf_add(&text, text_grouped(arena, sums->tokens));
    if (sums->high == COUNT_UNBOUNDED)
        buf_format(&text, " (at least %.*s)", STR_ARGS(text_grouped(arena, sums->low)));
    else if (sums->low != sums->high)
        buf_format(&text, " (%.*s to %.*s)", STR_ARGS(text_grouped(arena, sums->low)),
                   STR_ARGS(text_grouped(arena, sums->high)));
    fprintf(out, "%-*s %.*s of input", PLAN_NAME_WIDTH, "tokens", STR_ARGS(buf_str(&text)));
    fprintf(out, ", at most %.*s of output", STR_ARGS(text_grouped(arena, sums->max_tokens)));
    if (sums->without_max_tokens)
        fprintf(out, " and %" PRId64 " without max_tokens", sums->without_max_tokens);
    fputc('\n', out);
}

static int64_t cached_of(const struct plan_sums *sums)
{
    return plan_sums_input(sums, PLAN_EXPECTED, PLAN_READ_5M) +
           plan_sums_input(sums, PLAN_EXPECTED, PLAN_READ_1H);
}

static int64_t written_of(const struct plan_sums *sums)
{
    return plan_sums_input(sums, PLAN_EXPECTED, PLAN_WRITE_5M) +
           plan_sums_input(sums, PLAN_EXPECTED, PLAN_WRITE_1H);
}

static void print_cache(FILE *out, struct arena *arena, const struct plan *plan)
{
    const int64_t read = cached_of(&plan->sums), written = written_of(&plan->sums);
    if (!read && !written)
        return;
    fprintf(
        out, "%-*s %.*s of the input can be read, %.*s written, in %.*s prefix%s", PLAN_NAME_WIDTH,
        "cache", STR_ARGS(text_grouped(arena, read)), STR_ARGS(text_grouped(arena, written)),
        STR_ARGS(text_grouped(arena, (int64_t)plan->seen.len)), plan->seen.len == 1 ? "" : "es");
    if (plan->seen.is_full)
        fputs(" and more, which count as written each time", out);
    fputc('\n', out);
}

/* What is known of the output; with max_tokens not everywhere, nothing. */
static struct str output_text(struct arena *arena, const struct plan *plan,
                              const struct plan_sums *sums)
{
    const int64_t output =
        plan_sums_output(sums, plan_has_output(plan) ? PLAN_EXPECTED : PLAN_WORST);
    return output == COUNT_UNBOUNDED ? STR("unbounded") : text_grouped(arena, output);
}

static void print_cells(FILE *out, struct arena *arena, const struct plan *plan, struct str name,
                        int width, const struct plan_sums *sums,
                        const struct plan_cost cost[PLAN_WAYS_LEN])
{
    const enum plan_edge edge = plan_has_output(plan) ? PLAN_EXPECTED : PLAN_WORST;
    fprintf(out, "%.*s%*s %10.*s %15.*s %15.*s %14.*s %14.*s %14.*s\n", STR_ARGS(name),
            width - (int)name.len, "", STR_ARGS(text_grouped(arena, sums->requests)),
            STR_ARGS(text_grouped(arena, sums->tokens)),
            STR_ARGS(text_grouped(arena, cached_of(sums))),
            STR_ARGS(output_text(arena, plan, sums)),
            STR_ARGS(plan_text_cost(arena, &cost[PLAN_BATCH], edge)),
            STR_ARGS(plan_text_cost(arena, &cost[PLAN_ONLINE], edge)));
}

static void print_models(FILE *out, struct arena *arena, const struct plan *plan)
{
    const bool is_expected = plan_has_output(plan);
    struct strs names = { .arena = arena };
    for (size_t i = 0; i < plan->models_len; i++)
        *LIST_PUSH(&names) = plan_text_model(arena, &plan->models[i]);
    const int width = plan_text_width(&names, MODEL_WIDTH);
    fprintf(out, "\n%-*s %10s %15s %15s %14s %14s %14s\n", width, "model", "requests",
            "input tokens", "cache reads", is_expected ? "output" : "output at most",
            is_expected ? "in batches" : "batch at most",
            is_expected ? "online" : "online at most");
    for (size_t i = 0; i < plan->models_len; i++) {
        const struct plan_model *model = &plan->models[i];
        print_cells(out, arena, plan, names.items[i], width, &model->sums, model->cost);
    }
    if (plan->models_len > 1)
        print_cells(out, arena, plan, STR("total"), width, &plan->sums, plan->cost);
    fputc('\n', out);
}

static void print_costly(FILE *out, struct arena *arena, const struct plan_costly *costly,
                         const char *name)
{
    const struct str id = { costly->custom_id, costly->custom_id_len };
    const struct str path = utf8_printable(arena, costly->source, SIZE_MAX);
    fprintf(out, "%-*s %10.*s online at most, %9.*s tokens  %.*s", PLAN_NAME_WIDTH, name,
            STR_ARGS(text_usd(arena, costly->usd)), STR_ARGS(text_grouped(arena, costly->tokens)),
            STR_ARGS(path));
    if (costly->place.line > 1 || id.len)
        fprintf(out, ":%zu", costly->place.line);
    if (id.len)
        fprintf(out, " %.*s", STR_ARGS(utf8_printable(arena, id, 80)));
    fputc('\n', out);
}

void report_plan_human(FILE *out, const struct plan *plan)
{
    struct arena arena = { 0 };
    fprintf(out, "%-*s %.*s\n", PLAN_NAME_WIDTH, "requests",
            STR_ARGS(text_grouped(&arena, plan->sums.requests)));
    if (plan->sums.requests) {
        print_tokens(out, &arena, plan);
        print_cache(out, &arena, plan);
        print_models(out, &arena, plan);
        plan_human_cost(out, &arena, plan);
        plan_human_times(out, &arena, plan);
        for (size_t i = 0; i < plan->costliest_len && i < COSTLIEST_SHOWN; i++)
            if (plan->costliest[i].usd >= 0)
                print_costly(out, &arena, &plan->costliest[i], i ? "" : "costliest");
    }
    arena_free(&arena);
}
