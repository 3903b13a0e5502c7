/* tools and mcp_servers. */
#include "base/utf8.h"
#include "input/request_tools.h"
#include "input/seen.h"

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

static bool is_custom(const struct tool *tool)
{
    return !tool->type.raw.len || json_text_is(tool->type, STR("custom"));
}

/* A body of another API stands for the request: what it says of its tools is not what is sent. */
static bool is_judged(const struct request *request)
{
    return !request->chat.len;
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

/* build-with-claude/structured-outputs, 2026-08-22. */
enum { STRICT_MAX = 20 };

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
    part->is_tool = true;
    part->name = json_decode(tool->name, arena);
    part->block = (uint32_t)request->tools_len++; /* an entry is smaller than 4 GB */
    part->ends_prefix = tool->mark.is_set;
    part->is_1h = tool->mark.is_1h;
    request_json_add_breakpoint(request, &tool->mark, REQUEST_TOOLS, NULL);
    if (!tool->is_strict || !is_judged(request))
        return;
    if (++request->strict_len == STRICT_MAX + 1)
        request_fault(request, tool->at, "over %d tools are strict", STRICT_MAX);
    if (tool->schema.len)
        request_check_schema(arena, request, tool->schema,
                             str_format(arena, "tools.%zu", request->tools_len - 1).ptr);
}

/* A string member of a tool; null counts as none. */
static void read_text(struct json_walk *walk, struct request *request, const char *name,
                      struct json_text *text)
{
    if (request_json_expect(walk, request, JSON_BIT(JSON_STRING) | JSON_BIT(JSON_NULL),
                            "tools.%zu.%s", request->tools_len, name))
        json_text(walk, text);
}

/* A member of a tool that is true or false; null counts as none. */
static void read_flag(struct json_walk *walk, struct request *request, const char *name, bool *flag)
{
    if (request_json_expect(walk, request, JSON_BIT(JSON_BOOL) | JSON_BIT(JSON_NULL),
                            "tools.%zu.%s", request->tools_len, name))
        json_bool(walk, flag);
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

/* The schema of what a tool takes must be that of an object ("input_schema.type: Field required"),
 * and no choice between schemas (Hmbown/Codewhale#4329, 2026-07). */
static void read_schema(struct json_walk *walk, struct request *request, struct tool *tool)
{
    static const struct str choices[] = { STR_INIT("allOf"), STR_INIT("anyOf"), STR_INIT("oneOf") };
    struct json_text key, type;
    tool->has_schema = json_peek(walk) == JSON_OBJECT;
    tool->schema_at = walk->pos;
    if (!json_object(walk))
        return; /* of any other type: that is said of the whole tool */
    const size_t start = tool->schema_at;
    while (json_member(walk, &key)) {
        if (json_text_is(key, STR("type")))
            tool->has_schema_type = json_text(walk, &type) && json_text_is(type, STR("object"));
        for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
            if (json_text_is(key, choices[i]) && json_peek(walk) == JSON_ARRAY &&
                is_judged(request))
                request_fault(request, key.at,
                              "tools.%zu: input_schema takes no oneOf, allOf or anyOf at its top",
                              request->tools_len);
    }
    tool->schema = str_slice(walk->text, start, walk->pos);
}

static void read_type(struct json_walk *walk, struct request *request, struct tool *tool)
{
    const bool is_string = json_peek(walk) == JSON_STRING;
    read_text(walk, request, "type", &tool->type);
    tool->has_empty_type = is_string && !tool->type.raw.len;
}

static void read_tool_member(struct json_walk *walk, struct request *request, struct json_text key,
                             struct tool *tool)
{
    const bool is_deferral = json_text_is(key, STR("defer_loading"));
    struct json_text description;
    tool->is_altered |= !is_deferral && !is_plain_member(key) && json_peek(walk) != JSON_NULL;
    if (json_text_is(key, STR("type")))
        read_type(walk, request, tool);
    else if (json_text_is(key, STR("name")))
        read_text(walk, request, "name", &tool->name);
    else if (json_text_is(key, STR("input_schema")))
        read_schema(walk, request, tool);
    else if (json_text_is(key, STR("input_examples")))
        tool->has_examples = has_items(walk);
    else if (json_text_is(key, STR("description")))
        read_text(walk, request, "description", &description);
    else if (is_deferral)
        read_flag(walk, request, "defer_loading", &tool->is_deferred);
    else if (json_text_is(key, STR("strict")))
        read_flag(walk, request, "strict", &tool->is_strict);
    else if (json_text_is(key, STR("cache_control")))
        request_json_cache_control(walk, request,
                                   str_format(walk->arena, "tools.%zu", request->tools_len).ptr,
                                   &tool->mark);
    else
        request_tool_note(tool, key);
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
    if (tool.has_empty_type)
        request_fault(request, tool.type.at, "tools.%zu.type is empty", request->tools_len);
    if (is_custom(&tool) && !tool.name.raw.len) {
        request_fault(request, tool.at, "tools.%zu has no name", request->tools_len++);
        return;
    }
    if (is_custom(&tool) && !tool.has_schema)
        request_fault(request, tool.at, "tools.%zu has no input_schema object", request->tools_len);
    else if (is_custom(&tool) && !tool.has_schema_type && is_judged(request))
        request_fault(request, tool.schema_at,
                      "tools.%zu: type of the input_schema must be \"object\"", request->tools_len);
    else if (!is_custom(&tool))
        request_tool_check_type(walk, request, &tool);
    if (is_custom(&tool))
        request_tool_check_members(arena, request, &tool);
    if (tool.name.raw.len && is_custom(&tool) && is_judged(request))
        request_tool_check_name(arena, request, &tool);
    add_tool(arena, request, str_slice(walk->text, tool.at, walk->pos), &tool);
}

/* "Tool names must be unique" (claude-code#10687, 2025-10), of whatever kind they are. */
static void check_names(struct arena *arena, struct request *request, size_t from)
{
    struct seen seen = { .arena = arena };
    for (size_t i = from; i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        const size_t number = part->block;
        size_t first = number;
        if (part->name.len && seen_before(&seen, part->name, &first))
            request_fault(request, part->at,
                          "tools.%zu has the name of tools.%zu, \"%.*s\": tool names must be "
                          "unique",
                          number, first, STR_ARGS(utf8_printable(arena, part->name, 60)));
    }
}

/* "All tools have defer_loading: true" (troubleshooting-tool-use, 2026-08-22). */
static void check_deferral(struct request *request, size_t from, size_t at)
{
    for (size_t i = from; i < request->parts.len; i++)
        if (!request->parts.items[i].is_deferred)
            return;
    request_fault(request, at, "all tools have defer_loading, but one must be there at first");
}

void request_read_tools(struct arena *arena, struct json_walk *walk, struct request *request)
{
    const size_t from = request->parts.len, at = walk->pos;
    json_array(walk);
    while (json_element(walk))
        read_tool(arena, walk, request);
    const size_t len = request->parts.len - from;
    if (walk->problem || !is_judged(request))
        return;
    if (len > 1)
        check_names(arena, request, from);
    if (len && len == request->tools_len)
        check_deferral(request, from, at);
}

enum { MCP_SERVERS_MAX = 20 };

/* What a server must have, and how many there may be: the vendor's OpenAPI description (2026-08).
 */
static void read_server(struct json_walk *walk, struct request *request, size_t index)
{
    static const struct str required[] = { STR_INIT("name"), STR_INIT("type"), STR_INIT("url") };
    struct json_text key;
    unsigned found = 0;
    if (!request_json_expect(walk, request, JSON_BIT(JSON_OBJECT), "mcp_servers.%zu", index))
        return;
    const size_t at = walk->pos;
    json_object(walk);
    while (json_member(walk, &key))
        for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
            if (json_text_is(key, required[i]))
                found |= 1U << i;
    for (size_t i = 0; !walk->problem && i < sizeof required / sizeof required[0]; i++)
        if (!(found >> i & 1))
            request_fault(request, at, "mcp_servers.%zu has no %s", index, required[i].ptr);
    if (index == MCP_SERVERS_MAX)
        request_fault(request, at, "over %d MCP servers", MCP_SERVERS_MAX);
}

void request_read_mcp_servers(struct arena *arena, struct json_walk *walk, struct request *request)
{
    const size_t at = walk->pos;
    size_t len = 0;
    (void)arena;
    json_array(walk);
    while (json_element(walk))
        read_server(walk, request, len++);
    if (len)
        request_add_part(request, PART_UNCOUNTABLE, STR("an MCP server"), at);
}
