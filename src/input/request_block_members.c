/* Members of content blocks: which a type lacks or may not have; and types that nobody knows. */
#include <string.h>

#include "base/utf8.h"
#include "input/request_blocks.h"

/* Types of other vendors' APIs, which no version of this one has. */
static bool is_foreign(struct json_text type)
{
    static const struct str types[] = {
        STR_INIT("function_call"), STR_INIT("function_call_output"), STR_INIT("image_url"),
        STR_INIT("input_audio"),   STR_INIT("input_file"),           STR_INIT("input_image"),
        STR_INIT("input_text"),    STR_INIT("output_text"),          STR_INIT("refusal"),
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (json_text_is(type, types[i]))
            return true;
    return false;
}

void request_refuse_block(const struct block_reading *reading, const struct block *block)
{
    enum { NAMES_MAX = 64 };
    struct str names[NAMES_MAX];
    size_t len = 0;
    for (const struct block_type *known = request_block_types; known->read && len < NAMES_MAX;
         known++)
        names[len++] = known->type;
    const struct str type = json_decode(block->type, reading->arena);
    const struct str shown = utf8_printable(reading->arena, type, 60);
    const struct str near = str_slip(type, names, len);
    if (near.len)
        request_fault(reading->request, block->type.at,
                      "%s: no content block type \"%.*s\" is known; did you mean \"%.*s\"?",
                      reading->path, STR_ARGS(shown), STR_ARGS(near));
    else if (!type.len || is_foreign(block->type))
        request_fault(reading->request, block->type.at,
                      "%s: no content block type \"%.*s\" is known", reading->path,
                      STR_ARGS(shown));
    else
        request_doubt(reading->request, block->type.at,
                      "%s: no content block type \"%.*s\" is known", reading->path,
                      STR_ARGS(shown));
}

/* All that a type of content block has, in the order of enum block_member: the vendor's OpenAPI
 * description (2026-08), beta ones included, and what changes tools within a conversation and how
 * images are seen (build-with-claude/vision-coordinates, 2026). */
static const struct str member_names[BLOCK_MEMBERS_LEN] = {
    STR_INIT("cache_control"),
    STR_INIT("caller"),
    STR_INIT("citations"),
    STR_INIT("content"),
    STR_INIT("context"),
    STR_INIT("data"),
    STR_INIT("encrypted_content"),
    STR_INIT("file_id"),
    STR_INIT("id"),
    STR_INIT("input"),
    STR_INIT("is_error"),
    STR_INIT("name"),
    STR_INIT("server_name"),
    STR_INIT("signature"),
    STR_INIT("source"),
    STR_INIT("text"),
    STR_INIT("thinking"),
    STR_INIT("title"),
    STR_INIT("tool"),
    STR_INIT("tool_name"),
    STR_INIT("tool_use_id"),
    STR_INIT("transformations"),
    STR_INIT("type"),
};

void request_note_member(struct block *block, struct json_text key)
{
    for (size_t i = 0; i < BLOCK_MEMBERS_LEN; i++)
        if (json_text_is(key, member_names[i])) {
            block->members |= 1U << i;
            block->members_at[i] = key.at;
            return;
        }
    if (!block->odd.raw.ptr)
        block->odd = key;
}

void request_check_members(const struct block_reading *reading, const struct block *block,
                           const struct block_shape *shape, size_t base)
{
    struct request *request = reading->request;
    const unsigned missing = shape->required & ~block->members;
    const unsigned extra = block->members & ~shape->members;
    const bool has_vowel = strchr("aeiou", block->type.raw.ptr[0]);
    const char *article = has_vowel ? "an" : "a";
    if (request->chat.len)
        return; /* a body of another API stands for the request */
    for (size_t i = 0; (missing | extra) >> i && i < BLOCK_MEMBERS_LEN; i++)
        if (missing >> i & 1)
            request_fault(request, block->at, "%s: %s %.*s block has no %.*s", reading->path,
                          article, STR_ARGS(block->type.raw), STR_ARGS(member_names[i]));
        else if (extra >> i & 1)
            request_fault(request, base + block->members_at[i], "%s: %s %.*s block takes no %.*s",
                          reading->path, article, STR_ARGS(block->type.raw),
                          STR_ARGS(member_names[i]));
    if (block->odd.raw.ptr)
        request_json_stray(reading->arena, request, "a content block", block->odd, member_names,
                           BLOCK_MEMBERS_LEN);
}
