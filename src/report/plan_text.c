#include "report/plan_text.h"

#include "base/list.h"
#include "base/text.h"
#include "base/utf8.h"

enum { NAME_LEN_MAX = 60, ASSUMED_SHOWN = 5 };

struct str plan_text_model(struct arena *arena, const struct plan_model *model)
{
    const struct str id = utf8_printable(arena, model->id, NAME_LEN_MAX);
    return model->speed == PLAN_FAST ? str_format(arena, "%.*s fast", STR_ARGS(id)) : id;
}

struct str plan_text_pool(struct arena *arena, const struct plan_pool *pool)
{
    const struct str name = pool->name.len ? pool->name : STR("no pool");
    return pool->is_apart ? str_format(arena, "%.*s fast", STR_ARGS(name)) : name;
}

int plan_text_width(const struct strs *names, size_t least)
{
    size_t width = least;
    for (size_t i = 0; i < names->len; i++)
        width = names->items[i].len > width ? names->items[i].len : width;
    return (int)width;
}

struct str plan_text_cost(struct arena *arena, const struct plan_cost *cost, enum plan_edge edge)
{
    const bool is_open = cost->usd[edge] < 0 && cost->usd[PLAN_LOW] >= 0;
    return is_open ? STR("unbounded") : text_usd(arena, cost->usd[edge]);
}

static void add_fast(struct strs *notes, const struct plan *plan)
{
    const int64_t fast = plan->sums.fast;
    struct buf text = { .arena = notes->arena };
    if (!fast)
        return;
    buf_format(&text, "%.*s request%s in fast mode, which no batch takes",
               STR_ARGS(text_grouped(notes->arena, fast)), fast == 1 ? " is" : "s are");
    if (plan->fast_unpriced)
        buf_format(&text, "; of %.*s no price of fast mode is known: the standard one is taken",
                   STR_ARGS(text_grouped(notes->arena, plan->fast_unpriced)));
    *LIST_PUSH(notes) = buf_str(&text);
}

void plan_text_cost_notes(struct strs *notes, const struct plan *plan)
{
    struct arena *arena = notes->arena;
    const int64_t searching = plan->sums.searching;
    const double search_usd = plan->catalog->web_search_usd;
    if (plan->unpriced && plan->unpriced < plan->sums.requests)
        *LIST_PUSH(notes) = str_format(arena, "without %.*s request%s whose price is not known",
                                       STR_ARGS(text_grouped(arena, plan->unpriced)),
                                       text_plural((size_t)plan->unpriced));
    add_fast(notes, plan);
    if (plan->sums.other_batch && !plan->vendor)
        *LIST_PUSH(notes) = str_format(
            arena,
            "as Message Batches: %.*s request%s from manifests for other batches, which have "
            "prices and limits of their own",
            STR_ARGS(text_grouped(arena, plan->sums.other_batch)),
            plan->sums.other_batch == 1 ? " is" : "s are");
    if (searching && search_usd >= 0)
        *LIST_PUSH(notes) = str_format(
            arena, "without searches: %.*s request%s may search the web, at %.*s for 1,000",
            STR_ARGS(text_grouped(arena, searching)), text_plural((size_t)searching),
            STR_ARGS(text_usd(arena, search_usd * 1000)));
}

void plan_text_assumed(struct strs *notes, const struct plan *plan)
{
    size_t len = 0;
    for (size_t i = 0; i < plan->models_len; i++) {
        const struct plan_model *model = &plan->models[i];
        if (model->is_assumed && len++ < ASSUMED_SHOWN)
            *LIST_PUSH(notes) = str_format(
                notes->arena, "%.*s is not in the catalog: price and limits are those of %.*s",
                STR_ARGS(plan_text_model(notes->arena, model)), STR_ARGS(model->model->id));
    }
    if (len > ASSUMED_SHOWN)
        *LIST_PUSH(notes) = str_format(notes->arena, "and %zu more", len - ASSUMED_SHOWN);
}
