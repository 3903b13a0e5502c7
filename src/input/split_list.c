/* Entries in a JSON list: the body {"requests": [...]}, or a bare array. */
#include "input/split_list.h"

#include <string.h>

enum { CHOICE_BYTES = 64 * 1024 };

/* Takes white space off the stream. *c is the next byte, NUL at the end. */
static bool next_byte(struct stream *stream, char *c, struct error *err)
{
    for (;;) {
        struct str window = stream_window(stream);
        size_t spaces = 0;
        while (spaces < window.len && window.ptr[spaces] && strchr(" \t\r\n", window.ptr[spaces]))
            spaces++;
        stream_take(stream, spaces);
        if (spaces < window.len || stream->at_eof) {
            *c = spaces < window.len ? window.ptr[spaces] : '\0';
            return true;
        }
        if (!stream_fill(stream, 1, err))
            return false;
    }
}

static struct entry entry_here(const struct splitting *splitting)
{
    return (struct entry){
        .offset = splitting->stream.offset,
        .start = splitting->stream.place,
        .index = splitting->index,
    };
}

enum split_step split_break(struct splitting *splitting, struct entry *entry, const char *problem)
{
    struct stream *stream = &splitting->stream;
    struct error ignored = { 0 };
    *entry = entry_here(splitting);
    entry->problem = problem;
    splitting->state = splitting->is_among_lines ? STATE_LINES : STATE_STOP;
    if (splitting->is_among_lines) {
        split_skip_line(stream, &entry->size_bytes, &ignored);
        return STEP_ENTRY;
    }
    do
        stream_take(stream, stream_window(stream).len);
    while (!stream->at_eof && stream_fill(stream, 1, &ignored));
    return STEP_ENTRY;
}

enum split_step split_remark(struct splitting *splitting, struct entry *entry, const char *problem,
                             enum split_list_state then)
{
    *entry = entry_here(splitting);
    entry->remark = problem;
    entry->is_fault = true;
    splitting->state = (int)then;
    return STEP_ENTRY;
}

static enum split_step take_entry(struct splitting *splitting, struct entry *entry,
                                  struct error *err)
{
    struct split_value value;
    *entry = entry_here(splitting);
    splitting->index++;
    if (!split_measure(splitting, true, &value, err))
        return STEP_ERROR;
    entry->size_bytes = value.taken + value.len;
    if (entry->size_bytes > ENTRY_BYTES_MAX)
        entry->problem = "larger than 64 MB: not read, as the API takes no request over 32 MB";
    else
        entry->bytes = str_slice(stream_window(&splitting->stream), 0, value.len);
    splitting->pending = value.len;
    splitting->state = value.is_cut    ? STATE_STOP /* parse tells where it was cut */
                       : value.is_open ? STATE_NEXT
                                       : STATE_AFTER;
    return STEP_ENTRY;
}

/* Of several lists one without an entry is said at its place, as it is where there is only one. */
static bool is_empty_one(struct splitting *splitting, struct entry *entry)
{
    if (!splitting->is_glued || splitting->index != splitting->first_index)
        return false;
    *entry = entry_here(splitting);
    entry->start = splitting->list_place;
    entry->problem = "there is no request in this list";
    splitting->first_index = SIZE_MAX; /* said */
    return true;
}

/* Whether an object is all that is left, and it has no end. */
static bool is_cut_entry(const struct stream *stream)
{
    const struct str window = stream_window(stream);
    struct extent extent = { 0 };
    return stream->at_eof && window.ptr[0] == '{' && !extent_find(&extent, window, false);
}

/* Something follows the end: the next of several bodies or arrays, or lines of entries. A tail that
 * is cut off is a fault and no batch. */
static enum split_step begin_next(struct splitting *splitting, struct entry *entry,
                                  struct error *err)
{
    splitting->is_glued = true;
    if (is_empty_one(splitting, entry))
        return STEP_ENTRY;
    if (!stream_fill(&splitting->stream, CHOICE_BYTES, err))
        return STEP_ERROR;
    const enum split_state next = split_choose(stream_window(&splitting->stream));
    const bool is_tail = next == SPLIT_LINES && is_cut_entry(&splitting->stream);
    *entry = entry_here(splitting);
    entry->remark = "more requests after the end of the list: they are checked as a batch of their "
                    "own";
    entry->begins_manifest = true;
    splitting->state = (int)next;
    splitting->is_among_lines = false;
    splitting->members_len = 0;
    splitting->is_array = false;
    splitting->first_index = splitting->index;
    return is_tail ? STEP_ON : STEP_ENTRY;
}

/* Goes on to the next entry, if there is one. */
static enum split_step seek(struct splitting *splitting, struct error *err)
{
    struct stream *stream = &splitting->stream;
    for (;;) {
        stream_take(stream, str_find(stream_window(stream), '{', 0));
        if (!stream_fill(stream, SPLIT_BEGINNING_BYTES, err))
            return STEP_ERROR;
        const struct str window = stream_window(stream);
        const bool is_found = split_begins_entry(window);
        if (is_found || !window.len) {
            splitting->state = is_found ? STATE_NEXT : STATE_STOP;
            return STEP_ON;
        }
        stream_take(stream, window.ptr[0] == '{');
    }
}

/* What may stand in a state, the state after it, and what is wrong with anything else. */
static const struct transition {
    char on;                    /* this byte is taken off and leads on */
    enum split_list_state then; /* to this state */
    char also_on;               /* so does this one, if any */
    enum split_list_state then_also;
    const char *problem;
} transitions[] = {
    [STATE_BODY] = { '{', STATE_MEMBER, 0, 0, "not valid JSON: expected an object" },
    [STATE_ARRAY] = { '[', STATE_FIRST, 0, 0, "not valid JSON: expected an array" },
    [STATE_MEMBER] = { '}', STATE_END, 0, 0,
                       "not valid JSON: expected a member name in double quotes" },
    [STATE_COLON] = { ':', STATE_VALUE, 0, 0, "not valid JSON: expected ':' after a member name" },
    [STATE_VALUE] = { 0, 0, 0, 0, NULL },
    [STATE_FIRST] = { ']', STATE_MORE, 0, 0,
                      "not valid JSON: the text ends inside the list of requests" },
    [STATE_AFTER] = { ',', STATE_NEXT, ']', STATE_MORE,
                      "not valid JSON: expected ',' or ']' between the requests" },
    [STATE_NEXT] = { 0, 0, 0, 0, "not valid JSON: expected a request after the comma" },
    [STATE_LOST] = { 0, 0, 0, 0, NULL },
    [STATE_MORE] = { ',', STATE_MEMBER, '}', STATE_END, "not valid JSON: expected ',' or '}'" },
    [STATE_END] = { 0, 0, 0, 0, "not valid JSON: text after the end of the JSON value" },
    [STATE_STOP] = { 0, 0, 0, 0, NULL },
};

/* Something that may not stand there: what follows is searched for the next entry. */
static enum split_step lose(struct splitting *splitting, struct entry *entry, char c, bool at_end)
{
    const char *problem = transitions[splitting->state].problem;
    const enum split_list_state state = (enum split_list_state)splitting->state;
    enum split_list_state then = splitting->is_among_lines ? STATE_LINES : STATE_LOST;
    if (state == STATE_NEXT && c == ']') /* a comma too many */
        return split_remark(splitting, entry, problem, STATE_AFTER);
    if (at_end || (state == STATE_COLON && then == STATE_LOST) || state == STATE_BODY ||
        state == STATE_ARRAY)
        return split_break(splitting, entry, problem);
    if (state == STATE_FIRST || state == STATE_NEXT)
        problem = "not valid JSON: expected a request";
    else if (state == STATE_AFTER && c == '{' && then == STATE_LOST)
        then = STATE_NEXT;
    return split_remark(splitting, entry, problem, then); /* mostly a bracket too many before */
}

/* In the states whose next byte is not one of two. */
static enum split_step take(struct splitting *splitting, struct entry *entry, char c, bool at_end,
                            struct error *err)
{
    const enum split_list_state state = (enum split_list_state)splitting->state;
    if (at_end && state == STATE_END && is_empty_one(splitting, entry))
        return STEP_ENTRY;
    if (at_end && (state == STATE_END || state == STATE_STOP))
        return STEP_END;
    if (state == STATE_END && (c == '{' || c == '['))
        return begin_next(splitting, entry, err);
    if ((state == STATE_FIRST || state == STATE_NEXT) && c && !strchr("],:}", c))
        return take_entry(splitting, entry, err);
    if (state == STATE_MEMBER && c == '"')
        return split_take_name(splitting, entry, err);
    if (state == STATE_VALUE)
        return split_take_value(splitting, entry, err);
    if (state == STATE_LOST)
        return seek(splitting, err);
    return lose(splitting, entry, c, at_end);
}

enum split_step split_list_on(struct splitting *splitting, struct entry *entry, struct error *err)
{
    const struct transition *here = &transitions[splitting->state];
    char c;
    split_take_pending(splitting);
    if (!next_byte(&splitting->stream, &c, err))
        return STEP_ERROR;
    const bool at_end = !stream_window(&splitting->stream).len;
    if (!c || (c != here->on && c != here->also_on))
        return take(splitting, entry, c, at_end, err);
    if (splitting->state == STATE_ARRAY || splitting->state == STATE_BODY)
        splitting->list_place = splitting->stream.place;
    stream_take(&splitting->stream, 1);
    splitting->is_array |= splitting->state == STATE_ARRAY;
    splitting->state = c == here->on ? (int)here->then : (int)here->then_also;
    if (splitting->state == STATE_MORE && splitting->is_array && c == ']')
        splitting->state = STATE_END;
    if (splitting->state == STATE_END && splitting->is_among_lines)
        splitting->state = STATE_LINES;
    return STEP_ON;
}
