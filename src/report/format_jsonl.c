#include "json/write.h"
#include "report/report.h"

static void check(FILE *out, const struct report_style *style, const struct findings *findings,
                  const struct summary *summary)
{
    (void)style;
    (void)summary;
    for (size_t i = 0; i < findings->len; i++) {
        struct json_write json = { .out = out };
        report_json_finding(&json, &findings->items[i]);
        fputc('\n', out);
    }
}

static void count_row(FILE *out, const struct report_style *style, const struct count_row *row,
                      size_t number)
{
    (void)style;
    (void)number;
    struct json_write json = { .out = out };
    report_json_row(&json, row);
    fputc('\n', out);
}

static void count_end(FILE *out, const struct report_style *style, const struct summary *summary)
{
    (void)out;
    (void)style;
    (void)summary;
}

const struct format format_jsonl = {
    .name = "jsonl",
    .summary = "one JSON object a line: findings, or the requests of a count",
    .check = check,
    .count_row = count_row,
    .count_end = count_end,
};
