#include "count/offline/prompt.h"

#include "base/list.h"
#include "json/dump.h"

/* Longer texts are counted where they are, but for their ends. */
enum { COPIED_SIZE_MAX = 4 * 1024 };

static void count_text(struct texts *texts, struct str text)
{
    const struct text_edges inside = { .tail = TEXT_TAIL_INSIDE };
    if (texts->tokenizer)
        texts->tokens += text.len ? tokenizer_count(texts->tokenizer, text, inside) : 0;
    else
        estimate_features_add(&texts->features, text.ptr, text.len);
}

struct estimate texts_estimate(const struct texts *texts)
{
    if (!texts->tokenizer)
        return estimate_from_features(&texts->features, texts->generation);
    return (struct estimate){ texts->tokens, texts->tokens, texts->tokens };
}

/* Tokens so far, with what is put but not counted yet. */
static int64_t tokens_now(const struct prompt *prompt)
{
    if (prompt->texts.tokenizer && !prompt->run.len)
        return prompt->tokens + prompt->texts.tokens;
    struct texts texts = prompt->texts;
    count_text(&texts, buf_str(&prompt->run));
    return prompt->tokens + texts_estimate(&texts).tokens;
}

void prompt_flush(struct prompt *prompt)
{
    count_text(&prompt->texts, buf_str(&prompt->run));
    prompt->run.len = 0;
    for (size_t i = 0; i < prompt->breakpoints_len; i++)
        if (prompt->breakpoints[i].is_pending) {
            prompt->breakpoints[i].tokens = tokens_now(prompt);
            prompt->breakpoints[i].is_pending = false;
        }
}

/* A place near the end where the text may be cut for free; first when there is none but that. */
static size_t last_cut(struct str text, size_t first)
{
    for (size_t size = COPIED_SIZE_MAX / 4; size < text.len - first; size *= 2) {
        const size_t cut = tokenizer_cut(text, text.len - size);
        if (cut < text.len)
            return cut;
    }
    return first;
}

/* Puts the beginning of a long text up to a place where it may be cut for free, counts its middle,
 * and returns its end. */
static struct str put_long(struct prompt *prompt, struct str text)
{
    const size_t first = tokenizer_cut(text, 0);
    if (first == text.len)
        return text;
    const size_t last = last_cut(text, first);
    buf_add(&prompt->run, str_slice(text, 0, first));
    prompt_flush(prompt);
    count_text(&prompt->texts, str_slice(text, first, last));
    return str_slice(text, last, text.len);
}

void prompt_put(struct prompt *prompt, struct str text)
{
    if (text.len > COPIED_SIZE_MAX)
        text = put_long(prompt, text);
    buf_add(&prompt->run, text);
}

void prompt_add_text(struct prompt *prompt, struct str text)
{
    count_text(&prompt->texts, text);
}

void prompt_add_term(struct prompt *prompt, enum profile_term term, int64_t times)
{
    const struct term *known = &prompt->profile->terms[term];
    prompt->tokens += times * known->tokens;
    prompt->less += times * known->less;
    prompt->more += times * known->more;
}

void prompt_cut(struct prompt *prompt, enum profile_term term, int64_t times)
{
    prompt_flush(prompt);
    prompt_add_term(prompt, term, times);
}

void prompt_bound(struct prompt *prompt, const struct part *part)
{
    const bool is_uncountable = part->kind == PART_UNCOUNTABLE;
    if (!prompt->unbounded.len || is_uncountable)
        prompt->unbounded = part->text;
    prompt->refused_online |= is_uncountable;
}

/* The frame has one share, wherever it stands. */
static void add_share(struct prompt *prompt, const struct count_share *share)
{
    struct count_shares *shares = &prompt->shares;
    for (size_t i = 0; share->kind == COUNT_SHARE_FRAME && i < shares->len; i++)
        if (shares->items[i].kind == COUNT_SHARE_FRAME) {
            shares->items[i].tokens += share->tokens;
            return;
        }
    *LIST_PUSH_MANY(shares) = *share;
}

void prompt_own(struct prompt *prompt, struct count_share share)
{
    const int64_t now = tokens_now(prompt);
    prompt->owner.tokens = now - prompt->shared_tokens;
    const bool is_place = prompt->owns_by_block && prompt->owner.kind == COUNT_SHARE_MESSAGE;
    if (prompt->owner.tokens || is_place) /* blocks follow their message */
        add_share(prompt, &prompt->owner);
    prompt->shared_tokens = now;
    prompt->owner = share;
}

/* Where nothing joins the part any more, its tokens are known with the next flush. */
void prompt_part_done(struct prompt *prompt, size_t index)
{
    const struct parts *parts = &prompt->request->parts;
    const enum part_kind next =
        index + 1 < parts->len ? parts->items[index + 1].kind : PART_MESSAGE;
    for (size_t i = 0; i < prompt->breakpoints_len; i++) {
        struct breakpoint *breakpoint = &prompt->breakpoints[i];
        if (breakpoint->part != index)
            continue;
        breakpoint->is_pending = next != PART_TEXT && next != PART_SYSTEM;
        if (!breakpoint->is_pending)
            breakpoint->tokens = tokens_now(prompt);
    }
}

/* The schema of structured output, as the prompt shows it. */
static void write_schema(struct prompt *prompt, const struct part *part)
{
    prompt_add_term(prompt, TERM_SCHEMA, 1);
    prompt->json->len = 0;
    if (json_dump(prompt->json, part->text, (struct json_dump_style){ .indent = 2 }))
        prompt_add_text(prompt, buf_str(prompt->json));
}

static size_t write_schemas(struct prompt *prompt)
{
    const struct parts *parts = &prompt->request->parts;
    for (size_t i = 0; i < parts->len; i++)
        if (parts->items[i].kind == PART_SCHEMA) {
            prompt_own(prompt, (struct count_share){ .kind = COUNT_SHARE_SCHEMA,
                                                     .at = parts->items[i].at });
            write_schema(prompt, &parts->items[i]);
            prompt_own(prompt, (struct count_share){ .kind = COUNT_SHARE_FRAME });
            return 1;
        }
    return 0;
}

/* Whether thinking is announced in the prompt. Nobody measured "between_tools": it is taken for
 * what it is nearest to. */
static bool write_thinking(struct prompt *prompt)
{
    const struct request *request = prompt->request;
    const bool is_forced = request->tools_len && request->tool_choice != TOOL_CHOICE_AUTO;
    if (request->thinking == THINKING_ENABLED)
        prompt_add_term(prompt, TERM_THINKING_ENABLED, 1);
    else if ((request->thinking == THINKING_ADAPTIVE ||
              request->thinking == THINKING_BETWEEN_TOOLS) &&
             !is_forced)
        prompt_add_term(prompt, TERM_THINKING_ADAPTIVE, 1);
    else
        return false;
    return true;
}

static bool has_system_text(const struct request *request)
{
    for (size_t i = 0; i < request->parts.len; i++)
        if (request->parts.items[i].kind == PART_SYSTEM && request->parts.items[i].text.len)
            return true;
    return false;
}

/* Blocks of a system prompt are joined by an empty line. Returns whether there is any text. */
static bool write_system_texts(struct prompt *prompt, size_t *at)
{
    const struct parts *parts = &prompt->request->parts;
    bool has_text = false;
    for (size_t i = 0; i < parts->len; i++) {
        const struct part *part = &parts->items[i];
        if (part->kind != PART_SYSTEM)
            continue;
        if (has_text)
            prompt_put(prompt, STR("\n\n"));
        else
            *at = part->at;
        has_text |= part->text.len != 0;
        prompt_put(prompt, part->text);
        prompt_part_done(prompt, i);
    }
    return has_text;
}

/* Text alone, with or without a system prompt: recorded counts of such requests are met exactly. */
static bool is_plain(const struct request *request)
{
    for (size_t i = 0; i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        if (part->in_document ||
            (part->kind != PART_MESSAGE && part->kind != PART_TEXT && part->kind != PART_SYSTEM))
            return false;
    }
    return request->thinking == THINKING_UNSET && !request->tools_len && !request->has_task_budget;
}

void prompt_write_system(struct prompt *prompt)
{
    const bool are_words = prompt->profile->turns_are_words;
    prompt_own(prompt, (struct count_share){ .kind = COUNT_SHARE_FRAME });
    prompt->is_text_only = is_plain(prompt->request);
    if (!prompt->is_text_only)
        prompt_add_term(prompt, TERM_ALWAYS, 1);
    prompt_add_term(prompt, TERM_BASE, 1);
    size_t sections = prompt->request->tools_len ? 1 : 0;
    sections += write_thinking(prompt) && are_words;
    sections += write_schemas(prompt);
    if (!are_words)
        prompt_put(prompt, STR("\n\n"));
    if (has_system_text(prompt->request))
        prompt_own(prompt, (struct count_share){ .kind = COUNT_SHARE_SYSTEM });
    if (write_system_texts(prompt, &prompt->owner.at)) {
        sections++;
        if (!are_words)
            prompt_put(prompt, STR("\n\n"));
    } else if (prompt->request->has_system) {
        prompt_add_term(prompt, TERM_SYSTEM_EMPTY, 1);
    }
    if (sections > 1)
        prompt_add_term(prompt, TERM_SYSTEM_JOIN, (int64_t)sections - 1);
}
