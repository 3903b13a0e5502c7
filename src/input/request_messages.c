/* messages and system: roles and turns. */
#include "input/request_blocks.h"

#include "base/utf8.h"

/* One message while it is read. */
struct message {
    size_t at;
    int role; /* enum role, or -1 */
    bool has_content, is_empty;
    size_t config_at; /* of its output_config, or REQUEST_NOWHERE */
};

static void read_role(struct arena *arena, struct json_walk *walk, struct request *request,
                      size_t index, struct message *message)
{
    static const struct str names[] = {
        [ROLE_USER] = STR_INIT("user"),
        [ROLE_ASSISTANT] = STR_INIT("assistant"),
        [ROLE_SYSTEM] = STR_INIT("system"),
    };
    struct json_text text;
    if (!request_json_expect(walk, request, JSON_BIT(JSON_STRING), "messages.%zu.role", index) ||
        !json_text(walk, &text))
        return;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (json_text_is(text, names[i]))
            message->role = (int)i;
    if (message->role < 0) {
        struct str shown = utf8_printable(arena, text.raw, 60);
        request_fault(request, text.at,
                      "messages.%zu.role must be \"user\" or \"assistant\", not \"%.*s\"", index,
                      STR_ARGS(shown));
    } else if (index == 0 && message->role != ROLE_USER) {
        struct str shown = utf8_printable(arena, text.raw, 60);
        request_fault(request, text.at,
                      "messages.0.role is \"%.*s\": the first message must use the \"user\" role",
                      STR_ARGS(shown));
    }
}

/* Most requests have few messages, and their blocks no fault that is said with it. */
static const char *content_path(struct arena *arena, size_t index)
{
    static const char *const first[] = {
        "messages.0.content", "messages.1.content", "messages.2.content", "messages.3.content",
        "messages.4.content", "messages.5.content", "messages.6.content", "messages.7.content",
    };
    if (index < sizeof first / sizeof first[0])
        return first[index];
    return str_format(arena, "messages.%zu.content", index).ptr;
}

/* What stands in a message beside text blocks of white space. */
enum company { COMPANY_NONE, COMPANY_BLOCKS, COMPANY_TEXT };

static enum company company_in(const struct request *request, size_t from)
{
    enum company company = COMPANY_NONE;
    for (size_t i = from; i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        const bool is_text = part->kind == PART_TEXT && !part->in_result && !part->in_document;
        if (is_text && part->text.len && !part->is_blank)
            return COMPANY_TEXT;
        if (!part->is_blank && !(is_text && !part->text.len))
            company = COMPANY_BLOCKS;
    }
    return company;
}

/*
 * The API refuses a text block of white space in a message without any other text
 * (anthropics/claude-code#23369, 2026-02), and takes it beside one (LibreChat-AI/agents#124,
 * 2026-04). Beside blocks that are no text it did both: it took one before a tool_use (2025), and
 * refused one after the result of a web search (2026-04).
 */
static void check_blank_texts(struct request *request, size_t from, const char *path)
{
    bool has_blank = false;
    for (size_t i = from; i < request->parts.len; i++)
        has_blank |= request->parts.items[i].is_blank;
    const enum company company = has_blank ? company_in(request, from) : COMPANY_TEXT;
    for (size_t i = from; i < request->parts.len && company != COMPANY_TEXT; i++) {
        if (!request->parts.items[i].is_blank)
            continue;
        const size_t at = request->parts.items[i].at;
        if (company == COMPANY_BLOCKS)
            request_doubt(request, at,
                          "%s: the API may refuse a text block of white space without other text",
                          path);
        else
            request_fault(request, at, "%s: text content blocks must contain non-whitespace text",
                          path);
    }
}

static void read_content(struct arena *arena, struct json_walk *walk, struct request *request,
                         size_t index, struct message *message)
{
    struct json_text text;
    message->has_content = true;
    if (!request_json_expect(walk, request, JSON_BIT(JSON_STRING) | JSON_BIT(JSON_ARRAY),
                             "messages.%zu.content", index))
        return;
    if (json_peek(walk) == JSON_STRING) {
        if (!json_text(walk, &text))
            return;
        struct str content = json_decode(text, arena);
        message->is_empty = !content.len;
        if (content.len && request_is_blank(content))
            request_fault(request, text.at, "messages.%zu.content must contain non-whitespace text",
                          index);
        request_add_part(request, PART_TEXT, content, text.at);
        return;
    }
    struct block_reading reading = { .arena = arena,
                                     .request = request,
                                     .text_kind = PART_TEXT,
                                     .path = content_path(arena, index) };
    size_t parts_before = request->parts.len, faults_before = request_faults_len(request);
    request_read_blocks(&reading, walk);
    check_blank_texts(request, parts_before, reading.path);
    message->is_empty =
        request->parts.len == parts_before && request_faults_len(request) == faults_before;
}

/* "tool_use blocks can only be in assistant messages" (microsoft/agent-framework#4328, 2026-02),
 * and their results in the user's. */
static void check_roles(struct request *request, size_t from, size_t index, enum role role)
{
    for (size_t i = from; i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        if (part->kind == PART_TOOL_USE && role != ROLE_ASSISTANT)
            request_fault(request, part->at,
                          "messages.%zu.content: tool_use blocks can only be in assistant messages",
                          index);
        else if (part->kind == PART_TOOL_RESULT && role != ROLE_USER)
            request_fault(request, part->at,
                          "messages.%zu.content: tool_result blocks can only be in user messages",
                          index);
    }
}

/* A system message may change the effort from here on, and then be empty. What that adds to the
 * prompt is not known (build-with-claude/effort-per-message, 2026-10). */
static void read_config(struct request *request, struct message *message)
{
    if (message->role != ROLE_SYSTEM || message->config_at == REQUEST_NOWHERE)
        return;
    message->is_empty = false;
    request_add_part(request, PART_OPAQUE, STR("an output_config of a message"),
                     message->config_at);
}

static void read_message(struct arena *arena, struct json_walk *walk, struct request *request,
                         size_t index, struct message *message)
{
    static const struct str names[] = { STR_INIT("content"), STR_INIT("output_config"),
                                        STR_INIT("role") };
    struct json_text key;
    *message = (struct message){ .at = walk->pos, .role = -1, .config_at = REQUEST_NOWHERE };
    if (!request_json_expect(walk, request, JSON_BIT(JSON_OBJECT), "messages.%zu", index))
        return;
    message->at = walk->pos;
    const size_t marker = request->parts.len; /* the role may stand after the content */
    request_add_part(request, PART_MESSAGE, (struct str){ 0 }, message->at);
    size_t faults_before = request_faults_len(request);
    json_object(walk);
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("role")))
            read_role(arena, walk, request, index, message);
        else if (json_text_is(key, STR("content")))
            read_content(arena, walk, request, index, message);
        else if (json_text_is(key, STR("output_config")) && json_peek(walk) == JSON_OBJECT)
            message->config_at = walk->pos;
        else
            request_json_stray(arena, request, "a message", key, names,
                               sizeof names / sizeof names[0]);
    }
    read_config(request, message);
    request->parts.items[marker].role = message->role < 0 ? ROLE_USER : message->role & 3;
    request->parts.items[marker].block = (uint32_t)index; /* an entry is smaller than 4 GB */
    if (message->role < 0 && !message->has_content && request->parts.len == marker + 1)
        request->parts.len = marker; /* nothing of it can be counted, and there may be millions */
    if (message->role >= 0 && !walk->problem)
        check_roles(request, marker, index, (enum role)message->role);
    if (walk->problem || request_faults_len(request) > faults_before)
        return;
    if (message->role < 0)
        request_fault(request, message->at, "messages.%zu has no role", index);
    if (!message->has_content)
        request_fault(request, message->at, "messages.%zu has no content", index);
}

void request_read_messages(struct arena *arena, struct json_walk *walk, struct request *request)
{
    size_t start = walk->pos, index = 0;
    struct message message = { .role = -1 };
    const size_t faults_before = request_faults_len(request);
    request->messages_from = request->messages_to = request->parts.len; /* broken JSON has none */
    json_array(walk);
    while (json_element(walk)) {
        if (message.is_empty) /* only the last message may be, when it is the assistant's */
            request_fault(request, message.at, "messages.%zu must have non-empty content",
                          index - 1);
        read_message(arena, walk, request, index++, &message);
    }
    if (walk->problem)
        return;
    request->messages_len = index;
    request->messages_to = request->parts.len;
    if (!index)
        request_fault(request, start, "messages is empty: at least one message is required");
    else if (message.is_empty && message.role != ROLE_ASSISTANT)
        request_fault(request, message.at, "messages.%zu must have non-empty content", index - 1);
    if (request_faults_len(request) == faults_before && !request->chat.len)
        request_check_turns(arena, request);
}

void request_read_system(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct block_reading reading = { .arena = arena,
                                     .request = request,
                                     .text_kind = PART_SYSTEM,
                                     .holder = BLOCK_HOLDER_SYSTEM,
                                     .path = "system" };
    struct json_text text;
    request->has_system = json_peek(walk) == JSON_STRING; /* an empty list is none */
    if (json_peek(walk) == JSON_ARRAY)
        request_read_blocks(&reading, walk);
    else if (json_text(walk, &text))
        request_add_part(request, PART_SYSTEM, json_decode(text, arena), text.at);
}
