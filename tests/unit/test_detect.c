/* Which reader takes a source, by its content and name. */
#include "input/reader.h"

#include "scratch.h"
#include "tap.h"

static struct arena arena;

#define MARK    "\xEF\xBB\xBF"
#define ENTRY   "{\"custom_id\":\"a\",\"params\":{}}"
#define CHAT    "{\"custom_id\":\"a\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\"}}"
#define RECORD  "{\"recordId\":\"a\",\"modelInput\":{}}"
#define GOOGLE  "{\"custom_id\":\"a\",\"request\":{\"messages\":[]}}"
#define REQUEST "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[]}"

struct detect_case {
    struct str content;
    const char *md, *json; /* with the ending .md, and with .json */
};

static const struct detect_case cases[] = {
    { STR_INIT(REQUEST), "request", "request" },
    { STR_INIT(" \r\n\t" REQUEST), "request", "request" },
    { STR_INIT(MARK REQUEST), "request", "request" },
    { STR_INIT("{\"model\":\"m\",\"x\":[{}],\"max_tokens\":1}"), "request", "request" },
    { STR_INIT("{\"model\":\"m\"}"), "text", "foreign" },
    { STR_INIT("{\"model\":1,\"max_tokens\":1}"), "text", "foreign" },
    { STR_INIT("{\"messages\":[{\"role\":\"user\"}"), "request", "request" }, /* cut off */
    { STR_INIT(ENTRY), "jsonl", "jsonl" },
    { STR_INIT("\n\n" ENTRY "\n" ENTRY), "jsonl", "jsonl" },
    { STR_INIT("{broken\n" ENTRY), "jsonl", "jsonl" },
    { STR_INIT("{\"x\":1," MARK "\n" ENTRY), "jsonl", "jsonl" },
    { STR_INIT("{\"params\":{}}"), "text", "foreign" },
    { STR_INIT("{\"params\":{\"max_tokens\":1}}"), "jsonl", "jsonl" },
    { STR_INIT("{\"custom_id\":\"a\",\"result\":{}}"), "foreign", "foreign" },
    { STR_INIT("{\"name\":\"a\",\n\"params\":{}}"), "text", "foreign" },
    { STR_INIT("[\n" ENTRY "\n]"), "array", "array" },
    { STR_INIT(REQUEST "\n" REQUEST), "text", "foreign" },
    { STR_INIT("{\"custom_id\":7}"), "text", "foreign" },
    { STR_INIT("{\"requests\":[" ENTRY "]}"), "batch", "batch" },
    { STR_INIT("{\"requests\":[]}"), "batch", "batch" },
    { STR_INIT("{\"x\":[{}],\"requests\" : [\n" ENTRY), "batch", "batch" },
    { STR_INIT("{\"requests\":[{}]}"), "text", "foreign" },
    { STR_INIT("{\"requests\":{}}"), "text", "foreign" },
    { STR_INIT("[" ENTRY "]"), "array", "array" },
    { STR_INIT(ENTRY "\n" CHAT "\n" RECORD), "jsonl", "jsonl" },
    { STR_INIT(CHAT "\n" ENTRY), "openai", "openai" },
    { STR_INIT(RECORD "\n" ENTRY), "bedrock", "bedrock" },
    { STR_INIT("{\"custom_id\":\"a\",\"request\":{\"contents\":[]}}\n" GOOGLE), "vertex",
      "vertex" },
    { STR_INIT("[" CHAT "]"), "openai", "openai" },
    { STR_INIT("{\"requests\":[" RECORD "]}"), "bedrock", "bedrock" },
    { STR_INIT("{\"requests\":[" CHAT "]}"), "openai", "openai" },
    { STR_INIT("{\"custom_id\":\"a\",\"result\":{}} is a result"), "text", "foreign" },
    { STR_INIT("{\"candidates\":[]}"), "text", "foreign" },
    { STR_INIT("interactions:\n- request:\n    body: x\n"), "foreign", "foreign" },
    { STR_INIT("interactions: - request:\n"), "text", "foreign" },
    { STR_INIT("interactions:"), "text", "foreign" },
    { STR_INIT("\x1E"), "empty", "empty" },
    { STR_INIT("["), "text", "foreign" },
    { STR_INIT("[" REQUEST "]"), "text", "foreign" },
    { STR_INIT("[1," ENTRY "]"), "array", "array" },
    { STR_INIT("[]"), "foreign", "foreign" },
    { STR_INIT("\x1E" ENTRY "\n"), "jsonl", "jsonl" },
    { STR_INIT("{\n\"custom_id\":\"a\",\n\"params\":{}\n}\n{\n}"), "jsonl", "jsonl" },
    { STR_INIT("{}"), "text", "foreign" },
    { STR_INIT("[1, 2]"), "text", "foreign" },
    { STR_INIT("7"), "text", "foreign" },
    { STR_INIT("{{name}} is a variable"), "text", "foreign" },
    { STR_INIT("[a link](to) " ENTRY), "text", "foreign" },
    { STR_INIT("Hello"), "text", "foreign" },
    { STR_INIT("Text, then\n" ENTRY), "text", "jsonl" },
    { STR_INIT(MARK "Hello"), "text", "foreign" },
    { STR_INIT(""), "empty", "empty" },
    { STR_INIT(" \n"), "empty", "empty" },
    { STR_INIT(MARK), "empty", "empty" },
    { STR_INIT("a\0b and so on, a text with one NUL in it, which is none of a binary"), "text",
      "foreign" },
    { STR_INIT("a\0b\0c\0"), "binary", "binary" },
    { STR_INIT("\x89PNG\r\n"), "binary", "binary" },
    { STR_INIT("\x7F"
               "ELF"),
      "binary", "binary" },
    { STR_INIT("%PDF-1.7"), "binary", "binary" },
    { STR_INIT("\xFF\xFEh\0i\0"), "binary", "binary" },
};

static struct str detect(struct str content, const char *path, struct stream *stream)
{
    static const char *const names[] = {
        [DETECTED_BINARY] = "binary",
        [DETECTED_FOREIGN] = "foreign",
        [DETECTED_EMPTY] = "empty",
    };
    struct detection detection = { 0 };
    struct error err = { 0 };
    FILE *file = fopen("source", "wb");
    if (!file || fwrite(content.ptr, 1, content.len, file) != content.len || fclose(file) != 0)
        scratch_fail("source");
    ok(stream_open(stream, "source", &err) &&
           reader_detect(&arena, stream, str_from_c(path), &detection, &err),
       "read");
    ok(detection.reader && (detection.what == DETECTED_READER) == !detection.why.len,
       "what is not read says why");
    return str_from_c(detection.what == DETECTED_READER ? detection.reader->name
                                                        : names[detection.what]);
}

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stream stream;
        is_str(detect(cases[i].content, "a.md", &stream), cases[i].md, "as a.md");
        stream_close(&stream);
        is_str(detect(cases[i].content, "d/a.JSON", &stream), cases[i].json, "as a.JSON");
        stream_close(&stream);
    }
}

static void test_mark(void)
{
    struct stream stream;
    detect(STR(MARK REQUEST), "a.json", &stream);
    ok(stream.offset == 3 && stream.place.column == 1, "a byte order mark is taken off JSON");
    stream_close(&stream);
    detect(STR(MARK "{{name}}"), "a.md", &stream);
    ok(stream.offset == 0 && stream.place.column == 1, "and kept before a text");
    is_str(stream_window(&stream), MARK "{{name}}", "that begins like JSON");
    stream_close(&stream);
}

/* What tells the reader comes after more than the first look. */
static void test_long_heads(void)
{
    static const size_t sizes[] = { 70000, 300000, 700000 };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct stream stream;
        struct str filler = str_format(&arena, "%0*d", (int)sizes[i], 0);
        struct str text = str_format(&arena, "{\"system\":\"%s\",\"messages\":[]}", filler.ptr);
        is_str(detect(text, "a", &stream), "request", "messages after a long system prompt");
        stream_close(&stream);
        text = str_format(&arena, "{\"x\":\"%s\",\"requests\":[" ENTRY "]}", filler.ptr);
        is_str(detect(text, "a", &stream), "batch", "requests after a long member");
        stream_close(&stream);
        text = str_format(&arena, "{\"x\":\"%s\",\"params\":{\"messages\":[]}}", filler.ptr);
        is_str(detect(text, "a", &stream), "jsonl", "params after a long member");
        stream_close(&stream);
        text = str_format(&arena, MARK "{\"x\":\"%s", filler.ptr);
        is_str(detect(text, "a.md", &stream), "text", "a long text that begins like JSON");
        ok(str_equal(stream_window(&stream), text), "keeps its byte order mark");
        stream_close(&stream);
    }
}

static void test_reasons(void)
{
    struct stream stream;
    struct detection detection;
    struct error err = { 0 };
    scratch_write("source", "{\"model\":\"m\",\n \"x\" 1}\n");
    ok(stream_open(&stream, "source", &err) &&
           reader_detect(&arena, &stream, STR("a.json"), &detection, &err),
       "read");
    ok(detection.place.line == 2 && detection.place.column == 6, "broken JSON has a place");
    ok(str_starts(detection.why, STR("not valid JSON: expected ':' after a member name; and not")),
       "and a reason");
    stream_close(&stream);
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    test_cases();
    test_mark();
    test_reasons();
    ok(reader_find(STR("jsonl")) == &reader_jsonl && !reader_find(STR("json")), "by name");
    test_long_heads();
    scratch_remove(&scratch);
    arena_free(&arena);
    return tap_done();
}
