#include "report/records.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fingerprint.h"
#include "base/utf8.h"
#include "json/write.h"

static void write_hash(struct json_write *json, uint64_t hash)
{
    char digits[17];
    snprintf(digits, sizeof digits, "%016" PRIx64, hash);
    json_write_text(json, (struct str){ digits, 16 });
}

/* Also when it is empty. */
static void write_text(struct json_write *json, const char *name, struct str text)
{
    json_write_key(json, name);
    json_write_text(json, text);
}

/* A text of a manifest, which may be of any length, though a line may not: of a long one its
 * beginning and what tells it from others. */
static void write_name(struct json_write *json, const char *name, struct str text)
{
    char cut[RECORD_NAME_MAX + sizeof "...0123456789abcdef"];
    if (text.len <= RECORD_NAME_MAX) {
        write_text(json, name, text);
        return;
    }
    const struct str head = utf8_head(text, RECORD_NAME_MAX);
    memcpy(cut, head.ptr, head.len);
    snprintf(cut + head.len, sizeof cut - head.len, "...%016" PRIx64, fingerprint(text));
    write_text(json, name, (struct str){ cut, head.len + sizeof "...0123456789abcdef" - 1 });
}

void records_header(FILE *out, const struct record_header *header)
{
    struct json_write json = { .out = out };
    json_write_begin(&json, '{');
    write_text(&json, "tokgate", STR("records"));
    json_write_integer_member(&json, "version", RECORD_VERSION);
    write_text(&json, "part", header->part);
    write_text(&json, "catalog", header->catalog);
    write_text(&json, "vocabulary", header->vocabulary);
    json_write_end(&json, '}');
}

static void write_prefixes(struct json_write *json, const struct plan_record *record)
{
    json_write_key(json, "prefixes");
    json_write_begin(json, '[');
    for (size_t i = 0; i < record->prefixes_len; i++) {
        json_write_begin(json, '[');
        write_hash(json, record->prefixes[i].hash);
        json_write_integer(json, record->prefixes[i].tokens);
        json_write_text(json, record->prefixes[i].is_1h ? STR("1h") : STR("5m"));
        json_write_end(json, ']');
    }
    json_write_end(json, ']');
}

static void write_flag(struct json_write *json, const char *name, bool flag)
{
    if (!flag)
        return;
    json_write_key(json, name);
    json_write_bool(json, true);
}

void records_line(FILE *out, const struct plan_record *record, struct str part)
{
    struct json_write json = { .out = out };
    json_write_begin(&json, '{');
    json_write_integer_member(&json, "index", (int64_t)record->index);
    if (!str_equal(record->source, part))
        write_text(&json, "path", record->source);
    json_write_integer_member(&json, "line", (int64_t)record->place.line);
    json_write_integer_member(&json, "column", (int64_t)record->place.column);
    if (record->custom_id.len)
        write_name(&json, "custom_id", record->custom_id);
    write_name(&json, "model", record->model);
    json_write_integer_member(&json, "tokens", record->tokens);
    if (record->low != record->tokens)
        json_write_integer_member(&json, "low", record->low);
    if (record->high != record->tokens)
        json_write_integer_member(&json, "high",
                                  record->high == COUNT_UNBOUNDED ? -1 : record->high);
    write_text(&json, "origin", str_from_c(count_origin_name(record->origin)));
    if (record->max_tokens != REQUEST_UNSET)
        json_write_integer_member(&json, "max_tokens", record->max_tokens);
    json_write_integer_member(&json, "entry_bytes", record->entry_bytes);
    if (record->prefixes_len)
        write_prefixes(&json, record);
    write_flag(&json, "us", record->is_us);
    write_flag(&json, "fast", record->is_fast);
    write_flag(&json, "web_search", record->searches_web);
    write_flag(&json, "faulty", record->is_faulty);
    write_flag(&json, "other_batch", record->is_other_batch);
    json_write_end(&json, '}');
}

/* With all of its digits. */
static void write_real(struct json_write *json, const char *name, double value)
{
    json_write_key(json, name);
    json_write_real(json, value);
}

void records_finding(FILE *out, const struct finding *finding, struct str part)
{
    struct json_write json = { .out = out };
    json_write_begin(&json, '{');
    write_text(&json, "finding", str_from_c(finding->rule));
    write_text(&json, "severity", str_from_c(severity_name(finding->severity)));
    write_text(&json, "verdict", str_from_c(verdict_name(finding->verdict)));
    if (!str_equal(finding->path, part))
        write_text(&json, "path", finding->path);
    json_write_integer_member(&json, "line", (int64_t)finding->place.line);
    json_write_integer_member(&json, "column", (int64_t)finding->place.column);
    if (finding->custom_id.len)
        write_name(&json, "custom_id", finding->custom_id);
    write_text(&json, "message", finding->message);
    if (finding->has_numbers && isfinite(finding->value) && isfinite(finding->limit)) {
        write_real(&json, "value", finding->value);
        write_real(&json, "limit", finding->limit);
    }
    json_write_end(&json, '}');
}

void records_trailer(FILE *out, const struct record_trailer *trailer)
{
    struct json_write json = { .out = out };
    json_write_begin(&json, '{');
    json_write_key(&json, "end");
    json_write_bool(&json, true);
    json_write_integer_member(&json, "requests", trailer->requests);
    json_write_integer_member(&json, "findings", trailer->findings);
    json_write_integer_member(&json, "failed", trailer->failed);
    json_write_integer_member(&json, "faulty", trailer->faulty);
    json_write_integer_member(&json, "waived", trailer->waived);
    json_write_key(&json, "hash");
    write_hash(&json, trailer->hash);
    json_write_end(&json, '}');
}
