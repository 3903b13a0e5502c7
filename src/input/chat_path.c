/* What a place in a Chat Completions body is called by whoever wrote it. */
#include "input/chat.h"

/* An element of a list that has the byte. */
struct step {
    size_t index;
    struct chat_value value;
};

static bool has_byte(struct str slice, const char *byte)
{
    return slice.len && byte >= slice.ptr && byte < slice.ptr + slice.len;
}

static bool find_element(struct chat *chat, struct chat_value list, const char *byte,
                         struct step *step)
{
    if (list.type != JSON_ARRAY || !has_byte(list.raw, byte))
        return false;
    chat_elements(chat, 0, list.raw);
    for (step->index = 0; chat_element(chat, 0, &step->value); step->index++)
        if (has_byte(step->value.raw, byte))
            return true;
    return false;
}

/* The part of a message. */
static struct str find_part(struct chat *chat, struct str message, size_t number, const char *byte)
{
    struct chat_value content = { 0 }, calls = { 0 };
    const struct chat_member members[] = { { STR_INIT("content"), &content },
                                           { STR_INIT("tool_calls"), &calls } };
    struct step step;
    chat_members(chat, 0, message, members, 2);
    if (find_element(chat, content, byte, &step))
        return str_format(chat->arena, "messages.%zu.content.%zu", number, step.index);
    if (find_element(chat, calls, byte, &step))
        return str_format(chat->arena, "messages.%zu.tool_calls.%zu", number, step.index);
    if (has_byte(content.raw, byte))
        return str_format(chat->arena, "messages.%zu.content", number);
    return str_format(chat->arena, "messages.%zu", number);
}

struct str chat_path(struct arena *arena, struct str body, const char *byte, bool is_part)
{
    struct chat *chat = ARENA_NEW(arena, struct chat);
    struct chat_value messages = { 0 };
    const struct chat_member members[] = { { STR_INIT("messages"), &messages } };
    struct step step;
    chat->arena = arena;
    chat_members(chat, 0, body, members, 1);
    if (!find_element(chat, messages, byte, &step))
        return (struct str){ 0 };
    if (is_part && step.value.type == JSON_OBJECT)
        return find_part(chat, step.value.raw, step.index, byte);
    return str_format(arena, "messages.%zu", step.index);
}
