#ifndef TOKGATE_TESTS_RANDOM_REQUEST_H
#define TOKGATE_TESTS_RANDOM_REQUEST_H

/* Requests as readers make them, with every kind of part there is, from a seed. */
#include "input/request.h"

static inline unsigned next_random(unsigned *state, unsigned below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

static inline struct str random_text(struct arena *into, unsigned *state, unsigned len_max)
{
    static const char *const pieces[] = {
        "word",
        "the",
        "Anthropic",
        "camelCase",
        "ALLCAPS",
        " ",
        " ",
        " ",
        "\n",
        "\n\n",
        "\t",
        "    ",
        "1",
        "2026",
        ".",
        ",",
        "{}",
        "---",
        "==",
        "\xC3\xA9",
        "\xC3\x9F",
        "\xE4\xBD\xA0",
        "\xF0\x9F\x98\x80",
        "\xD0\x9F",
        "\xE0\xA4\x95",
        "\xFF",
        "\xE2\x82",
        "\x01",
        "x",
        "Q",
        "pneumonoultramicroscopicsilicovolcanoconiosis",
    };
    struct buf text = { .arena = into };
    for (unsigned len = next_random(state, len_max + 1); len; len--)
        buf_add(&text, str_from_c(pieces[next_random(state, sizeof pieces / sizeof pieces[0])]));
    return buf_str(&text);
}

/* One of the texts in a table. */
#define ANY_OF(table, state) str_from_c(table[next_random(state, sizeof table / sizeof *table)])

static const char *const call_ids[] = { "toolu_1", "toolu_2", "toolu_3" };
static const char *const tool_names[] = { "search", "get_weather", "" };

static inline void add_tool(struct request *request, unsigned *state)
{
    static const char *const tools[] = {
        "{\"name\":\"search\",\"input_schema\":{\"type\":\"object\"}}",
        "{\"name\":\"get_weather\",\"input_schema\":{\"z\":[1.50,-0,1e400],\"a\":\"\xC3\xA9\"}}",
        "{\"name\":\"\",\"input_schema\":{},\"input_examples\":[{\"a\":\"b\"},[]]}",
        "{\"name\":\"broken",
    };
    const unsigned which = next_random(state, 4);
    struct part *part = request_add_part(request, PART_TOOL, str_from_c(tools[which]), 0);
    part->name = str_from_c(which < 3 ? tool_names[which > 1 ? 2 : which] : "");
    part->has_examples = which == 2;
    part->is_deferred = next_random(state, 4) == 0;
    request->tools_len++;
}

/* A tool whose definition the API adds; of the last no figure is known. */
static inline void add_api_tool(struct request *request, unsigned *state)
{
    static const char *const types[] = { "bash_20250124",        "browser_toolset_20260801",
                                         "computer_20251124",    "computer_toolset_20260801",
                                         "memory_20250818",      "text_editor_20250429",
                                         "text_editor_20250728", "bash_20991231" };
    struct part *part = request_add_part(request, PART_API_TOOL, STR("the tool"), 0);
    part->id = ANY_OF(types, state);
    part->is_altered = next_random(state, 4) == 0;
    request->tools_len++;
}

/* What stands before or after the messages. */
static inline void add_other(struct request *request, struct arena *into, unsigned *state)
{
    static const char *const schemas[] = { "{\"type\":\"object\",\"b\":[],\"a\":[{}]}", "{", "" };
    switch (next_random(state, 7)) {
    case 0:
        add_tool(request, state);
        break;
    case 1:
        request_add_part(request, PART_SCHEMA, ANY_OF(schemas, state), 0);
        break;
    case 2:
        request_add_part(request, PART_OPAQUE, STR("a tool"), 0)->is_search = true;
        request->tools_len++;
        break;
    case 3:
        request_add_part(request, PART_UNCOUNTABLE, STR("an MCP server"), 0);
        break;
    case 4:
        add_api_tool(request, state);
        break;
    default:
        request_add_part(request, PART_SYSTEM, random_text(into, state, 20), 0);
        request->has_system = true;
    }
}

static inline void add_image(struct request *request, struct arena *into, unsigned *state)
{
    struct part *part = request_add_part(request, PART_IMAGE, (struct str){ 0 }, 0);
    const int64_t width_px = next_random(state, 3) * 1000; /* 0: not known */
    if (!width_px)
        return;
    struct media_image *image = ARENA_NEW(into, struct media_image);
    *image =
        (struct media_image){ .width_px = width_px, .height_px = 1 + next_random(state, 5000) };
    part->image = image;
}

static inline void add_document(struct request *request, struct arena *into, unsigned *state)
{
    struct part *start = request_add_part(request, PART_DOCUMENT, random_text(into, state, 3), 0);
    start->is_pdf = next_random(state, 2);
    const bool is_pdf = start->is_pdf;
    const size_t from = request->parts.len;
    if (is_pdf)
        request_add_part(request, PART_PDF, STR("JVBERi0xLjQKL1R5cGUgL1BhZ2UK"), 0);
    else if (next_random(state, 4))
        request_add_part(request, PART_TEXT, random_text(into, state, 20), 0);
    else
        add_image(request, into, state);
    for (size_t i = from; i < request->parts.len; i++)
        request->parts.items[i].in_document = true;
}

/* A block that a result may hold too. */
static inline void add_block(struct request *request, struct arena *into, unsigned *state)
{
    switch (next_random(state, 5)) {
    case 0:
        add_image(request, into, state);
        break;
    case 1:
        add_document(request, into, state);
        break;
    case 2:
        if (next_random(state, 4) == 0)
            request_add_part(request, PART_OPAQUE, STR("a block"), 0);
        break;
    default:
        request_add_part(request, PART_TEXT, random_text(into, state, 30), 0);
    }
}

static inline void add_result(struct request *request, struct arena *into, unsigned *state)
{
    struct part *start = request_add_part(request, PART_TOOL_RESULT, (struct str){ 0 }, 0);
    start->id = ANY_OF(call_ids, state);
    start->is_error = next_random(state, 4) == 0;
    const size_t from = request->parts.len;
    for (unsigned blocks = next_random(state, 3); blocks; blocks--)
        add_block(request, into, state);
    if (next_random(state, 6) == 0)
        request_add_part(request, PART_TOOL_REFERENCE, (struct str){ 0 }, 0)->name = STR("search");
    for (size_t i = from; i < request->parts.len; i++)
        request->parts.items[i].in_result = true;
}

static inline void add_call(struct request *request, unsigned *state)
{
    static const char *const inputs[] = {
        "{}",
        "{\"q\":\"a\\nb\",\"n\":[1,{\"z\":2.0}]}",
        "[1]",
        "{\"q\":",
    };
    struct part *part = request_add_part(request, PART_TOOL_USE, ANY_OF(inputs, state), 0);
    part->name = ANY_OF(tool_names, state);
    part->id = ANY_OF(call_ids, state);
}

static inline void add_message(struct request *request, struct arena *into, unsigned *state,
                               bool may_think)
{
    request_add_part(request, PART_MESSAGE, (struct str){ 0 }, request->messages_len)->role =
        (enum role)next_random(state, 3);
    size_t from = request->parts.len;
    for (unsigned blocks = next_random(state, 4), block = 0; block < blocks; block++) {
        const unsigned kind = next_random(state, 5);
        if (kind == 0)
            add_result(request, into, state);
        else if (kind == 1)
            add_call(request, state);
        else if (kind == 2 && may_think)
            request_add_part(request, PART_THINKING, random_text(into, state, 10), 0);
        else
            add_block(request, into, state);
        for (; from < request->parts.len; from++)
            request->parts.items[from].block = block;
    }
    request->messages_len++;
    request->messages_to = request->parts.len;
}

static inline void random_request(struct request *request, struct arena *into, unsigned *state)
{
    static const char *const models[] = {
        "claude-opus-4-8", "claude-haiku-4-5", "claude-3-opus-1", "claude-sonnet-5-5", "claude-2.1",
        "claude-opus-4-7", "claude-opus-4-6",  "claude-opus-5",   "claude-sonnet-4",   "",
    };
    *request = (struct request){
        .parts.arena = into,
        .model = ANY_OF(models, state),
        .has_system = next_random(state, 4) == 0,
        .has_citations = next_random(state, 4) == 0,
        .tool_choice = (enum tool_choice)next_random(state, 3),
        .tool_choice_name = ANY_OF(tool_names, state),
        .no_parallel_tools = next_random(state, 4) == 0,
        .thinking = (enum thinking)next_random(state, 4),
        .caches_all = next_random(state, 16) == 0,
    };
    for (unsigned others = next_random(state, 3); others; others--)
        add_other(request, into, state);
    request->messages_from = request->messages_to = request->parts.len;
    for (unsigned messages = next_random(state, 5); messages; messages--)
        add_message(request, into, state, true);
    for (unsigned others = next_random(state, 3); others; others--)
        add_other(request, into, state);
    for (size_t i = 0; i < request->parts.len; i++)
        request->parts.items[i].ends_prefix = next_random(state, 16) == 0;
}

#endif
