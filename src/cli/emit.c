#include "cli/emit.h"

#include <string.h>

#include "base/list.h"

static int64_t add(int64_t a, int64_t b)
{
    return a > COUNT_UNBOUNDED - b ? COUNT_UNBOUNDED : a + b;
}

/* Where a count or an error is said to be: a manifest's requests have lines. */
static struct str item_place(struct arena *arena, const struct item *item)
{
    const struct request *request = &item->request;
    if (!request->in_manifest)
        return request->source->path;
    return str_format(arena, "%.*s:%zu", STR_ARGS(request->source->path), request->start.line);
}

/* The limit that an item uses most visibly: its pool's ITPM where one is known, else the window. */
static struct share share_of(struct pipeline *pipeline, const struct item *item,
                             const struct model *model)
{
    const struct settings *settings = item->from->settings;
    int64_t itpm = settings_itpm(&pipeline->ruleset, pipeline->run->catalog, model->pool);
    double rate = settings->rate.is_set ? settings->rate.number : 1;
    struct share share = {
        .path = item->request.source->path,
        .place = item->request.start,
        .custom_id = item->request.custom_id,
        .tokens = item->count.tokens,
        .of = STR("the context window"),
    };
    if (itpm > 0) {
        share.percent = (double)item->count.tokens * rate * 100 / (double)itpm;
        share.of = settings->rate.is_set ? STR("ITPM, at its rate") : STR("ITPM, one call");
    } else if (model->context_window > 0) {
        share.percent = (double)item->count.tokens * 100 / (double)model->context_window;
    }
    return share;
}

static void keep_largest(struct pipeline *pipeline, const struct item *item,
                         const struct model *model)
{
    struct summary *summary = &pipeline->summary;
    if (!model)
        return;
    struct share share = share_of(pipeline, item, model);
    size_t at = summary->largest_len;
    while (at > 0 && summary->largest[at - 1].percent < share.percent)
        at--;
    if (at == LARGEST_LEN)
        return;
    if (summary->largest_len < LARGEST_LEN)
        summary->largest_len++;
    memmove(&summary->largest[at + 1], &summary->largest[at],
            (summary->largest_len - at - 1) * sizeof share);
    share.custom_id = str_copy(pipeline->run->arena, share.custom_id);
    summary->largest[at] = share;
}

static void keep_record(struct pipeline *pipeline, const struct item *item,
                        const struct model *model)
{
    *LIST_PUSH(&pipeline->records) = (struct record){
        .path = item->request.source->path,
        .place = item->request.start,
        .pool = model ? model->pool : (struct str){ 0 },
        .settings = item->from->settings,
        .model = model,
        .low = item->count.low,
        .tokens = item->count.tokens,
        .high = item->count.high,
        .origin = item->count.origin,
        .prefix_share = item->request.is_prompt ? 1 : item->count.prefix_share,
    };
}

static void emit_counted(struct pipeline *pipeline, const struct item *item)
{
    const struct request *request = &item->request;
    const struct model *model = catalog_model(pipeline->run->catalog, request->model);
    struct summary *summary = &pipeline->summary;
    const struct count_row row = {
        .path = request->source->path,
        .place = request->start,
        .index = request->index,
        .custom_id = request->custom_id,
        .model = request->model,
        .low = item->count.low,
        .tokens = item->count.tokens,
        .high = item->count.high,
        .origin = item->count.origin,
        .size_bytes = request->entry.len,
    };
    summary->requests++;
    summary->low = add(summary->low, row.low);
    summary->tokens = add(summary->tokens, row.tokens);
    summary->high = add(summary->high, row.high);
    summary->size_bytes += row.size_bytes;
    summary->by_origin[row.origin]++;
    summary->uses_default_model |=
        request->model_at == REQUEST_NOWHERE && !item->from->settings->defaults.model_declared;
    if (pipeline->workshop.mode == COUNT_MODE_API && row.origin == COUNT_ORIGIN_OFFLINE)
        pipeline->not_countable++;
    keep_record(pipeline, item, model);
    keep_largest(pipeline, item, model);
    if (pipeline->on_row)
        pipeline->on_row(pipeline, &row);
    pipeline->rows++;
}

static void say_error(struct pipeline *pipeline, struct arena *arena, const struct item *item)
{
    struct str place = item_place(arena, item);
    pipeline->errors++;
    pipeline_say(pipeline->run, "error", "%.*s: %.*s", STR_ARGS(place), STR_ARGS(item->error));
}

static void say_fallback(struct pipeline *pipeline, const struct item *item)
{
    if (pipeline->said_fallback || !item->error.len)
        return;
    pipeline->said_fallback = true;
    pipeline_say(pipeline->run, "warning",
                 "counting online failed, offline counts and their bands stand: %.*s",
                 STR_ARGS(item->error));
}

static void emit_item(struct pipeline *pipeline, struct arena *arena, const struct item *item)
{
    struct summary *summary = &pipeline->summary;
    switch (item->state) {
    case ITEM_COUNTED:
        emit_counted(pipeline, item);
        if (item->fell_back)
            say_fallback(pipeline, item);
        return;
    case ITEM_NOT_ASKED:
        pipeline->not_asked++;
        break;
    case ITEM_REFUSED:
    case ITEM_FAILED:
        say_error(pipeline, arena, item);
        break;
    case ITEM_UNREADABLE:
        break;
    }
    summary->failed_requests++;
}

void emit_chunk(struct pipeline *pipeline, struct chunk *chunk)
{
    for (size_t i = 0; i < chunk->items.len; i++)
        emit_item(pipeline, &chunk->arena, &chunk->items.items[i]);
    for (size_t i = 0; i < chunk->findings.len; i++)
        findings_add(&pipeline->findings, &chunk->findings.items[i]);
    pipeline->summary.waived += chunk->waived;
    chunk_free(chunk);
}
