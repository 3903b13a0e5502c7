/* Findings and rows made of the input in every format; JSON must parse again. */
#include "fuzz.h"

#include <string.h>

#include "base/list.h"
#include "json/tree.h"
#include "report/report.h"

/* Takes bytes up to the next 0xFF off the input: a text; and numbers. */
static struct str take_text(struct str *input)
{
    struct str head;
    str_cut(*input, '\xFF', &head, input);
    return head;
}

static unsigned take_number(struct str *input)
{
    unsigned number = input->len ? (unsigned char)input->ptr[0] : 0;
    *input = str_slice(*input, input->len > 0, input->len);
    return number;
}

static void take_finding(struct str *input, struct findings *findings)
{
    unsigned number = take_number(input);
    struct finding finding = {
        .path = take_text(input),
        .place = { number / 2, (size_t)number * number * number },
        .rule = rule_kinds[number % 7]->name,
        .severity = (enum severity)(number % 4),
        .verdict = number % 3 ? VERDICT_FAIL : VERDICT_UNDECIDED,
        .message = take_text(input),
        .has_numbers = number % 2,
        .value = (double)number * 1e16,
        .limit = (double)take_number(input) / 7,
        .custom_id = take_text(input),
    };
    findings_add(findings, &finding);
}

static void expect_json(struct arena *arena, struct str text, bool is_lines)
{
    struct json_problem problem = { 0 };
    while (is_lines && text.len) {
        struct str line;
        str_cut(text, '\n', &line, &text);
        fuzz_expect(json_parse(arena, line, &problem), "each line is JSON");
    }
    if (!is_lines)
        fuzz_expect(json_parse(arena, text, &problem), "the report is JSON");
}

static size_t lines_of(struct str text)
{
    size_t lines = 0;
    for (size_t at = str_find(text, '\n', 0); at < text.len; at = str_find(text, '\n', at + 1))
        lines++;
    return lines;
}

static void check_output(const struct format *format, struct str text, size_t findings_len)
{
    struct arena arena = { 0 };
    bool is_machine = format == &format_json || format == &format_jsonl;
    if (is_machine)
        expect_json(&arena, text, format == &format_jsonl);
    else
        fuzz_expect(str_find(text, '\x1B', 0) == text.len, "no escape gets to the terminal");
    if (format == &format_github || format == &format_jsonl)
        fuzz_expect(lines_of(text) == findings_len, "a finding is a line");
    arena_free(&arena);
}

static void write_rows(FILE *out, const struct format *format, const struct findings *findings,
                       const struct summary *summary)
{
    const struct report_style style = { .verbose = true };
    for (size_t i = 0; i < findings->len; i++) {
        const struct finding *finding = &findings->items[i];
        const struct count_row row = {
            .path = finding->path,
            .place = finding->place,
            .index = i,
            .low = (int64_t)i,
            .custom_id = finding->custom_id,
            .model = finding->message,
            .tokens = (int64_t)i,
            .high = i % 2 ? COUNT_UNBOUNDED : (int64_t)i,
        };
        format->count_row(out, &style, &row, i);
    }
    format->count_end(out, &style, summary);
}

static void run(const struct format *format, const struct findings *findings,
                const struct summary *summary, bool is_count)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    const struct report_style style = { .verbose = true };
    fuzz_expect(out, "there is memory");
    if (is_count)
        write_rows(out, format, findings, summary);
    else
        format->check(out, &style, findings, summary);
    fuzz_expect(fclose(out) == 0, "writing works");
    check_output(format, (struct str){ bytes, size }, findings->len);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct str input = fuzz_text(data, size);
    struct findings findings = { .arena = &arena };
    struct summary summary = { .skipped.arena = &arena, .left_out.arena = &arena };
    summary.rule_file = take_text(&input);
    *LIST_PUSH(&summary.skipped) = (struct skipped){ take_text(&input), take_text(&input) };
    *LIST_PUSH(&summary.left_out) = (struct skipped){ summary.rule_file, take_text(&input) };
    summary.default_model = STR("model"); /* of the catalog, so no input */
    summary.catalog_date = STR("2026-11-20");
    summary.largest[summary.largest_len++] =
        (struct share){ .path = take_text(&input), .custom_id = take_text(&input), .percent = 1e9 };
    summary.largest[0].of = STR("the context window");
    while (input.len)
        take_finding(&input, &findings);
    summary.files = summary.requests = findings.len;
    summary.high = findings.len % 2 ? COUNT_UNBOUNDED : 1;
    findings_sort(&findings);
    for (const struct format *const *format = formats; *format; format++) {
        run(*format, &findings, &summary, false);
        if ((*format)->count_row)
            run(*format, &findings, &summary, true);
    }
    arena_free(&arena);
    return 0;
}
