/* Tool definitions, and what comes with them. */
#include <stdlib.h>

#include "count/offline/api_tools.h"
#include "count/offline/prompt.h"
#include "json/dump.h"
#include "json/walk.h"

/* The members of a definition that the prompt shows, as they stand there; empty: none. */
struct definition {
    struct str description, examples, name, schema;
};

static struct definition definition_of(const struct prompt *prompt, struct str tool)
{
    struct definition definition = { 0 };
    struct json_walk walk;
    struct json_text key;
    json_walk_init(&walk, tool, prompt->arena);
    walk.is_checked = true;
    if (!json_object(&walk))
        return definition;
    while (json_member(&walk, &key)) {
        if (json_text_is(key, STR("description")))
            json_skip(&walk, &definition.description);
        else if (json_text_is(key, STR("input_examples")))
            json_skip(&walk, &definition.examples);
        else if (json_text_is(key, STR("input_schema")))
            json_skip(&walk, &definition.schema);
        else if (json_text_is(key, STR("name")))
            json_skip(&walk, &definition.name);
    }
    return definition;
}

/* A tool as the prompt shows it: an object of its own, all keys sorted. Until the next one. */
static struct str tool_line(struct prompt *prompt, const struct definition *tool, bool is_escaped)
{
    const struct json_dump_style style = { .sorts_keys = true, .escapes_high = is_escaped };
    struct buf *line = prompt->json;
    line->len = 0;
    buf_add(line, STR("<function>{"));
    if (tool->description.len && !str_equal(tool->description, STR("\"\"")) &&
        !str_equal(tool->description, STR("null"))) {
        buf_add(line, STR("\"description\": "));
        json_dump(line, tool->description, style);
        buf_add(line, STR(", "));
    }
    if (tool->name.len) {
        buf_add(line, STR("\"name\": "));
        json_dump(line, tool->name, style);
        buf_add(line, STR(", "));
    }
    buf_add(line, STR("\"parameters\": "));
    if (tool->schema.len)
        json_dump(line, tool->schema, style);
    else
        buf_add(line, STR("null"));
    buf_add(line, STR("}</function>\n"));
    return buf_str(line);
}

static bool is_ascii(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80)
            return false;
    return true;
}

/* Whether models that keep UTF-8 elsewhere keep it in tools is known of one generation only. */
static void allow_for_escapes(struct prompt *prompt, const struct definition *tool, struct str line)
{
    struct tokenizer *tokenizer = prompt->texts.tokenizer;
    const struct text_edges inside = { .tail = TEXT_TAIL_INSIDE };
    if (prompt->profile->tools_escaped || !tokenizer || is_ascii(line))
        return;
    const int64_t plain = tokenizer_count(tokenizer, line, inside);
    const int64_t more = tokenizer_count(tokenizer, tool_line(prompt, tool, true), inside) - plain;
    prompt->more += more > 0 ? more : 0;
}

static void write_examples(struct prompt *prompt, struct str examples)
{
    const struct json_dump_style style = { .escapes_high = true };
    struct json_walk walk;
    struct str example;
    prompt_add_term(prompt, TERM_INPUT_EXAMPLES, 1);
    json_walk_init(&walk, examples, prompt->arena);
    walk.is_checked = true;
    json_array(&walk);
    while (json_element(&walk) && json_skip(&walk, &example)) {
        prompt->json->len = 0;
        json_dump(prompt->json, example, style);
        prompt_add_text(prompt, buf_str(prompt->json));
    }
}

/* Whether half of a surrogate pair is in it, or it is no object: the request has that fault. */
static bool is_faulty(const struct prompt *prompt, struct str tool)
{
    struct json_walk walk;
    json_walk_init(&walk, tool, prompt->arena);
    walk.is_checked = true;
    return !json_finish(&walk) || walk.lone_surrogate_at != JSON_NOWHERE;
}

static void write_new_tool(struct prompt *prompt, const struct part *part)
{
    if (is_faulty(prompt, part->text)) {
        prompt_add_text(prompt, part->text);
        return;
    }
    const struct definition tool = definition_of(prompt, part->text);
    const struct str line = tool_line(prompt, &tool, prompt->profile->tools_escaped);
    prompt_add_text(prompt, line);
    allow_for_escapes(prompt, &tool, line);
    if (part->has_examples)
        write_examples(prompt, tool.examples);
}

static void write_tool(struct prompt *prompt, const struct part *part)
{
    struct known_tools *known = prompt->known_tools;
    const struct tool_cost *cost =
        known ? known_tools_find(known, prompt->profile, part->text) : NULL;
    const struct tool_cost before = { prompt->texts.tokens, prompt->tokens, prompt->less,
                                      prompt->more };
    if (!cost) {
        write_new_tool(prompt, part);
        const struct tool_cost added = {
            prompt->texts.tokens - before.text_tokens,
            prompt->tokens - before.tokens,
            prompt->less - before.less,
            prompt->more - before.more,
        };
        if (known)
            known_tools_keep(known, prompt->profile, part->text, &added);
        return;
    }
    prompt->texts.tokens += cost->text_tokens;
    prompt->tokens += cost->tokens;
    prompt->less += cost->less;
    prompt->more += cost->more;
}

static struct count_share tool_share(const struct part *part)
{
    return (struct count_share){
        .kind = COUNT_SHARE_TOOL, .index = part->block, .name = part->name, .at = part->at
    };
}

/* Of a tool that the API defines. One that is altered by what its definition says may cost nothing,
 * or more than any figure. */
static void write_api_tool(struct prompt *prompt, const struct part *part)
{
    enum profile_term term;
    if (!api_tool_term(part->id, &term))
        return;
    const struct term *known = &prompt->profile->terms[term];
    prompt_add_term(prompt, term, 1);
    if (part->is_altered) {
        prompt->less += known->tokens - known->less;
        prompt->doubtful += known->tokens;
    }
}

static bool is_tool(const struct part *part)
{
    return part->kind == PART_TOOL || part->kind == PART_API_TOOL || part->is_search;
}

/* Returns how many tools are deferred. */
static size_t write_definitions(struct prompt *prompt)
{
    const struct parts *parts = &prompt->request->parts;
    size_t deferred = 0;
    for (size_t i = 0; i < parts->len; i++) {
        const struct part *part = &parts->items[i];
        if (is_tool(part))
            prompt_own(prompt, tool_share(part));
        if (part->kind == PART_TOOL && part->is_deferred)
            deferred++;
        else if (part->kind == PART_TOOL)
            write_tool(prompt, part);
        else if (part->kind == PART_API_TOOL)
            write_api_tool(prompt, part);
        else if (part->is_search)
            prompt_add_term(prompt, TERM_TOOL_SEARCH, 1);
        if (is_tool(part) || part->kind == PART_UNCOUNTABLE)
            prompt_part_done(prompt, i);
    }
    prompt_own(prompt, (struct count_share){ .kind = COUNT_SHARE_FRAME });
    return deferred;
}

void prompt_write_tools(struct prompt *prompt)
{
    const struct request *request = prompt->request;
    if (!request->tools_len)
        return;
    const bool is_forced = request->tool_choice != TOOL_CHOICE_AUTO;
    prompt_add_term(prompt, is_forced ? TERM_TOOLS_FORCED : TERM_TOOLS_AUTO, 1);
    if (request->tool_choice == TOOL_CHOICE_TOOL) {
        prompt_add_term(prompt, TERM_FORCED_NAME, 1);
        prompt_add_text(prompt,
                        str_format(prompt->arena, "=\"%.*s", STR_ARGS(request->tool_choice_name)));
    }
    if (request->no_parallel_tools)
        prompt_add_term(prompt, is_forced ? TERM_NO_PARALLEL_FORCED : TERM_NO_PARALLEL_AUTO, 1);
    if (write_definitions(prompt))
        prompt_add_term(prompt, TERM_DEFERRED, 1);
}

/* Tokens and features of what was written since before, so many times more. */
static void repeat(struct prompt *prompt, const struct prompt *before, int64_t times)
{
    prompt->tokens += times * (prompt->tokens - before->tokens);
    prompt->less += times * (prompt->less - before->less);
    prompt->more += times * (prompt->more - before->more);
    prompt->texts.tokens += times * (prompt->texts.tokens - before->texts.tokens);
    for (int i = 0; i < ESTIMATE_FEATURES_LEN; i++)
        prompt->texts.features.n[i] +=
            times * (prompt->texts.features.n[i] - before->texts.features.n[i]);
}

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* Each reference costs the definition again; however many there are, each tool is written once. */
static void write_referred(struct prompt *prompt)
{
    const struct strs *references = &prompt->references;
    const struct prompt_names tools = prompt_names_of(prompt, PART_TOOL);
    for (size_t i = 0, to; i < references->len; i = to) {
        const struct str name = references->items[i];
        for (to = i + 1; to < references->len && str_equal(references->items[to], name);)
            to++;
        const struct prompt_name *tool = prompt_names_find(&tools, name, SIZE_MAX);
        if (!tool)
            continue;
        const struct part *part = &prompt->request->parts.items[tool->index];
        prompt_own(prompt, tool_share(part));
        const struct prompt before = *prompt;
        write_tool(prompt, part);
        repeat(prompt, &before, (int64_t)(to - i) - 1);
    }
}

/* A deferred tool that nothing refers to is not in the prompt: so it is in 16 recordings of six
 * models, all of them of one repository. No document says so: the band is up to what it would cost
 * were it there. */
static void allow_for_loading(struct prompt *prompt, const struct part *part)
{
    struct prompt loaded = *prompt;
    loaded.tokens = loaded.more = 0;
    loaded.texts = (struct texts){ .tokenizer = prompt->texts.tokenizer,
                                   .generation = prompt->texts.generation };
    write_tool(&loaded, part);
    prompt->more += loaded.tokens + loaded.more + texts_estimate(&loaded.texts).high;
}

/* names are sorted */
static bool is_among(const struct strs *names, struct str name)
{
    return names->len && bsearch(&name, names->items, names->len, sizeof name, by_text);
}

void prompt_write_references(struct prompt *prompt)
{
    const struct parts *parts = &prompt->request->parts;
    struct strs *references = &prompt->references;
    if (references->len) {
        qsort(references->items, references->len, sizeof *references->items, by_text);
        write_referred(prompt);
    }
    for (size_t i = 0; i < parts->len; i++) {
        const struct part *part = &parts->items[i];
        if (part->kind == PART_TOOL && part->is_deferred && !is_among(references, part->name))
            allow_for_loading(prompt, part);
    }
}
