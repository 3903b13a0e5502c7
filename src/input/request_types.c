/* Content blocks of types that are not known, and members that they lack or should not have. */
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

void request_refuse_block(const struct block_reading *reading, const struct block *block,
                          const struct str *names, size_t len)
{
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

/* All that a type of content block has: the vendor's OpenAPI description (2026-08), beta ones
 * included, and what changes tools within a conversation. */
static const struct {
    struct str name;
    unsigned member; /* enum block_member, or 0 */
} block_members[] = {
    { STR_INIT("cache_control"), 0 },
    { STR_INIT("caller"), 0 },
    { STR_INIT("citations"), 0 },
    { STR_INIT("content"), BLOCK_MEMBER_CONTENT },
    { STR_INIT("context"), 0 },
    { STR_INIT("data"), BLOCK_MEMBER_DATA },
    { STR_INIT("encrypted_content"), 0 },
    { STR_INIT("file_id"), BLOCK_MEMBER_FILE_ID },
    { STR_INIT("id"), BLOCK_MEMBER_ID },
    { STR_INIT("input"), 0 },
    { STR_INIT("is_error"), 0 },
    { STR_INIT("name"), BLOCK_MEMBER_NAME },
    { STR_INIT("server_name"), 0 },
    { STR_INIT("signature"), BLOCK_MEMBER_SIGNATURE },
    { STR_INIT("source"), BLOCK_MEMBER_SOURCE },
    { STR_INIT("text"), 0 },
    { STR_INIT("thinking"), 0 },
    { STR_INIT("title"), BLOCK_MEMBER_TITLE },
    { STR_INIT("tool"), 0 },
    { STR_INIT("tool_name"), BLOCK_MEMBER_TOOL_NAME },
    { STR_INIT("tool_use_id"), BLOCK_MEMBER_TOOL_USE_ID },
    { STR_INIT("transformations"), 0 }, /* build-with-claude/vision-coordinates, 2026 */
    { STR_INIT("type"), 0 },
};

enum { BLOCK_MEMBERS_LEN = sizeof block_members / sizeof block_members[0] };

void request_note_member(struct block *block, struct json_text key)
{
    if (json_text_is(key, STR("type")) || json_text_is(key, STR("text")))
        return; /* most of them */
    for (size_t i = 0; i < BLOCK_MEMBERS_LEN; i++)
        if (json_text_is(key, block_members[i].name)) {
            block->members |= block_members[i].member;
            return;
        }
    if (!block->odd.raw.ptr)
        block->odd = key;
}

void request_check_members(const struct block_reading *reading, const struct block *block,
                           unsigned required)
{
    struct request *request = reading->request;
    struct str names[BLOCK_MEMBERS_LEN];
    const unsigned missing = required & ~block->members;
    if (!missing && !block->odd.raw.ptr)
        return;
    for (size_t i = 0; i < BLOCK_MEMBERS_LEN; i++) {
        names[i] = block_members[i].name;
        if (missing & block_members[i].member && !request->chat.len)
            request_fault(request, block->at, "%s: a %.*s block has no %.*s", reading->path,
                          STR_ARGS(block->type.raw), STR_ARGS(names[i]));
    }
    if (block->odd.raw.ptr)
        request_json_stray(reading->arena, request, "a content block", block->odd, names,
                           BLOCK_MEMBERS_LEN);
}
