/*
 * Calls of tools and their results, and where system messages may stand. "tool_use ids were found
 * without tool_result blocks immediately after" (aliasrobotics/cai#182), "unexpected tool_use_id
 * found in tool_result blocks", "tool_use ids must be unique" and "each tool_use must have a single
 * result" are what the API answers else. Messages of one role in a row are one turn
 * (api/messages, 2026-08-22: "will be combined").
 */
#include "base/utf8.h"
#include "input/request_json.h"
#include "input/seen.h"

/* The parts of the messages of one role in a row. */
struct turn {
    size_t from, to;
    enum role role;
    size_t calls_len, results_len;
};

struct turns {
    struct arena *arena;
    struct request *request;
    struct seen calls; /* ids of the last turn of the assistant: one may come again in another */
    struct turn turn, before;
};

static const struct part *part_at(const struct turns *turns, size_t i)
{
    return &turns->request->parts.items[i];
}

static bool is_call(const struct part *part)
{
    return part->kind == PART_TOOL_USE && !part->in_result && !part->in_document;
}

static bool is_result(const struct part *part)
{
    return part->kind == PART_TOOL_RESULT && !part->in_document;
}

/* Keeps the number of the message that the part is in: a turn may have several. */
static void follow(const struct part *part, size_t *message)
{
    if (part->kind == PART_MESSAGE)
        *message = part->block;
}

static struct str shown(const struct turns *turns, const struct part *part)
{
    return utf8_printable(turns->arena, part->id, 60);
}

static void add_calls(struct turns *turns)
{
    size_t message = 0;
    turns->calls = (struct seen){ .arena = turns->arena };
    for (size_t i = turns->turn.from; i < turns->turn.to; i++) {
        const struct part *part = part_at(turns, i);
        size_t first = i;
        follow(part, &message);
        if (!is_call(part))
            continue;
        turns->turn.calls_len++;
        if (seen_before(&turns->calls, part->id, &first))
            request_fault(turns->request, part->at,
                          "messages.%zu: the id \"%.*s\" is that of another tool_use: ids must be "
                          "unique",
                          message, STR_ARGS(shown(turns, part)));
    }
}

/* The results of the turn by their ids; a second one for a call is a fault. */
static void add_results(struct turns *turns, struct seen *results)
{
    size_t message = 0;
    for (size_t i = turns->turn.from; i < turns->turn.to; i++) {
        const struct part *part = part_at(turns, i);
        size_t first = i;
        follow(part, &message);
        if (!is_result(part))
            continue;
        turns->turn.results_len++;
        if (seen_before(results, part->id, &first))
            request_fault(turns->request, part->at,
                          "messages.%zu: a second tool_result for \"%.*s\"", message,
                          STR_ARGS(shown(turns, part)));
    }
}

/* Each result must be of a call in the turn before. */
static void check_results(const struct turns *turns)
{
    size_t call, message = 0;
    for (size_t i = turns->turn.from; i < turns->turn.to; i++) {
        const struct part *part = part_at(turns, i);
        follow(part, &message);
        const bool is_known = turns->before.calls_len && seen_find(&turns->calls, part->id, &call);
        if (is_result(part) && !is_known)
            request_fault(turns->request, part->at,
                          "messages.%zu: the tool_result is for \"%.*s\", and no tool_use of the "
                          "message before it has that id",
                          message, STR_ARGS(shown(turns, part)));
    }
}

/* "tool_result blocks must come first" (handle-tool-calls, 2026-08-22). */
static void check_first(const struct turns *turns)
{
    bool is_behind = false;
    size_t message = 0;
    for (size_t i = turns->turn.from; i < turns->turn.to; i++) {
        const struct part *part = part_at(turns, i);
        follow(part, &message);
        if (part->kind == PART_MESSAGE)
            is_behind = false;
        else if (is_result(part) && is_behind) {
            request_fault(turns->request, part->at,
                          "messages.%zu: a tool_result must stand before what else the message has",
                          message);
            return;
        } else if (!is_result(part) && !part->in_result) {
            is_behind = true;
        }
    }
}

/* Whether each call of the turn before has a result; else that is said at the first that has none.
 */
static bool check_calls(const struct turns *turns, const struct seen *results)
{
    const struct part *first = NULL;
    size_t missing = 0, message = 0, first_message = 0, number;
    for (size_t i = turns->before.from; i < turns->before.to; i++) {
        const struct part *part = part_at(turns, i);
        follow(part, &message);
        if (!is_call(part) || seen_find(results, part->id, &number))
            continue;
        if (missing++)
            continue;
        first = part;
        first_message = message;
    }
    if (missing)
        request_fault(turns->request, first->at,
                      "messages.%zu: the tool_use \"%.*s\"%s has no tool_result in the message "
                      "after it",
                      first_message, STR_ARGS(shown(turns, first)),
                      missing > 1 ? ", as others," : "");
    return !missing;
}

/* A system message must follow a turn of the user, and not stand between a call and its result
 * (mid-conversation-system-messages, 2026-08-22). */
static void end_system(struct turns *turns)
{
    if (turns->before.role != ROLE_ASSISTANT || turns->before.from == turns->before.to)
        return;
    const struct part *message = part_at(turns, turns->turn.from);
    request_fault(turns->request, message->at,
                  "messages.%zu: a system message must follow one of the user",
                  (size_t)message->block);
}

/* A turn is whole. */
static void end_turn(struct turns *turns)
{
    struct seen results = { .arena = turns->arena };
    if (turns->turn.role == ROLE_SYSTEM) {
        end_system(turns);
        return; /* for what follows it was not there */
    }
    if (turns->turn.role == ROLE_ASSISTANT)
        add_calls(turns);
    else
        add_results(turns, &results);
    /* with a wrong id both are wrong: it is said once */
    if ((!turns->before.calls_len || check_calls(turns, &results)) && turns->turn.results_len)
        check_results(turns);
    if (turns->before.calls_len && turns->turn.results_len)
        check_first(turns);
    turns->before = turns->turn;
}

static bool has_any(const struct request *request)
{
    bool has_some = false;
    for (size_t i = request->messages_from; i < request->messages_to; i++) {
        const struct part *part = &request->parts.items[i];
        has_some |= part->kind == PART_TOOL_USE || part->kind == PART_TOOL_RESULT ||
                    (part->kind == PART_MESSAGE && part->role == ROLE_SYSTEM);
        if (part->drops_before)
            return false; /* what it stands for is not to be seen */
    }
    return has_some;
}

void request_check_turns(struct arena *arena, struct request *request)
{
    struct turns turns = { .arena = arena, .request = request, .calls.arena = arena };
    if (!has_any(request))
        return;
    turns.turn.from = turns.turn.to = request->messages_from;
    turns.turn.role = request->parts.items[request->messages_from].role;
    for (size_t i = request->messages_from; i < request->messages_to; i++) {
        const struct part *part = &request->parts.items[i];
        if (part->kind == PART_MESSAGE && part->role != turns.turn.role) {
            end_turn(&turns);
            turns.turn = (struct turn){ .from = i, .role = part->role };
        }
        turns.turn.to = i + 1;
    }
    end_turn(&turns);
    turns.turn = (struct turn){ .role = ROLE_USER };
    if (turns.before.role == ROLE_ASSISTANT && turns.before.calls_len)
        check_calls(&turns, &(struct seen){ .arena = arena });
}
