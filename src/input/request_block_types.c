/* The types of content blocks, and what each becomes. */
#include <string.h>

#include "base/utf8.h"
#include "input/request_blocks.h"

static void read_text_block(const struct block_reading *reading, const struct block *block)
{
    struct request *request = reading->request;
    if (!block->has_text && block->is_faulty)
        return;
    if (!block->has_text) {
        request_fault(request, block->at, "%s: a text block has no text", reading->path);
        return;
    }
    const bool is_of_message = reading->holder == BLOCK_HOLDER_MESSAGE && !reading->depth;
    struct str text = json_decode(block->text, reading->arena);
    const bool is_blank = text.len && request_is_blank(text);
    if (!text.len)
        request_fault(request, block->text.at, "%s: text content blocks must be non-empty",
                      reading->path);
    else if (is_blank && !is_of_message)
        request_fault(request, block->text.at,
                      "%s: text content blocks must contain non-whitespace text", reading->path);
    struct part *part = request_block_part(reading, reading->text_kind, text, block->text.at);
    part->cites = block->cites;
    part->is_blank = is_blank && is_of_message;
}

/* As the vendor's OpenAPI description (2026-08) has them. */
static void check_id(const struct block_reading *reading, const struct block *block, struct str id)
{
    if (block->id.raw.ptr && (!id.len || !request_is_id(id)) && !reading->request->chat.len)
        request_fault(reading->request, block->id.at,
                      "%s: the id of a call may have letters, digits, _ and - only", reading->path);
}

static void check_call(const struct block_reading *reading, const struct block *block,
                       const struct part *part)
{
    enum { NAME_LEN_MAX = 200 };
    struct request *request = reading->request;
    if (request->chat.len)
        return;
    check_id(reading, block, part->id);
    if (block->input.ptr[0] != '{')
        request_fault(request, request_block_offset(request, block->input),
                      "%s: input of a tool_use block must be an object", reading->path);
    if (block->name.raw.ptr && (!part->name.len || utf8_len(part->name) > NAME_LEN_MAX))
        request_fault(request, block->name.at,
                      "%s: the name of a tool_use block must have 1 to %d characters",
                      reading->path, NAME_LEN_MAX);
}

static void read_tool_use(const struct block_reading *reading, const struct block *block)
{
    if (!block->input.len) {
        request_fault(reading->request, block->at, "%s: a tool_use block has no input",
                      reading->path);
        return;
    }
    struct part *part = request_block_part(reading, PART_TOOL_USE, block->input, block->at);
    part->name = json_decode(block->name, reading->arena);
    part->id = json_decode(block->id, reading->arena);
    check_call(reading, block, part);
}

static void read_tool_result(const struct block_reading *reading, const struct block *block)
{
    struct str content = block->content;
    if (content.len && !strchr("\"[n", content.ptr[0])) { /* a string, an array or null */
        request_fault(reading->request, request_block_offset(reading->request, content),
                      "%s: content of a tool_result must be a string or an array", reading->path);
        return;
    }
    struct block_reading inner = *reading;
    struct part *part = request_block_part(reading, PART_TOOL_RESULT, (struct str){ 0 }, block->at);
    part->id = json_decode(block->id, reading->arena);
    part->is_error = block->is_error;
    check_id(reading, block, part->id);
    inner.in_result = true;
    inner.holder = BLOCK_HOLDER_RESULT;
    request_read_nested(&inner, content);
}

static void read_tool_reference(const struct block_reading *reading, const struct block *block)
{
    struct part *part =
        request_block_part(reading, PART_TOOL_REFERENCE, (struct str){ 0 }, block->at);
    part->name = json_decode(block->name, reading->arena);
}

/* Its text cannot be read. */
static void read_redacted_thinking(const struct block_reading *reading, const struct block *block)
{
    request_block_part(reading, PART_THINKING, (struct str){ 0 }, block->at);
}

static void read_thinking(const struct block_reading *reading, const struct block *block)
{
    if (block->has_thinking)
        request_block_part(reading, PART_THINKING, json_decode(block->thinking, reading->arena),
                           block->at);
}

/* "a container_upload block": that of the part before, if it is the same. */
static struct str opaque_text(const struct block_reading *reading, struct str type)
{
    const struct parts *parts = &reading->request->parts;
    const struct part *last = parts->len ? &parts->items[parts->len - 1] : NULL;
    static const struct str before = STR_INIT("a "), after = STR_INIT(" block");
    if (last && last->kind == PART_OPAQUE && last->text.len == before.len + type.len + after.len &&
        str_equal(str_slice(last->text, before.len, before.len + type.len), type))
        return last->text;
    const struct str shown = utf8_printable(reading->arena, type, 60);
    return str_format(reading->arena, "%s%.*s%s", before.ptr, STR_ARGS(shown), after.ptr);
}

void request_read_opaque(const struct block_reading *reading, const struct block *block)
{
    request_block_part(reading, PART_OPAQUE, opaque_text(reading, block->type.raw), block->at);
}

/* What it costs beside its texts is not known. */
static void read_search_result(const struct block_reading *reading, const struct block *block)
{
    request_read_opaque(reading, block);
    struct block_reading inner = *reading;
    inner.holder = BLOCK_HOLDER_SEARCH_RESULT;
    reading->request->has_citing_results |= block->has_citations;
    request_block_part(reading, PART_TEXT, json_decode(block->title, reading->arena), block->at);
    if (block->content.len && !strchr("[n", block->content.ptr[0]))
        request_fault(reading->request, request_block_offset(reading->request, block->content),
                      "%s: content of a search_result must be an array", reading->path);
    request_read_nested(&inner, block->content);
}

/* Its text is a summary of what stands before it, which the API drops
 * (build-with-claude/compaction-threshold, 2026-10-30); one without a text is of a failure. */
static void read_compaction(const struct block_reading *reading, const struct block *block)
{
    struct parts *parts = &reading->request->parts;
    request_read_opaque(reading, block);
    parts->items[parts->len - 1].drops_before =
        !reading->depth && str_starts(block->content, STR("\""));
    request_read_nested(reading, block->content);
}

#define BLOCK_IN(holder) (1U << BLOCK_HOLDER_##holder)

#define HAS(member) BLOCK_MEMBER_##member

/* Every type; where no cache_control may stand is said by the rule of those. */
#define HAS_ALWAYS HAS(TYPE) | HAS(CACHE_CONTROL)

/* Content block types of the vendor's OpenAPI description (2026-08), beta ones included, which
 * lists it has them in (InputContentBlock, RequestToolResultBlock, ContentBlockSource,
 * RequestSearchResultBlock), and what they have. It lacks those that change tools within a
 * conversation (build-with-claude/mid-conversation-system-messages, 2026-10). */
const struct block_type request_block_types[] = {
    { STR_INIT("advisor_tool_result"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CONTENT) | HAS(TOOL_USE_ID), HAS(CONTENT) | HAS(TOOL_USE_ID) } },
    { STR_INIT("bash_code_execution_tool_result"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CONTENT) | HAS(TOOL_USE_ID), HAS(CONTENT) | HAS(TOOL_USE_ID) } },
    { STR_INIT("code_execution_tool_result"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CONTENT) | HAS(TOOL_USE_ID), HAS(CONTENT) | HAS(TOOL_USE_ID) } },
    { STR_INIT("compaction"),
      read_compaction,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CONTENT) | HAS(ENCRYPTED_CONTENT), HAS(CONTENT) } },
    { STR_INIT("container_upload"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(FILE_ID), HAS(FILE_ID) } },
    { STR_INIT("document"),
      request_read_document,
      BLOCK_IN(MESSAGE) | BLOCK_IN(RESULT),
      { HAS_ALWAYS | HAS(CITATIONS) | HAS(CONTEXT) | HAS(SOURCE) | HAS(TITLE) |
            HAS(TRANSFORMATIONS),
        0 } },
    { STR_INIT("image"),
      request_read_image,
      BLOCK_IN(MESSAGE) | BLOCK_IN(RESULT) | BLOCK_IN(SOURCE),
      { HAS_ALWAYS | HAS(SOURCE) | HAS(TRANSFORMATIONS), 0 } },
    { STR_INIT("mcp_tool_result"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CONTENT) | HAS(IS_ERROR) | HAS(TOOL_USE_ID), HAS(TOOL_USE_ID) } },
    { STR_INIT("mcp_tool_use"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(ID) | HAS(INPUT) | HAS(NAME) | HAS(SERVER_NAME),
        HAS(ID) | HAS(INPUT) | HAS(NAME) | HAS(SERVER_NAME) } },
    { STR_INIT("redacted_thinking"),
      read_redacted_thinking,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(DATA), HAS(DATA) } },
    { STR_INIT("search_result"),
      read_search_result,
      BLOCK_IN(MESSAGE) | BLOCK_IN(RESULT),
      { HAS_ALWAYS | HAS(CITATIONS) | HAS(CONTENT) | HAS(SOURCE) | HAS(TITLE),
        HAS(CONTENT) | HAS(SOURCE) | HAS(TITLE) } },
    { STR_INIT("server_tool_use"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CALLER) | HAS(ID) | HAS(INPUT) | HAS(NAME),
        HAS(ID) | HAS(INPUT) | HAS(NAME) } },
    { STR_INIT("text"),
      read_text_block,
      BLOCK_IN(MESSAGE) | BLOCK_IN(RESULT) | BLOCK_IN(SOURCE) | BLOCK_IN(SEARCH_RESULT) |
          BLOCK_IN(SYSTEM),
      { HAS_ALWAYS | HAS(CITATIONS) | HAS(TEXT), 0 } },
    { STR_INIT("text_editor_code_execution_tool_result"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CONTENT) | HAS(TOOL_USE_ID), HAS(CONTENT) | HAS(TOOL_USE_ID) } },
    { STR_INIT("thinking"),
      read_thinking,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(SIGNATURE) | HAS(THINKING), HAS(SIGNATURE) | HAS(THINKING) } },
    { STR_INIT("tool_addition"), request_read_opaque, BLOCK_IN(MESSAGE), { BLOCK_MEMBERS_ALL, 0 } },
    { STR_INIT("tool_reference"),
      read_tool_reference,
      BLOCK_IN(RESULT),
      { HAS_ALWAYS | HAS(TOOL_NAME), HAS(TOOL_NAME) } },
    { STR_INIT("tool_removal"), request_read_opaque, BLOCK_IN(MESSAGE), { BLOCK_MEMBERS_ALL, 0 } },
    { STR_INIT("tool_result"),
      read_tool_result,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CONTENT) | HAS(IS_ERROR) | HAS(TOOL_USE_ID), HAS(TOOL_USE_ID) } },
    { STR_INIT("tool_search_tool_result"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CONTENT) | HAS(TOOL_USE_ID), HAS(CONTENT) | HAS(TOOL_USE_ID) } },
    { STR_INIT("tool_use"),
      read_tool_use,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CALLER) | HAS(ID) | HAS(INPUT) | HAS(NAME), HAS(ID) | HAS(NAME) } },
    { STR_INIT("web_fetch_tool_result"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CALLER) | HAS(CONTENT) | HAS(TOOL_USE_ID),
        HAS(CONTENT) | HAS(TOOL_USE_ID) } },
    { STR_INIT("web_search_tool_result"),
      request_read_opaque,
      BLOCK_IN(MESSAGE),
      { HAS_ALWAYS | HAS(CALLER) | HAS(CONTENT) | HAS(TOOL_USE_ID),
        HAS(CONTENT) | HAS(TOOL_USE_ID) } },
    { .read = NULL },
};

const struct block_type *request_block_type(struct json_text name)
{
    for (const struct block_type *type = request_block_types; type->read; type++)
        if (json_text_is(name, type->type))
            return type;
    return NULL;
}
