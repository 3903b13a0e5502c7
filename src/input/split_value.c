/* Where a value in a list of entries ends. */
#include <string.h>

#include "input/split_list.h"
#include "json/walk.h"

/* So much may be looked at in vain for nothing, and so many times the source besides. */
#define LOOK_FREE_BYTES ((size_t)64 * 1024 * 1024)
enum { LOOK_TIMES = 4, LOOK_BYTES_MIN = 4096 };

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
    const struct str window = stream_window(stream);
    *is_open = split_begins_entry(str_trim(str_part(window, extent->pos, SPLIT_BEGINNING_BYTES)));
    return true;
}

size_t split_look_bytes(const struct splitting *splitting, size_t seen_bytes)
{
    const size_t free_bytes = LOOK_FREE_BYTES + LOOK_TIMES * splitting->stream.offset;
    if (!seen_bytes && splitting->looked_bytes <= free_bytes)
        return SIZE_MAX;
    return seen_bytes ? 2 * seen_bytes : LOOK_BYTES_MIN;
}

static size_t find_next(struct str text)
{
    struct arena arena = { 0 };
    struct json_walk *walk = ARENA_NEW(&arena, struct json_walk);
    json_walk_init(walk, text, &arena);
    json_finish(walk);
    const size_t broken_at = walk->problem ? walk->problem_at : text.len;
    arena_free(&arena);
    for (size_t at = str_find(text, '{', 1); at < text.len; at = str_find(text, '{', at + 1)) {
        const struct str rest = str_part(text, at, SPLIT_BEGINNING_BYTES);
        if (at < broken_at ? begins_with_id(rest) : split_begins_entry(rest))
            return at;
    }
    return text.len;
}

bool split_is_open(struct str piece)
{
    return find_next(piece) <= piece.len / 2;
}

size_t split_find_next(struct splitting *splitting, struct str text)
{
    size_t look = split_look_bytes(splitting, 0);
    while (look < text.len && !split_is_open(str_part(text, 0, look)))
        look = split_look_bytes(splitting, look);
    text = str_part(text, 0, look);
    const size_t next = find_next(text);
    splitting->looked_bytes += text.len - next;
    return next;
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

/* A value while its end is looked for. */
struct measuring {
    struct extent extent;
    size_t look; /* bytes of the window that are looked at */
    bool is_entry, is_over;
};

/* At a line end inside of a string. */
static bool pass_line_end(struct splitting *splitting, struct measuring *measuring,
                          struct split_value *value, struct error *err)
{
    struct extent *extent = &measuring->extent;
    if (measuring->is_entry && !is_left_open(&splitting->stream, extent, &value->is_open, err))
        return false;
    measuring->is_over = value->is_open;
    value->len = extent->pos;
    if (value->is_open && !rescue(splitting, extent->pos, value)) /* by one on this line */
        value->is_open = true;
    extent->pos++;
    extent->escaped = false;
    return true;
}

/* A value of which an entry can be made no more: only its size matters, unless another one is in
 * it. */
static void let_go(struct splitting *splitting, struct measuring *measuring,
                   struct split_value *value)
{
    struct stream *stream = &splitting->stream;
    measuring->is_over = measuring->is_entry && rescue(splitting, stream_window(stream).len, value);
    if (measuring->is_over)
        return;
    stream_take(stream, measuring->extent.pos);
    value->taken += measuring->extent.pos;
    measuring->extent.pos = 0;
    measuring->look = SIZE_MAX;
}

/* Behind what was looked at, in which the value has no end. */
static bool look_on(struct splitting *splitting, struct measuring *measuring,
                    struct split_value *value, struct error *err)
{
    struct stream *stream = &splitting->stream;
    const struct str window = stream_window(stream), seen = str_part(window, 0, measuring->look);
    if (measuring->extent.pos < seen.len)
        return pass_line_end(splitting, measuring, value, err);
    if (seen.len == measuring->look) {
        measuring->is_over = split_is_open(seen) && rescue(splitting, seen.len, value);
        measuring->look = split_look_bytes(splitting, measuring->look);
        return true;
    }
    measuring->is_over = stream->at_eof;
    if (stream->at_eof)
        end_cut(splitting, measuring->is_entry, value);
    else if (window.len > ENTRY_BYTES_MAX)
        let_go(splitting, measuring, value);
    return measuring->is_over || stream_fill(stream, stream_window(stream).len + 1, err);
}

bool split_measure(struct splitting *splitting, bool is_entry, struct split_value *value,
                   struct error *err)
{
    const struct stream *stream = &splitting->stream;
    const struct str window = stream_window(stream);
    const bool may_be_open = is_entry && window.len && window.ptr[0] == '{';
    struct measuring measuring = {
        .look = may_be_open ? split_look_bytes(splitting, 0) : SIZE_MAX,
        .is_entry = is_entry,
    };
    *value = (struct split_value){ 0 };
    while (!find_end(&measuring.extent, str_part(stream_window(stream), 0, measuring.look))) {
        if (!look_on(splitting, &measuring, value, err))
            return false;
        if (measuring.is_over)
            return true;
    }
    end_closed(splitting, is_entry, measuring.extent.pos, value);
    return true;
}
