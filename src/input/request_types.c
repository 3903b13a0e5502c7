/* Content blocks of types that are not known. */
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
