/* How readers cut sources into entries, and where they say these are. */
#include "input/extent.h"
#include "input/manifest.h"

#include "scratch.h"
#include "tap.h"

static struct arena arena;

/* One line an entry: "index offset line:column size text", or "problem: ...". */
static struct str split_all(const struct reader *reader, const char *path)
{
    struct buf out = { .arena = &arena };
    struct splitting splitting = { 0 };
    struct error err = { 0 };
    struct entry entry;
    ok(stream_open(&splitting.stream, path, &err) && reader_begin(reader, &splitting.stream, &err),
       path);
    while (reader->split(&splitting, &entry, &err)) {
        buf_format(&out, "%zu %zu %zu:%zu ", entry.index, entry.offset, entry.start.line,
                   entry.start.column);
        if (entry.problem)
            buf_format(&out, "problem: %s\n", entry.problem);
        else if (entry.remark)
            buf_format(&out, "%s: %s\n", entry.is_fault ? "fault" : "remark", entry.remark);
        else if (entry.bytes.len > 1000)
            buf_format(&out, "%zu bytes\n", entry.bytes.len);
        else
            buf_format(&out, "%zu %.*s\n", entry.size_bytes, STR_ARGS(entry.bytes));
    }
    ok(!err.kind, "without an error");
    stream_close(&splitting.stream);
    return buf_str(&out);
}

struct split_case {
    const char *what, *text, *want;
};

#define COMMA "not valid JSON lines: a comma behind the object, which is read all the same"
#define COMMA_FIRST                                                                                \
    "not valid JSON lines: a comma before the first object, which is read all the same"
#define MEMBER "a member beside requests"
#define LIST   "a list among JSON lines: what is in it is read as if each had a line of its own"

static const struct split_case jsonl_cases[] = {
    { "junk between glued ones", "{\"a\":1} x, {\"custom_id\":1}\n{}",
      "0 0 1:1 7 {\"a\":1}\n1 8 1:9 2 x,\n2 11 1:12 15 {\"custom_id\":1}\n3 27 2:1 2 {}\n" },
    { "junk after the last one", "{\"a\":1}{\"b\":1} x\n{}",
      "0 0 1:1 7 {\"a\":1}\n1 7 1:8 9 {\"b\":1} x\n2 17 2:1 2 {}\n" },
    { "junk before an entry", "x {\"custom_id\":1}\n{}",
      "0 0 1:1 1 x\n1 2 1:3 15 {\"custom_id\":1}\n2 18 2:1 2 {}\n" },
    { "a brace too few before a glued one", "{\"a\":{}{\"custom_id\":1}\n{}",
      "0 0 1:1 7 {\"a\":{}\n1 7 1:8 15 {\"custom_id\":1}\n2 23 2:1 2 {}\n" },
    { "a quote too few before a glued one", "{\"a\":\"}{\"custom_id\":1}\n{}",
      "0 0 1:1 7 {\"a\":\"}\n1 7 1:8 15 {\"custom_id\":1}\n2 23 2:1 2 {}\n" },
    { "two lines", "{\"a\":1}\n{\"b\":2}\n", "0 0 1:1 7 {\"a\":1}\n1 8 2:1 7 {\"b\":2}\n" },
    { "no last line end", "{}\n{}", "0 0 1:1 2 {}\n1 3 2:1 2 {}\n" },
    { "blank lines and indents", "\n \r\n\t{}  \n\n\n{}\r\n", "0 5 3:2 2 {}\n1 12 6:1 2 {}\n" },
    { "glued", "{\"a\":{}}{} {}\n{}",
      "0 0 1:1 8 {\"a\":{}}\n1 8 1:9 2 {}\n2 11 1:12 2 {}\n3 14 2:1 2 {}\n" },
    { "characters before a glued one", "{\"\xC3\xA9\":0}{}",
      "0 0 1:1 8 {\"\xC3\xA9\":0}\n1 8 1:8 2 {}\n" },
    { "text after an object", "{} x {}\n{}", "0 0 1:1 7 {} x {}\n1 8 2:1 2 {}\n" },
    { "no object", "[1]\nx y\n{}", "0 0 1:1 3 [1]\n1 4 2:1 3 x y\n2 8 3:1 2 {}\n" },
    { "braces and quotes in texts", "{\"}\\\"{\":\"\\\\\"}{}",
      "0 0 1:1 13 {\"}\\\"{\":\"\\\\\"}\n1 13 1:14 2 {}\n" },
    { "one broken line does not swallow the next", "{\"a\":\"b\n{}\n{[}\n{}",
      "0 0 1:1 7 {\"a\":\"b\n1 8 2:1 2 {}\n2 11 3:1 3 {[}\n3 15 4:1 2 {}\n" },
    { "over several lines", "{\n \"a\":\n 1,\n \"b\": [\n  {},\n  2\n ]\n}\n\n{\n}{\n\"c\":0\n}",
      "0 0 1:1 34 {\n \"a\":\n 1,\n \"b\": [\n  {},\n  2\n ]\n}\n1 36 10:1 3 {\n}\n"
      "2 39 11:2 9 {\n\"c\":0\n}\n" },
    { "over several lines, without indents", "{\n\"a\": [\n{\n},\n{}\n]\n}\n{}",
      "0 0 1:1 20 {\n\"a\": [\n{\n},\n{}\n]\n}\n1 21 8:1 2 {}\n" },
    { "cut off where JSON may go on", "{\"a\": [\n{\"b\":1,\n{\"c\":\n{\"d\":{\n{}",
      "0 0 1:1 7 {\"a\": [\n1 8 2:1 7 {\"b\":1,\n2 16 3:1 5 {\"c\":\n3 22 4:1 6 {\"d\":{\n"
      "4 29 5:1 2 {}\n" },
    { "cut off on a later line", "{\n \"a\": [\n  \"b\n ]\n}\n{}\n",
      "0 0 1:1 19 {\n \"a\": [\n  \"b\n ]\n}\n1 20 6:1 2 {}\n" },
    { "cut off at the end of a line", "{}\n{\n \"a\": [\n",
      "0 0 1:1 2 {}\n1 3 2:1 9 {\n \"a\": [\n" },
    { "text sequences", "\x1E{\"a\":1}\n\x1E{\"b\":2}\x1E{}\n",
      "0 1 1:2 7 {\"a\":1}\n1 10 2:2 7 {\"b\":2}\n2 18 2:10 2 {}\n" },
    { "a byte order mark", "\xEF\xBB\xBF{}\n{}", "0 3 1:1 2 {}\n1 6 2:1 2 {}\n" },
    { "a comma behind one", "{\"a\":1},\r\n{},\n {}",
      "0 0 1:1 7 {\"a\":1}\n1 7 1:8 fault: " COMMA "\n1 10 2:1 2 {}\n2 12 2:3 fault: " COMMA
      "\n2 15 3:2 2 {}\n" },
    { "commas before and between, on one line", ",{} , {},,",
      "0 0 1:1 fault: " COMMA_FIRST "\n0 1 1:2 2 {}\n1 4 1:5 fault: " COMMA
      "\n1 6 1:7 2 {}\n2 8 1:9 fault: " COMMA "\n" },
    { "a comma and more", "{}, x\n{}", "0 0 1:1 5 {}, x\n1 6 2:1 2 {}\n" },
    { "a comma and a NUL's escape", "{},\\0\n{}", "0 0 1:1 5 {},\\0\n1 6 2:1 2 {}\n" },
    { "a bracket behind the last one", "{\"a\":1}]}\n",
      "0 0 1:1 7 {\"a\":1}\n1 7 1:8 fault: not valid JSON lines: a bracket that nothing has "
      "opened\n" },
    { "a brace too many", "{}}\n{}", "0 0 1:1 3 {}}\n1 4 2:1 2 {}\n" },
    { "a comma behind ten", "{},\n{},\n{},\n{},\n{},\n{},\n{},\n{},\n{},\n{},\n",
      "0 0 1:1 2 {}\n1 2 1:3 fault: " COMMA "\n1 4 2:1 2 {}\n2 6 2:3 fault: " COMMA
      "\n2 8 3:1 2 {}\n3 10 3:3 fault: " COMMA "\n3 12 4:1 2 {}\n4 14 4:3 fault: " COMMA
      "\n4 16 5:1 2 {}\n5 18 5:3 fault: " COMMA "\n5 20 6:1 2 {}\n6 22 6:3 fault: " COMMA
      "\n6 24 7:1 2 {}\n7 26 7:3 fault: " COMMA "\n7 28 8:1 2 {}\n8 30 8:3 fault: " COMMA
      "\n8 32 9:1 2 {}\n9 36 10:1 2 {}\n10 40 9:3 fault: not valid JSON lines: commas behind 2 "
      "more objects, from here to the end\n" },
    { "lists among lines", "{}\n[{\"a\":1}, {}]\n{\"requests\" : [{}], \"x\":0}\n{}",
      "0 0 1:1 2 {}\n1 3 2:1 remark: " LIST "\n1 4 2:2 7 {\"a\":1}\n2 13 2:11 2 {}\n"
      "3 17 3:1 remark: " LIST "\n3 32 3:16 2 {}\n4 37 3:21 remark: " MEMBER "\n4 44 4:1 2 {}\n" },
    { "a list among lines that is cut off", "{}\n[{\"a\":1},\n{}\n{}",
      "0 0 1:1 2 {}\n1 3 2:1 remark: " LIST "\n1 4 2:2 7 {\"a\":1}\n2 13 3:1 2 {}\n"
      "3 16 4:1 fault: not valid JSON: expected ',' or ']' between the requests\n"
      "3 16 4:1 2 {}\n" },
    { "a body among lines that is broken", "{}\n{\"requests\":[{}],\"x\":tru}\n{}",
      "0 0 1:1 2 {}\n1 3 2:1 remark: " LIST "\n1 16 2:14 2 {}\n2 20 2:18 remark: " MEMBER
      "\n2 24 2:22 problem: not valid JSON: this is no value\n2 29 3:1 2 {}\n" },
    { "nothing", "", "" },
    { "only space", " \n\r\n\t", "" },
};

/* Said where something follows the end of a list. */
#define MORE(place)                                                                                \
    place                                                                                          \
        " remark: more requests after the end of the list: they are checked as a batch of their "  \
        "own\n"

static const struct split_case batch_cases[] = {
    { "two entries", "{\"requests\": [{\"a\":1},\n {\"b\":2}]}",
      "0 14 1:15 7 {\"a\":1}\n1 24 2:2 7 {\"b\":2}\n" },
    { "other members", "{\"x\":[\"]}\"],\"y\":\"\\\"\",\"z\":-1e3,\"requests\":[{}],\"w\":null}",
      "0 1 1:2 remark: " MEMBER "\n0 12 1:13 remark: " MEMBER "\n0 21 1:22 remark: " MEMBER
      "\n0 42 1:43 2 {}\n1 46 1:47 remark: " MEMBER "\n" },
    { "no entries", "{\"requests\":[]}", "" },
    { "an empty object", " { } ", "" },
    { "values that are no objects", "{\"requests\":[1,\"a,]\",[2,[3]],null]}",
      "0 13 1:14 1 1\n1 15 1:16 5 \"a,]\"\n2 21 1:22 7 [2,[3]]\n3 29 1:30 4 null\n" },
    { "truncated in an entry", "{\"requests\":[{},{\"a\":[",
      "0 13 1:14 2 {}\n1 16 1:17 6 {\"a\":[\n" },
    { "truncated after an entry", "{\"requests\":[{}",
      "0 13 1:14 2 {}\n1 15 1:16 problem: not valid JSON: expected ',' or ']' between the "
      "requests\n" },
    { "truncated after a comma", "{\"requests\":[{},",
      "0 13 1:14 2 {}\n1 16 1:17 problem: not valid JSON: expected a request after the comma\n" },
    { "truncated after requests", "{\"requests\":[{}]",
      "0 13 1:14 2 {}\n1 16 1:17 problem: not valid JSON: expected ',' or '}'\n" },
    { "truncated in a name", "{\"reque",
      "0 1 1:2 problem: not valid JSON: a member name is not closed\n" },
    { "no comma", "{\"requests\":[{} {}]}",
      "0 13 1:14 2 {}\n1 16 1:17 fault: not valid JSON: expected ',' or ']' between the "
      "requests\n1 16 1:17 2 {}\n" },
    { "two commas", "{\"requests\":[{},,{\"custom_id\":1}]}",
      "0 13 1:14 2 {}\n1 16 1:17 fault: not valid JSON: expected a request\n"
      "1 17 1:18 15 {\"custom_id\":1}\n" },
    { "a trailing comma", "{\"requests\":[{},]}",
      "0 13 1:14 2 {}\n1 16 1:17 fault: not valid JSON: expected a request after the comma\n" },
    { "a quote too few", "{\"requests\":[{\"a},{\"custom_id\":1}]}",
      "0 13 1:14 5 {\"a},\n1 18 1:19 15 {\"custom_id\":1}\n" },
    { "a quote too few in a line", "{\"requests\":[{\"a},\n{\"custom_id\":\"\"}]}",
      "0 13 1:14 5 {\"a},\n1 19 2:1 16 {\"custom_id\":\"\"}\n" },
    { "a brace too few", "{\"requests\":[{\"a\":1,{\"custom_id\":1}]}",
      "0 13 1:14 7 {\"a\":1,\n1 20 1:21 15 {\"custom_id\":1}\n" },
    { "a brace too few at the end", "{\"requests\":[{\"a\":1]}", "0 13 1:14 6 {\"a\":1\n" },
    { "a brace too many", "{\"requests\":[{}},{\"custom_id\":1}]}",
      "0 13 1:14 2 {}\n1 15 1:16 fault: not valid JSON: expected ',' or ']' between the "
      "requests\n1 17 1:18 15 {\"custom_id\":1}\n" },
    { "two bodies", "{\"requests\":[{}]}{\"requests\":[{}]}",
      "0 13 1:14 2 {}\n" MORE("1 17 1:18") "1 30 1:31 2 {}\n" },
    { "an empty body among others", "{\"requests\":[]} {\"requests\":[{}]}{\"requests\":[]}",
      "0 16 1:1 problem: there is no request in this list\n" MORE(
          "0 16 1:17") "0 29 1:30 2 {}\n" MORE("1 33 1:34") "1 48 1:34 problem: there is no "
                                                            "request in this list\n" },
    { "lines after a body", "{\"requests\":[{}]}\n{}\n{}",
      "0 13 1:14 2 {}\n" MORE("1 18 2:1") "1 18 2:1 2 {}\n2 21 3:1 2 {}\n" },
    { "trailing garbage", "{\"requests\":[{}]} x",
      "0 13 1:14 2 {}\n1 18 1:19 fault: not valid JSON: text after the end of the JSON value\n" },
    { "a bracket too many", "{\"requests\":[{}],{\"custom_id\":1}]}",
      "0 13 1:14 2 {}\n1 17 1:18 fault: not valid JSON: expected a member name in double quotes\n"
      "1 17 1:18 15 {\"custom_id\":1}\n" },
    { "braces and brackets too many", "{\"requests\":[{}]}},{\"custom_id\":1}]}",
      "0 13 1:14 2 {}\n1 17 1:18 fault: not valid JSON: text after the end of the JSON value\n"
      "1 19 1:20 15 {\"custom_id\":1}\n" },
    { "requests twice", "{\"requests\":[{}],\"requests\":[{}]}",
      "0 13 1:14 2 {}\n1 17 1:18 fault: not valid JSON: duplicate member\n1 29 1:30 2 {}\n" },
    { "no object", "[{}]", "0 0 1:1 problem: not valid JSON: expected an object\n" },
};

static const struct split_case array_cases[] = {
    { "two entries", " [{\"a\":1},\n {\"b\":2}]\n", "0 2 1:3 7 {\"a\":1}\n1 12 2:2 7 {\"b\":2}\n" },
    { "no entries", "[]", "" },
    { "an array inside", "[[1],{}]", "0 1 1:2 3 [1]\n1 5 1:6 2 {}\n" },
    { "truncated after an entry", "[{}",
      "0 1 1:2 2 {}\n1 3 1:4 problem: not valid JSON: expected ',' or ']' between the "
      "requests\n" },
    { "truncated after the bracket", "[",
      "0 1 1:2 problem: not valid JSON: the text ends inside the list of requests\n" },
    { "a bracket too many", "[{},]{\"a\":1},{}]",
      "0 1 1:2 2 {}\n1 4 1:5 fault: not valid JSON: expected a request after the comma\n" MORE(
          "1 5 1:6") "1 5 1:6 7 {\"a\":1}\n2 12 1:13 fault: " COMMA "\n2 13 1:14 2 {}\n"
                     "3 15 1:16 fault: not valid JSON lines: a bracket that nothing has opened\n" },
    { "an object after it", "[{}]{}", "0 1 1:2 2 {}\n" MORE("1 4 1:5") "1 4 1:5 2 {}\n" },
    { "text after it", "[{}]x",
      "0 1 1:2 2 {}\n1 4 1:5 fault: not valid JSON: text after the end of the JSON value\n" },
    { "a body", "{\"requests\":[]}", "0 0 1:1 problem: not valid JSON: expected an array\n" },
};

static void test_cases(const struct reader *reader, const struct split_case *cases, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        scratch_write("source", cases[i].text);
        is_str(split_all(reader, "source"), cases[i].want, cases[i].what);
    }
}

static void test_limits(void)
{
    for (const struct reader *const *reader = readers; *reader; reader++) {
        const struct manifest_limits *limits = (*reader)->limits;
        ok((*reader)->is_manifest == (limits != NULL), (*reader)->name);
        ok(!limits || (limits->name && limits->id_name && limits->source), "limits have a source");
    }
}

/* Entries around and over the size of a window's first read. */
static void test_large(void)
{
    static const size_t sizes[] = { 256 * 1024 - 20, 256 * 1024 - 1, 256 * 1024, 300000, 1500000 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct str filler = str_format(&arena, "%0*d", (int)sizes[i], 0);
        struct str text = str_format(&arena, "{\"a\":\"%s\"}\n\n{\"b\":2}{}\n", filler.ptr);
        scratch_write("large", text.ptr);
        size_t len = sizes[i] + 8;
        struct str want =
            str_format(&arena, "0 0 1:1 %zu bytes\n1 %zu 3:1 7 {\"b\":2}\n2 %zu 3:8 2 {}\n", len,
                       len + 2, len + 9);
        is_str(split_all(&reader_jsonl, "large"), want.ptr, "a large line");
        text = str_format(&arena, "{\"requests\":[\n{\"a\":\"%s\"},{\"b\":2}]}", filler.ptr);
        scratch_write("large", text.ptr);
        want = str_format(&arena, "0 14 2:1 %zu bytes\n1 %zu 2:%zu 7 {\"b\":2}\n", len, len + 15,
                          len + 2);
        is_str(split_all(&reader_batch, "large"), want.ptr, "a large request");
    }
}

/* Seeing a window byte by byte finds the same end as seeing it at once. */
static void test_extent(void)
{
    static const struct str values[] = {
        STR_INIT("{}x"),
        STR_INIT("{\"a\":[1,{\"}\":\"\\\"]\"}]} {}"),
        STR_INIT("[[],[\"\\\\\"],\"\\u005D\"]]"),
        STR_INIT("{\"\\\\\\\"}\":\"{\"}}"),
        STR_INIT("{\"a\":\"b"),
        STR_INIT("[[[]"),
        STR_INIT("{\"a\n\":1}"),
        STR_INIT("{\n}"),
        STR_INIT("{]"),
    };
    for (size_t i = 0; i < 2 * sizeof values / sizeof values[0]; i++) {
        struct str value = values[i / 2];
        struct extent whole = { 0 }, steps = { 0 };
        bool found = extent_find(&whole, value, i % 2), found_steps = false;
        for (size_t len = 1; len <= value.len && !found_steps; len++)
            found_steps = extent_find(&steps, str_slice(value, 0, len), i % 2);
        ok(found == found_steps && whole.pos == steps.pos && whole.depth == steps.depth,
           "byte by byte as at once");
    }
    struct extent extent = { 0 };
    ok(extent_find(&extent, values[1], false) && extent.pos == values[1].len - 3, "up to its end");
}

static void test_whole(void)
{
    scratch_write("source", "\xEF\xBB\xBF {}\n{}");
    is_str(split_all(&reader_request, "source"), "0 3 1:1 6  {}\n{}\n", "a request is all of it");
    is_str(split_all(&reader_text, "source"), "0 0 1:1 9 \xEF\xBB\xBF {}\n{}\n",
           "a byte order mark is part of a text");
    scratch_write("source", "");
    is_str(split_all(&reader_text, "source"), "0 0 1:1 0 \n", "an empty text is one");
}

static size_t request_bytes(struct str text)
{
    const struct request_defaults defaults = { .max_tokens = REQUEST_UNSET };
    struct request request = { .entry = text, .parts.arena = &arena, .faults.arena = &arena };
    reader_text.parse(&arena, &defaults, &request);
    return request.size_bytes;
}

/* Bytes of the text in its request. */
static size_t text_bytes(struct str text)
{
    return request_bytes(text) - request_bytes(STR("a")) + 1;
}

/* A text is as long as it is in JSON, whatever it is made of. */
static void test_text_bytes(void)
{
    static const struct {
        unsigned char from, to;
        size_t bytes;
    } kinds[] = { { 0x00, 0x08, 6 }, { '\t', '\n', 2 }, { 0x0B, 0x0C, 6 }, { '\r', '\r', 2 },
                  { 0x0E, 0x1F, 6 }, { ' ', '!', 1 },   { '"', '"', 2 },   { '#', '[', 1 },
                  { '\\', '\\', 2 }, { ']', 0x7F, 1 },  { 0x80, 0xFF, 1 } };
    static char text[64 * 51 * 2 + 65];
    for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
        bool are_many = true, are_few = true;
        for (size_t byte = kinds[kind].from; byte <= kinds[kind].to; byte++) {
            memset(text, (int)byte, sizeof text);
            are_many &=
                text_bytes((struct str){ text, sizeof text }) == sizeof text * kinds[kind].bytes;
            are_few &= text_bytes((struct str){ text, 63 }) == 63 * kinds[kind].bytes;
        }
        ok(are_many && are_few, "bytes of many blocks and of less than one in JSON");
    }
    memset(text, 'a', sizeof text);
    text[0] = text[63] = text[64] = text[sizeof text - 1] = '\n';
    ok(text_bytes((struct str){ text, sizeof text }) == sizeof text + 4, "at borders of blocks");
}

/* So many broken entries, each of them followed by another one that must be found: when each look
 * for an end went to the end of the source, this would take hours. */
static void test_many_broken(void)
{
    enum { LEN = 50000 };
    static const struct {
        const char *what, *head, *entry, *tail;
        const struct reader *reader;
    } cases[] = {
        { "a brace too few", "[", "{\"custom_id\":\"%d\",\"params\":{},", "]", &reader_array },
        { "brackets too few", "[", "{\"custom_id\":\"%d\",\"params\":{\"a\":[{},", "]",
          &reader_array },
        { "a quote too few", "[", "{\"custom_id\":%d\",\"params\":{}},\n", "]", &reader_array },
        { "a brace too few on one line", "", "{\"custom_id\":\"%d\",\"params\":{}", "",
          &reader_jsonl },
        { "brackets too few on one line", "", "{\"custom_id\":\"%d\",\"params\":[{\"a\":{}", "",
          &reader_jsonl },
        { "brackets too few on a line", "", "{\"custom_id\":\"%d\",\n \"params\":[{\"a\":{}\n", "",
          &reader_jsonl },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena scratch = { 0 };
        struct buf text = { .arena = &scratch };
        struct splitting splitting = { 0 };
        struct error err = { 0 };
        struct entry entry;
        size_t len = 0;
        buf_format(&text, "%s", cases[i].head);
        for (int n = 0; n < LEN; n++)
            buf_format(&text, cases[i].entry, n);
        buf_format(&text, "%s", cases[i].tail);
        scratch_write("broken", buf_str(&text).ptr);
        ok(stream_open(&splitting.stream, "broken", &err), "opened");
        while (cases[i].reader->split(&splitting, &entry, &err))
            len += !entry.remark && !entry.problem;
        ok(!err.kind && len == LEN, cases[i].what);
        stream_close(&splitting.stream);
        arena_free(&scratch);
    }
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    test_cases(&reader_jsonl, jsonl_cases, sizeof jsonl_cases / sizeof jsonl_cases[0]);
    test_cases(&reader_batch, batch_cases, sizeof batch_cases / sizeof batch_cases[0]);
    test_cases(&reader_array, array_cases, sizeof array_cases / sizeof array_cases[0]);
    test_limits();
    test_large();
    test_many_broken();
    test_extent();
    test_whole();
    test_text_bytes();
    scratch_remove(&scratch);
    arena_free(&arena);
    return tap_done();
}
