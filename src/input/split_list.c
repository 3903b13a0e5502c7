/* Entries in a JSON list: the body {"requests": [...]}, or a bare array. */
#include "input/split.h"

#include <string.h>

#include "json/scan.h"

/* Where the split is in the skeleton around the entries. */
enum state {
    STATE_BODY = SPLIT_BODY,    /* before the object */
    STATE_ARRAY = SPLIT_ARRAY,  /* before a bare array */
    STATE_MEMBER = SPLIT_LATER, /* before a member, or the end of an empty object */
    STATE_FIRST,                /* after the bracket of requests */
    STATE_AFTER,                /* after an entry */
    STATE_NEXT,                 /* after the comma between entries */
    STATE_MORE,                 /* after a member: a comma or the end of the object */
    STATE_END,                  /* after the object, or the bare array */
};

/* What a state says of the next byte. */
enum step {
    STEP_ON,    /* go on in another state */
    STEP_ENTRY, /* *entry is the next one */
    STEP_END,   /* the source ended where it may */
    STEP_ERROR, /* reading failed */
};

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

/* A fault where the stream is; what follows cannot be understood and is let go. */
static enum step broken(struct splitting *splitting, struct entry *entry, const char *problem)
{
    struct stream *stream = &splitting->stream;
    struct error ignored = { 0 };
    *entry = (struct entry){
        .offset = stream->offset,
        .start = stream->place,
        .index = splitting->index,
        .problem = problem,
    };
    splitting->state = STATE_END;
    do
        stream_take(stream, stream_window(stream).len);
    while (!stream->at_eof && stream_fill(stream, 1, &ignored));
    return STEP_ENTRY;
}

/* A NUL ends nothing: it is part of what parse will call broken. */
static bool ends_scalar(char c)
{
    return c && strchr(",:]} \t\r\n", c);
}

/* Goes on to the end of the value at the front of the window, as far as this window shows it. */
static bool value_find(struct extent *extent, struct str window)
{
    bool has_begun = extent->pos || extent->depth || extent->in_string;
    char first = has_begun ? '\0' : window.ptr[0];
    if (first == '"')
        *extent = (struct extent){ .pos = 1, .in_string = true };
    if (first == '{' || first == '[' || extent->depth)
        return extent_find(extent, window, false);
    if (extent->in_string)
        return extent_leave_string(extent, window, false);
    while (extent->pos < window.len && !ends_scalar(window.ptr[extent->pos]))
        extent->pos++;
    return extent->pos < window.len;
}

/* Length of the value at the front of the window. *taken bytes of it, if it is too large, were let
 * go before; *is_cut: the source ends inside of it. */
static bool measure_value(struct stream *stream, size_t *len, size_t *taken, bool *is_cut,
                          struct error *err)
{
    struct extent extent = { 0 };
    *taken = 0;
    *is_cut = false;
    while (!value_find(&extent, stream_window(stream))) {
        if (stream->at_eof) {
            *is_cut = true;
            extent.pos = stream_window(stream).len;
            break;
        }
        if (stream_window(stream).len > ENTRY_BYTES_MAX) {
            stream_take(stream, extent.pos);
            *taken += extent.pos;
            extent.pos = 0;
        }
        if (!stream_fill(stream, stream_window(stream).len + 1, err))
            return false;
    }
    *len = extent.pos;
    return true;
}

static enum step take_entry(struct splitting *splitting, struct entry *entry, struct error *err)
{
    struct stream *stream = &splitting->stream;
    size_t len, taken;
    bool is_cut;
    *entry = (struct entry){
        .offset = stream->offset,
        .start = stream->place,
        .index = splitting->index++,
    };
    if (!measure_value(stream, &len, &taken, &is_cut, err))
        return STEP_ERROR;
    entry->size_bytes = taken + len;
    if (entry->size_bytes > ENTRY_BYTES_MAX)
        entry->problem = "larger than 64 MB: not read, as the API takes no request over 32 MB";
    else
        entry->bytes = str_slice(stream_window(stream), 0, len);
    splitting->pending = len;
    splitting->state = is_cut ? STATE_END : STATE_AFTER; /* parse tells where it was cut */
    return STEP_ENTRY;
}

/* Whether a member of the outermost object has the name of one before; the first MEMBERS_MAX are
 * remembered. */
static bool is_repeated(struct splitting *splitting, struct json_text name)
{
    struct arena arena = { 0 };
    uint64_t hash = str_hash(json_decode(name, &arena), 0);
    arena_free(&arena);
    for (size_t i = 0; i < splitting->members_len; i++)
        if (splitting->members[i] == hash)
            return true;
    if (splitting->members_len < MEMBERS_MAX)
        splitting->members[splitting->members_len++] = hash;
    return false;
}

/* Takes the member's name and colon off the stream. *is_requests: it is the list of entries. */
static enum step take_name(struct splitting *splitting, struct entry *entry, bool *is_requests,
                           struct error *err)
{
    struct stream *stream = &splitting->stream;
    size_t len, taken;
    bool is_cut;
    char c;
    if (!measure_value(stream, &len, &taken, &is_cut, err))
        return STEP_ERROR;
    if (is_cut || taken)
        return broken(splitting, entry, "not valid JSON: a member name is not closed");
    struct json_text name;
    struct json_scan scan = { .text = str_slice(stream_window(stream), 0, len),
                              .lone_surrogate_at = JSON_NOWHERE };
    if (!json_scan_string(&scan, &name))
        return broken(splitting, entry, "not valid JSON: a member name is no string");
    if (is_repeated(splitting, name))
        return broken(splitting, entry, "not valid JSON: duplicate member");
    *is_requests = json_text_is(name, STR("requests"));
    stream_take(stream, len);
    if (!next_byte(stream, &c, err))
        return STEP_ERROR;
    if (c != ':')
        return broken(splitting, entry, "not valid JSON: expected ':' after a member name");
    stream_take(stream, 1);
    return next_byte(stream, &c, err) ? STEP_ON : STEP_ERROR;
}

/* What is wrong with the value at the front of the window, which is no request, or NULL. The stream
 * is taken to where it is wrong. */
static const char *check_value(struct stream *stream, size_t len)
{
    struct arena arena = { 0 };
    struct json_walk *walk = ARENA_NEW(&arena, struct json_walk);
    json_walk_init(walk, str_slice(stream_window(stream), 0, len), &arena);
    bool is_valid = len && json_finish(walk);
    size_t at = walk->problem_at;
    arena_free(&arena);
    if (is_valid)
        return NULL;
    stream_take(stream, at < len ? at : len);
    return "not valid JSON: this is no value";
}

static enum step take_member(struct splitting *splitting, struct entry *entry, struct error *err)
{
    struct stream *stream = &splitting->stream;
    bool is_requests = false, is_cut;
    size_t len, taken;
    enum step step = take_name(splitting, entry, &is_requests, err);
    if (step != STEP_ON)
        return step;
    if (!stream_window(stream).len)
        return broken(splitting, entry, "not valid JSON: the text ends where a value should be");
    if (is_requests && stream_window(stream).ptr[0] == '[') {
        stream_take(stream, 1);
        splitting->state = STATE_FIRST;
        return STEP_ON;
    }
    if (!measure_value(stream, &len, &taken, &is_cut, err))
        return STEP_ERROR;
    if (is_cut)
        return broken(splitting, entry, "not valid JSON: the text ends inside a value");
    const char *problem = taken ? NULL : check_value(stream, len);
    if (problem)
        return broken(splitting, entry, problem);
    stream_take(stream, len);
    splitting->state = STATE_MORE;
    return STEP_ON;
}

/* What may stand in a state, the state after it, and what is wrong with anything else. */
static const struct transition {
    char on;         /* this byte is taken off and leads on */
    enum state then; /* to this state */
    char also_on;    /* so does this one, if any */
    enum state then_also;
    const char *problem;
} transitions[] = {
    [STATE_BODY] = { '{', STATE_MEMBER, 0, 0, "not valid JSON: expected an object" },
    [STATE_ARRAY] = { '[', STATE_FIRST, 0, 0, "not valid JSON: expected an array" },
    [STATE_MEMBER] = { '}', STATE_END, 0, 0,
                       "not valid JSON: expected a member name in double quotes" },
    [STATE_FIRST] = { ']', STATE_MORE, 0, 0,
                      "not valid JSON: the text ends inside the list of requests" },
    [STATE_AFTER] = { ',', STATE_NEXT, ']', STATE_MORE,
                      "not valid JSON: expected ',' or ']' between the requests" },
    [STATE_NEXT] = { 0, 0, 0, 0, "not valid JSON: expected a request after the comma" },
    [STATE_MORE] = { ',', STATE_MEMBER, '}', STATE_END, "not valid JSON: expected ',' or '}'" },
    [STATE_END] = { 0, 0, 0, 0, "not valid JSON: text after the end of the JSON value" },
};

static enum step go_on(struct splitting *splitting, struct entry *entry, struct error *err)
{
    const struct transition *here = &transitions[splitting->state];
    char c;
    if (!next_byte(&splitting->stream, &c, err))
        return STEP_ERROR;
    bool at_end = !stream_window(&splitting->stream).len;
    if (at_end && splitting->state == STATE_END)
        return STEP_END;
    if (c && (c == here->on || c == here->also_on)) {
        stream_take(&splitting->stream, 1);
        splitting->is_array |= splitting->state == STATE_ARRAY;
        splitting->state = c == here->on ? (int)here->then : (int)here->then_also;
        if (splitting->state == STATE_MORE && splitting->is_array && c == ']')
            splitting->state = STATE_END;
        return STEP_ON;
    }
    bool at_entry = splitting->state == STATE_FIRST || splitting->state == STATE_NEXT;
    if (at_entry && !at_end && c != ']')
        return take_entry(splitting, entry, err);
    if (splitting->state == STATE_MEMBER && c == '"')
        return take_member(splitting, entry, err);
    return broken(splitting, entry, here->problem);
}

bool split_list(struct splitting *splitting, struct entry *entry, struct error *err)
{
    enum step step = STEP_ON;
    split_take_pending(splitting);
    while (step == STEP_ON)
        step = go_on(splitting, entry, err);
    return step == STEP_ENTRY;
}
