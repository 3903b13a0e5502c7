/*
 * Counts without a connection: the request is written out as the prompt it becomes (prompt.h), its
 * texts are counted with the vocabulary, or estimated in a build without one.
 */
#include <string.h>

#include "base/list.h"
#include "count/count.h"
#include "count/offline/api_tools.h"
#include "count/offline/edits.h"
#include "count/offline/prompt.h"

/* ceil() would be all that is used of libm, and loading that is 90 us of every start. */
static int64_t round_up(double number)
{
    const int64_t whole = (int64_t)number;
    return whole + ((double)whole < number);
}

/* Of one thread. A tokenizer is made when the first request needs it. */
struct offline {
    struct arena arena;
    struct arena scratch; /* for the text of one request */
    const struct vocab *vocab;
    bool wants_blocks;
    struct tokenizer *tokenizers[VOCAB_FAMILIES_LEN];
    struct passage_reader passages;  /* of both */
    struct known_tools *known_tools; /* NULL: no request had tools yet */
};

struct offline *offline_open(const struct counter_options *options)
{
    struct arena arena = { 0 };
    struct offline *offline = arena_alloc(&arena, 1, sizeof *offline);
    *offline = (struct offline){ .arena = arena,
                                 .passages = { options->passages, .rest = PASSAGES_FROM },
                                 .vocab = options->vocab,
                                 .wants_blocks = options->wants_blocks };
    return offline;
}

void offline_close(struct offline *offline)
{
    struct arena arena = offline->arena;
    arena_free(&offline->scratch);
    arena_free(&arena);
}

static struct tokenizer *tokenizer_of(struct offline *offline, const struct profile *profile)
{
    const enum vocab_family family = profile->tokenizer == TOKENIZER_V3 ? VOCAB_V3 : VOCAB_NEW;
    if (!offline->vocab)
        return NULL;
    if (!offline->tokenizers[family]) {
        struct tokenizer *tokenizer = arena_alloc(&offline->arena, 1, sizeof *tokenizer);
        tokenizer_init(tokenizer, offline->vocab, family, &offline->arena);
        tokenizer->passages = &offline->passages;
        offline->tokenizers[family] = tokenizer;
    }
    return offline->tokenizers[family];
}

/* An estimate is made of more than tokens, which is not remembered. */
static struct known_tools *known_tools_of(struct offline *offline, const struct request *request)
{
    if (!offline->known_tools && offline->vocab && request->tools_len) {
        offline->known_tools = ARENA_NEW(&offline->arena, struct known_tools);
        offline->known_tools->arena = &offline->arena;
    }
    return offline->known_tools;
}

/* The parts that end cached prefixes, in the order of the prompt; of too many, the last ones. */
static void find_breakpoints(struct prompt *prompt)
{
    const struct request *request = prompt->request;
    for (int section = 0; section < REQUEST_SECTIONS_LEN; section++)
        for (size_t i = 0; i < request->parts.len; i++) {
            if (!request->parts.items[i].ends_prefix ||
                request_section(request, i) != (enum request_section)section)
                continue;
            if (prompt->breakpoints_len == COUNT_PREFIXES_MAX)
                memmove(&prompt->breakpoints[0], &prompt->breakpoints[1],
                        --prompt->breakpoints_len * sizeof prompt->breakpoints[0]);
            prompt->breakpoints[prompt->breakpoints_len++] = (struct breakpoint){ .part = i };
        }
}

/* Beside the messages: server tools, MCP servers, tools of which no figure is known. */
static void bound_others(struct prompt *prompt)
{
    const struct request *request = prompt->request;
    for (size_t i = 0; i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        const bool is_message = i >= request->messages_from && i < request->messages_to;
        if (!is_message && (part->kind == PART_OPAQUE || part->kind == PART_UNCOUNTABLE ||
                            (part->kind == PART_API_TOOL && !api_tool_is_known(part))))
            prompt_bound(prompt, part);
    }
}

static void write_prompt(struct prompt *prompt)
{
    bound_others(prompt);
    prompt_write_tools(prompt);
    prompt_write_system(prompt);
    if (!prompt->clears.messages)
        prompt_write_messages(prompt);
    prompt_write_references(prompt);
    prompt_own(prompt, (struct count_share){ .kind = COUNT_SHARE_FRAME });
}

/* Blocks that are counted one by one may have more tokens than their message, in which they share
 * some: they are then cut down in proportion. */
static void fit_blocks(struct count_share *blocks, size_t len, int64_t tokens)
{
    int64_t sum = 0, before = 0, given = 0;
    for (size_t i = 0; i < len; i++)
        sum += blocks[i].tokens;
    for (size_t i = 0; sum > tokens && i < len; i++) {
        before += blocks[i].tokens;
        const int64_t to = (int64_t)((double)before / (double)sum * (double)tokens + 0.5);
        blocks[i].tokens = to - given;
        given = to;
    }
}

/* Writes the prompt, and once more to tell whose the tokens of messages with several blocks are.
 */
static void write_with_blocks(struct prompt *prompt)
{
    struct prompt again = *prompt;
    again.owns_by_block = true;
    write_prompt(prompt);
    write_prompt(&again);
    struct count_shares whole = prompt->shares;
    prompt->shares = (struct count_shares){ .arena = prompt->arena };
    size_t at = 0;
    for (size_t i = 0; i < whole.len; i++) {
        *LIST_PUSH_MANY(&prompt->shares) = whole.items[i];
        if (whole.items[i].kind != COUNT_SHARE_MESSAGE)
            continue;
        while (at < again.shares.len && again.shares.items[at].at != whole.items[i].at)
            at++;
        const size_t first = prompt->shares.len;
        for (at++; at < again.shares.len && again.shares.items[at].kind == COUNT_SHARE_BLOCK; at++)
            *LIST_PUSH_MANY(&prompt->shares) = again.shares.items[at];
        fit_blocks(prompt->shares.items + first, prompt->shares.len - first, whole.items[i].tokens);
        if (prompt->shares.len == first + 1) /* one block is its message */
            prompt->shares.len = first;
    }
}

static double share_of(int64_t part, int64_t tokens)
{
    if (!tokens || part >= tokens)
        return tokens ? 1 : 0;
    return (double)part / (double)tokens;
}

/* The automatic breakpoint at the end takes the place of one that stands there. */
static void add_end(struct count *count, const struct request *request)
{
    const size_t len = count->prefixes_len;
    if (!request->caches_all)
        return;
    if (len && (len == COUNT_PREFIXES_MAX || count->prefixes[len - 1].share == 1 ||
                count->prefixes[len - 1].part + 1 == request->messages_to))
        count->prefixes_len--;
    count->prefixes[count->prefixes_len++] =
        (struct count_prefix){ .share = 1, .part = request->parts.len };
}

static void set_prefixes(struct count *count, const struct prompt *prompt)
{
    int64_t tokens = 0;
    for (size_t i = 0; i < prompt->breakpoints_len; i++) {
        const struct breakpoint *breakpoint = &prompt->breakpoints[i];
        tokens = breakpoint->tokens > tokens ? breakpoint->tokens : tokens;
        count->prefixes[count->prefixes_len++] =
            (struct count_prefix){ share_of(tokens, count->tokens), breakpoint->part };
    }
    add_end(count, prompt->request);
    if (count->prefixes_len)
        count->prefix_share = count->prefixes[count->prefixes_len - 1].share;
}

/* How far the count of what was written may be off beside its terms, as a share. */
static double slack_of(const struct prompt *prompt, const struct catalog *catalog,
                       const struct model *model)
{
    return !model                       ? catalog->bands.unknown_model
           : prompt->request->tools_len ? catalog->bands.tools
           : prompt->is_text_only       ? 0
                                        : catalog->bands.more_than_text;
}

static struct estimate band_of(const struct prompt *prompt, double slack)
{
    const struct estimate text = texts_estimate(&prompt->texts);
    const int64_t tokens = text.tokens + prompt->tokens;
    const int64_t low = text.low + prompt->tokens - prompt->less;
    const int64_t high = text.high + prompt->tokens + prompt->more;
    return (struct estimate){
        .low = low - round_up(slack * (double)(tokens - prompt->doubtful)),
        .tokens = tokens,
        .high = prompt->unbounded.len ? COUNT_UNBOUNDED : high + round_up(slack * (double)tokens),
    };
}

/* Writes the request once more without what its edits may clear, for the lower bound, and with what
 * they may keep, for the upper one. */
static void allow_for_edits(const struct prompt *fresh, double slack, struct count *count)
{
    struct prompt least = *fresh, most = *fresh;
    if (edits_clear(&least, count->high)) {
        write_prompt(&least);
        const struct estimate band = band_of(&least, slack);
        count->may_be_cleared = band.low < count->low;
        count->low = band.low < count->low ? band.low : count->low;
    }
    if (edits_keep_thinking(&most)) {
        most.keeps_thinking = true;
        write_prompt(&most);
        const struct estimate band = band_of(&most, slack);
        count->high = band.high > count->high ? band.high : count->high;
        if (!count->uncountable.len)
            count->uncountable = most.unbounded;
    }
}

void offline_count(struct offline *offline, struct arena *arena, const struct request *request,
                   const struct catalog *catalog, struct count *count)
{
    const struct model *model = catalog_model(catalog, request->model);
    const struct profile *profile = model ? model->profile : catalog->newest_profile;
    const bool is_v3 = profile->tokenizer == TOKENIZER_V3;
    const bool sees_more = model ? model->high_resolution_images : !is_v3;
    struct buf json = { .arena = &offline->scratch, .regrows = true };
    struct prompt prompt = {
        .arena = arena,
        .request = request,
        .profile = profile,
        .texts = { .tokenizer = tokenizer_of(offline, profile),
                   .generation = is_v3 ? ESTIMATE_GENERATION_V3 : ESTIMATE_GENERATION_NEW },
        .known_tools = known_tools_of(offline, request),
        .run = { .arena = &offline->scratch, .regrows = true },
        .json = &json,
        .keeps_thinking = !model || model->keeps_thinking,
        .tier = sees_more ? MEDIA_TIER_HIGH : MEDIA_TIER_STANDARD,
        .shares = { .arena = arena },
        .references = { .arena = arena },
    };
    find_breakpoints(&prompt);
    if (request->has_citations)
        prompt_add_term(&prompt, TERM_CITATIONS, 1);
    const struct prompt fresh = prompt;
    if (offline->wants_blocks)
        write_with_blocks(&prompt);
    else
        write_prompt(&prompt);
    const double slack = slack_of(&prompt, catalog, model);
    const struct estimate band = band_of(&prompt, slack);
    *count = (struct count){
        .origin = prompt.texts.tokenizer ? COUNT_ORIGIN_OFFLINE : COUNT_ORIGIN_ESTIMATE,
        .low = band.low,
        .tokens = band.tokens,
        .high = band.high,
        .uncountable = prompt.unbounded,
        .refused_online = prompt.refused_online,
        .shares = prompt.shares,
    };
    set_prefixes(count, &prompt);
    if (request->edits.len)
        allow_for_edits(&fresh, slack, count);
    arena_recycle(&offline->scratch);
    count->low = count->low < 1 ? 1 : count->low;
    count->low = count->low > count->tokens ? count->tokens : count->low;
}
