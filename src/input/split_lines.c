/* Entries as JSON lines. */
#include "input/split.h"

#include <string.h>

enum { SPACES_MAX = 4096, JUNK_MAX = 64 };

/* Takes white space and empty lines off the stream. False at the end of it. */
static bool skip_space(struct stream *stream, struct error *err)
{
    for (;;) {
        struct str window = stream_window(stream);
        size_t spaces = 0;
        while (spaces < window.len && split_is_space(window.ptr[spaces]))
            spaces++;
        stream_take(stream, spaces);
        if (spaces < window.len)
            return true;
        if (stream->at_eof || !stream_fill(stream, 1, err))
            return false;
    }
}

/* Shows the window until its first line is complete, the source ends or the line is too long for an
 * entry. *len is the line's length without its end. */
static bool show_line(struct splitting *splitting, size_t from, size_t *len, struct error *err)
{
    struct stream *stream = &splitting->stream;
    if (stream->offset + from < splitting->stretch.from ||
        stream->offset + from > splitting->stretch.to)
        splitting->stretch.from = splitting->stretch.to = stream->offset + from;
    from = splitting->stretch.to - stream->offset;
    for (;;) {
        struct str window = stream_window(stream);
        *len = str_find(window, '\n', from);
        splitting->stretch.to = stream->offset + *len;
        if (*len < window.len || stream->at_eof || window.len > ENTRY_BYTES_MAX)
            return true;
        from = window.len;
        if (!stream_fill(stream, window.len + 1, err))
            return false;
    }
}

bool split_skip_line(struct stream *stream, size_t *size_bytes, struct error *err)
{
    for (;;) {
        struct str window = stream_window(stream);
        size_t end = str_find(window, '\n', 0);
        *size_bytes += end;
        stream_take(stream, end);
        if (end < window.len || stream->at_eof)
            return true;
        if (!stream_fill(stream, 1, err))
            return false;
    }
}

/* A line end inside an object is white space when the line stops where JSON may go on and the next
 * one starts with what may follow there. A line that was cut off is mostly followed by one that
 * begins with a brace at its start: inside of an object over several lines that stands only after a
 * bracket, and only where nothing is indented, which its first line, a brace alone, tells. */
bool split_goes_on(struct extent *extent, struct str window, bool is_spread, bool is_whole,
                   bool *wants_more)
{
    size_t last = extent->pos, next = extent->pos;
    while (last > 1 && split_is_space(window.ptr[last - 1]))
        last--;
    while (next < window.len && split_is_space(window.ptr[next]))
        next++;
    *wants_more = next == window.len && !is_whole;
    if (next == window.len)
        return false;
    const char before = window.ptr[last - 1], after = window.ptr[next];
    const bool is_indented = window.ptr[next - 1] != '\n';
    bool goes_on = strchr("\",:]}", after) != NULL;
    if (after == '{')
        goes_on = (before == ',' || before == '[' || before == ':') && (is_indented || is_spread);
    else if (strchr(",[:", before))
        goes_on |= after == '[' || is_indented || is_spread;
    if (goes_on && after)
        extent->pos = next;
    return goes_on && after;
}

/* What an object that breaks off on a later line leaves is its own, up to a line that begins with a
 * brace. */
static bool show_rest(struct splitting *splitting, size_t from, size_t *len, struct error *err)
{
    struct stream *stream = &splitting->stream;
    for (;;) {
        if (!show_line(splitting, from, len, err))
            return false;
        struct str window = stream_window(stream);
        if (*len == window.len)
            return true;
        if (*len + 1 == window.len && !stream->at_eof && !stream_fill(stream, *len + 2, err))
            return false;
        window = stream_window(stream);
        if (*len + 1 >= window.len || window.ptr[*len + 1] == '{' || *len > ENTRY_BYTES_MAX)
            return true;
        from = *len + 1;
    }
}

/* The object at the front of the window while its end is looked for. */
struct object {
    struct extent extent;
    bool is_spread; /* its first line is a brace alone */
    bool has_lines; /* it goes over several */
    bool is_closed; /* it has an end; else it breaks off on the line that extent is in */
    size_t look;    /* bytes of the window that are looked at */
    size_t taken;   /* bytes of it that were let go, as it is too large */
};

/* Lets go of what was looked at, but for the last byte that is no space. False when that is all
 * there is, and when it is not one object but several, the first of them broken. */
static bool let_go(struct splitting *splitting, struct object *object)
{
    struct stream *stream = &splitting->stream;
    const struct str window = stream_window(stream);
    if (!object->taken && split_find_next(splitting, window) < window.len)
        return false;
    size_t keep = object->extent.pos;
    while (keep && split_is_space(window.ptr[keep - 1]))
        keep--;
    if (keep < 2)
        return false;
    stream_take(stream, keep - 1);
    object->taken += keep - 1;
    object->look = SIZE_MAX;
    object->extent.pos -= keep - 1;
    return true;
}

/* Goes to the end of the object, or to where it breaks off. */
static bool measure_object(struct splitting *splitting, struct object *object, struct error *err)
{
    struct stream *stream = &splitting->stream;
    struct extent *extent = &object->extent;
    object->look = split_look_bytes(splitting, 0);
    while (!extent_find(extent, str_part(stream_window(stream), 0, object->look), true)) {
        struct str window = stream_window(stream), seen = str_part(window, 0, object->look);
        bool at_line_end = extent->pos < seen.len, wants_more = true;
        if (!at_line_end && seen.len == object->look) {
            if (split_is_open(seen))
                return true;
            object->look = split_look_bytes(splitting, object->look);
            continue;
        }
        object->is_spread |= !object->taken && window.len > 1 && split_is_space(window.ptr[1]);
        if (at_line_end && !extent->in_string &&
            split_goes_on(extent, window, object->is_spread, stream->at_eof, &wants_more)) {
            object->has_lines = true;
            continue;
        }
        wants_more &= !extent->in_string || !at_line_end;
        if (!wants_more || stream->at_eof ||
            (window.len > ENTRY_BYTES_MAX && !let_go(splitting, object)))
            return true;
        if (!stream_fill(stream, stream_window(stream).len + 1, err))
            return false;
    }
    object->is_closed = true;
    return true;
}

static bool is_too_large(const struct object *object, size_t len)
{
    return object->taken + len > ENTRY_BYTES_MAX;
}

/* Length of what begins with something broken and goes on to the end of its line, or lines: up to
 * the next entry on it, if there is one. */
static bool measure_broken(struct splitting *splitting, const struct object *object, size_t *len,
                           struct error *err)
{
    struct stream *stream = &splitting->stream;
    if (object->has_lines ? !show_rest(splitting, *len, len, err)
                          : !show_line(splitting, *len, len, err))
        return false;
    *len = split_find_next(splitting, str_slice(stream_window(stream), 0, *len));
    return true;
}

/* What follows the object on its line is no other one. When it is what stands between entries, or
 * an entry begins behind it, it is for itself; else the line is all there is of the object. */
static bool measure_more(struct splitting *splitting, struct object *object, size_t next,
                         size_t *len, struct error *err)
{
    struct stream *stream = &splitting->stream;
    size_t end = next;
    if (!stream_fill(stream, next + SPLIT_STRAY_MAX + 1, err))
        return false;
    const struct str window = stream_window(stream);
    if (split_stray_len(str_slice(window, next, window.len), stream->at_eof))
        return true;
    if (!show_line(splitting, next, &end, err))
        return false;
    const struct str junk = str_slice(stream_window(&splitting->stream), next, end);
    if (split_find_next(splitting, junk) < junk.len)
        return true;
    object->is_closed = object->has_lines = false;
    *len = end;
    return true;
}

/* Length of the entry at the front of the window: its object, when another one is glued to it; else
 * all to the end of its last line, so that what follows the object on it is seen as the fault it
 * is. */
static bool measure_entry(struct splitting *splitting, struct object *object, size_t *len,
                          struct error *err)
{
    struct stream *stream = &splitting->stream;
    *len = 0;
    if (stream_window(stream).ptr[0] != '{')
        return measure_broken(splitting, object, len, err);
    if (!measure_object(splitting, object, err))
        return false;
    *len = object->extent.pos;
    if (!object->is_closed && !object->taken)
        return measure_broken(splitting, object, len, err);
    for (size_t next = *len; object->is_closed && !is_too_large(object, *len); next++) {
        struct str window = stream_window(stream);
        if (next == window.len && !stream->at_eof && !stream_fill(stream, next + 1, err))
            return false;
        window = stream_window(stream);
        if (next == window.len || window.ptr[next] == '\n') {
            *len = next;
            return true;
        }
        if (window.ptr[next] == '{' || window.ptr[next] == '\x1E' || next - *len >= SPACES_MAX)
            return true; /* what follows is an entry of its own */
        if (!split_is_space(window.ptr[next]))
            return measure_more(splitting, object, next, len, err);
    }
    return true;
}

/* Goes past an entry that is too large, of which the window shows len bytes more: past its object,
 * or all that is its own when that breaks off. */
static bool skip_entry(struct stream *stream, const struct object *object, size_t len,
                       size_t *size_bytes, struct error *err)
{
    *size_bytes = object->taken + len;
    stream_take(stream, len);
    while (!object->is_closed) {
        if (!split_skip_line(stream, size_bytes, err) || !stream_fill(stream, 2, err))
            return false;
        const struct str window = stream_window(stream);
        if (!object->has_lines || window.len < 2 || window.ptr[1] == '{')
            break;
        stream_take(stream, 1);
        ++*size_bytes;
    }
    return true;
}

/* Whether there is what follows a brace only in a text or in something broken, and then an object
 * that is in no text. */
static bool has_junk(struct str line, size_t at)
{
    if (strchr(",]}\"\\", line.ptr[at]))
        return false;
    for (size_t brace = str_find(line, '{', at); brace < at + JUNK_MAX && brace + 1 < line.len;
         brace = str_find(line, '{', brace + 1))
        if (line.ptr[brace + 1] == '"')
            return true;
    return false;
}

/* Whether an object follows another one on the line. A text that looks so is one too many, which
 * costs a closer look. */
static bool may_be_glued(struct str line)
{
    for (size_t at = str_find(line, '}', 0); at < line.len; at = str_find(line, '}', at)) {
        at++;
        while (at < line.len && split_is_space(line.ptr[at]))
            at++;
        if (at < line.len && (line.ptr[at] == '{' || has_junk(line, at)))
            return true;
    }
    return false;
}

/* Most lines hold one object, which the look at a line and what follows it tells without looking
 * for the object's end. False: the closer look is needed. */
static bool measure_plain_line(struct splitting *splitting, size_t *len)
{
    const struct stream *stream = &splitting->stream;
    struct str window = stream_window(stream);
    if (window.ptr[0] != '{' || stream->offset < splitting->glued_to)
        return false;
    size_t end = str_find(window, '\n', 0), next = end;
    while (next < window.len && split_is_space(window.ptr[next]))
        next++;
    struct str line = str_trim(str_slice(window, 0, end));
    bool is_plain = end < window.len && next < window.len && window.ptr[next] == '{' &&
                    line.ptr[line.len - 1] == '}';
    if (!is_plain || may_be_glued(line)) {
        splitting->glued_to = stream->offset + end; /* to look for the line's end once */
        return false;
    }
    *len = end;
    return true;
}

static enum split_step take_entry(struct splitting *splitting, struct entry *entry,
                                  struct error *err)
{
    struct stream *stream = &splitting->stream;
    struct object object = { 0 };
    size_t len = 0;
    *entry = (struct entry){ .offset = stream->offset, .start = stream->place };
    if (!measure_plain_line(splitting, &len) && !measure_entry(splitting, &object, &len, err))
        return STEP_ERROR;
    entry->index = splitting->index++;
    if (is_too_large(&object, len)) {
        entry->problem = "larger than 64 MB: not read, as the API takes no request over 32 MB";
        return skip_entry(stream, &object, len, &entry->size_bytes, err) ? STEP_ENTRY : STEP_ERROR;
    }
    const struct str window = stream_window(stream);
    const bool ends_line = len < window.len && window.ptr[len] == '\n';
    splitting->pending = len + ends_line;               /* no column behind it need be counted */
    entry->bytes = str_trim(str_slice(window, 0, len)); /* no CR of a line end */
    entry->size_bytes = entry->bytes.len;
    return STEP_ENTRY;
}

enum split_step split_lines_on(struct splitting *splitting, struct entry *entry, struct error *err)
{
    split_take_pending(splitting);
    if (!skip_space(&splitting->stream, err))
        return err->kind ? STEP_ERROR : STEP_END;
    const enum split_step step = split_between(splitting, entry, err);
    return step == STEP_END ? take_entry(splitting, entry, err) : step;
}
