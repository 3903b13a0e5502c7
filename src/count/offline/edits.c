#include "count/offline/edits.h"

/* What there is to clear. */
struct stock {
    int64_t uses;   /* of tools, as far as blocks of types that are not read may be such */
    int64_t thinks; /* messages with thinking: no fewer than turns */
    bool has_others;
};

static struct stock take_stock(const struct request *request)
{
    struct stock stock = { 0 };
    bool thinks = false;
    for (size_t i = request->messages_from; i < request->messages_to; i++) {
        const enum part_kind kind = request->parts.items[i].kind;
        if (kind == PART_MESSAGE)
            thinks = false;
        stock.thinks += kind == PART_THINKING && !thinks;
        thinks |= kind == PART_THINKING;
        stock.uses += kind == PART_TOOL_USE || kind == PART_OPAQUE;
        stock.has_others |= kind == PART_OPAQUE;
    }
    return stock;
}

static bool may_apply(const struct request_edit *edit, const struct stock *stock, int64_t high)
{
    if (edit->kind == REQUEST_EDIT_THINKING)
        return edit->keep < stock->thinks;
    if (edit->kind == REQUEST_EDIT_OTHER)
        return true;
    if ((edit->over_tokens != REQUEST_UNSET && high < edit->over_tokens) ||
        (edit->over_uses != REQUEST_UNSET && stock->uses < edit->over_uses))
        return false;
    return edit->keep < stock->uses;
}

/* The part from which on there are so many of a kind in the messages. */
static size_t last_of(const struct request *request, enum part_kind kind, int64_t len)
{
    size_t i = request->messages_to;
    while (len && i > request->messages_from)
        len -= request->parts.items[--i].kind == kind;
    return i;
}

bool edits_clear(struct prompt *prompt, int64_t high)
{
    const struct request_edits *edits = &prompt->request->edits;
    const struct stock stock = take_stock(prompt->request);
    int64_t keep = REQUEST_KEEPS_ALL;
    bool does = false;
    for (size_t i = 0; i < edits->len; i++) {
        const struct request_edit *edit = &edits->items[i];
        if (!may_apply(edit, &stock, high))
            continue;
        does = true;
        prompt->clears.messages |= edit->kind == REQUEST_EDIT_OTHER;
        prompt->clears.thinking |= edit->kind == REQUEST_EDIT_THINKING;
        if (edit->kind == REQUEST_EDIT_RESULTS) {
            prompt->clears.inputs |= edit->clears_inputs;
            keep = edit->keep < keep ? edit->keep : keep;
        }
    }
    if (keep == REQUEST_KEEPS_ALL)
        return does;
    if (stock.has_others) /* which may be among those that are kept */
        keep = 0;
    prompt->clears.results_to = last_of(prompt->request, PART_TOOL_RESULT, keep);
    prompt->clears.calls_to = last_of(prompt->request, PART_TOOL_USE, keep);
    return true;
}

bool edits_keep_thinking(const struct prompt *prompt)
{
    const struct request_edits *edits = &prompt->request->edits;
    for (size_t i = 0; i < edits->len; i++) {
        const struct request_edit *edit = &edits->items[i];
        if (edit->kind == REQUEST_EDIT_OTHER ||
            (edit->kind == REQUEST_EDIT_THINKING && edit->says_keep && edit->keep > 1))
            return !prompt->keeps_thinking;
    }
    return false;
}

/* The last results may not be those of the last calls, where several ran at once: one is certain to
 * stay when both say so. */
bool edits_clear_result(struct prompt *prompt, size_t index)
{
    const struct prompt_clears *clears = &prompt->clears;
    if (!clears->results_to || index < clears->results_to)
        return clears->results_to > 0;
    const struct prompt_name *call =
        prompt_call_of(prompt, index, prompt->request->parts.items[index].id);
    return !call || call->index < clears->calls_to;
}

bool edits_clear_input(const struct prompt *prompt, size_t index)
{
    return prompt->clears.inputs && index < prompt->clears.calls_to;
}
