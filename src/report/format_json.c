/* The stable machine format; rules/schema/check.schema.json and count.schema.json describe it. */
#include "json/write.h"
#include "report/report.h"

enum { REPORT_VERSION = 1 };

static void write_skips(struct json_write *json, const char *name, const struct skips *skips)
{
    json_write_key(json, name);
    json_write_begin(json, '[');
    for (size_t i = 0; i < skips->len; i++) {
        json_write_begin(json, '{');
        json_write_text_member(json, "path", skips->items[i].path);
        json_write_text_member(json, "why", skips->items[i].why);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

static void write_origins(struct json_write *json, const struct summary *summary)
{
    json_write_key(json, "counted");
    json_write_begin(json, '{');
    for (int i = 0; i < COUNT_ORIGINS_LEN; i++)
        json_write_integer_member(json, count_origin_name((enum count_origin)i),
                                  (int64_t)summary->by_origin[i]);
    json_write_end(json, '}');
}

static void write_corrected(struct json_write *json, const struct summary *summary)
{
    if (!summary->calibration.len)
        return;
    json_write_key(json, "corrected");
    json_write_begin(json, '{');
    json_write_integer_member(json, "requests", (int64_t)summary->corrected);
    json_write_integer_member(json, "answers", summary->corrected_by);
    json_write_text_member(json, "calibration", summary->calibration);
    json_write_end(json, '}');
}

static void write_largest(struct json_write *json, const struct summary *summary)
{
    json_write_key(json, "largest");
    json_write_begin(json, '[');
    for (size_t i = 0; i < summary->largest_len; i++) {
        const struct share *share = &summary->largest[i];
        json_write_begin(json, '{');
        json_write_text_member(json, "path", share->path);
        json_write_integer_member(json, "line", (int64_t)share->place.line);
        json_write_text_member(json, "custom_id", share->custom_id);
        json_write_integer_member(json, "tokens", share->tokens);
        json_write_key(json, "percent");
        if (share->percent < 0)
            json_write_null(json);
        else
            json_write_decimal(json, share->percent, 4);
        json_write_text_member(json, "of", share->of);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

void report_json_summary(struct json_write *json, const struct summary *summary)
{
    json_write_key(json, "summary");
    json_write_begin(json, '{');
    json_write_integer_member(json, "files", (int64_t)summary->files);
    json_write_integer_member(json, "requests", (int64_t)summary->requests);
    json_write_integer_member(json, "tokens", summary->tokens);
    json_write_integer_member(json, "low", summary->low);
    json_write_integer_member(json, "high", summary->high == COUNT_UNBOUNDED ? -1 : summary->high);
    write_origins(json, summary);
    write_corrected(json, summary);
    json_write_integer_member(json, "errors", (int64_t)summary->errors);
    json_write_integer_member(json, "warnings", (int64_t)summary->warnings);
    json_write_integer_member(json, "notes", (int64_t)summary->notes);
    json_write_integer_member(json, "undecided", (int64_t)summary->undecided);
    json_write_integer_member(json, "waived", (int64_t)summary->waived);
    json_write_integer_member(json, "not_counted", (int64_t)summary->failed_requests);
    write_skips(json, "skipped", &summary->skipped);
    write_largest(json, summary);
    json_write_text_member(json, "rule_file", summary->rule_file);
    json_write_text_member(json, "catalog", summary->catalog_date);
    json_write_end(json, '}');
}

static void check(FILE *out, const struct report_style *style, const struct findings *findings,
                  const struct summary *summary)
{
    (void)style;
    struct json_write json = { .out = out, .pretty = true };
    json_write_begin(&json, '{');
    json_write_integer_member(&json, "version", REPORT_VERSION);
    json_write_key(&json, "findings");
    json_write_begin(&json, '[');
    for (size_t i = 0; i < findings->len; i++)
        report_json_finding(&json, &findings->items[i]);
    json_write_end(&json, ']');
    report_json_summary(&json, summary);
    json_write_end(&json, '}');
    fputc('\n', out);
}

static void plan(FILE *out, const struct report_style *style, const struct plan *numbers,
                 const struct findings *findings, const struct summary *summary)
{
    (void)style;
    report_plan_json(out, numbers, findings, summary);
}

/* The rows come one by one, so the brackets around them are written by hand. */
static void open_rows(FILE *out)
{
    fprintf(out, "{\n\"version\": %d,\n\"requests\": [", REPORT_VERSION);
}

static void count_row(FILE *out, const struct report_style *style, const struct count_row *row,
                      size_t number)
{
    (void)style;
    struct json_write json = { .out = out };
    if (!number)
        open_rows(out);
    fputs(number ? ",\n" : "\n", out);
    report_json_row(&json, row);
}

static void count_end(FILE *out, const struct report_style *style, const struct summary *summary)
{
    (void)style;
    struct json_write json = { .out = out };
    if (!summary->requests)
        open_rows(out);
    fputs("\n],\n", out);
    json.depth = 1; /* inside the object that was opened by hand */
    json.has_items[0] = false;
    report_json_summary(&json, summary);
    fputs("\n}\n", out);
}

const struct format format_json = {
    .name = "json",
    .summary = "one JSON document: findings and summary (see rules/schema)",
    .check = check,
    .count_row = count_row,
    .count_end = count_end,
    .plan = plan,
};
