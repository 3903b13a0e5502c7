/* Lines of records: what is written can be read again, and what is broken says where. */
#include "report/records.h"

#include <stdlib.h>

#include "check/rule.h"
#include "plan/lines.h"
#include "plan/record_parts.h"
#include "tap.h"

static struct arena arena;

static struct str text_of(const struct plan_record *record, struct str part)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    records_line(out, record, part);
    fclose(out);
    struct str copy = str_copy(&arena, (struct str){ text, size });
    free(text);
    return copy;
}

static void test_round_trip(void)
{
    const struct plan_record record = {
        .source = STR("a \"b\".jsonl"),
        .index = 7,
        .place = { 8, 3 },
        .custom_id = STR("\xC3\xBC\n{\"tokgate\": \"records\","),
        .model = STR("claude-sonnet-5-5"),
        .low = 10,
        .tokens = 12,
        .high = COUNT_UNBOUNDED,
        .origin = COUNT_ORIGIN_CACHE,
        .max_tokens = 0,
        .entry_bytes = 345,
        .prefixes = { { UINT64_MAX, 5, true }, { 1, 9, false } },
        .prefixes_len = 2,
        .is_us = true,
        .is_fast = true,
        .searches_web = true,
        .is_other_batch = true,
        .is_faulty = true,
    };
    struct plan_record read;
    struct record_problem problem;
    const struct str line = text_of(&record, STR("part"));
    ok(record_line_read(&arena, line, &read, &problem), "a line is read");
    ok(str_equal(read.source, record.source) && read.index == 7 && read.place.line == 8 &&
           read.place.column == 3 && str_equal(read.custom_id, record.custom_id) &&
           str_equal(read.model, record.model),
       "what it is");
    ok(read.low == 10 && read.tokens == 12 && read.high == COUNT_UNBOUNDED &&
           read.origin == COUNT_ORIGIN_CACHE && read.max_tokens == 0 && read.entry_bytes == 345,
       "its numbers");
    ok(read.prefixes_len == 2 && read.prefixes[0].hash == UINT64_MAX &&
           read.prefixes[0].tokens == 5 && read.prefixes[0].is_1h && read.prefixes[1].hash == 1 &&
           !read.prefixes[1].is_1h,
       "its prefixes");
    ok(read.is_us && read.is_fast && read.searches_web && read.is_faulty && read.is_other_batch,
       "its flags");
    ok(record_header_at(line) == line.len, "no text in it looks like a header");
    ok(record_kind_of(line) == RECORD_IS_REQUEST, "it is a request");
}

static struct str text_of_finding(const struct finding *finding, struct str part)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    records_finding(out, finding, part);
    fclose(out);
    struct str copy = str_copy(&arena, (struct str){ text, size });
    free(text);
    return copy;
}

static void test_finding(void)
{
    const struct finding finding = {
        .path = STR("a \"b\".jsonl"),
        .place = { 8, 3 },
        .rule = rule_kind_input_tokens.name,
        .severity = SEVERITY_WARNING,
        .verdict = VERDICT_UNDECIDED,
        .message = STR("\xC3\xBC\n{\"tokgate\": \"records\","),
        .has_numbers = true,
        .value = 0.1,
        .limit = 9007199254740993.0,
        .custom_id = STR("i\0d"),
    };
    struct finding read;
    struct record_problem problem;
    const struct str line = text_of_finding(&finding, STR("part"));
    ok(record_kind_of(line) == RECORD_IS_FINDING && record_header_at(line) == line.len,
       "a finding is known by its beginning");
    ok(record_finding_read(&arena, line, &read, &problem), "it is read");
    ok(str_equal(read.path, finding.path) && read.place.line == 8 && read.place.column == 3 &&
           read.rule == finding.rule && str_equal(read.message, finding.message) &&
           str_equal(read.custom_id, finding.custom_id),
       "where and what it is");
    ok(read.severity == SEVERITY_WARNING && read.verdict == VERDICT_UNDECIDED && read.has_numbers &&
           memcmp(&read.value, &finding.value, sizeof read.value) == 0 &&
           memcmp(&read.limit, &finding.limit, sizeof read.limit) == 0,
       "how bad it is, to the last bit");
}

static void test_usual_finding(void)
{
    const struct finding finding = { .path = STR("p"),
                                     .place = { 1, 1 },
                                     .rule = rule_kind_sampling.name,
                                     .severity = SEVERITY_ERROR,
                                     .verdict = VERDICT_FAIL,
                                     .message = STR("m"),
                                     .value = 1,
                                     .limit = 2 };
    struct finding read;
    struct record_problem problem;
    const struct str line = text_of_finding(&finding, STR("p"));
    is_str(line,
           "{\"finding\": \"sampling\", \"severity\": \"error\", \"verdict\": \"fail\", "
           "\"line\": 1, \"column\": 1, \"message\": \"m\"}",
           "of a finding, too, what is usual is left out");
    ok(record_finding_read(&arena, line, &read, &problem) && !read.has_numbers && !read.path.len &&
           !read.custom_id.len,
       "and means what it did");
}

static void test_broken_finding(void)
{
    static const struct {
        const char *rest, *text;
    } cases[] = {
        { "\"line\": 0, \"column\": 1", "line must be a whole number, 1 or more" },
        { "\"line\": 1, \"column\": 0", "column must be a whole number, 1 or more" },
        { "\"line\": 1, \"column\": 1, \"value\": 1e400, \"limit\": 1", "value must be a number" },
        { "\"line\": 1, \"column\": 1, \"value\": 1, \"limit\": -1e400", "limit must be a number" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct finding read = { 0 };
        struct record_problem problem = { 0 };
        const struct str line = str_format(
            &arena,
            "{\"finding\": \"sampling\", \"severity\": \"error\", \"verdict\": \"fail\", %s, "
            "\"message\": \"m\"}",
            cases[i].rest);
        ok(!record_finding_read(&arena, line, &read, &problem) &&
               strcmp(problem.text, cases[i].text) == 0,
           cases[i].text);
    }
}

/* Its numbers are sums, and none of them is without bounds. */
static void test_broken_trailer(void)
{
    static const char *const names[] = { "requests", "findings", "failed", "faulty", "waived" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct buf text = { .arena = &arena };
        struct record_trailer read = { 0 };
        struct record_problem problem = { 0 };
        buf_format(&text, "{\"end\": true, ");
        for (size_t j = 0; j < sizeof names / sizeof names[0]; j++)
            buf_format(&text, "\"%s\": %s, ", names[j], i == j ? "null" : "0");
        buf_format(&text, "\"hash\": \"0123456789abcdef\"}");
        ok(!record_trailer_read(&arena, buf_str(&text), &read, &problem) &&
               strncmp(problem.text, names[i], strlen(names[i])) == 0,
           names[i]);
    }
}

/* A line is not longer than it may be, whatever a manifest has for a name. */
static void test_long(void)
{
    const size_t len = 2 * (size_t)RECORD_LINE_MAX;
    char *const text = ARENA_ARRAY(&arena, char, len);
    const struct finding finding = { .rule = rule_kind_custom_id.name,
                                     .severity = SEVERITY_ERROR,
                                     .verdict = VERDICT_FAIL,
                                     .place = { 1, 1 },
                                     .custom_id = { text, len },
                                     .message = STR("m") };
    struct plan_record record = { .source = STR("p"),
                                  .place = { 1, 1 },
                                  .custom_id = { text, len },
                                  .model = { text, len },
                                  .max_tokens = -1 };
    struct plan_record read = { 0 }, other = { 0 };
    struct finding found = { 0 };
    struct record_problem problem;
    struct str line = text_of(&record, STR("p"));
    ok(line.len < RECORD_LINE_MAX && record_line_read(&arena, line, &read, &problem),
       "a line of long names is read");
    ok(read.custom_id.len == RECORD_NAME_MAX + 19 && str_equal(read.custom_id, read.model),
       "of which the beginning is kept, and a fingerprint");
    line = text_of_finding(&finding, STR("p"));
    ok(line.len < RECORD_LINE_MAX && record_finding_read(&arena, line, &found, &problem) &&
           str_equal(found.custom_id, read.custom_id),
       "as it is of a finding");
    text[len - 1] = 'x';
    ok(record_line_read(&arena, text_of(&record, STR("p")), &other, &problem) &&
           !str_equal(read.custom_id, other.custom_id),
       "names that differ at the end are still two");
    record.custom_id.len = RECORD_NAME_MAX;
    ok(record_line_read(&arena, text_of(&record, STR("p")), &other, &problem) &&
           str_equal(other.custom_id, record.custom_id),
       "one of just the length is kept as it is");
}

static void test_usual(void)
{
    const struct plan_record record = { .source = STR("p"),
                                        .place = { 1, 1 },
                                        .model = STR("m"),
                                        .low = 1,
                                        .tokens = 1,
                                        .high = 1,
                                        .max_tokens = -1,
                                        .entry_bytes = 50 };
    struct plan_record read;
    struct record_problem problem;
    const struct str line = text_of(&record, STR("p"));
    is_str(line,
           "{\"index\": 0, \"line\": 1, \"column\": 1, \"model\": \"m\", \"tokens\": 1, "
           "\"origin\": \"offline\", \"entry_bytes\": 50}",
           "what is usual is left out");
    ok(record_line_read(&arena, line, &read, &problem) && read.low == 1 && read.high == 1 &&
           read.max_tokens == REQUEST_UNSET && !read.source.len,
       "and means what it did");
}

static void test_broken(void)
{
    static const struct {
        const char *line, *text;
        size_t at;
    } cases[] = {
        { "", "not a JSON object", 0 },
        { "[]", "not a JSON object", 0 },
        { "{\"index\": 0", "the text ends inside an object", 11 },
        { "{\"index\": -1}", "index must be a whole number, 0 or more", 10 },
        { "{\"index\": 1.5}", "index must be a whole number, 0 or more", 10 },
        { "{\"index\": 0}", "line is missing", 0 },
        { "{\"line\": 0}", "line must be a whole number, 1 or more", 9 },
        { "{\"index\": 0, \"index\": 0}", "duplicate member", 13 },
        { "{\"prefixes\": [[\"0123\", 1, \"5m\"]]}",
          "prefixes must be at most four of [\"0123456789abcdef\", 1200, \"5m\"]", 13 },
        { "{\"prefixes\": [[\"0123456789abcdef\", 1, \"6m\"]]}",
          "prefixes must be at most four of [\"0123456789abcdef\", 1200, \"5m\"]", 13 },
        { "{\"origin\": \"guess\"}", "origin must be offline, estimate, api or cache", 11 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct plan_record record;
        struct record_problem problem = { 0 };
        const bool is_read = record_line_read(&arena, str_from_c(cases[i].line), &record, &problem);
        const bool is_said = strncmp(problem.text, cases[i].text, strlen(cases[i].text)) == 0;
        if (!ok(!is_read && is_said && problem.at == cases[i].at, cases[i].text))
            printf("# %s at %zu\n", problem.text, problem.at);
    }
    struct plan_record record;
    struct record_problem problem;
    ok(!record_line_read(&arena,
                         STR("{\"index\": 0, \"line\": 1, \"column\": 1, \"model\": \"m\", "
                             "\"tokens\": 5, \"low\": 6, \"origin\": \"api\", \"entry_bytes\": 1}"),
                         &record, &problem),
       "a band that has not its tokens in it");
}

static void test_lines(void)
{
    FILE *file = tmpfile();
    struct stream stream = { .fd = fileno(file), .place = { 1, 1 } };
    struct lines lines = { .stream = &stream };
    struct error err = { 0 };
    struct str line;
    fputs("one\r\n\ntwo two two two\nthree", file);
    fflush(file);
    rewind(file);
    ok(lines_next(&lines, 10, &line, &err) && str_equal(line, STR("one")), "without its line end");
    ok(lines_next(&lines, 10, &line, &err) && !line.len && lines.number == 2, "an empty line");
    ok(lines_next(&lines, 10, &line, &err) && lines.is_too_long && line.len == 10,
       "of a long line the beginning");
    ok(lines_next(&lines, 10, &line, &err) && !lines.is_too_long && str_equal(line, STR("three")) &&
           lines.number == 4,
       "the last line needs no line end");
    ok(!lines_next(&lines, 10, &line, &err) && !err.kind, "then comes nothing");
    free(stream.bytes);
    fclose(file);
}

int main(void)
{
    test_round_trip();
    test_usual();
    test_finding();
    test_usual_finding();
    test_broken();
    test_long();
    test_broken_finding();
    test_broken_trailer();
    test_lines();
    arena_free(&arena);
    return tap_done();
}
