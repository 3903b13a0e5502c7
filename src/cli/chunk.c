#include "cli/chunk.h"

#include <stdlib.h>
#include <string.h>

#include "base/fingerprint.h"
#include "base/list.h"
#include "cli/correct.h"
#include "count/observer.h"

enum { VARIABLE_LEN_MAX = 128 };

struct chunk *chunk_new(void)
{
    struct arena lasting = { 0 };
    struct chunk *chunk = ARENA_NEW(&lasting, struct chunk); /* a chunk lives in its own arena */
    chunk->lasting = lasting;
    chunk->items.arena = &chunk->lasting;
    chunk->findings.arena = &chunk->arena;
    return chunk;
}

void chunk_free(struct chunk *chunk)
{
    struct arena lasting = chunk->lasting;
    arena_free(&chunk->arena);
    arena_free(&lasting);
}

void chunk_renew(struct chunk *chunk)
{
    arena_recycle(&chunk->arena);
    chunk->items.len = 0;
    chunk->findings = (struct findings){ .arena = &chunk->arena };
    chunk->size_bytes = 0;
}

static void add_item(struct chunk *chunk, struct job_source *from, const struct entry *entry,
                     struct str bytes)
{
    struct arena *arena = &chunk->arena;
    struct item *item = LIST_PUSH(&chunk->items);
    *item = (struct item){
        .from = from,
        .remark = entry->remark,
        .is_fault = entry->is_fault,
        .begins_manifest = entry->begins_manifest,
    };
    item->request = (struct request){
        .source = &from->source,
        .entry = bytes,
        .offset = entry->offset,
        .start = entry->start,
        .index = entry->index,
        .in_manifest = from->reader->is_manifest,
        .limits = from->reader->limits,
        .custom_id_at = REQUEST_NOWHERE,
        .model_at = REQUEST_NOWHERE,
        .max_tokens = REQUEST_UNSET,
        .max_tokens_at = REQUEST_NOWHERE,
        .entry_size_bytes = entry->size_bytes,
        .parts = { .arena = arena },
        .faults = { .arena = arena },
    };
    if (entry->problem) {
        item->request.unreadable = true;
        request_fault(&item->request, entry->problem_at, "%s", entry->problem);
    }
    chunk->size_bytes += entry->bytes.len;
}

void chunk_add(struct chunk *chunk, struct job_source *from, const struct entry *entry)
{
    add_item(chunk, from, entry, str_copy(&chunk->arena, entry->bytes));
}

void chunk_adopt(struct chunk *chunk, struct job_source *from, const struct entry *entry)
{
    arena_adopt(&chunk->arena, (void *)entry->bytes.ptr);
    add_item(chunk, from, entry, entry->bytes);
}

bool chunk_is_full(const struct chunk *chunk, bool is_asking)
{
    const size_t most = is_asking ? CHUNK_REQUESTS_ASKED : CHUNK_REQUESTS_OFFLINE;
    return chunk->items.len >= most || chunk->size_bytes >= CHUNK_BYTES_MAX;
}

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

static int64_t declared_tokens(const struct settings *settings, struct str name)
{
    for (size_t i = 0; i < settings->variables_len; i++)
        if (str_equal(settings->variables[i].name, name))
            return settings->variables[i].max_tokens;
    return 0;
}

/* Each declared variable of a prompt text is counted at its declared maximum, for every place where
 * it stands in braces: {name}, {{name}}, ${name}, with or without spaces inside. */
static int64_t variable_tokens(const struct request *request, const struct settings *settings)
{
    int64_t tokens = 0;
    struct str text = request->body;
    if (!request->is_prompt || !settings->variables_len)
        return 0;
    for (size_t at = str_find(text, '{', 0); at < text.len;) {
        size_t start = ++at;
        while (at < text.len && at - start < VARIABLE_LEN_MAX && text.ptr[at] != '{' &&
               text.ptr[at] != '}')
            at++;
        if (at < text.len && text.ptr[at] == '}')
            tokens =
                count_sum(tokens, declared_tokens(settings, str_trim(str_slice(text, start, at))));
        at = str_find(text, '{', at);
    }
    return tokens;
}

static void count_item(struct workshop *workshop, size_t worker, struct chunk *chunk,
                       struct item *item)
{
    struct offline **offline = &workshop->offline[worker];
    if (!*offline)
        *offline = offline_open(&workshop->counter_options);
    offline_count(*offline, &chunk->arena, &item->request, workshop->checker->catalog,
                  &item->count);
    correct_item(workshop->correcting, workshop->checker->catalog, item);
    count_add(&item->count, variable_tokens(&item->request, item->from->settings));
    item->state = ITEM_COUNTED;
}

static void check_item(struct workshop *workshop, struct chunk *chunk, struct item *item)
{
    struct subject subject = check_subject(workshop->checker, &item->request, &item->count,
                                           item->from->settings, &chunk->arena);
    item->waived = 0;
    if (workshop->runs_rules)
        check_request(workshop->checker, &subject, &chunk->findings, &item->waived);
    else
        check_faults(&subject, &chunk->findings);
}

static bool has_undecided(const struct chunk *chunk, size_t from)
{
    for (size_t i = from; i < chunk->findings.len; i++)
        if (chunk->findings.items[i].verdict == VERDICT_UNDECIDED)
            return true;
    return false;
}

bool item_is_countable(const struct item *item)
{
    const struct parts *parts = &item->request.parts;
    if (item->request.unreadable || item->request.faults.len)
        return false;
    for (size_t i = 0; i < parts->len; i++)
        if (parts->items[i].kind == PART_UNCOUNTABLE)
            return false;
    return true;
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
    if (item->remark)
        return;
    parse_item(chunk, item);
    item->state = ITEM_OTHER;
    if (item->request.other.len)
        return;
    item->state = ITEM_UNREADABLE;
    item->wants_online = asks_all && item_is_countable(item);
    if (item->wants_online)
        return;
    if (!item->request.unreadable)
        count_item(workshop, worker, chunk, item);
    check_item(workshop, chunk, item);
    if (may_ask && !asks_all)
        item->wants_online = has_undecided(chunk, before) && item_is_countable(item);
}

/* The count that the API gave, in what is known offline. */
static void take_tokens(struct count *count, int64_t tokens, enum count_origin origin)
{
    count->low = count->tokens = count->high = tokens;
    count->origin = origin;
    count->uncountable = (struct str){ 0 }; /* what is opaque offline is in the count */
    count->refused_online = false;
    count->correction = NULL;
}

/* Whether the number alone says all that there is to report, but for shares of it, which a finding
 * may need. */
static bool is_enough(const struct workshop *workshop, const struct request *request)
{
    for (size_t i = 0; i < request->parts.len; i++)
        if (request->parts.items[i].ends_prefix)
            return false;
    return !workshop->counter_options.wants_blocks;
}

/* Whether there is something to learn from a cached count, so that it is worth counting offline. */
static bool is_of_use(const struct workshop *workshop, const struct request *request)
{
    const struct model *model = catalog_model(workshop->checker->catalog, request->model);
    return workshop->observer && model &&
           observer_wants_old(workshop->observer, model, shape_of(request));
}

/* A request whose offline count is open at the top teaches nothing of its frame. */
static void observe(const struct workshop *workshop, const struct item *item,
                    const struct online_item *answer)
{
    const struct model *model = catalog_model(workshop->checker->catalog, item->request.model);
    struct observation numbers = {
        item->offline.low, item->offline.tokens, item->offline.high, answer->tokens, { 0 }
    };
    correct_compare(workshop->correcting, item, answer->tokens);
    if (!workshop->observer || !model || !answer->has_key || item->count.uncountable.len)
        return;
    memcpy(numbers.body, answer->key.bytes, sizeof numbers.body);
    observer_add(workshop->observer, model, shape_of(&item->request), &numbers,
                 answer->is_cached ? OBSERVED_CACHED : OBSERVED_ASKED);
}

static void take_count(struct workshop *workshop, size_t worker, struct chunk *chunk,
                       struct item *item, const struct online_item *answer)
{
    if (workshop->mode == COUNT_MODE_API) {
        item->lacks_shares = answer->is_cached && is_enough(workshop, &item->request) &&
                             !is_of_use(workshop, &item->request);
        item->count = (struct count){
            .prefix_share = item->request.caches_all,
            .prefixes = { { 1, item->request.parts.len } },
            .prefixes_len = item->request.caches_all,
        };
        if (!item->lacks_shares)
            count_item(workshop, worker, chunk, item);
    }
    if (!item->lacks_shares)
        observe(workshop, item, answer);
    take_tokens(&item->count, answer->tokens,
                answer->is_cached ? COUNT_ORIGIN_CACHE : COUNT_ORIGIN_API);
    count_add(&item->count, variable_tokens(&item->request, item->from->settings));
}

/* What the answer makes of the item. Where there is none, auto has the offline count. */
static void take_answer(struct workshop *workshop, size_t worker, struct chunk *chunk,
                        struct item *item, const struct online_item *answer)
{
    static const enum item_state states[] = {
        [COUNT_DONE] = ITEM_COUNTED,        [COUNT_REFUSED] = ITEM_REFUSED,
        [COUNT_UNAVAILABLE] = ITEM_FAILED,  [COUNT_ENDED] = ITEM_FAILED,
        [COUNT_NOT_ASKED] = ITEM_NOT_ASKED,
    };
    enum item_state state = states[answer->result];
    bool is_failure = state == ITEM_FAILED || state == ITEM_NOT_ASKED;
    item->error = answer->error;
    if (state == ITEM_COUNTED)
        take_count(workshop, worker, chunk, item, answer);
    else if (state == ITEM_REFUSED && workshop->mode == COUNT_MODE_API)
        count_item(workshop, worker, chunk, item); /* for the findings it may have all the same */
    if (is_failure && workshop->mode == COUNT_MODE_AUTO)
        item->fell_back = true;
    else
        item->state = state;
}

static void ask_online(struct workshop *workshop, size_t worker, struct chunk *chunk,
                       size_t wanting)
{
    struct online_item *asked = ARENA_ARRAY(&chunk->arena, struct online_item, wanting);
    size_t len = 0;
    for (size_t i = 0; i < chunk->items.len; i++)
        if (chunk->items.items[i].wants_online)
            asked[len++].request = &chunk->items.items[i].request;
    if (workshop->online)
        online_ask(workshop->online, &chunk->arena, asked, len);
    for (size_t i = 0; !workshop->online && i < len; i++)
        asked[i] = (struct online_item){ .result = COUNT_NOT_ASKED,
                                         .error = str_from_c(workshop->offline_only.text) };
    len = 0;
    for (size_t i = 0; i < chunk->items.len; i++)
        if (chunk->items.items[i].wants_online)
            take_answer(workshop, worker, chunk, &chunk->items.items[i], &asked[len++]);
}

/* What is known of an item that was asked about: whether its findings are to be made (anew). */
static bool needs_check(const struct workshop *workshop, const struct item *item)
{
    if (!item->wants_online || item->fell_back)
        return false;
    if (workshop->mode == COUNT_MODE_API)
        return item->state == ITEM_COUNTED || item->state == ITEM_REFUSED;
    return item->state == ITEM_COUNTED; /* refused: its finding stays undecided */
}

/* Checks an item whose count is known. */
static void check_known(struct workshop *workshop, size_t worker, struct chunk *chunk,
                        struct item *item)
{
    size_t before = chunk->findings.len;
    check_item(workshop, chunk, item);
    if (!item->lacks_shares || chunk->findings.len == before)
        return;
    const struct count known = item->count;
    chunk->findings.len = before; /* once more, with what it takes to say which part is large */
    count_item(workshop, worker, chunk, item);
    take_tokens(&item->count, known.tokens, known.origin);
    check_item(workshop, chunk, item);
}

/* The findings of the chunk once more, in order: those of decided items as they were. */
static void judge_online(struct workshop *workshop, size_t worker, struct chunk *chunk)
{
    const struct findings before = chunk->findings;
    size_t from = 0;
    chunk->findings = (struct findings){ .arena = &chunk->arena };
    for (size_t i = 0; i < chunk->items.len; i++) {
        struct item *item = &chunk->items.items[i];
        size_t end = item->findings_end;
        if (needs_check(workshop, item))
            check_known(workshop, worker, chunk, item);
        else
            for (size_t j = from; j < end; j++)
                *LIST_PUSH(&chunk->findings) = before.items[j];
        from = end;
        item->findings_end = chunk->findings.len;
    }
}

/* The first of the findings that keeps a request from being sent. */
static const struct finding *first_error(const struct findings *findings, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++)
        if (findings->items[i].severity == SEVERITY_ERROR &&
            findings->items[i].verdict == VERDICT_FAIL)
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
    if (!wanting)
        return;
    ask_online(workshop, worker, chunk, wanting);
    judge_online(workshop, worker, chunk);
}

void chunk_work(void *job, size_t worker, void *context)
{
    struct chunk *chunk = job;
    struct workshop *workshop = context;
    judge(workshop, worker, chunk);
    if (workshop->wants_records)
        make_records(chunk, workshop->wants_hashes);
}
