/* Messages: turns, and the blocks in them. */
#include "count/offline/prompt.h"

/* Where in the messages the writing is. */
struct turns {
    int role;             /* of the turn, or -1 */
    size_t last_question; /* part of the last user message that answers no call */
    bool is_first_of_turn;
    bool is_after_results; /* the turn before ended with results */
    size_t from, to;       /* parts of the message */
    size_t start;          /* the part that starts it */
    enum part_kind before; /* of the block before; PART_MESSAGE: none */
    bool has_calls, has_results;
};

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A turn that is a single token ends in an empty line. */
static void close_turn(struct prompt *prompt)
{
    if (prompt->profile->tail_free)
        while (prompt->run.len && is_white(prompt->run.ptr[prompt->run.len - 1]))
            prompt->run.len--;
    prompt_put(prompt, STR("\n\n"));
}

static void drop_space(struct prompt *prompt)
{
    if (prompt->run.len && prompt->run.ptr[prompt->run.len - 1] == ' ')
        prompt->run.len--;
}

/* What was written is counted, for free: a word or a token follows. */
static void end_turn(struct prompt *prompt, bool is_first)
{
    if (prompt->profile->turns_are_words)
        prompt_put(prompt, STR("\n\n"));
    else if (!is_first)
        close_turn(prompt);
    prompt_flush(prompt);
}

static void open_turn(struct prompt *prompt, enum role role)
{
    static const struct str names[] = {
        [ROLE_USER] = STR_INIT("Human: "),
        [ROLE_ASSISTANT] = STR_INIT("Assistant: "),
        [ROLE_SYSTEM] = STR_INIT("System: "),
    };
    if (prompt->profile->turns_are_words)
        prompt_put(prompt, names[role]);
    else
        prompt->tokens++;
}

/* The single space after the colon is that of the text. */
static struct str without_space(struct str text)
{
    const bool has_one = text.len > 1 && text.ptr[0] == ' ' && text.ptr[1] != ' ';
    return has_one ? str_slice(text, 1, text.len) : text;
}

static void write_text(struct prompt *prompt, const struct turns *turns, struct str text)
{
    const bool are_words = prompt->profile->turns_are_words;
    if (are_words && turns->before == PART_MESSAGE && turns->is_first_of_turn)
        text = without_space(text);
    if (turns->before == PART_TEXT)
        prompt_add_term(prompt, TERM_BLOCK_JOIN, 1);
    if (turns->before == PART_IMAGE)
        prompt_add_term(prompt, TERM_IMAGE_FIRST, 1);
    prompt_put(prompt, text);
}

/* Thinking of earlier turns is kept while the calls of the last question run, and by models that
 * keep all of it. */
static void write_thinking(struct prompt *prompt, const struct turns *turns,
                           const struct part *part)
{
    const bool in_loop = turns->start > turns->last_question;
    if ((!in_loop && !prompt->keeps_thinking) || prompt->clears.thinking)
        return;
    if (!part->text.len) {
        const struct part hidden = { .kind = PART_OPAQUE, .text = STR("thinking that is hidden") };
        prompt_bound(prompt, &hidden);
        return;
    }
    prompt_add_text(prompt, part->text);
    prompt_add_term(prompt, TERM_THINKING_KEPT, 1);
}

/* All calls of a message stand where the first does. */
static void write_calls(struct prompt *prompt, struct turns *turns)
{
    if (turns->has_calls)
        return;
    turns->has_calls = true;
    if (!prompt->profile->turns_are_words) {
        if (turns->before == PART_TEXT)
            prompt_put(prompt, STR("\n\n"));
        prompt_cut(prompt, TERM_CALL, 1);
        prompt_write_calls(prompt, turns->from, turns->to);
        prompt_flush(prompt);
        return;
    }
    prompt_add_term(prompt, TERM_CALL, 1);
    if (turns->before != PART_TEXT) {
        drop_space(prompt);
        prompt_add_term(prompt, TERM_CALL_AFTER_RESULT, turns->is_after_results);
    }
    prompt_put(prompt, STR("\n\n<function_calls>\n"));
    prompt_write_calls(prompt, turns->from, turns->to);
    prompt_put(prompt, STR("\n</function_calls>"));
}

static void write_first_image(struct prompt *prompt, const struct turns *turns,
                              const struct part *part)
{
    if (turns->before == PART_MESSAGE && turns->is_first_of_turn &&
        prompt->profile->turns_are_words)
        drop_space(prompt);
    prompt_write_image(prompt, part);
}

/* Returns the part after the block. */
static size_t write_block(struct prompt *prompt, struct turns *turns, size_t index)
{
    const struct part *part = &prompt->request->parts.items[index];
    if (prompt->ends_with_results && part->kind != PART_TOOL_RESULT) {
        prompt_cut(prompt, TERM_AFTER_RESULT, 1);
        prompt->ends_with_results = false;
    }
    switch (part->kind) {
    case PART_TEXT:
        write_text(prompt, turns, part->text);
        break;
    case PART_IMAGE:
        write_first_image(prompt, turns, part);
        break;
    case PART_DOCUMENT:
        turns->before = part->kind;
        return prompt_write_document(prompt, index, turns->to);
    case PART_THINKING:
        write_thinking(prompt, turns, part);
        return index + 1;
    case PART_TOOL_USE:
        write_calls(prompt, turns);
        break;
    case PART_TOOL_RESULT:
        if (!turns->has_results)
            prompt_write_results(prompt, turns->from, turns->to);
        turns->has_results = true;
        prompt->ends_with_results = true;
        break;
    default:
        prompt_bound(prompt, part);
    }
    turns->before = part->kind;
    return index + 1;
}

static void own_block(struct prompt *prompt, const struct part *part)
{
    static const struct str names[] = {
        [PART_DOCUMENT] = STR_INIT("document"),
        [PART_IMAGE] = STR_INIT("image"),
        [PART_TEXT] = STR_INIT("text"),
        [PART_THINKING] = STR_INIT("thinking"),
        [PART_TOOL_RESULT] = STR_INIT("tool_result"),
        [PART_TOOL_USE] = STR_INIT("tool_use"),
        [PART_UNCOUNTABLE] = { 0 },
    };
    prompt_flush(prompt);
    prompt_own(prompt, (struct count_share){ .kind = COUNT_SHARE_BLOCK,
                                             .index = part->block,
                                             .name = names[part->kind],
                                             .at = part->at });
}

static void write_message(struct prompt *prompt, struct turns *turns)
{
    const struct part *parts = prompt->request->parts.items;
    size_t block = SIZE_MAX;
    for (size_t i = turns->from; i < turns->to;) {
        if (parts[i].in_result || parts[i].in_document) { /* written with what it is in */
            i++;
            continue;
        }
        if (prompt->owns_by_block && parts[i].block != block)
            own_block(prompt, &parts[i]);
        block = parts[i].block;
        const size_t next = write_block(prompt, turns, i);
        prompt_part_done(prompt, i);
        i = next;
    }
}

/* What follows two newlines and begins with visible ASCII is counted alone for free. */
static bool may_cut_before(const struct request *request, const struct part *part)
{
    return part < request->parts.items + request->messages_to && part->kind == PART_TEXT &&
           part->text.len && part->text.ptr[0] > ' ' && part->text.ptr[0] <= '~';
}

/* So much text may be counted for each message of a turn that cannot be cut off from the one
 * before; of more, it shares with that. */
enum { UNCUT_SIZE_MAX = 4 * 1024 };

static void begin_message(struct prompt *prompt, struct turns *turns, const struct part *start)
{
    const enum role role = start->role;
    const struct count_share share = { .kind = COUNT_SHARE_MESSAGE,
                                       .index = start->block,
                                       .at = start->at };
    turns->is_first_of_turn = (int)role != turns->role;
    turns->before = PART_MESSAGE;
    turns->has_calls = turns->has_results = false;
    if (turns->is_first_of_turn) {
        turns->is_after_results = prompt->ends_with_results;
        prompt->ends_with_results = false;
        end_turn(prompt, turns->role < 0);
        prompt_own(prompt, share);
        open_turn(prompt, role);
    } else {
        if (!prompt->ends_with_results)
            prompt_put(prompt, STR("\n\n"));
        if (prompt->owns_by_block || may_cut_before(prompt->request, start + 1))
            prompt_flush(prompt);
        if (prompt->run.len <= UNCUT_SIZE_MAX)
            prompt_own(prompt, share);
    }
    turns->role = (int)role;
}

static size_t message_end(const struct request *request, size_t from)
{
    while (from < request->messages_to && request->parts.items[from].kind != PART_MESSAGE)
        from++;
    return from;
}

static size_t find_last_question(const struct request *request)
{
    size_t found = 0;
    for (size_t i = request->messages_from; i < request->messages_to;) {
        const struct part *start = &request->parts.items[i];
        const size_t to = message_end(request, i + 1);
        bool has_result = false;
        for (size_t k = i + 1; k < to; k++)
            has_result |= request->parts.items[k].kind == PART_TOOL_RESULT;
        if (start->role == ROLE_USER && !has_result)
            found = i;
        i = to;
    }
    return found;
}

/* The first part of the messages that the API does not drop. What it refuses to count it refuses
 * wherever it stands. */
static size_t find_first(struct prompt *prompt)
{
    const struct request *request = prompt->request;
    const struct part *parts = request->parts.items;
    size_t first = request->messages_from;
    for (size_t i = first; i < request->messages_to; i++)
        if (parts[i].drops_before)
            first = i;
    for (size_t i = request->messages_from; i < first; i++)
        if (parts[i].kind == PART_UNCOUNTABLE)
            prompt_bound(prompt, &parts[i]);
    return first;
}

void prompt_write_messages(struct prompt *prompt)
{
    const struct request *request = prompt->request;
    const size_t first = find_first(prompt);
    struct turns turns = { .role = -1, .last_question = find_last_question(request) };
    for (size_t i = request->messages_from; i < request->messages_to; i = turns.to) {
        const struct part *start = &request->parts.items[i];
        turns.start = i;
        turns.from = i < first ? first : i + 1;
        turns.to = message_end(request, i + 1);
        if (turns.to <= first)
            continue;
        begin_message(prompt, &turns, start);
        write_message(prompt, &turns);
    }
    if (!prompt->profile->turns_are_words)
        close_turn(prompt);
    else if (turns.role == ROLE_USER)
        prompt_put(prompt, STR("\n\nAssistant:"));
    prompt_flush(prompt);
    prompt_own(prompt, (struct count_share){ .kind = COUNT_SHARE_FRAME });
    if (!prompt->profile->turns_are_words && turns.role != ROLE_ASSISTANT)
        prompt->tokens += 2;
    if (prompt->ends_with_results && request->tools_len && request->tool_choice != TOOL_CHOICE_AUTO)
        prompt_add_term(prompt, TERM_FORCED_AFTER_RESULT, 1);
}
