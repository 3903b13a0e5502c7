#include "cli/judge_online.h"

#include <string.h>

#include "base/list.h"
#include "cli/correct.h"
#include "cli/item.h"
#include "count/observer.h"

/* The count that the API gave, in what is known offline. */
static void take_tokens(struct count *count, int64_t tokens, enum count_origin origin)
{
    count->low = count->tokens = count->high = tokens;
    count->origin = origin;
    count->uncountable = (struct str){ 0 }; /* what is opaque offline is in the count */
    count->may_be_cleared = false;
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

/* Nothing can be learned from it any more. */
static bool is_no_news(const struct workshop *workshop, const struct model *model,
                       const struct online_item *answer)
{
    return !workshop->observer ||
           (answer->is_cached && observer_has_seen(workshop->observer, model, answer->mark));
}

/* Whether there is something to learn from a cached count, so that it is worth counting offline. */
static bool is_of_use(const struct workshop *workshop, const struct model *model,
                      const struct online_item *answer)
{
    return model && !is_no_news(workshop, model, answer) &&
           observer_wants_old(workshop->observer, model, shape_of(answer->request));
}

/* A request whose offline count is open at the top teaches nothing of its frame. */
static void observe(const struct workshop *workshop, const struct model *model,
                    const struct item *item, const struct online_item *answer)
{
    struct observation numbers = {
        item->offline.low, item->offline.tokens, item->offline.high, answer->tokens, { 0 }
    };
    correct_compare(workshop->correcting, item, answer->tokens);
    if (is_no_news(workshop, model, answer) || !model || !answer->has_key ||
        item->count.uncountable.len || item->request.edits.len)
        return;
    memcpy(numbers.body, answer->key.bytes, sizeof numbers.body);
    observer_add(workshop->observer, model, shape_of(&item->request), &numbers,
                 answer->is_cached ? OBSERVED_CACHED : OBSERVED_ASKED);
}

static void take_count(struct workshop *workshop, size_t worker, struct chunk *chunk,
                       struct item *item, const struct online_item *answer)
{
    const struct model *model = catalog_model(workshop->checker->catalog, item->request.model);
    if (workshop->mode == COUNT_MODE_API) {
        item->lacks_shares = answer->is_cached && is_enough(workshop, &item->request) &&
                             !is_of_use(workshop, model, answer);
        item->count = (struct count){
            .prefix_share = item->request.caches_all,
            .prefixes = { { 1, item->request.parts.len } },
            .prefixes_len = item->request.caches_all,
        };
        if (!item->lacks_shares)
            item_count(workshop, worker, chunk, item);
    }
    if (!item->lacks_shares)
        observe(workshop, model, item, answer);
    if (answer->has_key && !is_no_news(workshop, model, answer))
        online_mark(workshop->online, answer, observer_mark(workshop->observer, model));
    take_tokens(&item->count, answer->tokens,
                answer->is_cached ? COUNT_ORIGIN_CACHE : COUNT_ORIGIN_API);
    count_add(&item->count, item_variable_tokens(&item->request, item->from->settings));
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
        item_count(workshop, worker, chunk, item); /* for the findings it may have all the same */
    if (is_failure && workshop->mode == COUNT_MODE_AUTO)
        item->fell_back = true;
    else
        item->state = state;
}

/* What can be known without asking. */
static void recall_instead(struct workshop *workshop, struct chunk *chunk,
                           struct online_item *items, size_t len)
{
    if (workshop->recall)
        recall_counts(workshop->recall, &chunk->arena, items, len);
    for (size_t i = 0; i < len; i++) {
        if (items[i].is_cached)
            continue;
        items[i].result = COUNT_NOT_ASKED;
        items[i].error = str_from_c(workshop->offline_only.text);
    }
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
    else
        recall_instead(workshop, chunk, asked, len);
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
    item_check(workshop, chunk, item);
    if (!item->lacks_shares || chunk->findings.len == before)
        return;
    const struct count known = item->count;
    chunk->findings.len = before; /* once more, with what it takes to say which part is large */
    item_count(workshop, worker, chunk, item);
    take_tokens(&item->count, known.tokens, known.origin);
    item_check(workshop, chunk, item);
}

/* The findings of the chunk once more, in order: those of decided items as they were. */
static void judge_again(struct workshop *workshop, size_t worker, struct chunk *chunk)
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

void judge_online(struct workshop *workshop, size_t worker, struct chunk *chunk, size_t wanting)
{
    ask_online(workshop, worker, chunk, wanting);
    judge_again(workshop, worker, chunk);
}
