#include "cli/chunk.h"

#include <stdlib.h>

#include "base/list.h"

enum { VARIABLE_LEN_MAX = 128 };

struct chunk *chunk_new(void)
{
    struct arena arena = { 0 };
    struct chunk *chunk = ARENA_NEW(&arena, struct chunk); /* a chunk lives in its own arena */
    chunk->arena = arena;
    chunk->items.arena = chunk->findings.arena = &chunk->arena;
    return chunk;
}

void chunk_free(struct chunk *chunk)
{
    struct arena arena = chunk->arena;
    arena_free(&arena);
}

static void add_item(struct chunk *chunk, struct job_source *from, const struct entry *entry,
                     struct str bytes)
{
    struct arena *arena = &chunk->arena;
    struct item *item = LIST_PUSH(&chunk->items);
    *item = (struct item){ .from = from };
    item->request = (struct request){
        .source = &from->source,
        .entry = bytes,
        .offset = entry->offset,
        .start = entry->start,
        .index = entry->index,
        .custom_id_at = REQUEST_NOWHERE,
        .model_at = REQUEST_NOWHERE,
        .max_tokens = REQUEST_UNSET,
        .max_tokens_at = REQUEST_NOWHERE,
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
    arena_adopt(&chunk->arena, (void *)(uintptr_t)entry->bytes.ptr);
    add_item(chunk, from, entry, entry->bytes);
}

bool chunk_is_full(const struct chunk *chunk)
{
    return chunk->items.len >= CHUNK_REQUESTS_MAX || chunk->size_bytes >= CHUNK_BYTES_MAX;
}

static void parse_item(struct chunk *chunk, struct item *item)
{
    const struct request_defaults *defaults = &item->from->settings->defaults;
    struct request *request = &item->request;
    if (!request->unreadable)
        item->from->reader->parse(&chunk->arena, defaults, request);
    if (!request->model.len)
        request->model = defaults->model;
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

static bool open_worker(struct workshop *workshop, struct worker *worker)
{
    if (!worker->is_open && !worker->is_broken) {
        worker->is_open =
            counter_api.open(&workshop->counter_options, &worker->state, &worker->error);
        worker->is_broken = !worker->is_open;
    }
    return worker->is_open;
}

/* Counts over the API. The offline count that is there stays where the API gives none. */
static enum item_state ask_api(struct workshop *workshop, size_t index, struct chunk *chunk,
                               struct item *item)
{
    struct worker *worker = &workshop->workers[index];
    struct error error = { 0 };
    struct count count = item->count;
    if (item->count.refused_online || item->request.faults.len)
        return ITEM_COUNTED; /* the API would only refuse it */
    if (atomic_load(&workshop->is_api_down))
        return ITEM_NOT_ASKED;
    enum count_result result = COUNT_UNAVAILABLE;
    if (open_worker(workshop, worker))
        result = counter_api.count(worker->state, &chunk->arena, &item->request,
                                   workshop->checker->catalog, &count, &error);
    else
        error = worker->error;
    if (result == COUNT_NOT_COUNTED)
        return ITEM_COUNTED;
    if (result == COUNT_DONE) {
        item->count = count;
        item->count.uncountable = (struct str){ 0 };
        count_add(&item->count, variable_tokens(&item->request, item->from->settings));
        return ITEM_COUNTED;
    }
    item->error = str_copy(&chunk->arena, str_from_c(error.text));
    if (result == COUNT_REFUSED)
        return ITEM_REFUSED;
    atomic_store(&workshop->is_api_down, true);
    return ITEM_FAILED;
}

static void count_item(struct workshop *workshop, size_t index, struct chunk *chunk,
                       struct item *item)
{
    struct worker *worker = &workshop->workers[index];
    struct error ignored = { 0 }; /* offline counting cannot fail */
    if (!worker->offline)
        counter_offline.open(&workshop->counter_options, &worker->offline, &ignored);
    counter_offline.count(worker->offline, &chunk->arena, &item->request,
                          workshop->checker->catalog, &item->count, &ignored);
    count_add(&item->count, variable_tokens(&item->request, item->from->settings));
    item->state = ITEM_COUNTED;
    if (workshop->mode == COUNT_MODE_API)
        item->state = ask_api(workshop, index, chunk, item);
}

static void check_item(struct workshop *workshop, struct chunk *chunk, struct item *item)
{
    struct subject subject = check_subject(workshop->checker, &item->request, &item->count,
                                           item->from->settings, &chunk->arena);
    if (workshop->runs_rules)
        check_request(workshop->checker, &subject, &chunk->findings, &chunk->waived);
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

/* auto: what the band leaves undecided is asked, and judged again. */
static void decide_online(struct workshop *workshop, size_t worker, struct chunk *chunk,
                          struct item *item, size_t findings_before, size_t waived_before)
{
    if (item->state != ITEM_COUNTED || !has_undecided(chunk, findings_before) ||
        item->count.origin == COUNT_ORIGIN_API || item->count.refused_online)
        return;
    enum item_state state = ask_api(workshop, worker, chunk, item);
    item->fell_back = state == ITEM_FAILED || state == ITEM_NOT_ASKED;
    if (state == ITEM_REFUSED)
        item->state = ITEM_REFUSED; /* its finding stays undecided */
    if (state != ITEM_COUNTED)
        return;
    chunk->findings.len = findings_before;
    chunk->waived = waived_before;
    check_item(workshop, chunk, item);
}

void chunk_work(void *job, size_t worker, void *context)
{
    struct chunk *chunk = job;
    struct workshop *workshop = context;
    for (size_t i = 0; i < chunk->items.len; i++) {
        struct item *item = &chunk->items.items[i];
        size_t findings_before = chunk->findings.len, waived_before = chunk->waived;
        parse_item(chunk, item);
        item->state = ITEM_UNREADABLE;
        if (!item->request.unreadable)
            count_item(workshop, worker, chunk, item);
        bool is_known = item->state != ITEM_FAILED && item->state != ITEM_NOT_ASKED;
        if (is_known)
            check_item(workshop, chunk, item);
        if (workshop->mode == COUNT_MODE_AUTO && workshop->has_credentials)
            decide_online(workshop, worker, chunk, item, findings_before, waived_before);
        item->findings_end = chunk->findings.len;
    }
}
