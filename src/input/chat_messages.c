/* The messages of a Chat Completions body as Claude's. */
#include "input/chat.h"

struct message {
    struct chat_value role, content, calls, call_id, function_call;
};

enum { LEVEL_MESSAGES = 1, LEVEL_MESSAGE, LEVEL_BLOCKS, LEVEL_BLOCK, LEVEL_CALL };

static void read_message(struct chat *chat, struct str object, struct message *message)
{
    *message = (struct message){ 0 };
    const struct chat_member members[] = {
        { STR_INIT("content"), &message->content },
        { STR_INIT("function_call"), &message->function_call },
        { STR_INIT("role"), &message->role },
        { STR_INIT("tool_call_id"), &message->call_id },
        { STR_INIT("tool_calls"), &message->calls },
    };
    chat_members(chat, LEVEL_MESSAGE, object, members, sizeof members / sizeof members[0]);
}

/* "data:image/png;base64,..." between its quotes. False for other URLs. */
static bool cut_data_url(struct str raw, struct str *media_type, struct str *data)
{
    static const struct str scheme = STR_INIT("data:"), encoding = STR_INIT(";base64");
    struct str url = str_slice(raw, 1, raw.len - 1), head;
    if (!str_starts(url, scheme) ||
        !str_cut(str_slice(url, scheme.len, url.len), ',', &head, data) ||
        !str_ends(head, encoding))
        return false;
    head = str_slice(head, 0, head.len - encoding.len);
    str_cut(head, ';', media_type, &(struct str){ 0 }); /* no parameters */
    return true;
}

/* {"type":type,"source":{...}} of a URL, which may be the data itself. */
static void write_source(struct chat *chat, struct str type, struct chat_value url)
{
    struct str media_type, data;
    chat_say(chat, url.raw, STR("{\"type\":\""));
    chat_say(chat, url.raw, type);
    if (cut_data_url(url.raw, &media_type, &data)) {
        chat_say(chat, url.raw, STR("\",\"source\":{\"type\":\"base64\",\"media_type\":\""));
        mapped_copy(&chat->out, media_type);
        chat_say(chat, data, STR("\",\"data\":\""));
        mapped_copy(&chat->out, data);
        chat_say(chat, url.raw, STR("\"}}"));
        return;
    }
    chat_say(chat, url.raw, STR("\",\"source\":{\"type\":\"url\",\"url\":"));
    mapped_copy(&chat->out, url.raw);
    chat_say(chat, url.raw, STR("}}"));
}

/* {"file": {"file_data": "data:...", "file_id": ...}} */
static bool write_file(struct chat *chat, struct chat_value file)
{
    struct chat_value data = { 0 }, id = { 0 };
    const struct chat_member members[] = { { STR_INIT("file_data"), &data },
                                           { STR_INIT("file_id"), &id } };
    if (file.type == JSON_OBJECT)
        chat_members(chat, LEVEL_BLOCK, file.raw, members, 2);
    if (data.type == JSON_STRING) {
        write_source(chat, STR("document"), data);
    } else if (id.type == JSON_STRING) {
        chat_say(chat, id.raw,
                 STR("{\"type\":\"document\",\"source\":{\"type\":\"file\","
                     "\"file_id\":"));
        mapped_copy(&chat->out, id.raw);
        chat_say(chat, id.raw, STR("}}"));
    }
    return data.type == JSON_STRING || id.type == JSON_STRING;
}

/* {"image_url": {"url": ...}}, or the URL itself */
static bool write_image(struct chat *chat, struct chat_value image)
{
    struct chat_value url = image;
    const struct chat_member members[] = { { STR_INIT("url"), &url } };
    if (image.type == JSON_OBJECT)
        chat_members(chat, LEVEL_BLOCK, image.raw, members, 1);
    if (url.type == JSON_STRING)
        write_source(chat, STR("image"), url);
    return url.type == JSON_STRING;
}

static void write_text(struct chat *chat, struct str raw)
{
    chat_say(chat, raw, STR("{\"type\":\"text\",\"text\":"));
    mapped_copy(&chat->out, raw);
    chat_say(chat, raw, STR("}"));
}

/* A part as a block. One that is Claude's already stays as it is, and so does what nobody knows. */
static void write_block(struct chat *chat, struct chat_value part)
{
    struct chat_value type = { 0 }, image = { 0 }, file = { 0 }, refusal = { 0 };
    const struct chat_member members[] = {
        { STR_INIT("file"), &file },
        { STR_INIT("image_url"), &image },
        { STR_INIT("refusal"), &refusal },
        { STR_INIT("type"), &type },
    };
    if (part.type == JSON_OBJECT)
        chat_members(chat, LEVEL_BLOCK, part.raw, members, sizeof members / sizeof members[0]);
    if ((chat_is(type, STR("image_url")) && write_image(chat, image)) ||
        (chat_is(type, STR("file")) && write_file(chat, file)))
        return;
    if (chat_is(type, STR("refusal")) && refusal.type == JSON_STRING)
        write_text(chat, refusal.raw);
    else
        mapped_copy(&chat->out, part.raw);
}

static void write_comma(struct chat *chat, struct str cause)
{
    const struct buf *text = &chat->out.text;
    if (text->ptr[text->len - 1] != '[')
        chat_say(chat, cause, STR(","));
}

/* Content as blocks, without brackets. An empty text is none. */
static void write_blocks(struct chat *chat, struct chat_value content)
{
    struct chat_value part;
    if (content.type == JSON_STRING && content.raw.len > 2) {
        write_comma(chat, content.raw);
        write_text(chat, content.raw);
    } else if (content.type == JSON_ARRAY) {
        chat_elements(chat, LEVEL_BLOCKS, content.raw);
        while (chat_element(chat, LEVEL_BLOCKS, &part)) {
            write_comma(chat, part.raw);
            write_block(chat, part);
        }
    } else if (content.raw.len && content.type != JSON_STRING && content.type != JSON_NULL) {
        write_comma(chat, content.raw); /* so that somebody says what is wrong with it */
        mapped_copy(&chat->out, content.raw);
    }
}

static void write_content(struct chat *chat, struct chat_value content)
{
    if (content.type != JSON_ARRAY) {
        if (content.raw.len)
            chat_name(chat, content.raw, STR("content"));
        mapped_copy(&chat->out, content.raw);
        return;
    }
    chat_name(chat, content.raw, STR("content"));
    chat_say(chat, content.raw, STR("["));
    write_blocks(chat, content);
    chat_say(chat, content.raw, STR("]"));
}

/* An assistant's message that calls tools. */
static void write_calls(struct chat *chat, const struct message *message)
{
    struct str cause = message->role.raw;
    struct chat_value call;
    chat_name(chat, cause, STR("content"));
    chat_say(chat, cause, STR("["));
    write_blocks(chat, message->content);
    if (message->calls.type == JSON_ARRAY) {
        chat_elements(chat, LEVEL_BLOCKS, message->calls.raw);
        while (chat_element(chat, LEVEL_BLOCKS, &call)) {
            write_comma(chat, call.raw);
            chat_write_call(chat, LEVEL_BLOCK, call.raw);
        }
    }
    if (message->function_call.type == JSON_OBJECT) {
        write_comma(chat, cause);
        chat_write_call(chat, LEVEL_BLOCK, message->function_call.raw);
    }
    chat_say(chat, cause, STR("]"));
}

/* A message of the role tool is a block of the user's next message. */
static void write_result(struct chat *chat, const struct message *message)
{
    struct str cause = message->role.raw;
    write_comma(chat, cause);
    chat_say(chat, cause, STR("{\"type\":\"tool_result\""));
    chat_copy(chat, STR("tool_use_id"), message->call_id);
    if (message->content.type != JSON_NULL)
        write_content(chat, message->content);
    chat_say(chat, cause, STR("}"));
}

static bool is_system(const struct message *message)
{
    return chat_is(message->role, STR("system")) || chat_is(message->role, STR("developer"));
}

static bool is_result(const struct message *message)
{
    return chat_is(message->role, STR("tool")) || chat_is(message->role, STR("function"));
}

static void write_message(struct chat *chat, struct str object, const struct message *message)
{
    bool has_calls = (message->calls.type == JSON_ARRAY && message->calls.raw.len > 2) ||
                     message->function_call.type == JSON_OBJECT;
    chat_say(chat, object, STR("{"));
    chat_copy(chat, STR("role"), message->role);
    if (has_calls && message->role.raw.len)
        write_calls(chat, message);
    else
        write_content(chat, message->content);
    chat_say(chat, object, STR("}"));
}

/* One system message stays as it is written; several become a list of blocks. */
static bool write_system(struct chat *chat, struct str messages)
{
    struct chat_value element, first = { 0 };
    struct message message;
    size_t len = 0;
    chat_elements(chat, LEVEL_MESSAGES, messages);
    while (chat_element(chat, LEVEL_MESSAGES, &element)) {
        read_message(chat, element.raw, &message);
        if (is_system(&message) && !len++)
            first = message.content;
    }
    if (len == 1 && first.type != JSON_ARRAY)
        chat_copy(chat, STR("system"), first);
    if (!len || (len == 1 && first.type != JSON_ARRAY))
        return len;
    chat_name(chat, messages, STR("system"));
    chat_say(chat, messages, STR("["));
    chat_elements(chat, LEVEL_MESSAGES, messages);
    while (chat_element(chat, LEVEL_MESSAGES, &element)) {
        read_message(chat, element.raw, &message);
        if (is_system(&message))
            write_blocks(chat, message.content);
    }
    chat_say(chat, messages, STR("]"));
    return true;
}

bool chat_write_messages(struct chat *chat, struct chat_value messages)
{
    struct chat_value element;
    struct message message;
    bool in_results = false;
    if (messages.type != JSON_ARRAY) {
        chat_copy(chat, STR("messages"), messages);
        return false;
    }
    bool has_system = write_system(chat, messages.raw);
    chat_name(chat, messages.raw, STR("messages"));
    chat_say(chat, messages.raw, STR("["));
    chat_elements(chat, LEVEL_MESSAGES, messages.raw);
    while (chat_element(chat, LEVEL_MESSAGES, &element)) {
        read_message(chat, element.raw, &message);
        if (is_system(&message))
            continue;
        if (in_results && !is_result(&message))
            chat_say(chat, element.raw, STR("]}"));
        if (is_result(&message) && !in_results) {
            write_comma(chat, element.raw);
            chat_say(chat, element.raw, STR("{\"role\":\"user\",\"content\":["));
        }
        in_results = is_result(&message);
        if (in_results) {
            write_result(chat, &message);
            continue;
        }
        write_comma(chat, element.raw);
        if (element.type == JSON_OBJECT)
            write_message(chat, element.raw, &message);
        else
            mapped_copy(&chat->out, element.raw);
    }
    chat_say(chat, messages.raw, in_results ? STR("]}]") : STR("]"));
    return has_system;
}
