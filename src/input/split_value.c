/* Where a value in a list of entries ends. */
#include <string.h>

#include "input/split_list.h"
#include "json/walk.h"

/* Looking for entries behind one without an end costs a look at all that is left. */
enum { RESCUES_MAX = 64 };

/* A NUL ends nothing: it is part of what parse will call broken. */
static bool ends_scalar(char c)
{
    return c && strchr(",:]} \t\r\n", c);
}

/* Goes on to the end of the value at the front of the window, as far as this window shows it, or to
 * a line end inside of a string. */
static bool find_end(struct extent *extent, struct str window)
{
    bool has_begun = extent->pos || extent->depth || extent->in_string;
    char first = has_begun ? '\0' : window.ptr[0];
    if (first == '"')
        *extent = (struct extent){ .pos = 1, .in_string = true };
    if (first == '{' || first == '[' || extent->depth)
        return extent_find(extent, window, true);
    if (extent->in_string)
        return extent_leave_string(extent, window, false);
    while (extent->pos < window.len && !ends_scalar(window.ptr[extent->pos]))
        extent->pos++;
    return extent->pos < window.len;
}

/* Whether an object begins there with one of these members. */
static bool begins_with(struct str text, const struct str *names, size_t len)
{
    if (!text.len || text.ptr[0] != '{')
        return false;
    text = str_trim(str_slice(text, 1, text.len));
    for (size_t i = 0; i < len; i++)
        if (str_starts(text, names[i]))
            return true;
    return false;
}

/* No object inside of an entry begins with its id. */
static bool begins_with_id(struct str text)
{
    static const struct str names[] = { STR_INIT("\"custom_id\""), STR_INIT("\"recordId\"") };
    return begins_with(text, names, sizeof names / sizeof names[0]);
}

bool split_begins_entry(struct str text)
{
    static const struct str names[] = {
        STR_INIT("\"body\""),   STR_INIT("\"method\""),  STR_INIT("\"modelInput\""),
        STR_INIT("\"params\""), STR_INIT("\"request\""), STR_INIT("\"url\""),
    };
    return begins_with_id(text) || begins_with(text, names, sizeof names / sizeof names[0]);
}

/* A line end inside of a string is a fault. Mostly a quote is missing in the entry, when the next
 * line begins another one. */
static bool is_left_open(struct stream *stream, const struct extent *extent, bool *is_open,
                         struct error *err)
{
    *is_open = false;
    if (!extent->in_string)
        return true;
    if (!stream_fill(stream, extent->pos + SPLIT_BEGINNING_BYTES, err))
        return false;
    const size_t to = extent->pos + SPLIT_BEGINNING_BYTES;
    const struct str rest = str_slice(stream_window(stream), extent->pos, to);
    *is_open = split_begins_entry(str_trim(rest));
    return true;
}

size_t split_find_next(struct splitting *splitting, struct str text)
{
    if (splitting->rescues == RESCUES_MAX)
        return text.len;
    splitting->rescues++;
    struct arena arena = { 0 };
    struct json_walk *walk = ARENA_NEW(&arena, struct json_walk);
    json_walk_init(walk, text, &arena);
    json_finish(walk);
    const size_t broken_at = walk->problem ? walk->problem_at : text.len;
    arena_free(&arena);
    for (size_t at = str_find(text, '{', 1); at < text.len; at = str_find(text, '{', at + 1)) {
        const struct str rest = str_slice(text, at, at + SPLIT_BEGINNING_BYTES);
        if (at < broken_at ? begins_with_id(rest) : split_begins_entry(rest))
            return at;
    }
    return text.len;
}

/* An entry that has no end in these bytes of the window may be broken before, and others be in what
 * looks like its own. True: it is, and one begins at value->len. */
static bool rescue(struct splitting *splitting, size_t len, struct split_value *value)
{
    const struct str text = str_slice(stream_window(&splitting->stream), 0, len);
    if (value->taken || text.ptr[0] != '{')
        return false;
    value->len = split_find_next(splitting, text);
    value->is_open = value->len < len;
    return value->is_open;
}

/* The source ends inside of the value, or it is too large. */
static void end_cut(struct splitting *splitting, bool is_entry, struct split_value *value)
{
    const size_t len = stream_window(&splitting->stream).len;
    if (is_entry && rescue(splitting, len, value))
        return;
    value->is_cut = true;
    value->len = len;
}

/* The bracket that ends an object is that of the list when a brace is missing. */
static void end_closed(struct splitting *splitting, bool is_entry, size_t len,
                       struct split_value *value)
{
    const struct str window = stream_window(&splitting->stream);
    const bool is_object = !value->taken && window.ptr[0] == '{';
    const bool is_wrong = is_entry && is_object && len && window.ptr[len - 1] == ']';
    if (is_wrong && rescue(splitting, len, value))
        return;
    value->len = is_wrong ? len - 1 : len;
}

bool split_measure(struct splitting *splitting, bool is_entry, struct split_value *value,
                   struct error *err)
{
    struct stream *stream = &splitting->stream;
    struct extent extent = { 0 };
    *value = (struct split_value){ 0 };
    while (!find_end(&extent, stream_window(stream))) {
        if (extent.pos < stream_window(stream).len) { /* a line end */
            if (is_entry && !is_left_open(stream, &extent, &value->is_open, err))
                return false;
            if (value->is_open) {
                value->len = extent.pos;
                return true;
            }
            extent.pos++;
            extent.escaped = false;
            continue;
        }
        if (stream->at_eof) {
            end_cut(splitting, is_entry, value);
            return true;
        }
        if (stream_window(stream).len > ENTRY_BYTES_MAX) {
            if (is_entry && rescue(splitting, stream_window(stream).len, value))
                return true;
            stream_take(stream, extent.pos);
            value->taken += extent.pos;
            extent.pos = 0;
        }
        if (!stream_fill(stream, stream_window(stream).len + 1, err))
            return false;
    }
    end_closed(splitting, is_entry, extent.pos, value);
    return true;
}
