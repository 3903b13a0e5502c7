#include "json/write.h"

#include <assert.h>
#include <inttypes.h>

#include "base/utf8.h"

static void new_line(struct json_write *json)
{
    if (!json->pretty)
        return;
    fputc('\n', json->out);
    for (int i = 0; i < json->depth; i++)
        fputs("  ", json->out);
}

/* Comma and indent before a value or a key. */
static void separate(struct json_write *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (!json->depth)
        return;
    if (json->has_items[json->depth - 1])
        fputs(json->pretty ? "," : ", ", json->out);
    json->has_items[json->depth - 1] = true;
    new_line(json);
}

void json_write_begin(struct json_write *json, char bracket)
{
    separate(json);
    assert(json->depth < JSON_WRITE_DEPTH_MAX);
    json->has_items[json->depth++] = false;
    fputc(bracket, json->out);
}

void json_write_end(struct json_write *json, char bracket)
{
    assert(json->depth > 0);
    bool has_items = json->has_items[--json->depth];
    if (has_items)
        new_line(json);
    fputc(bracket, json->out);
}

static void write_char(FILE *out, unsigned char c)
{
    if (c == '"' || c == '\\')
        fprintf(out, "\\%c", c);
    else if (c == '\n')
        fputs("\\n", out);
    else if (c == '\t')
        fputs("\\t", out);
    else if (c < 0x20 || c == 0x7F)
        fprintf(out, "\\u%04x", c);
    else
        fputc(c, out);
}

/* Length of the ASCII characters there that stand for themselves. */
static size_t plain_len(struct str text, size_t at)
{
    size_t to = at;
    while (to < text.len && text.ptr[to] >= ' ' && text.ptr[to] < 0x7F && text.ptr[to] != '"' &&
           text.ptr[to] != '\\')
        to++;
    return to - at;
}

static void write_string(FILE *out, struct str text)
{
    fputc('"', out);
    for (size_t at = 0; at < text.len;) {
        const size_t plain = plain_len(text, at);
        if (plain) {
            fwrite(text.ptr + at, 1, plain, out);
            at += plain;
            continue;
        }
        size_t len = utf8_char_len(text, at);
        if (!len)
            fputs("\xEF\xBF\xBD", out);
        else if (len == 1)
            write_char(out, (unsigned char)text.ptr[at]);
        else if (utf8_unsafe_at(text, at) >= 0x10000)
            fprintf(out, "\\udb40\\u%04x", 0xDC00u + (unsigned)(utf8_unsafe_at(text, at) & 0x3FF));
        else if (utf8_unsafe_at(text, at) >= 0)
            fprintf(out, "\\u%04x", (unsigned)utf8_unsafe_at(text, at));
        else
            fwrite(text.ptr + at, 1, len, out);
        at += len ? len : utf8_invalid_len(text, at);
    }
    fputc('"', out);
}

void json_write_key(struct json_write *json, const char *name)
{
    separate(json);
    write_string(json->out, str_from_c(name));
    fputs(": ", json->out);
    json->after_key = true;
}

void json_write_text(struct json_write *json, struct str text)
{
    separate(json);
    write_string(json->out, text);
}

void json_write_integer(struct json_write *json, int64_t value)
{
    separate(json);
    fprintf(json->out, "%" PRId64, value);
}

void json_write_decimal(struct json_write *json, double value, int digits)
{
    separate(json);
    fprintf(json->out, "%.*f", digits, value);
}

void json_write_real(struct json_write *json, double value)
{
    separate(json);
    fprintf(json->out, "%.17g", value);
}

void json_write_bool(struct json_write *json, bool value)
{
    separate(json);
    fputs(value ? "true" : "false", json->out);
}

void json_write_null(struct json_write *json)
{
    separate(json);
    fputs("null", json->out);
}

void json_write_text_member(struct json_write *json, const char *name, struct str text)
{
    json_write_key(json, name);
    if (text.len)
        json_write_text(json, text);
    else
        json_write_null(json);
}

void json_write_integer_member(struct json_write *json, const char *name, int64_t value)
{
    json_write_key(json, name);
    if (value >= 0)
        json_write_integer(json, value);
    else
        json_write_null(json);
}
