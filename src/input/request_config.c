/* tool_choice, thinking, structured output and metadata: their values are those of the vendor's
 * OpenAPI description (2026-08), beta ones included. */
#include <inttypes.h>

#include "base/utf8.h"
#include "input/request_json.h"

static bool read_string(struct json_walk *walk, struct request *request, const char *what,
                        struct json_text *text)
{
    return request_json_expect(walk, request, JSON_BIT(JSON_STRING), "%s", what) &&
           json_text(walk, text);
}

/* A string that is one of the names. A body of another API stands for the request, and is not asked
 * for them. */
static void read_choice(struct json_walk *walk, struct request *request, const char *what,
                        const struct str *names, size_t len, struct json_text *text)
{
    if (read_string(walk, request, what, text) && !request->chat.len)
        request_json_choice(walk, request, *text, what, names, len);
}

static void check_choice(struct request *request, size_t at, struct json_text type,
                         struct json_text name)
{
    if (!type.raw.ptr)
        request_fault(request, at, "tool_choice has no type");
    else if (json_text_is(type, STR("tool")) && !name.raw.ptr)
        request_fault(request, at, "tool_choice has no name, which the type \"tool\" requires");
    else if (!json_text_is(type, STR("tool")) && name.raw.ptr)
        request_fault(request, name.at,
                      "tool_choice has a name, which goes with the type \"tool\" "
                      "alone");
}

static void read_parallel(struct json_walk *walk, struct request *request, size_t *at)
{
    *at = walk->pos;
    if (request_json_expect(walk, request, JSON_BIT(JSON_BOOL),
                            "tool_choice.disable_parallel_tool_use"))
        json_bool(walk, &request->no_parallel_tools);
}

void request_read_tool_choice(struct arena *arena, struct json_walk *walk, struct request *request)
{
    static const struct str types[] = { STR_INIT("any"), STR_INIT("auto"), STR_INIT("none"),
                                        STR_INIT("tool") };
    static const struct str names[] = { STR_INIT("disable_parallel_tool_use"), STR_INIT("name"),
                                        STR_INIT("type") };
    const size_t at = walk->pos, faults_before = request_faults_len(request);
    size_t parallel_at = REQUEST_NOWHERE;
    struct json_text key, type = { 0 }, name = { 0 };
    json_object(walk);
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("type")))
            read_choice(walk, request, "tool_choice.type", types, sizeof types / sizeof types[0],
                        &type);
        else if (json_text_is(key, STR("name")))
            read_string(walk, request, "tool_choice.name", &name);
        else if (json_text_is(key, STR("disable_parallel_tool_use")))
            read_parallel(walk, request, &parallel_at);
        else
            request_json_stray(arena, request, "tool_choice", key, names,
                               sizeof names / sizeof names[0]);
    }
    request->tool_choice = json_text_is(type, STR("tool"))  ? TOOL_CHOICE_TOOL
                           : json_text_is(type, STR("any")) ? TOOL_CHOICE_ANY
                                                            : TOOL_CHOICE_AUTO;
    if (walk->problem)
        return;
    request->tool_choice_name = json_decode(name, arena);
    const bool is_none = json_text_is(type, STR("none"));
    if (request_faults_len(request) == faults_before && !request->chat.len) {
        check_choice(request, at, type, name);
        if (is_none && parallel_at != REQUEST_NOWHERE)
            request_fault(request, parallel_at,
                          "the tool_choice \"none\" takes no disable_parallel_tool_use");
    }
    request->no_parallel_tools &= !is_none;
}

/* A thinking while it is read. */
struct thinking_config {
    size_t at;
    struct json_text type, other; /* other: a member beside the type */
    bool has_budget;
};

enum { THINKING_BUDGET_MIN = 1024 };

static void read_budget(struct json_walk *walk, struct request *request)
{
    struct str raw;
    int64_t tokens;
    if (!request_json_expect(walk, request, JSON_BIT(JSON_NUMBER), "thinking.budget_tokens") ||
        !json_number(walk, &raw))
        return;
    const size_t at = walk->pos - raw.len;
    if (!json_integer(raw, &tokens))
        request_fault(request, at, "thinking.budget_tokens must be an integer below 2^53, not %.*s",
                      str_int_len(raw) > 40 ? 40 : str_int_len(raw), raw.ptr);
    else if (tokens < THINKING_BUDGET_MIN && !request->chat.len)
        request_fault(request, at, "thinking.budget_tokens is %" PRId64 ", under the minimum of %d",
                      tokens, THINKING_BUDGET_MIN);
}

/* between_tools takes "no other field" (whats-new-sonnet-5-5, 2026-09-28). */
static void check_thinking(struct request *request, const struct thinking_config *thinking)
{
    const struct json_text type = thinking->type;
    if (!type.raw.ptr)
        request_fault(request, thinking->at, "thinking has no type");
    else if (json_text_is(type, STR("enabled")) && !thinking->has_budget)
        request_fault(request, thinking->at,
                      "thinking has no budget_tokens, which the type \"enabled\" requires");
    else if (thinking->has_budget &&
             (json_text_is(type, STR("adaptive")) || json_text_is(type, STR("disabled"))))
        request_fault(request, thinking->at,
                      "thinking has budget_tokens, which the type \"%.*s\" does not take",
                      STR_ARGS(type.raw));
    else if (thinking->other.raw.ptr && json_text_is(type, STR("between_tools")))
        request_fault(request, thinking->other.at,
                      "the thinking type \"between_tools\" takes no other members");
}

void request_read_thinking(struct arena *arena, struct json_walk *walk, struct request *request)
{
    static const struct str types[] = { STR_INIT("adaptive"), STR_INIT("between_tools"),
                                        STR_INIT("disabled"), STR_INIT("enabled") };
    static const struct str names[] = { STR_INIT("budget_tokens"), STR_INIT("display"),
                                        STR_INIT("type") };
    const size_t faults_before = request_faults_len(request);
    struct thinking_config thinking = { .at = walk->pos };
    struct json_text key;
    json_object(walk);
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("type"))) {
            read_choice(walk, request, "thinking.type", types, sizeof types / sizeof types[0],
                        &thinking.type);
            continue;
        }
        thinking.other = key;
        if (json_text_is(key, STR("budget_tokens"))) {
            thinking.has_budget = true;
            read_budget(walk, request);
            continue;
        }
        request_json_stray(arena, request, "thinking", key, names, sizeof names / sizeof names[0]);
    }
    request->thinking = json_text_is(thinking.type, STR("enabled"))         ? THINKING_ENABLED
                        : json_text_is(thinking.type, STR("adaptive"))      ? THINKING_ADAPTIVE
                        : json_text_is(thinking.type, STR("disabled"))      ? THINKING_DISABLED
                        : json_text_is(thinking.type, STR("between_tools")) ? THINKING_BETWEEN_TOOLS
                                                                            : THINKING_UNSET;
    if (!walk->problem && request_faults_len(request) == faults_before && !request->chat.len)
        check_thinking(request, &thinking);
}

/* {"type": "json_schema", "schema": {...}} */
static void read_format(struct json_walk *walk, struct request *request, const char *what)
{
    static const struct str types[] = { STR_INIT("json_schema") };
    const size_t start = walk->pos, faults_before = request_faults_len(request);
    struct json_text key, type = { 0 };
    struct str schema = { 0 };
    size_t at = 0;
    if (!json_object(walk))
        return;
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("type")))
            read_choice(walk, request, "the type of an output format", types, 1, &type);
        else if (json_text_is(key, STR("schema")) && json_peek(walk) == JSON_OBJECT) {
            at = walk->pos;
            if (json_skip(walk, &schema)) {
                request_add_part(request, PART_SCHEMA, schema, at);
                request_check_schema(walk->arena, request, schema, what);
            }
        }
    }
    if (walk->problem || request->chat.len)
        return;
    if (!type.raw.ptr && request_faults_len(request) == faults_before)
        request_fault(request, start, "%s has no type", what);
    if (!schema.len)
        request_fault(request, start, "%s has no schema object", what);
}

static void read_effort(struct json_walk *walk, struct request *request)
{
    static const struct str levels[] = { STR_INIT("high"), STR_INIT("low"), STR_INIT("max"),
                                         STR_INIT("medium"), STR_INIT("xhigh") };
    struct json_text text;
    if (json_peek(walk) != JSON_NULL)
        read_choice(walk, request, "output_config.effort", levels, sizeof levels / sizeof levels[0],
                    &text);
}

void request_read_output(struct arena *arena, struct json_walk *walk, struct request *request)
{
    static const struct str names[] = { STR_INIT("effort"), STR_INIT("format"),
                                        STR_INIT("task_budget") };
    struct json_text key;
    json_object(walk);
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("effort")))
            read_effort(walk, request);
        else if (json_text_is(key, STR("format"))) {
            if (request_json_expect(walk, request, JSON_BIT(JSON_OBJECT) | JSON_BIT(JSON_NULL),
                                    "output_config.format"))
                read_format(walk, request, "output_config.format");
        } else if (json_text_is(key, names[2]))
            request->has_task_budget = json_peek(walk) != JSON_NULL;
        else
            request_json_stray(arena, request, "output_config", key, names,
                               sizeof names / sizeof names[0]);
    }
}

/* The deprecated form of output_config.format. */
void request_read_output_format(struct arena *arena, struct json_walk *walk,
                                struct request *request)
{
    (void)arena;
    read_format(walk, request, "output_format");
}

/* "user_id" of at most 512 characters is all that it has. */
void request_read_metadata(struct arena *arena, struct json_walk *walk, struct request *request)
{
    enum { USER_ID_LEN_MAX = 512 };
    static const struct str names[] = { STR_INIT("user_id") };
    struct json_text key, text;
    json_object(walk);
    while (json_member(walk, &key)) {
        if (!json_text_is(key, names[0]))
            request_json_stray(arena, request, "metadata", key, names, 1);
        else if (request_json_expect(walk, request, JSON_BIT(JSON_STRING) | JSON_BIT(JSON_NULL),
                                     "metadata.user_id") &&
                 json_text(walk, &text) &&
                 utf8_len(json_decode(text, walk->arena)) > USER_ID_LEN_MAX && !request->chat.len)
            request_fault(request, text.at, "metadata.user_id has over %d characters",
                          USER_ID_LEN_MAX);
    }
}
