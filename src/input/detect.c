#include "input/reader.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "input/shape.h"
#include "json/walk.h"

enum { HEAD_BYTES = 64 * 1024 };

#define COMPRESSED(how) STR_INIT("compressed with " how ": decompress it first")

/* Files that begin like this are no text; why, where that is not to be seen at once. */
static const struct magic {
    struct str begin, why;
} magics[] = {
    { STR_INIT("\x7F"
               "ELF"),
      { 0 } },
    { STR_INIT("\x89PNG\r\n"), { 0 } },
    { STR_INIT("\xFF\xD8\xFF"), { 0 } },
    { STR_INIT("GIF87a"), { 0 } },
    { STR_INIT("GIF89a"), { 0 } },
    { STR_INIT("%PDF-"), { 0 } },
    { STR_INIT("PK\x03\x04"), { 0 } },
    { STR_INIT("\x1F\x8B"), COMPRESSED("gzip") },
    { STR_INIT("\x28\xB5\x2F\xFD"), COMPRESSED("zstd") },
    { STR_INIT("\xFF\xFE"), STR_INIT("UTF-16 text: save it as UTF-8") },
    { STR_INIT("\xFE\xFF"), STR_INIT("UTF-16 text: save it as UTF-8") },
    { STR_INIT("BZh"), COMPRESSED("bzip2") },
    { STR_INIT("\xFD"
               "7zXZ"),
      COMPRESSED("xz") },
    { STR_INIT("SQLite format 3"), { 0 } },
};

/* Text may hold a NUL here and there; a binary file or UTF-16 is full of them. */
static bool is_binary(struct str head, struct str *why)
{
    *why = STR("a binary file: neither a prompt nor a request");
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (str_starts(head, magics[i].begin)) {
            *why = magics[i].why.len ? magics[i].why : *why;
            return true;
        }
    size_t nuls = 0;
    for (size_t at = str_find(head, '\0', 0); at < head.len; at = str_find(head, '\0', at + 1))
        nuls++;
    return nuls > head.len / 32 && nuls > 1;
}

static bool has_json_ending(struct str path)
{
    static const struct str endings[] = { STR_INIT(".json"), STR_INIT(".jsonl"),
                                          STR_INIT(".ndjson") };
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (path.len > endings[i].len &&
            strncasecmp(path.ptr + path.len - endings[i].len, endings[i].ptr, endings[i].len) == 0)
            return true;
    return false;
}

/* Length of a byte order mark at the start. */
static size_t mark_len(struct str head)
{
    static const struct str mark = STR_INIT("\xEF\xBB\xBF");
    return str_starts(head, mark) ? mark.len : 0;
}

/* One JSON reader. What it needed to see that is forgotten: names of a large object are much. */
static enum match ask_reader(const struct reader *reader, struct str bytes, bool is_whole)
{
    struct arena scratch = { 0 };
    const struct head head = { bytes, is_whole, &scratch };
    const enum match match = reader->detect(&head);
    arena_free(&scratch);
    return match;
}

/* Asks every JSON reader, with as much of the source as they want to see. */
static bool ask_readers(struct stream *stream, const struct reader **found, struct error *err)
{
    size_t skip = mark_len(stream_window(stream));
    *found = NULL;
    for (size_t want = HEAD_BYTES;; want *= 4) {
        if (!stream_fill(stream, want, err))
            return false;
        bool wants_more = false;
        struct str window = stream_window(stream);
        const struct str bytes = str_slice(window, skip, window.len);
        for (const struct reader *const *reader = readers; *reader; reader++) {
            const enum match match =
                (*reader)->is_json ? ask_reader(*reader, bytes, stream->at_eof) : MATCH_NO;
            if (match == MATCH_YES) {
                *found = *reader;
                return true;
            }
            wants_more |= match == MATCH_LONGER_HEAD;
        }
        if (!wants_more || stream->at_eof || bytes.len > ENTRY_BYTES_MAX)
            return true;
    }
}

/* Says what a JSON file that no reader takes looks like, when it is known or must be JSON. */
static void describe_foreign(struct arena *arena, struct stream *stream, bool must_be_json,
                             struct detection *detection)
{
    const struct str what = STR("not a Messages request, a Message Batches body or lines of "
                                "{\"custom_id\", \"params\"}");
    struct str window = stream_window(stream);
    const struct head head = { str_slice(window, mark_len(window), window.len), stream->at_eof,
                               arena };
    detection->why = shape_foreign(&head, must_be_json);
    if (detection->why.len || must_be_json)
        detection->what = DETECTED_FOREIGN;
    if (detection->why.len || !must_be_json)
        return;
    struct json_walk *walk = ARENA_NEW(arena, struct json_walk);
    json_walk_init(walk, stream_window(stream), arena);
    bool is_value = json_finish(walk);
    if (!is_value && !walk->depth && !walk->value_pending) /* a value, then more */
        is_value = strchr("{[", stream_window(stream).ptr[walk->pos]);
    detection->why = what;
    if (is_value || (walk->ended && !stream->at_eof)) /* other JSON, or lines of it */
        return;
    detection->place = locate(stream->place, stream_window(stream), walk->problem_at);
    detection->why =
        str_format(arena, "not valid JSON: %s; and %.*s", walk->problem, STR_ARGS(what));
}

static void skip_byte_order_mark(struct stream *stream)
{
    size_t len = mark_len(stream_window(stream));
    stream_take(stream, len);
    if (len)
        stream->place.column = 1; /* it is no character of the text */
}

bool reader_begin(const struct reader *reader, struct stream *stream, struct error *err)
{
    if (!stream_fill(stream, HEAD_BYTES, err))
        return false;
    if (reader->is_json)
        skip_byte_order_mark(stream);
    return true;
}

/* JSON by its first byte, or bound to be by its name. Other text that begins like JSON may be a
 * prompt, to which a byte order mark belongs. */
static bool detect_json(struct arena *arena, struct stream *stream, bool must_be_json,
                        struct detection *detection, struct error *err)
{
    if (!ask_readers(stream, &detection->reader, err))
        return false;
    if (detection->reader || must_be_json)
        skip_byte_order_mark(stream);
    if (detection->reader)
        return true;
    detection->reader = &reader_text;
    describe_foreign(arena, stream, must_be_json, detection);
    return true;
}

bool reader_detect(struct arena *arena, struct stream *stream, struct str path,
                   struct detection *detection, struct error *err)
{
    if (!stream_fill(stream, HEAD_BYTES, err))
        return false;
    struct str head = stream_window(stream);
    bool must_be_json = has_json_ending(path);
    struct str start = str_trim(str_slice(head, mark_len(head), head.len));
    if (start.len && start.ptr[0] == '\x1E') /* a JSON text sequence, RFC 7464 */
        start = str_trim(str_slice(start, 1, start.len));
    *detection = (struct detection){ .reader = &reader_text, .place = { 1, 1 } };
    struct str why;
    if (is_binary(head, &why)) {
        detection->what = DETECTED_BINARY;
        detection->why = why;
    } else if (!start.len && stream->at_eof) {
        detection->what = DETECTED_EMPTY;
        detection->why = head.len ? STR("there is only white space in it, which the API refuses")
                                  : STR("the file is empty: there is no request in it");
    } else if (must_be_json || (start.len && (start.ptr[0] == '{' || start.ptr[0] == '['))) {
        return detect_json(arena, stream, must_be_json, detection, err);
    } else {
        detection->why = shape_foreign_text(arena, start);
        detection->what = detection->why.len ? DETECTED_FOREIGN : DETECTED_READER;
    }
    return true;
}
