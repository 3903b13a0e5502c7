/* The types of tools that the API defines, and what their definitions must have. */
#include "base/utf8.h"
#include "input/request_tools.h"

/* The vendor's OpenAPI description (2026-08): const names, required members. */
static const struct tool_type {
    struct str type, name; /* name empty: it has none */
    unsigned required;     /* enum tool_member */
} tool_types[] = {
    { STR_INIT("advisor_20260301"), STR_INIT("advisor"), TOOL_MEMBER_MODEL },
    { STR_INIT("bash_20241022"), STR_INIT("bash"), 0 },
    { STR_INIT("bash_20250124"), STR_INIT("bash"), 0 },
    { STR_INIT("code_execution_20250522"), STR_INIT("code_execution"), 0 },
    { STR_INIT("code_execution_20250825"), STR_INIT("code_execution"), 0 },
    { STR_INIT("code_execution_20260120"), STR_INIT("code_execution"), 0 },
    { STR_INIT("computer_20241022"), STR_INIT("computer"), TOOL_MEMBER_HEIGHT | TOOL_MEMBER_WIDTH },
    { STR_INIT("computer_20250124"), STR_INIT("computer"), TOOL_MEMBER_HEIGHT | TOOL_MEMBER_WIDTH },
    { STR_INIT("computer_20251124"), STR_INIT("computer"), TOOL_MEMBER_HEIGHT | TOOL_MEMBER_WIDTH },
    { STR_INIT("mcp_toolset"), STR_INIT(""), TOOL_MEMBER_SERVER },
    { STR_INIT("memory_20250818"), STR_INIT("memory"), 0 },
    { STR_INIT("text_editor_20241022"), STR_INIT("str_replace_editor"), 0 },
    { STR_INIT("text_editor_20250124"), STR_INIT("str_replace_editor"), 0 },
    { STR_INIT("text_editor_20250429"), STR_INIT("str_replace_based_edit_tool"), 0 },
    { STR_INIT("text_editor_20250728"), STR_INIT("str_replace_based_edit_tool"), 0 },
    { STR_INIT("tool_search_tool_bm25"), STR_INIT("tool_search_tool_bm25"), 0 },
    { STR_INIT("tool_search_tool_bm25_20251119"), STR_INIT("tool_search_tool_bm25"), 0 },
    { STR_INIT("tool_search_tool_regex"), STR_INIT("tool_search_tool_regex"), 0 },
    { STR_INIT("tool_search_tool_regex_20251119"), STR_INIT("tool_search_tool_regex"), 0 },
    { STR_INIT("web_fetch_20250910"), STR_INIT("web_fetch"), 0 },
    { STR_INIT("web_fetch_20260209"), STR_INIT("web_fetch"), 0 },
    { STR_INIT("web_fetch_20260309"), STR_INIT("web_fetch"), 0 },
    { STR_INIT("web_search_20250305"), STR_INIT("web_search"), 0 },
    { STR_INIT("web_search_20260209"), STR_INIT("web_search"), 0 },
};

/* Their names without a date, by which a newer one is known. */
static const struct str families[] = {
    STR_INIT("advisor"),
    STR_INIT("bash"),
    STR_INIT("browser_toolset"), /* 2026-08 */
    STR_INIT("code_execution"),
    STR_INIT("computer"),
    STR_INIT("computer_toolset"),
    STR_INIT("custom"),
    STR_INIT("mcp_toolset"),
    STR_INIT("memory"),
    STR_INIT("text_editor"),
    STR_INIT("tool_search_tool_bm25"),
    STR_INIT("tool_search_tool_regex"),
    STR_INIT("web_fetch"),
    STR_INIT("web_search"),
};

static const struct {
    struct str name;
    enum tool_member member;
} tool_members[] = {
    { STR_INIT("display_height_px"), TOOL_MEMBER_HEIGHT },
    { STR_INIT("display_width_px"), TOOL_MEMBER_WIDTH },
    { STR_INIT("mcp_server_name"), TOOL_MEMBER_SERVER },
    { STR_INIT("model"), TOOL_MEMBER_MODEL },
};

enum { NAME_MAX_LEN = 128 };

static const struct str custom_members[] = {
    STR_INIT("allowed_callers"),
    STR_INIT("cache_control"),
    STR_INIT("defer_loading"),
    STR_INIT("description"),
    STR_INIT("eager_input_streaming"),
    STR_INIT("input_examples"),
    STR_INIT("input_schema"),
    STR_INIT("name"),
    STR_INIT("strict"),
    STR_INIT("type"),
};

void request_tool_note(struct tool *tool, struct json_text key)
{
    bool is_known = tool->odd.raw.ptr != NULL;
    for (size_t i = 0; !is_known && i < sizeof custom_members / sizeof custom_members[0]; i++)
        is_known = json_text_is(key, custom_members[i]);
    if (!is_known)
        tool->odd = key;
    for (size_t i = 0; i < sizeof tool_members / sizeof tool_members[0]; i++)
        if (json_text_is(key, tool_members[i].name))
            tool->members |= tool_members[i].member;
}

void request_tool_check_members(struct arena *arena, struct request *request,
                                const struct tool *tool)
{
    if (tool->odd.raw.ptr)
        request_json_stray(arena, request, "a tool", tool->odd, custom_members,
                           sizeof custom_members / sizeof custom_members[0]);
}

/* "bash_20250124" without "_20250124", when that is what it ends with. */
static struct str family_of(struct str type)
{
    const size_t date_len = strlen("_YYYYMMDD");
    if (type.len <= date_len || type.ptr[type.len - date_len] != '_')
        return type;
    for (size_t i = type.len - date_len + 1; i < type.len; i++)
        if (type.ptr[i] < '0' || type.ptr[i] > '9')
            return type;
    return str_slice(type, 0, type.len - date_len);
}

static void check_family(struct json_walk *walk, struct request *request, struct str type,
                         size_t at)
{
    const size_t families_len = sizeof families / sizeof families[0];
    const struct str family = family_of(type);
    const struct str shown = utf8_printable(walk->arena, type, 60);
    for (size_t i = 0; i < families_len; i++)
        if (str_equal(families[i], family))
            return; /* of another date */
    const struct str near = str_slip(family, families, families_len);
    if (near.len)
        request_fault(request, at,
                      "tools.%zu: no tool type \"%.*s\" is known; did you mean \"%.*s%.*s\"?",
                      request->tools_len, STR_ARGS(shown), STR_ARGS(near),
                      STR_ARGS(str_slice(type, family.len, type.len)));
    else if (str_equal(type, STR("function"))) /* of another vendor's API */
        request_fault(request, at, "tools.%zu: no tool type \"function\" is known",
                      request->tools_len);
    else
        request_doubt(request, at, "tools.%zu: no tool type \"%.*s\" is known", request->tools_len,
                      STR_ARGS(shown));
}

static void check_members(struct request *request, const struct tool *tool,
                          const struct tool_type *type)
{
    for (size_t i = 0; i < sizeof tool_members / sizeof tool_members[0]; i++)
        if (type->required & ~tool->members & tool_members[i].member)
            request_fault(request, tool->at, "tools.%zu has no %.*s, which the tool %.*s requires",
                          request->tools_len, STR_ARGS(tool_members[i].name), STR_ARGS(type->type));
}

static void check_fixed_name(struct json_walk *walk, struct request *request,
                             const struct tool *tool, const struct tool_type *type)
{
    const struct str name = json_decode(tool->name, walk->arena);
    if (!type->name.len || str_equal(name, type->name))
        return;
    if (!tool->name.raw.len)
        request_fault(request, tool->at,
                      "tools.%zu has no name, which for the tool %.*s must be \"%.*s\"",
                      request->tools_len, STR_ARGS(type->type), STR_ARGS(type->name));
    else
        request_fault(request, tool->name.at,
                      "tools.%zu: the name of the tool %.*s must be \"%.*s\", not \"%.*s\"",
                      request->tools_len, STR_ARGS(type->type), STR_ARGS(type->name),
                      STR_ARGS(utf8_printable(walk->arena, name, 60)));
}

void request_tool_check_type(struct json_walk *walk, struct request *request,
                             const struct tool *tool)
{
    for (size_t i = 0; i < sizeof tool_types / sizeof tool_types[0]; i++) {
        if (!json_text_is(tool->type, tool_types[i].type))
            continue;
        check_fixed_name(walk, request, tool, &tool_types[i]);
        check_members(request, tool, &tool_types[i]);
        return;
    }
    check_family(walk, request, json_decode(tool->type, walk->arena), tool->type.at);
}

/* ^[a-zA-Z0-9_-]{1,128}$ (the vendor's OpenAPI description, 2026-08; define-tools of 2026-08-22
 * says 64 characters). */
void request_tool_check_name(struct arena *arena, struct request *request, const struct tool *tool)
{
    const struct str name = json_decode(tool->name, arena);
    if (!request_is_id(name))
        request_fault(request, tool->name.at,
                      "tools.%zu: the name \"%.*s\" may have letters, digits, _ and - only",
                      request->tools_len, STR_ARGS(utf8_printable(arena, name, 60)));
    else if (name.len > NAME_MAX_LEN)
        request_fault(request, tool->name.at,
                      "tools.%zu: the name has %zu characters, over the %d that the API takes",
                      request->tools_len, name.len, NAME_MAX_LEN);
}
