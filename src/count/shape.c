#include "count/shape.h"

static const struct {
    unsigned group;
    struct str text;
} words[] = {
#define SHAPE_ROW(id, group, text) { group, STR_INIT(text) },
    SHAPE_WORDS(SHAPE_ROW)
#undef SHAPE_ROW
};

static uint64_t bit(int word)
{
    return (uint64_t)1 << word;
}

/* The word for a number, of three that follow each other: 1, 2-3, over 3. */
static uint64_t bit_of_number(enum shape_word first, size_t number)
{
    return number ? bit((int)first + (number > 1) + (number > 3)) : 0;
}

static uint64_t words_of_part(const struct part *part)
{
    static const uint64_t words_of_kind[] = {
        [PART_API_TOOL] = (uint64_t)1 << SHAPE_API_TOOLS,
        [PART_DOCUMENT] = (uint64_t)1 << SHAPE_DOCUMENTS,
        [PART_SCHEMA] = (uint64_t)1 << SHAPE_SCHEMA,
        [PART_THINKING] = (uint64_t)1 << SHAPE_THOUGHTS,
        [PART_TOOL_REFERENCE] = (uint64_t)1 << SHAPE_REFERENCES,
        [PART_TOOL_RESULT] = (uint64_t)1 << SHAPE_RESULTS,
        [PART_TOOL_USE] = (uint64_t)1 << SHAPE_CALLS,
        [PART_UNCOUNTABLE] = 0,
    };
    const bool is_media = part->kind == PART_IMAGE || part->kind == PART_DOCUMENT;
    return words_of_kind[part->kind] | (uint64_t)part->is_error << SHAPE_RESULT_ERRORS |
           (uint64_t)(is_media && part->in_result) << SHAPE_RESULT_MEDIA |
           (uint64_t)part->is_deferred << SHAPE_DEFERRED |
           (uint64_t)part->is_search << SHAPE_TOOL_SEARCH |
           (uint64_t)part->has_examples << SHAPE_EXAMPLES;
}

static uint64_t words_of_tools(const struct request *request)
{
    static const enum shape_word first[] = {
        [TOOL_CHOICE_ANY] = SHAPE_TOOLS_ANY_1,
        [TOOL_CHOICE_AUTO] = SHAPE_TOOLS_AUTO_1,
        [TOOL_CHOICE_TOOL] = SHAPE_TOOLS_TOOL_1,
    };
    return bit_of_number(first[request->tool_choice], request->tools_len) |
           (uint64_t)request->no_parallel_tools << SHAPE_NO_PARALLEL;
}

struct shape shape_of(const struct request *request)
{
    static const uint64_t thinking[] = {
        [THINKING_ADAPTIVE] = (uint64_t)1 << SHAPE_THINKING_ADAPTIVE,
        [THINKING_BETWEEN_TOOLS] = (uint64_t)1 << SHAPE_THINKING_ADAPTIVE,
        [THINKING_DISABLED] = (uint64_t)1 << SHAPE_THINKING_OFF,
        [THINKING_ENABLED] = (uint64_t)1 << SHAPE_THINKING_ON,
    };
    size_t images_len = 0;
    struct shape shape = { bit_of_number(SHAPE_TURNS_1,
                                         request->messages_len ? request->messages_len : 1) };
    shape.words |= (uint64_t)request->has_system << SHAPE_SYSTEM |
                   (uint64_t)request->has_citations << SHAPE_CITATIONS |
                   thinking[request->thinking] | words_of_tools(request);
    for (size_t i = 0; i < request->parts.len; i++) {
        const struct part *part = &request->parts.items[i];
        shape.words |= words_of_part(part) | (uint64_t)(part->kind == PART_SYSTEM) << SHAPE_SYSTEM;
        images_len += part->kind == PART_IMAGE;
    }
    shape.words |= bit_of_number(SHAPE_IMAGES_1, images_len);
    return shape;
}

struct str shape_text(struct arena *arena, struct shape shape)
{
    struct buf text = { .arena = arena };
    for (int i = 0; i < SHAPE_WORDS_LEN; i++)
        if (shape.words & bit(i))
            buf_format(&text, "%s%.*s", text.len ? "+" : "", STR_ARGS(words[i].text));
    return buf_str(&text);
}

bool shape_parse(struct str text, struct shape *shape)
{
    struct str word, rest = text;
    unsigned groups = 0;
    int at = 0;
    *shape = (struct shape){ 0 };
    for (bool goes_on = true; goes_on; at++) {
        goes_on = str_cut(rest, '+', &word, &rest);
        while (at < SHAPE_WORDS_LEN && !str_equal(words[at].text, word))
            at++;
        if (at == SHAPE_WORDS_LEN)
            return false;
        const unsigned group = words[at].group ? 1U << words[at].group : 0;
        if (groups & group)
            return false;
        groups |= group;
        shape->words |= bit(at);
    }
    return groups & 1U << words[SHAPE_TURNS_1].group;
}
