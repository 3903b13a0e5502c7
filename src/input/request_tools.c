/* tools, tool_choice, thinking and structured output. */
#include "base/utf8.h"
#include "input/request_json.h"

/* Tools the API runs itself: the counting endpoint refuses them (build-with-claude/token-counting,
 * 2026-09-26). */
static bool is_server_tool(struct str type)
{
    static const struct str prefixes[] = {
        STR_INIT("code_execution"), STR_INIT("mcp_toolset"), STR_INIT("tool_search"),
        STR_INIT("web_fetch"),      STR_INIT("web_search"),
    };
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (str_starts(type, prefixes[i]))
            return true;
    return false;
}

/* The members of a tool definition that matter. */
struct tool {
    size_t at;
    struct json_text type, name;
    bool is_deferred, is_breakpoint, is_1h, has_schema, has_examples;
    bool is_altered; /* it has others than any definition of that type must have */
};

static bool is_custom(const struct tool *tool)
{
    return !tool->type.raw.len || json_text_is(tool->type, STR("custom"));
}

/* A tool that is known by its type alone. */
static struct part *add_api_tool(struct arena *arena, struct request *request,
                                 const struct tool *tool)
{
    const struct str type = json_decode(tool->type, arena);
    const struct str shown = utf8_printable(arena, type, 60);
    const struct str what = str_format(arena, "the tool %.*s", STR_ARGS(shown));
    const bool is_server = is_server_tool(type);
    struct part *part =
        request_add_part(request, is_server ? PART_UNCOUNTABLE : PART_API_TOOL, what, tool->at);
    request->searches_web |= str_starts(type, STR("web_search"));
    part->is_search = str_starts(type, STR("tool_search_tool_bm25"));
    part->id = type;
    part->is_deferred = tool->is_deferred;
    part->is_altered = tool->is_altered || tool->is_deferred;
    return part;
}

static void add_tool(struct arena *arena, struct request *request, struct str json,
                     const struct tool *tool)
{
    struct part *part;
    if (is_custom(tool)) {
        part = request_add_part(request, PART_TOOL, json, tool->at);
        part->is_deferred = tool->is_deferred;
        part->has_examples = tool->has_examples;
    } else {
        part = add_api_tool(arena, request, tool);
    }
    part->name = json_decode(tool->name, arena);
    part->block = request->tools_len++;
    part->ends_prefix = tool->is_breakpoint;
    part->is_1h = tool->is_1h;
}

/* A string member of a tool; null counts as none. */
static void read_text(struct json_walk *walk, struct request *request, const char *name,
                      struct json_text *text)
{
    if (request_json_expect(walk, request, JSON_BIT(JSON_STRING) | JSON_BIT(JSON_NULL),
                            "tools.%zu.%s", request->tools_len, name))
        json_text(walk, text);
}

/* Takes the next value; true when it is an array of something. */
static bool has_items(struct json_walk *walk)
{
    bool has_some = false;
    if (json_array(walk))
        while (json_element(walk))
            has_some = true;
    return has_some;
}

/* Members that every tool of a type has the same, or that are not in the prompt. What others do to
 * the definition is not known. */
static bool is_plain_member(struct json_text key)
{
    static const struct str names[] = {
        STR_INIT("cache_control"),  STR_INIT("display_height_px"),
        STR_INIT("display_number"), STR_INIT("display_width_px"),
        STR_INIT("max_characters"), STR_INIT("name"),
        STR_INIT("strict"),         STR_INIT("type"),
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (json_text_is(key, names[i]))
            return true;
    return false;
}

static void read_tool_member(struct json_walk *walk, struct request *request, struct json_text key,
                             struct tool *tool)
{
    const bool is_deferral = json_text_is(key, STR("defer_loading"));
    tool->is_altered |= !is_deferral && !is_plain_member(key) && json_peek(walk) != JSON_NULL;
    if (json_text_is(key, STR("type")))
        read_text(walk, request, "type", &tool->type);
    else if (json_text_is(key, STR("name")))
        read_text(walk, request, "name", &tool->name);
    else if (json_text_is(key, STR("input_schema")))
        tool->has_schema = json_peek(walk) == JSON_OBJECT;
    else if (json_text_is(key, STR("input_examples")))
        tool->has_examples = has_items(walk);
    else if (is_deferral)
        json_bool(walk, &tool->is_deferred);
    else if (json_text_is(key, STR("cache_control")))
        tool->is_breakpoint = request_json_cache_control(walk, &tool->is_1h);
}

static void read_tool(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct json_text key;
    if (!request_json_expect(walk, request, JSON_BIT(JSON_OBJECT), "tools.%zu",
                             request->tools_len)) {
        request->tools_len++;
        return;
    }
    struct tool tool = { .at = walk->pos };
    json_object(walk);
    size_t faults_before = request_faults_len(request);
    while (json_member(walk, &key))
        read_tool_member(walk, request, key, &tool);
    if (walk->problem)
        return;
    if (request_faults_len(request) > faults_before) {
        request->tools_len++;
        return;
    }
    if (is_custom(&tool) && !tool.name.raw.len)
        request_fault(request, tool.at, "tools.%zu has no name", request->tools_len);
    else if (is_custom(&tool) && !tool.has_schema)
        request_fault(request, tool.at, "tools.%zu has no input_schema object", request->tools_len);
    add_tool(arena, request, str_slice(walk->text, tool.at, walk->pos), &tool);
}

void request_read_tools(struct arena *arena, struct json_walk *walk, struct request *request)
{
    json_array(walk);
    while (json_element(walk))
        read_tool(arena, walk, request);
}

void request_read_tool_choice(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct json_text key, type = { 0 }, name = { 0 };
    json_object(walk);
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("type")))
            json_text(walk, &type);
        else if (json_text_is(key, STR("name")))
            json_text(walk, &name);
        else if (json_text_is(key, STR("disable_parallel_tool_use")))
            json_bool(walk, &request->no_parallel_tools);
    }
    request->tool_choice = json_text_is(type, STR("tool"))  ? TOOL_CHOICE_TOOL
                           : json_text_is(type, STR("any")) ? TOOL_CHOICE_ANY
                                                            : TOOL_CHOICE_AUTO;
    if (!walk->problem)
        request->tool_choice_name = json_decode(name, arena);
}

void request_read_thinking(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct json_text key, type = { 0 };
    (void)arena;
    json_object(walk);
    while (json_member(walk, &key))
        if (json_text_is(key, STR("type")))
            json_text(walk, &type);
    request->thinking = json_text_is(type, STR("enabled"))    ? THINKING_ENABLED
                        : json_text_is(type, STR("adaptive")) ? THINKING_ADAPTIVE
                        : json_text_is(type, STR("disabled")) ? THINKING_DISABLED
                                                              : THINKING_UNSET;
}

/* {"type": "json_schema", "schema": {...}}: the deprecated output_format itself, or the format of
 * an output_config. */
static void read_format(struct arena *arena, struct json_walk *walk, struct request *request)
{
    struct json_text key;
    struct str schema;
    size_t at;
    if (!json_object(walk))
        return;
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("format"))) {
            request_json_expect(walk, request, JSON_BIT(JSON_OBJECT) | JSON_BIT(JSON_NULL),
                                "output_config.format");
            read_format(arena, walk, request);
        } else if (json_text_is(key, STR("schema")) && json_peek(walk) == JSON_OBJECT) {
            at = walk->pos;
            if (json_skip(walk, &schema))
                request_add_part(request, PART_SCHEMA, schema, at);
        }
    }
}

void request_read_output(struct arena *arena, struct json_walk *walk, struct request *request)
{
    read_format(arena, walk, request);
}

void request_read_mcp_servers(struct arena *arena, struct json_walk *walk, struct request *request)
{
    const size_t at = walk->pos;
    (void)arena;
    if (has_items(walk))
        request_add_part(request, PART_UNCOUNTABLE, STR("an MCP server"), at);
}
