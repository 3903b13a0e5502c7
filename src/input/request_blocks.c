/* Content blocks of messages and system prompts: what each type becomes. */
#include "input/request_blocks.h"

#include <string.h>

#include "base/utf8.h"

/* A tool_result or document holds blocks, which hold none in turn; each level is walked again. */
enum { BLOCK_DEPTH_MAX = 4 };

size_t request_block_offset(const struct request *request, struct str slice)
{
    return (size_t)(slice.ptr - request->entry.ptr);
}

bool request_is_blank(struct str text)
{
    return !str_trim(text).len;
}

struct part *request_block_part(const struct block_reading *reading, enum part_kind kind,
                                struct str text, size_t at)
{
    struct part *part = request_add_part(reading->request, kind, text, at);
    part->in_result = reading->in_result;
    part->in_document = reading->in_document;
    return part;
}

void request_read_nested(const struct block_reading *reading, struct str raw)
{
    if (!raw.len)
        return;
    struct json_walk walk;
    struct json_text text;
    json_walk_init(&walk, raw, reading->arena);
    walk.is_checked = true;
    size_t at = request_block_offset(reading->request, raw);
    struct block_reading inner = *reading;
    if (++inner.depth > BLOCK_DEPTH_MAX) {
        request_fault(reading->request, at, "%s: blocks are nested more than %d deep",
                      reading->path, BLOCK_DEPTH_MAX);
        return;
    }
    if (json_text(&walk, &text))
        request_block_part(reading, PART_TEXT, json_decode(text, reading->arena), at);
    else if (json_peek(&walk) == JSON_ARRAY)
        request_read_blocks(&inner, &walk);
}

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
    if (block->has_text)
        request_block_part(reading, PART_THINKING, json_decode(block->text, reading->arena),
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

static void read_opaque(const struct block_reading *reading, const struct block *block)
{
    request_block_part(reading, PART_OPAQUE, opaque_text(reading, block->type.raw), block->at);
}

/* What it costs beside its texts is not known. */
static void read_search_result(const struct block_reading *reading, const struct block *block)
{
    read_opaque(reading, block);
    struct block_reading inner = *reading;
    inner.holder = BLOCK_HOLDER_SEARCH_RESULT;
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
    read_opaque(reading, block);
    parts->items[parts->len - 1].drops_before =
        !reading->depth && str_starts(block->content, STR("\""));
    request_read_nested(reading, block->content);
}

#define BLOCK_IN(holder) (1U << BLOCK_HOLDER_##holder)

/* Content block types of the vendor's OpenAPI description (2026-08), beta ones included, and which
 * lists it has them in: InputContentBlock, RequestToolResultBlock, ContentBlockSource,
 * RequestSearchResultBlock. It lacks those that change tools within a conversation
 * (build-with-claude/mid-conversation-system-messages, 2026-10). */
static const struct block_type {
    struct str type;
    void (*read)(const struct block_reading *reading, const struct block *block);
    unsigned holders;  /* that take it */
    unsigned required; /* enum block_member, beside what its reader asks for */
} block_types[] = {
    { STR_INIT("advisor_tool_result"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("bash_code_execution_tool_result"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("code_execution_tool_result"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("compaction"), read_compaction, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("container_upload"), read_opaque, BLOCK_IN(MESSAGE), BLOCK_MEMBER_FILE_ID },
    { STR_INIT("document"), request_read_document, BLOCK_IN(MESSAGE) | BLOCK_IN(RESULT), 0 },
    { STR_INIT("image"), request_read_image,
      BLOCK_IN(MESSAGE) | BLOCK_IN(RESULT) | BLOCK_IN(SOURCE), 0 },
    { STR_INIT("mcp_tool_result"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("mcp_tool_use"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("redacted_thinking"), read_redacted_thinking, BLOCK_IN(MESSAGE), BLOCK_MEMBER_DATA },
    { STR_INIT("search_result"), read_search_result, BLOCK_IN(MESSAGE) | BLOCK_IN(RESULT),
      BLOCK_MEMBER_CONTENT | BLOCK_MEMBER_SOURCE | BLOCK_MEMBER_TITLE },
    { STR_INIT("server_tool_use"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("text"), read_text_block,
      BLOCK_IN(MESSAGE) | BLOCK_IN(RESULT) | BLOCK_IN(SOURCE) | BLOCK_IN(SEARCH_RESULT) |
          BLOCK_IN(SYSTEM),
      0 },
    { STR_INIT("text_editor_code_execution_tool_result"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("thinking"), read_thinking, BLOCK_IN(MESSAGE), BLOCK_MEMBER_SIGNATURE },
    { STR_INIT("tool_addition"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("tool_reference"), read_tool_reference, BLOCK_IN(RESULT), BLOCK_MEMBER_TOOL_NAME },
    { STR_INIT("tool_removal"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("tool_result"), read_tool_result, BLOCK_IN(MESSAGE), BLOCK_MEMBER_TOOL_USE_ID },
    { STR_INIT("tool_search_tool_result"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("tool_use"), read_tool_use, BLOCK_IN(MESSAGE), BLOCK_MEMBER_ID | BLOCK_MEMBER_NAME },
    { STR_INIT("web_fetch_tool_result"), read_opaque, BLOCK_IN(MESSAGE), 0 },
    { STR_INIT("web_search_tool_result"), read_opaque, BLOCK_IN(MESSAGE), 0 },
};

static const struct block_type *find_type(struct json_text type)
{
    for (size_t i = 0; i < sizeof block_types / sizeof block_types[0]; i++)
        if (json_text_is(type, block_types[i].type))
            return &block_types[i];
    return NULL;
}

/* Whether the list may hold it; else that it may not is a fault. */
static bool is_in_place(const struct block_reading *reading, const struct block *block,
                        const struct block_type *type)
{
    static const char *const holders[] = {
        [BLOCK_HOLDER_MESSAGE] = "a message",
        [BLOCK_HOLDER_RESULT] = "a tool_result",
        [BLOCK_HOLDER_SOURCE] = "the source of a document",
        [BLOCK_HOLDER_SEARCH_RESULT] = "a search_result",
        [BLOCK_HOLDER_SYSTEM] = "a system prompt",
    };
    if (type->holders >> reading->holder & 1)
        return true;
    request_fault(reading->request, block->type.at, "%s: %s takes no %.*s block", reading->path,
                  holders[reading->holder], STR_ARGS(type->type));
    return false;
}

static void dispatch_block(const struct block_reading *reading, const struct block *block)
{
    if (!block->has_type && block->is_faulty)
        return;
    if (!block->has_type) {
        request_fault(reading->request, block->at, "%s: a content block has no type",
                      reading->path);
        return;
    }
    if (reading->text_kind == PART_SYSTEM && !json_text_is(block->type, STR("text"))) {
        request_fault(reading->request, block->type.at, "system takes only text blocks");
        return;
    }
    const struct block_type *type = find_type(block->type);
    if (type && is_in_place(reading, block, type)) {
        if (!block->is_faulty)
            request_check_members(reading, block, type->required);
        type->read(reading, block);
        return;
    }
    if (!type) {
        struct str names[sizeof block_types / sizeof block_types[0]];
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            names[i] = block_types[i].type;
        request_refuse_block(reading, block, names, sizeof names / sizeof names[0]);
    }
    read_opaque(reading, block);
}

/* {"enabled": true} of a document, the list of a text. */
static void read_citations(struct json_walk *walk, struct block *block)
{
    struct json_text key;
    if (json_peek(walk) == JSON_ARRAY && json_array(walk))
        while (json_element(walk))
            block->cites = true;
    if (json_object(walk))
        while (json_member(walk, &key))
            if (json_text_is(key, STR("enabled")))
                json_bool(walk, &block->has_citations);
}

static void read_block_member(const struct block_reading *reading, struct json_walk *walk,
                              struct json_text key, struct block *block)
{
    if (json_text_is(key, STR("type")))
        block->has_type = request_json_expect(walk, reading->request, JSON_BIT(JSON_STRING),
                                              "%s: type", reading->path) &&
                          json_text(walk, &block->type);
    else if (json_text_is(key, STR("text")) || json_text_is(key, STR("thinking")))
        block->has_text = request_json_expect(walk, reading->request, JSON_BIT(JSON_STRING),
                                              "%s: %.*s", reading->path, STR_ARGS(key.raw)) &&
                          json_text(walk, &block->text);
    else if (json_text_is(key, STR("source")) &&
             request_json_expect(walk, reading->request,
                                 JSON_BIT(JSON_OBJECT) | JSON_BIT(JSON_STRING), "%s: source",
                                 reading->path)) {
        if (json_peek(walk) == JSON_OBJECT) /* that of a search_result is a string */
            json_skip(walk, &block->source);
    } else if (json_text_is(key, STR("content")))
        json_skip(walk, &block->content);
    else if (json_text_is(key, STR("input")))
        json_skip(walk, &block->input);
    else if (json_text_is(key, STR("transformations")))
        json_skip(walk, &block->transformations);
    else if (json_text_is(key, STR("id")) || json_text_is(key, STR("tool_use_id")))
        json_text(walk, &block->id);
    else if (json_text_is(key, STR("name")) || json_text_is(key, STR("tool_name")))
        json_text(walk, &block->name);
    else if (json_text_is(key, STR("title")))
        json_text(walk, &block->title);
    else if (json_text_is(key, STR("context")))
        json_text(walk, &block->context);
    else if (json_text_is(key, STR("is_error")))
        json_bool(walk, &block->is_error);
    else if (json_text_is(key, STR("citations")))
        read_citations(walk, block);
    else if (json_text_is(key, STR("cache_control")))
        request_json_cache_control(walk, reading->request, reading->path, &block->mark);
}

/* Not all that takes the member takes it (build-with-claude/prompt-caching, 2026-08-22: "cannot be
 * set for empty text blocks"; thinking blocks are cached with what follows them). */
static void add_breakpoint(const struct block_reading *reading, const struct block *block)
{
    struct request *request = reading->request;
    const bool is_system = reading->holder == BLOCK_HOLDER_SYSTEM;
    const char *holder = NULL;
    if (!block->mark.is_set || !request->parts.len)
        return;
    request->parts.items[request->parts.len - 1].ends_prefix = true;
    request->parts.items[request->parts.len - 1].is_1h = block->mark.is_1h;
    if (json_text_is(block->type, STR("thinking")))
        holder = "a thinking block";
    else if (json_text_is(block->type, STR("redacted_thinking")))
        holder = "a redacted_thinking block";
    request_json_add_breakpoint(request, &block->mark,
                                is_system ? REQUEST_SYSTEM : REQUEST_MESSAGES, holder);
}

static void read_block(const struct block_reading *reading, struct json_walk *walk)
{
    struct json_text key;
    struct request *request = reading->request;
    if (!request_json_expect(walk, request, JSON_BIT(JSON_OBJECT), "%s: a content block",
                             reading->path))
        return;
    /* at: offsets of this walk, which may be one over a slice of the entry */
    size_t base = request_block_offset(request, walk->text);
    struct block block = { .at = base + walk->pos };
    size_t faults_before = request_faults_len(request);
    json_object(walk);
    while (json_member(walk, &key)) {
        request_note_member(&block, key);
        read_block_member(reading, walk, key, &block);
    }
    if (walk->problem)
        return;
    block.odd.at += base;
    block.is_faulty = request_faults_len(request) > faults_before;
    block.type.at += base;
    block.text.at += base;
    dispatch_block(reading, &block);
    add_breakpoint(reading, &block);
}

void request_read_blocks(const struct block_reading *reading, struct json_walk *walk)
{
    struct parts *parts = &reading->request->parts;
    uint32_t block = 0; /* an entry is smaller than 4 GB */
    json_array(walk);
    for (size_t from = parts->len; json_element(walk); block++) {
        read_block(reading, walk);
        for (; from < parts->len; from++)
            parts->items[from].block = block;
    }
}
