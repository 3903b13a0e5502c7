#include "cli/judge.h"

#include "base/fingerprint.h"
#include "cli/item.h"
#include "cli/judge_online.h"

static void parse_item(struct chunk *chunk, struct item *item)
{
    const struct request_defaults *defaults = &item->from->settings->defaults;
    struct request *request = &item->request;
    if (!request->unreadable)
        item->from->reader->parse(&chunk->arena, defaults, request);
    if (!request->model.len)
        request->model = defaults->model;
    if (item->from->needs_ids && request->custom_id_at != REQUEST_NOWHERE)
        item->id_place = request_place(request, request->custom_id_at);
}

static bool has_undecided(const struct chunk *chunk, size_t from)
{
    for (size_t i = from; i < chunk->findings.len; i++)
        if (chunk->findings.items[i].verdict == VERDICT_UNDECIDED)
            return true;
    return false;
}

/* Whether the API would count it as it is. */
static bool can_ask(const struct workshop *workshop, const struct item *item)
{
    if (!item_is_countable(item))
        return false;
    if (workshop->recall)
        return recall_has_all(workshop->recall, &item->request);
    return !workshop->online || online_asks_all(workshop->online, &item->request);
}

/* All that can be said of an item without asking. What --count api will ask about is not counted
 * offline before: when the count is in the cache, that may not be needed. */
static void judge_offline(struct workshop *workshop, size_t worker, struct chunk *chunk,
                          struct item *item)
{
    size_t before = chunk->findings.len;
    bool asks_all = workshop->mode == COUNT_MODE_API;
    bool may_ask = workshop->online || workshop->offline_only.kind;
    item->state = ITEM_REMARK;
    if (item->remark && item->request.is_around)
        item_check(workshop, chunk, item);
    if (item->remark)
        return;
    parse_item(chunk, item);
    item->state = ITEM_OTHER;
    if (item->request.other.len)
        return;
    item->state = ITEM_UNREADABLE;
    item->wants_online = asks_all && can_ask(workshop, item);
    if (item->wants_online)
        return;
    if (!item->request.unreadable)
        item_count(workshop, worker, chunk, item);
    item_check(workshop, chunk, item);
    if (may_ask && !asks_all)
        item->wants_online = has_undecided(chunk, before) && can_ask(workshop, item);
}

static bool keeps_back(const struct finding *finding)
{
    if (finding->severity != SEVERITY_ERROR || finding->verdict != VERDICT_FAIL)
        return false;
    const struct rule_kind *kind = rule_kind_find(str_from_c(finding->rule));
    return !kind || !kind->stays_in_batch;
}

/* The first of the findings that keeps a request from being sent. */
static const struct finding *first_error(const struct findings *findings, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++)
        if (keeps_back(&findings->items[i]))
            return &findings->items[i];
    return NULL;
}

/* Made where there are threads: what stands before a cache breakpoint is hashed. */
static void make_records(struct chunk *chunk, bool wants_hashes)
{
    size_t start = 0;
    for (size_t i = 0; i < chunk->items.len; i++) {
        struct item *item = &chunk->items.items[i];
        if (item->state == ITEM_COUNTED)
            item->record = plan_record_of(&chunk->arena, &item->request, &item->count);
        item->fault = first_error(&chunk->findings, start, item->findings_end);
        if (wants_hashes)
            item->entry_hash = fingerprint(item->request.entry);
        start = item->findings_end;
    }
}

static void judge(struct workshop *workshop, size_t worker, struct chunk *chunk)
{
    size_t wanting = 0;
    for (size_t i = 0; i < chunk->items.len; i++) {
        struct item *item = &chunk->items.items[i];
        item->state = ITEM_NOT_ASKED;
        if (!atomic_load(workshop->is_interrupted))
            judge_offline(workshop, worker, chunk, item);
        item->findings_end = chunk->findings.len;
        wanting += item->wants_online;
    }
    if (wanting)
        judge_online(workshop, worker, chunk, wanting);
}

void judge_chunk(void *job, size_t worker, void *context)
{
    struct chunk *chunk = job;
    struct workshop *workshop = context;
    judge(workshop, worker, chunk);
    if (workshop->wants_records)
        make_records(chunk, workshop->wants_hashes);
}
