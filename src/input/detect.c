#include "input/reader.h"

#include <strings.h>

#include "base/utf8.h"
#include "json/walk.h"

enum { HEAD_BYTES = 64 * 1024 };

/* Files that begin like this are no text. */
static const struct str magics[] = {
    STR_INIT("\x7F"
             "ELF"),
    STR_INIT("\x89PNG\r\n"),
    STR_INIT("\xFF\xD8\xFF"),
    STR_INIT("GIF87a"),
    STR_INIT("GIF89a"),
    STR_INIT("%PDF-"),
    STR_INIT("PK\x03\x04"),
    STR_INIT("\x1F\x8B"),
    STR_INIT("\xFF\xFE"),
    STR_INIT("\xFE\xFF"),
    STR_INIT("BZh"),
    STR_INIT("\xFD"
             "7zXZ"),
    STR_INIT("SQLite format 3"),
};

/* Text may hold a NUL here and there; a binary file or UTF-16 is full of them. */
static bool is_binary(struct str head)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (str_starts(head, magics[i]))
            return true;
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

/* Asks every JSON reader, with as much of the source as they want to see. */
static bool ask_readers(struct arena *arena, struct stream *stream, const struct reader **found,
                        struct error *err)
{
    *found = NULL;
    for (size_t want = HEAD_BYTES;; want *= 4) {
        if (!stream_fill(stream, want, err))
            return false;
        bool wants_more = false;
        struct head head = { stream_window(stream), stream->at_eof, arena };
        for (const struct reader *const *reader = readers; *reader; reader++) {
            enum match match = (*reader)->is_json ? (*reader)->detect(&head) : MATCH_NO;
            if (match == MATCH_YES) {
                *found = *reader;
                return true;
            }
            wants_more |= match == MATCH_LONGER_HEAD;
        }
        if (!wants_more || stream->at_eof || head.bytes.len > ENTRY_BYTES_MAX)
            return true;
    }
}

/* What a JSON file that no reader takes looks like. */
static struct str describe_foreign(struct arena *arena, struct stream *stream)
{
    struct json_walk *walk = ARENA_NEW(arena, struct json_walk);
    json_walk_init(walk, stream_window(stream), arena);
    const char *what = "not a Messages request, a Message Batches body or lines of "
                       "{\"custom_id\", \"params\"}";
    if (json_finish(walk) || walk->pos >= stream_window(stream).len)
        return str_from_c(what);
    size_t line_end = str_find(stream_window(stream), '\n', 0);
    if (walk->problem_at > line_end || (walk->depth == 0 && !walk->value_pending))
        return str_from_c(what); /* the first line is a value: JSON lines of another kind */
    struct place place = locate(stream->place, stream_window(stream), walk->problem_at);
    return str_format(arena, "not valid JSON (%s at line %zu, column %zu), and %s", walk->problem,
                      place.line, place.column, what);
}

static void skip_byte_order_mark(struct stream *stream)
{
    if (!str_starts(stream_window(stream), STR("\xEF\xBB\xBF")))
        return;
    stream_take(stream, 3);
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

bool reader_detect(struct arena *arena, struct stream *stream, struct str path,
                   enum detected *detected, const struct reader **reader, struct str *why,
                   struct error *err)
{
    const struct str mark = STR("\xEF\xBB\xBF");
    if (!stream_fill(stream, HEAD_BYTES, err))
        return false;
    struct str head = stream_window(stream);
    bool must_be_json = has_json_ending(path);
    if (is_binary(head)) {
        *detected = DETECTED_BINARY;
        return true;
    }
    struct str text = str_starts(head, mark) ? str_slice(head, mark.len, head.len) : head;
    struct str start = str_trim(text);
    if (!head.len || (must_be_json && !start.len && stream->at_eof)) {
        *detected = DETECTED_EMPTY;
        return true;
    }
    *detected = DETECTED_READER;
    *reader = NULL;
    if (must_be_json || (start.len && (start.ptr[0] == '{' || start.ptr[0] == '['))) {
        struct stream before = *stream;
        skip_byte_order_mark(stream);
        if (!ask_readers(arena, stream, reader, err))
            return false;
        if (!*reader && !must_be_json && before.offset != stream->offset) {
            stream->start -= mark.len; /* the mark belongs to a prompt */
            stream->offset = before.offset;
        }
    }
    if (*reader)
        return true;
    *reader = &reader_text;
    if (must_be_json) {
        *detected = DETECTED_FOREIGN;
        *why = describe_foreign(arena, stream);
    }
    return true;
}
