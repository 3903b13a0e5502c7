#include "cli/emit.h"

#include <string.h>

#include "base/list.h"
#include "base/utf8.h"
#include "cli/count_parts.h"
#include "cli/keep.h"
#include "cli/watch.h"

enum { CUSTOM_ID_SHOWN = 80 };

/* Where a count or an error is said to be: a manifest's requests have lines. */
static struct str item_place(struct arena *arena, const struct item *item)
{
    const struct request *request = &item->request;
    if (!request->in_manifest)
        return request->source->path;
    return str_format(arena, "%.*s:%zu", STR_ARGS(request->source->path), request->start.line);
}

static int64_t itpm_of(struct pipeline *pipeline, const struct model *model)
{
    const struct catalog *catalog = pipeline->run->catalog;
    struct itpm *known = &pipeline->itpms[model - catalog->models];
    if (!known->is_known)
        *known = (struct itpm){ true, settings_itpm(&pipeline->ruleset, catalog, model->pool) };
    return known->itpm;
}

/* The limit that an item uses most visibly: its pool's ITPM where one is known, else the window. */
static struct share share_of(struct pipeline *pipeline, const struct item *item,
                             const struct model *model)
{
    const struct settings *settings = item->from->settings;
    int64_t itpm = itpm_of(pipeline, model);
    double rate = settings->rate.is_set ? settings->rate.number : 1;
    struct share share = {
        .path = item->request.source->path,
        .place = item->request.start,
        .custom_id = item->request.custom_id,
        .tokens = item->count.tokens,
        .percent = SHARE_UNKNOWN,
    };
    if (itpm > 0) {
        share.percent = (double)item->count.tokens * rate * 100 / (double)itpm;
        share.of = settings->rate.is_set ? STR("ITPM, at its rate") : STR("ITPM, one call");
    } else if (model->context_window > 0) {
        share.percent = (double)item->count.tokens * 100 / (double)model->context_window;
        share.of = STR("the context window");
    }
    return share;
}

static bool is_larger(const struct share *share, const struct share *than)
{
    if (share->percent > than->percent || share->percent < than->percent)
        return share->percent > than->percent;
    return share->tokens > than->tokens;
}

static void keep_largest(struct pipeline *pipeline, const struct item *item,
                         const struct model *model)
{
    struct summary *summary = &pipeline->summary;
    if (!model)
        return;
    struct share share = share_of(pipeline, item, model);
    size_t at = summary->largest_len;
    while (at > 0 && is_larger(&share, &summary->largest[at - 1]))
        at--;
    if (at == LARGEST_LEN)
        return;
    if (summary->largest_len < LARGEST_LEN)
        summary->largest_len++;
    memmove(&summary->largest[at + 1], &summary->largest[at],
            (summary->largest_len - at - 1) * sizeof share);
    share.custom_id = str_copy(pipeline->run->arena, utf8_head(share.custom_id, CUSTOM_ID_SHOWN));
    summary->largest[at] = share;
}

/* Without a rate a batch uses nothing of a pool: 100,000 requests need no records then. */
static void keep_record(struct pipeline *pipeline, const struct item *item,
                        const struct model *model)
{
    if (!pipeline->keeps_records ||
        (item->request.in_manifest && !item->from->settings->rate.is_set))
        return;
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
        .in_manifest = item->request.in_manifest,
        .prefix_share = item->request.is_prompt ? 1 : item->count.prefix_share,
    };
}

/* The rule unknown-model says it of each request; where no rules run, once will do. */
static void say_unknown_model(struct pipeline *pipeline, struct arena *arena, struct str model)
{
    if (pipeline->said_unknown_model || pipeline->runs_rules)
        return;
    pipeline->said_unknown_model = true;
    pipeline_say(pipeline->run, "warning",
                 "the model \"%.*s\" is not in the catalog of %.*s: counted as the newest ones, "
                 "within %g%%",
                 STR_ARGS(utf8_printable(arena, model, 80)),
                 STR_ARGS(pipeline->run->catalog->as_of),
                 pipeline->run->catalog->bands.unknown_model * 100);
}

/* Rules say it of each request; where none run, once will do. */
static void say_clearing(struct pipeline *pipeline, struct arena *arena, const struct item *item)
{
    if (pipeline->said_clearing || pipeline->runs_rules)
        return;
    pipeline->said_clearing = true;
    pipeline_say(pipeline->run, "note",
                 "%.*s: what its context_management may clear is not in the lower bound",
                 STR_ARGS(item_place(arena, item)));
}

/* A corrected count, for the row and the summary. */
static void add_correction(struct pipeline *pipeline, const struct correction *correction,
                           struct count_row *row)
{
    struct summary *summary = &pipeline->summary;
    bool *is_used =
        &pipeline->corrections_used[correction - pipeline->correcting.calibration.items];
    row->corrected_by = correction->answers;
    summary->corrected++;
    summary->corrected_by += *is_used ? 0 : correction->answers;
    *is_used = true;
}

static void emit_counted(struct pipeline *pipeline, struct arena *arena, const struct item *item)
{
    const struct request *request = &item->request;
    const struct model *model = catalog_model(pipeline->run->catalog, request->model);
    struct summary *summary = &pipeline->summary;
    struct count_row row = {
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
    summary->low = count_sum(summary->low, row.low);
    summary->tokens = count_sum(summary->tokens, row.tokens);
    summary->high = count_sum(summary->high, row.high);
    summary->size_bytes += row.size_bytes;
    summary->by_origin[row.origin]++;
    summary->uses_default_model |=
        request->model_at == REQUEST_NOWHERE && !item->from->settings->defaults.model_declared;
    if (pipeline->workshop.mode == COUNT_MODE_API &&
        (row.origin == COUNT_ORIGIN_OFFLINE || row.origin == COUNT_ORIGIN_ESTIMATE))
        pipeline->not_countable++;
    if (!model && row.origin != COUNT_ORIGIN_API)
        say_unknown_model(pipeline, arena, request->model);
    if (item->count.may_be_cleared)
        say_clearing(pipeline, arena, item);
    keep_record(pipeline, item, model);
    keep_largest(pipeline, item, model);
    if (item->count.correction)
        add_correction(pipeline, item->count.correction, &row);
    if (pipeline->run->options->parts)
        row.parts = count_parts(arena, item, &row.parts_len);
    if (pipeline->on_row)
        pipeline->on_row(pipeline, &row);
    if (pipeline->on_record && item->record)
        pipeline->on_record(pipeline, item, item->record);
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
    const bool was_tried = pipeline_has_credentials(pipeline);
    pipeline_say(pipeline->run, was_tried ? "warning" : "note",
                 "%s, offline counts and their bands stand: %.*s",
                 was_tried ? "counting online failed" : "nothing was counted online",
                 STR_ARGS(item->error));
}

static void emit_item(struct pipeline *pipeline, struct arena *arena, const struct item *item)
{
    struct summary *summary = &pipeline->summary;
    switch (item->state) {
    case ITEM_COUNTED:
        emit_counted(pipeline, arena, item);
        if (item->fell_back)
            say_fallback(pipeline, item);
        return;
    case ITEM_NOT_ASKED:
        pipeline->not_asked++;
        pipeline->errors++;
        if (!pipeline->not_asked_why.len)
            pipeline->not_asked_why = str_copy(pipeline->run->arena, item->error);
        break;
    case ITEM_REFUSED:
    case ITEM_FAILED:
        say_error(pipeline, arena, item);
        break;
    case ITEM_OTHER:
        others_add(&item->from->others, pipeline->run->arena, &item->request);
        if (pipeline->on_uncounted)
            pipeline->on_uncounted(pipeline, item);
        return;
    case ITEM_REMARK:
        pipeline->faults += item->is_fault;
        if (!item->request.is_around) /* else there are findings of it */
            keep_remark(pipeline, item->from, item->request.start,
                        item->is_fault ? SEVERITY_ERROR : SEVERITY_WARNING,
                        str_from_c(item->remark));
        return;
    case ITEM_UNREADABLE:
        break;
    }
    summary->failed_requests++;
    if (pipeline->on_uncounted)
        pipeline->on_uncounted(pipeline, item);
}

/* A source without anything for Claude is one that cannot be checked, like any other that is no
 * request: not said of what was only found in a directory. */
static void emit_others(struct pipeline *pipeline, struct job_source *from)
{
    struct arena *arena = pipeline->run->arena;
    struct summary *summary = &pipeline->summary;
    bool are_all = from->others.len == from->entries_len;
    if (!from->others.len)
        return;
    struct str text = others_text(arena, &from->others, are_all);
    if (!are_all) {
        keep_remark(pipeline, from, from->others.first, SEVERITY_NOTE, text);
    } else if (from->source.named) {
        summary->failed_requests += from->others.len;
        keep_remark(pipeline, from, from->others.first, rule_kind_invalid_request.severity, text);
    } else {
        summary->files--;
        *LIST_PUSH(&summary->skipped) = (struct skipped){ from->source.path, text };
    }
}

void emit_end(struct pipeline *pipeline, struct job_source *from)
{
    emit_others(pipeline, from);
    keep_end(pipeline, from);
}

/* Where nobody judges, only what keeps a request from being counted is said, as without rules
 * (check_faults). */
static bool is_said(const struct item *item, const struct finding *finding)
{
    return (item->request.unreadable || item->request.is_prompt) &&
           finding->rule == rule_kind_invalid_request.name;
}

static void emit_findings(struct pipeline *pipeline, const struct item *item,
                          const struct findings *findings, size_t start)
{
    if (!keep_hand_on(pipeline, findings, start, item->findings_end)) {
        keep_findings(pipeline, item->from, findings, start, item->findings_end);
        return;
    }
    for (size_t i = start; i < item->findings_end; i++)
        if (is_said(item, &findings->items[i]))
            keep_findings(pipeline, item->from, findings, i, i + 1);
}

void emit_chunk(struct pipeline *pipeline, struct chunk *chunk)
{
    size_t start = 0;
    for (size_t i = 0; i < chunk->items.len; i++) {
        const struct item *item = &chunk->items.items[i];
        item->from->entries_len += !item->remark;
        emit_item(pipeline, &chunk->arena, item);
        watch_item(pipeline, item);
        emit_findings(pipeline, item, &chunk->findings, start);
        pipeline->summary.waived += item->waived;
        start = item->findings_end;
    }
}
