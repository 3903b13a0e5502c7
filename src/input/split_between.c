/* What stands between JSON lines though nothing may: commas and brackets of a list that somebody
 * took apart, and whole lists. */
#include <stdio.h>
#include <string.h>

#include "input/split_list.h"

enum { SAID_MAX = 8 };

size_t split_stray_len(struct str text, bool is_whole)
{
    size_t len = 0;
    bool has_bracket = false;
    if (!text.len || !text.ptr[0] || !strchr(",]", text.ptr[0]))
        return 0;
    for (; len < text.len && len < SPLIT_STRAY_MAX; len++) {
        const char c = text.ptr[len];
        has_bracket |= c == ']';
        if (c == '\n' || c == '\x1E' || c == '{' || c == '[')
            return len;
        if (!strchr(", \t\r]}", c) || !c || (c == '}' && !has_bracket))
            return 0;
    }
    return len == text.len && is_whole ? len : 0;
}

/* Says it at its place, or counts it. */
static enum split_step say(const struct splitting *splitting, struct stray_tally *tally,
                           const char *remark, bool is_fault, struct entry *entry)
{
    *entry = (struct entry){
        .offset = splitting->stream.offset,
        .start = splitting->stream.place,
        .index = splitting->index,
        .remark = remark,
        .is_fault = is_fault,
    };
    if (++tally->len == SAID_MAX + 1)
        tally->unsaid = entry->start;
    return tally->len > SAID_MAX ? STEP_ON : STEP_ENTRY;
}

static size_t skip_spaces(struct str text, size_t at)
{
    while (at < text.len && split_is_space(text.ptr[at]))
        at++;
    return at;
}

/* The state in which a list of objects is entered that begins there; else that of lines. A body is
 * known by its first member. */
static enum split_state choose_list(struct str text)
{
    static const struct str name = STR_INIT("\"requests\"");
    const size_t inner = skip_spaces(text, 1);
    const struct str rest = str_slice(text, inner, text.len);
    if (text.ptr[0] == '[')
        return rest.len && rest.ptr[0] == '{' ? SPLIT_ARRAY : SPLIT_LINES;
    if (!str_starts(rest, name))
        return SPLIT_LINES;
    const size_t colon = skip_spaces(rest, name.len);
    const size_t value = skip_spaces(rest, colon + 1);
    const bool is_list = value < rest.len && rest.ptr[colon] == ':' && rest.ptr[value] == '[';
    return is_list ? SPLIT_BODY : SPLIT_LINES;
}

static enum split_step enter_list(struct splitting *splitting, enum split_state state,
                                  struct entry *entry)
{
    splitting->state = (int)state;
    splitting->is_among_lines = true;
    splitting->is_array = false;
    splitting->members_len = 0;
    return say(splitting, &splitting->lists,
               "a list among JSON lines: what is in it is read as if each had a line of its own",
               false, entry);
}

enum split_step split_between(struct splitting *splitting, struct entry *entry, struct error *err)
{
    struct stream *stream = &splitting->stream;
    const char first = stream_window(stream).ptr[0];
    if (first == '{' || first == '[') {
        if (!stream_fill(stream, SPLIT_BEGINNING_BYTES, err))
            return STEP_ERROR;
        const enum split_state state = choose_list(stream_window(stream));
        return state == SPLIT_LINES ? STEP_END : enter_list(splitting, state, entry);
    }
    if (first != ',' && first != ']')
        return STEP_END;
    if (!stream_fill(stream, SPLIT_STRAY_MAX + 1, err))
        return STEP_ERROR;
    splitting->pending = split_stray_len(stream_window(stream), stream->at_eof);
    if (!splitting->pending)
        return STEP_END;
    return first == ','
               ? say(splitting, &splitting->commas,
                     splitting->index ? "not valid JSON lines: a comma behind the object, which is "
                                        "read all the same"
                                      : "not valid JSON lines: a comma before the first object, "
                                        "which is read all the same",
                     true, entry)
               : say(splitting, &splitting->brackets,
                     "not valid JSON lines: a bracket that nothing has opened", true, entry);
}

bool split_owed(struct splitting *splitting, struct entry *entry)
{
    const struct {
        struct stray_tally *tally;
        const char *format;
        bool is_fault;
    } owed[] = {
        { &splitting->commas,
          "not valid JSON lines: commas behind %zu more objects, from here to the end", true },
        { &splitting->brackets,
          "not valid JSON lines: %zu more brackets that nothing has opened, from here to the end",
          true },
        { &splitting->lists, "%zu more lists among JSON lines, from here to the end", false },
    };
    for (size_t i = 0; i < sizeof owed / sizeof owed[0]; i++) {
        struct stray_tally *tally = owed[i].tally;
        if (tally->len <= SAID_MAX)
            continue;
        snprintf(splitting->owed, sizeof splitting->owed, owed[i].format, tally->len - SAID_MAX);
        *entry = (struct entry){
            .offset = splitting->stream.offset,
            .start = tally->unsaid,
            .index = splitting->index,
            .remark = splitting->owed,
            .is_fault = owed[i].is_fault,
        };
        tally->len = 0;
        return true;
    }
    return false;
}
