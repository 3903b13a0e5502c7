/* Calls, results, images and documents. */
#include "base/list.h"
#include "count/offline/edits.h"
#include "count/offline/prompt.h"
#include "json/dump.h"
#include "json/walk.h"

#define NAMESPACE                                                                                  \
    "ant"                                                                                          \
    "ml:"

/* The walk is before the value. */
static void put_argument(struct prompt *prompt, struct json_walk *walk, struct json_text name)
{
    struct json_text text;
    struct str value;
    if (json_text(walk, &text)) {
        value = json_decode(text, prompt->arena);
    } else {
        json_skip(walk, &value);
        prompt->json->len = 0;
        json_dump(prompt->json, value, (struct json_dump_style){ 0 });
        value = buf_str(prompt->json);
    }
    prompt_put(prompt, STR("\n<" NAMESPACE "parameter name=\""));
    prompt_put(prompt, json_decode(name, prompt->arena));
    prompt_put(prompt, STR("\">"));
    prompt_put(prompt, value);
    prompt_put(prompt, STR("</" NAMESPACE "parameter>"));
}

/* One with half of a surrogate pair in it is a fault of the request, and not shown. */
static void put_arguments(struct prompt *prompt, struct str input)
{
    struct json_walk walk;
    struct json_text name = { 0 }; /* of an element none */
    json_walk_init(&walk, input, prompt->arena);
    walk.is_checked = true;
    if (!json_finish(&walk) || walk.lone_surrogate_at != JSON_NOWHERE)
        return;
    json_walk_init(&walk, input, prompt->arena);
    walk.is_checked = true;
    if (json_object(&walk))
        while (json_member(&walk, &name))
            put_argument(prompt, &walk, name);
    else if (json_array(&walk))
        while (json_element(&walk))
            put_argument(prompt, &walk, name);
}

static void put_call(struct prompt *prompt, const struct part *call, bool is_cleared)
{
    prompt_put(prompt, STR("<" NAMESPACE "invoke name=\""));
    prompt_put(prompt, call->name);
    prompt_put(prompt, STR("\">"));
    if (!is_cleared)
        put_arguments(prompt, call->text);
    prompt_put(prompt, STR("\n</" NAMESPACE "invoke>"));
}

void prompt_write_calls(struct prompt *prompt, size_t from, size_t to)
{
    bool has_call = false;
    for (size_t i = from; i < to; i++) {
        const struct part *part = &prompt->request->parts.items[i];
        if (part->kind != PART_TOOL_USE)
            continue;
        if (has_call)
            prompt_put(prompt, STR("\n"));
        put_call(prompt, part, edits_clear_input(prompt, i));
        has_call = true;
    }
}

void prompt_write_image(struct prompt *prompt, const struct part *part)
{
    const int64_t most = media_tokens_max(prompt->tier);
    prompt_cut(prompt, TERM_IMAGE, 1);
    if (part->image) {
        prompt->tokens += media_tokens(part->image->width_px, part->image->height_px, prompt->tier);
        return;
    }
    prompt->tokens += 1; /* its size is not known: a patch, or all that a model takes */
    prompt->more += most - 1;
}

/* There is at least one. Where changes were appended, old pages may be among those that are seen.
 * All recorded files that are given by id are PDFs, but one may as well be a short text: certain is
 * only what a document of text costs without its text. */
static void write_pages(struct prompt *prompt, const struct part *document, const struct part *pdf)
{
    const struct term *page = &prompt->profile->terms[TERM_PDF_PAGE];
    const struct term *text = &prompt->profile->terms[TERM_DOCUMENT];
    const struct media_pdf unknown = { 0 };
    const struct media_pdf *known = pdf->kind == PART_PDF && pdf->pdf ? pdf->pdf : &unknown;
    const int64_t sure = known->pages ? known->pages : 1;
    const int64_t seen = known->pages ? 0 : known->pages_seen;
    const int64_t pages = seen > sure ? seen : sure;
    prompt_cut(prompt, TERM_PDF_PAGE, pages);
    prompt->less += (pages - sure) * (page->tokens - page->less);
    prompt->doubtful += (pages - sure) * page->tokens;
    if (document->may_be_text)
        prompt->less += page->tokens - page->less - (text->tokens - text->less);
}

size_t prompt_write_document(struct prompt *prompt, size_t index, size_t to)
{
    const struct part *document = &prompt->request->parts.items[index];
    const struct part pdf = { .kind = PART_PDF, .text = STR("a PDF") };
    if (!document->is_pdf)
        prompt_cut(prompt, TERM_DOCUMENT, 1);
    for (index++; index < to; index++) {
        const struct part *part = &prompt->request->parts.items[index];
        if (!part->in_document)
            break;
        if (part->kind == PART_TEXT)
            prompt_put(prompt, part->text);
        else if (part->kind == PART_IMAGE)
            prompt_write_image(prompt, part);
        else
            prompt_bound(prompt, part->kind == PART_PDF ? &pdf : part);
        if (document->is_pdf)
            write_pages(prompt, document, part);
        prompt_part_done(prompt, index);
    }
    prompt_flush(prompt);
    prompt_add_text(prompt, document->text);
    return index;
}

/* What is in a result: how much of it is text, and whether anything else but references and
 * documents. */
struct result {
    size_t from, to;
    int64_t texts;
    bool has_others;
};

static struct result look_at(const struct prompt *prompt, size_t from, size_t to)
{
    struct result result = { .from = from, .to = from };
    for (; result.to < to && prompt->request->parts.items[result.to].in_result; result.to++) {
        const struct part *part = &prompt->request->parts.items[result.to];
        if (part->in_document || part->kind == PART_TOOL_REFERENCE || part->kind == PART_DOCUMENT)
            continue;
        if (part->kind == PART_TEXT)
            result.texts++;
        else
            result.has_others = true;
    }
    return result;
}

static void write_in_result(struct prompt *prompt, const struct part *part, bool after_image)
{
    switch (part->kind) {
    case PART_TEXT:
        if (after_image)
            prompt_add_term(prompt, TERM_IMAGE_FIRST, 1);
        prompt_put(prompt, part->text);
        break;
    case PART_IMAGE:
        prompt_write_image(prompt, part);
        prompt_add_term(prompt, TERM_RESULT_IMAGE, 1);
        break;
    case PART_TOOL_REFERENCE:
        *LIST_PUSH_MANY(&prompt->references) = part->name;
        prompt_add_term(prompt, TERM_RESULT_REFERENCE, 1);
        break;
    default:
        prompt_bound(prompt, part);
    }
}

static void write_result(struct prompt *prompt, const struct part *start,
                         const struct result *result)
{
    const struct part *parts = prompt->request->parts.items;
    for (size_t i = result->from; i < result->to;) {
        if (parts[i].kind == PART_DOCUMENT) {
            prompt_add_term(prompt, TERM_RESULT_DOCUMENT, 1);
            i = prompt_write_document(prompt, i, result->to);
            continue;
        }
        write_in_result(prompt, &parts[i], i > result->from && parts[i - 1].kind == PART_IMAGE);
        prompt_part_done(prompt, i++);
    }
    if (result->has_others)
        prompt_add_term(prompt, TERM_RESULT_MIXED_TEXT, result->texts);
    if (start->is_error)
        prompt_add_term(prompt, TERM_RESULT_ERROR, 1);
    prompt_part_done(prompt, (size_t)(start - parts));
}

const struct prompt_name *prompt_call_of(struct prompt *prompt, size_t before, struct str id)
{
    if (!prompt->has_calls)
        prompt->calls = prompt_names_of(prompt, PART_TOOL_USE);
    prompt->has_calls = true;
    return prompt_names_find(&prompt->calls, id, before);
}

/* The name of the tool whose call has the id, in the messages before. */
static struct str called_name(struct prompt *prompt, size_t before, struct str id)
{
    const struct prompt_name *call = prompt_call_of(prompt, before, id);
    return call ? prompt->request->parts.items[call->index].name : (struct str){ 0 };
}

static size_t count_results(const struct prompt *prompt, size_t from, size_t to)
{
    size_t len = 0;
    for (size_t i = from; i < to; i++)
        len += prompt->request->parts.items[i].kind == PART_TOOL_RESULT;
    return len;
}

static void put_named_result(struct prompt *prompt, const struct part *start, size_t index,
                             const struct result *result)
{
    prompt_put(prompt, STR("<result>\n<name>"));
    prompt_put(prompt, called_name(prompt, index, start->id));
    prompt_put(prompt, STR("</name>\n<output>"));
    write_result(prompt, start, result);
    prompt_put(prompt, STR("</output>\n</result>\n"));
}

void prompt_write_results(struct prompt *prompt, size_t from, size_t to)
{
    const bool are_words = prompt->profile->turns_are_words;
    const size_t len = count_results(prompt, from, to);
    const enum profile_term term = len == 1 ? TERM_RESULT : TERM_RESULTS;
    if (are_words)
        prompt_put(prompt, STR("<function_results>\n"));
    else
        prompt_cut(prompt, term, 1);
    prompt_add_term(prompt, TERM_RESULT_MORE, (int64_t)len - 1);
    for (size_t i = from; i < to; i++) {
        const struct part *start = &prompt->request->parts.items[i];
        if (start->kind != PART_TOOL_RESULT)
            continue;
        const struct result result =
            look_at(prompt, i + 1, edits_clear_result(prompt, i) ? i + 1 : to);
        if (are_words && len > 1)
            put_named_result(prompt, start, i, &result);
        else
            write_result(prompt, start, &result);
        if (!are_words)
            prompt_flush(prompt);
    }
    if (are_words) {
        prompt_put(prompt, STR("</function_results>"));
        prompt_cut(prompt, term, 1);
    }
}
