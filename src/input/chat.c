#include "input/chat.h"

/* What a conversion mostly adds beside a quarter of what there is. */
enum { BODY_MORE_BYTES = 512 };

void chat_say(struct chat *chat, struct str cause, struct str text)
{
    mapped_add(&chat->out, (size_t)(cause.ptr - chat->out.origin.ptr), text);
}

void chat_name(struct chat *chat, struct str cause, struct str name)
{
    const struct buf *text = &chat->out.text;
    bool is_first = text->len && text->ptr[text->len - 1] == '{';
    chat_say(chat, cause, is_first ? STR("\"") : STR(",\""));
    chat_say(chat, cause, name);
    chat_say(chat, cause, STR("\":"));
}

void chat_copy(struct chat *chat, struct str name, struct chat_value value)
{
    if (!value.raw.len || value.type == JSON_NULL)
        return;
    chat_name(chat, value.raw, name);
    mapped_copy(&chat->out, value.raw);
}

bool chat_is(struct chat_value value, struct str text)
{
    return value.type == JSON_STRING && value.raw.len == text.len + 2 &&
           str_equal(str_slice(value.raw, 1, value.raw.len - 1), text);
}

void chat_members(struct chat *chat, int level, struct str object,
                  const struct chat_member *members, size_t len)
{
    struct json_walk *walk = &chat->walks[level];
    struct json_text key;
    json_walk_init(walk, object, chat->arena);
    walk->is_checked = true;
    if (!json_object(walk))
        return;
    while (json_member(walk, &key))
        for (size_t i = 0; i < len; i++)
            if (json_text_is(key, members[i].name)) {
                members[i].value->type = json_peek(walk);
                json_skip(walk, &members[i].value->raw);
                break;
            }
}

void chat_elements(struct chat *chat, int level, struct str array)
{
    json_walk_init(&chat->walks[level], array, chat->arena);
    chat->walks[level].is_checked = true;
    json_array(&chat->walks[level]);
}

bool chat_element(struct chat *chat, int level, struct chat_value *element)
{
    struct json_walk *walk = &chat->walks[level];
    if (!json_element(walk))
        return false;
    element->type = json_peek(walk);
    return json_skip(walk, &element->raw);
}

/* {"type": "json_schema", "json_schema": {"schema": ...}} is output_config.format of Claude. */
static void write_format(struct chat *chat, struct chat_value format)
{
    struct chat_value type = { 0 }, wrapper = { 0 }, schema = { 0 };
    const struct chat_member members[] = { { STR_INIT("type"), &type },
                                           { STR_INIT("json_schema"), &wrapper } };
    const struct chat_member inner[] = { { STR_INIT("schema"), &schema } };
    if (format.type == JSON_OBJECT)
        chat_members(chat, 1, format.raw, members, 2);
    if (wrapper.type == JSON_OBJECT)
        chat_members(chat, 1, wrapper.raw, inner, 1);
    if (!chat_is(type, STR("json_schema")) || schema.type != JSON_OBJECT)
        return;
    chat_name(chat, schema.raw, STR("output_config"));
    chat_say(chat, schema.raw, STR("{\"format\":{\"type\":\"json_schema\",\"schema\":"));
    mapped_copy(&chat->out, schema.raw);
    chat_say(chat, schema.raw, STR("}}"));
}

/* stop may be one text. */
static void write_stop(struct chat *chat, struct chat_value stop)
{
    if (stop.type != JSON_STRING) {
        chat_copy(chat, STR("stop_sequences"), stop);
        return;
    }
    chat_name(chat, stop.raw, STR("stop_sequences"));
    chat_say(chat, stop.raw, STR("["));
    mapped_copy(&chat->out, stop.raw);
    chat_say(chat, stop.raw, STR("]"));
}

/* What is asked of the body. */
struct body {
    struct chat_value model, messages, max_tokens, max_completion_tokens, tools, functions,
        tool_choice, parallel, format, stop, system, thinking, temperature, top_p, stream;
};

static void read_body(struct chat *chat, struct str text, struct body *body)
{
    const struct chat_member members[] = {
        { STR_INIT("functions"), &body->functions },
        { STR_INIT("max_completion_tokens"), &body->max_completion_tokens },
        { STR_INIT("max_tokens"), &body->max_tokens },
        { STR_INIT("messages"), &body->messages },
        { STR_INIT("model"), &body->model },
        { STR_INIT("parallel_tool_calls"), &body->parallel },
        { STR_INIT("response_format"), &body->format },
        { STR_INIT("stop"), &body->stop },
        { STR_INIT("stream"), &body->stream },
        { STR_INIT("system"), &body->system },
        { STR_INIT("temperature"), &body->temperature },
        { STR_INIT("thinking"), &body->thinking },
        { STR_INIT("tool_choice"), &body->tool_choice },
        { STR_INIT("tools"), &body->tools },
        { STR_INIT("top_p"), &body->top_p },
    };
    chat_members(chat, 0, text, members, sizeof members / sizeof members[0]);
}

static void write_model(struct chat *chat, struct chat_value model, struct str name)
{
    if (!name.len) {
        chat_copy(chat, STR("model"), model);
        return;
    }
    chat_name(chat, model.raw, STR("model"));
    chat_say(chat, model.raw, STR("\""));
    chat_say(chat, model.raw, name);
    chat_say(chat, model.raw, STR("\""));
}

void chat_convert(struct chat *chat, struct arena *arena, struct str entry, struct str text,
                  struct str model)
{
    struct body body = { 0 };
    chat->arena = arena;
    mapped_init(&chat->out, entry, text.len + text.len / 4 + BODY_MORE_BYTES, arena);
    read_body(chat, text, &body);
    const struct chat_value *newer = &body.max_completion_tokens;
    bool has_newer = newer->raw.len && newer->type != JSON_NULL;
    chat_say(chat, text, STR("{"));
    write_model(chat, body.model, model);
    chat_copy(chat, STR("max_tokens"), has_newer ? *newer : body.max_tokens);
    if (!body.messages.raw.len || !chat_write_messages(chat, body.messages))
        chat_copy(chat, STR("system"), body.system);
    chat_write_tools(chat, body.tools, body.functions);
    if (body.tools.raw.len || body.functions.raw.len)
        chat_write_tool_choice(chat, body.tool_choice, body.parallel);
    write_format(chat, body.format);
    write_stop(chat, body.stop);
    chat_copy(chat, STR("stream"), body.stream);
    chat_copy(chat, STR("temperature"), body.temperature);
    chat_copy(chat, STR("thinking"), body.thinking);
    chat_copy(chat, STR("top_p"), body.top_p);
    chat_say(chat, text, STR("}"));
}
