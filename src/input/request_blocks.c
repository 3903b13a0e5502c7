/* Content blocks of messages and system prompts: their members, and where they may stand. */
#include "input/request_blocks.h"

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

/* base: where the walk of the block is in the entry. */
static void dispatch_block(const struct block_reading *reading, const struct block *block,
                           size_t base)
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
    const struct block_type *type = request_block_type(block->type);
    if (type && is_in_place(reading, block, type)) {
        if (!block->is_faulty)
            request_check_members(reading, block, &type->shape, base);
        type->read(reading, block);
        return;
    }
    if (!type)
        request_refuse_block(reading, block);
    request_read_opaque(reading, block);
}

/* Takes a member that is a string; null is none. */
static bool read_string(const struct block_reading *reading, struct json_walk *walk,
                        struct json_text key, unsigned types, struct json_text *text)
{
    return request_json_expect(walk, reading->request, types, "%s: %.*s", reading->path,
                               STR_ARGS(key.raw)) &&
           json_text(walk, text);
}

static void read_flag(const struct block_reading *reading, struct json_walk *walk, const char *what,
                      bool *flag)
{
    if (request_json_expect(walk, reading->request, JSON_BIT(JSON_BOOL) | JSON_BIT(JSON_NULL),
                            "%s: %s", reading->path, what))
        json_bool(walk, flag);
}

/* {"enabled": true} of a document, the list of a text. */
static void read_citations(const struct block_reading *reading, struct json_walk *walk,
                           struct block *block)
{
    struct json_text key;
    if (json_peek(walk) == JSON_ARRAY && json_array(walk))
        while (json_element(walk))
            block->cites = true;
    if (json_object(walk))
        while (json_member(walk, &key))
            if (json_text_is(key, STR("enabled")))
                read_flag(reading, walk, "citations.enabled", &block->has_citations);
}

/* An object, or the string of a search_result. */
static void read_block_source(const struct block_reading *reading, struct json_walk *walk,
                              struct block *block)
{
    if (request_json_expect(walk, reading->request, JSON_BIT(JSON_OBJECT) | JSON_BIT(JSON_STRING),
                            "%s: source", reading->path) &&
        json_peek(walk) == JSON_OBJECT)
        json_skip(walk, &block->source);
}

static void read_block_member(const struct block_reading *reading, struct json_walk *walk,
                              struct json_text key, struct block *block)
{
    const unsigned string = JSON_BIT(JSON_STRING), any_string = string | JSON_BIT(JSON_NULL);
    if (json_text_is(key, STR("type")))
        block->has_type = read_string(reading, walk, key, string, &block->type);
    else if (json_text_is(key, STR("text")))
        block->has_text = read_string(reading, walk, key, string, &block->text);
    else if (json_text_is(key, STR("thinking")))
        block->has_thinking = read_string(reading, walk, key, string, &block->thinking);
    else if (json_text_is(key, STR("source")))
        read_block_source(reading, walk, block);
    else if (json_text_is(key, STR("content")))
        json_skip(walk, &block->content);
    else if (json_text_is(key, STR("input")))
        json_skip(walk, &block->input);
    else if (json_text_is(key, STR("transformations")))
        json_skip(walk, &block->transformations);
    else if (json_text_is(key, STR("id")) || json_text_is(key, STR("tool_use_id")))
        read_string(reading, walk, key, string, &block->id);
    else if (json_text_is(key, STR("name")) || json_text_is(key, STR("tool_name")))
        read_string(reading, walk, key, string, &block->name);
    else if (json_text_is(key, STR("title")))
        read_string(reading, walk, key, any_string, &block->title);
    else if (json_text_is(key, STR("context")))
        read_string(reading, walk, key, any_string, &block->context);
    else if (json_text_is(key, STR("is_error")))
        read_flag(reading, walk, "is_error", &block->is_error);
    else if (json_text_is(key, STR("citations")))
        read_citations(reading, walk, block);
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
    block.id.at += base;
    block.name.at += base;
    dispatch_block(reading, &block, base);
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
