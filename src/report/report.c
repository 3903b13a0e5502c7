#include "report/report.h"

#include <math.h>

#include "json/write.h"

#define FORMAT_ENTRY(name) &format_##name,
const struct format *const formats[] = { FORMAT_LIST(FORMAT_ENTRY) NULL };
#undef FORMAT_ENTRY

const struct format *format_find(struct str name)
{
    for (const struct format *const *format = formats; *format; format++)
        if (str_equal_c(name, (*format)->name))
            return *format;
    return NULL;
}

/* Whole numbers without a point, others with four digits after it. */
static void write_number(struct json_write *json, const char *name, bool has_number, double value)
{
    json_write_key(json, name);
    if (!has_number)
        json_write_null(json);
    else
        json_write_decimal(json, value, floor(value) == value ? 0 : 4);
}

void report_json_finding(struct json_write *json, const struct finding *finding)
{
    json_write_begin(json, '{');
    json_write_text_member(json, "path", finding->path);
    json_write_integer_member(json, "line", (int64_t)finding->place.line);
    json_write_integer_member(json, "column", (int64_t)finding->place.column);
    json_write_text_member(json, "rule", str_from_c(finding->rule));
    json_write_text_member(json, "severity", str_from_c(severity_name(finding->severity)));
    json_write_text_member(json, "verdict", str_from_c(verdict_name(finding->verdict)));
    json_write_text_member(json, "message", finding->message);
    write_number(json, "value", finding->has_numbers, finding->value);
    write_number(json, "limit", finding->has_numbers, finding->limit);
    json_write_text_member(json, "custom_id", finding->custom_id);
    json_write_end(json, '}');
}

static void write_parts(struct json_write *json, const struct count_row *row)
{
    json_write_key(json, "parts");
    json_write_begin(json, '[');
    for (size_t i = 0; i < row->parts_len; i++) {
        const struct count_part *part = &row->parts[i];
        json_write_begin(json, '{');
        json_write_text_member(json, "part", part->label);
        json_write_integer_member(json, "line", part->place.line ? (int64_t)part->place.line : -1);
        json_write_integer_member(json, "column",
                                  part->place.line ? (int64_t)part->place.column : -1);
        json_write_integer_member(json, "tokens", part->tokens);
        json_write_key(json, "is_block");
        json_write_bool(json, part->is_block);
        json_write_end(json, '}');
    }
    json_write_end(json, ']');
}

void report_json_row(struct json_write *json, const struct count_row *row)
{
    json_write_begin(json, '{');
    json_write_text_member(json, "path", row->path);
    json_write_integer_member(json, "line", (int64_t)row->place.line);
    json_write_integer_member(json, "index", (int64_t)row->index);
    json_write_text_member(json, "custom_id", row->custom_id);
    json_write_text_member(json, "model", row->model);
    json_write_integer_member(json, "tokens", row->tokens);
    json_write_integer_member(json, "low", row->low);
    json_write_integer_member(json, "high", row->high == COUNT_UNBOUNDED ? -1 : row->high);
    json_write_text_member(json, "origin", str_from_c(count_origin_name(row->origin)));
    if (row->corrected_by)
        json_write_integer_member(json, "corrected_by", row->corrected_by);
    json_write_integer_member(json, "bytes", (int64_t)row->size_bytes);
    if (row->parts)
        write_parts(json, row);
    json_write_end(json, '}');
}
