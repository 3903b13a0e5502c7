/* JSON lines: one {"custom_id", "params"} a line; also objects glued together on one line. */
#include "input/manifest.h"

enum { DETECT_LINES = 64, SPACES_MAX = 4096 };

/* A source is one of these when any of its first lines is an entry: one broken line must not hide
 * the others. */
static enum match detect(const struct head *head)
{
    bool ended = false;
    struct str rest = str_trim(head->bytes);
    if (rest.len && rest.ptr[0] == '[')
        return MATCH_NO; /* an array, maybe over several lines */
    for (int lines = 0; lines < DETECT_LINES && rest.len; lines++) {
        struct str line;
        bool is_complete = str_cut(rest, '\n', &line, &rest);
        struct json_walk *walk = ARENA_NEW(head->arena, struct json_walk);
        line = str_trim(line);
        if (!line.len || line.ptr[0] != '{')
            continue;
        json_walk_init(walk, line, head->arena);
        if (manifest_is_entry(walk, &ended))
            return MATCH_YES;
        ended = ended && !is_complete;
    }
    return ended && !head->is_whole ? MATCH_LONGER_HEAD : MATCH_NO;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Takes white space and empty lines off the stream. False at the end of it. */
static bool skip_space(struct stream *stream, struct error *err)
{
    for (;;) {
        struct str window = stream_window(stream);
        size_t spaces = 0;
        while (spaces < window.len && is_space(window.ptr[spaces]))
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
static bool show_line(struct stream *stream, size_t from, size_t *len, struct error *err)
{
    for (;;) {
        struct str window = stream_window(stream);
        *len = str_find(window, '\n', from);
        if (*len < window.len || stream->at_eof || window.len > ENTRY_BYTES_MAX)
            return true;
        from = window.len;
        if (!stream_fill(stream, window.len + 1, err))
            return false;
    }
}

/* Goes past a line of any length. */
static bool skip_line(struct stream *stream, size_t *size_bytes, struct error *err)
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

/* Length of the entry at the front of the window: its object, when another one is glued to it; else
 * the line, so that what follows the object on it is seen as the fault it is. */
static bool measure_entry(struct stream *stream, size_t *len, struct error *err)
{
    struct extent extent = { 0 };
    bool is_object = stream_window(stream).ptr[0] == '{';
    while (is_object && !extent_find(&extent, stream_window(stream), true)) {
        struct str window = stream_window(stream);
        if (extent.pos < window.len || stream->at_eof || window.len > ENTRY_BYTES_MAX)
            is_object = false;
        else if (!stream_fill(stream, window.len + 1, err))
            return false;
    }
    if (!is_object)
        return show_line(stream, extent.pos, len, err);
    size_t next = extent.pos;
    for (;; next++) {
        struct str window = stream_window(stream);
        if (next == window.len && !stream->at_eof && !stream_fill(stream, next + 1, err))
            return false;
        window = stream_window(stream);
        if (next == window.len || window.ptr[next] == '\n' || window.ptr[next] == '{') {
            *len = next < window.len && window.ptr[next] == '{' ? extent.pos : next;
            return true;
        }
        if (next - extent.pos >= SPACES_MAX) { /* what follows them is an entry of its own */
            *len = extent.pos;
            return true;
        }
        if (!is_space(window.ptr[next]))
            return show_line(stream, next, len, err);
    }
}

static bool split(struct splitting *splitting, struct entry *entry, struct error *err)
{
    struct stream *stream = &splitting->stream;
    size_t len = 0;
    split_take_pending(splitting);
    if (!skip_space(stream, err) || !measure_entry(stream, &len, err))
        return false;
    *entry = (struct entry){
        .offset = stream->offset,
        .start = stream->place,
        .index = splitting->index++,
    };
    if (len > ENTRY_BYTES_MAX) {
        entry->problem = "larger than 64 MB: not read, as the API takes no request over 32 MB";
        entry->size_bytes = 0;
        return skip_line(stream, &entry->size_bytes, err);
    }
    splitting->pending = len;
    entry->bytes = str_trim(str_slice(stream_window(stream), 0, len)); /* no CR of a line end */
    entry->size_bytes = entry->bytes.len;
    return true;
}

const struct reader reader_jsonl = {
    .name = "jsonl",
    .summary = "JSON lines, each {\"custom_id\", \"params\"}",
    .is_json = true,
    .is_manifest = true,
    .limits = &manifest_limits_message_batches,
    .detect = detect,
    .split = split,
    .parse = manifest_parse,
};
