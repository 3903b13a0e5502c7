#include "json/dump.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/walk.h"

struct dump {
    struct buf *out;
    struct json_dump_style style;
    int depth;
};

/* The character at text[at], which is valid UTF-8. */
static uint32_t read_character(struct str text, size_t at, size_t *size)
{
    static const unsigned char lead[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    const unsigned char first = (unsigned char)text.ptr[at];
    *size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t value = first & lead[*size];
    for (size_t i = 1; i < *size && at + i < text.len; i++)
        value = value << 6 | ((unsigned char)text.ptr[at + i] & 0x3f);
    return value;
}

static void dump_escape(struct buf *out, uint32_t value)
{
    static const char short_names[][2] = {
        { '"', '"' },  { '\\', '\\' }, { '\b', 'b' }, { '\f', 'f' },
        { '\n', 'n' }, { '\r', 'r' },  { '\t', 't' },
    };
    for (size_t i = 0; i < sizeof short_names / sizeof short_names[0]; i++)
        if (value == (unsigned char)short_names[i][0]) {
            buf_add_char(out, '\\');
            buf_add_char(out, short_names[i][1]);
            return;
        }
    if (value >= 0x10000) {
        buf_format(out, "\\u%04x", 0xd800 + ((value - 0x10000) >> 10));
        value = 0xdc00 + ((value - 0x10000) & 0x3ff);
    }
    buf_format(out, "\\u%04x", value);
}

static void dump_text(const struct dump *dump, struct str text)
{
    buf_add_char(dump->out, '"');
    size_t kept = 0;
    for (size_t at = 0, size; at < text.len; at += size) {
        const unsigned char first = (unsigned char)text.ptr[at];
        size = 1;
        if (first >= 0x20 && first < 0x7f && first != '"' && first != '\\')
            continue;
        const uint32_t value = read_character(text, at, &size);
        if (value >= 0x7f && !dump->style.escapes_high)
            continue;
        buf_add(dump->out, str_slice(text, kept, at));
        dump_escape(dump->out, value);
        kept = at + size;
    }
    buf_add(dump->out, str_slice(text, kept < text.len ? kept : text.len, text.len));
    buf_add_char(dump->out, '"');
}

/* The shortest decimals that give the same double, with an exponent where Python has one. */
static void dump_double(struct buf *out, double value)
{
    char digits[40] = "";
    if (isinf(value)) {
        buf_add(out, value < 0 ? STR("-Infinity") : STR("Infinity"));
        return;
    }
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*e", precision - 1, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    const int exponent = (int)strtol(strchr(digits, 'e') + 1, NULL, 10);
    const int decimals = (int)(strchr(digits, 'e') - digits) - (value < 0 || digits[0] == '-') - 1;
    if (exponent >= -4 && exponent < 16) {
        const int places = (decimals ? decimals - 1 : 0) - exponent;
        buf_format(out, "%.*f", places < 1 ? 1 : places, value);
        return;
    }
    buf_add(out, (struct str){ digits, (size_t)(strchr(digits, 'e') - digits) });
    buf_format(out, "e%s%02d", exponent < 0 ? "-" : "+", abs(exponent));
}

static void dump_number(struct buf *out, struct str raw)
{
    const bool is_integer = !memchr(raw.ptr, '.', raw.len) && !memchr(raw.ptr, 'e', raw.len) &&
                            !memchr(raw.ptr, 'E', raw.len);
    if (!is_integer)
        dump_double(out, json_double(raw));
    else
        buf_add(out, str_equal(raw, STR("-0")) ? STR("0") : raw);
}

static int by_name(const void *a, const void *b)
{
    return str_compare((*(const struct json_node *const *)a)->name,
                       (*(const struct json_node *const *)b)->name);
}

static const struct json_node **items_of(const struct dump *dump, const struct json_node *node)
{
    const struct json_node **items =
        ARENA_ARRAY(dump->out->arena, const struct json_node *, node->len + 1);
    size_t len = 0;
    for (const struct json_node *item = node->first; item; item = item->next)
        items[len++] = item;
    if (dump->style.sorts_keys && node->type == JSON_OBJECT)
        qsort(items, len, sizeof *items, by_name);
    return items;
}

static void dump_node(struct dump *dump, const struct json_node *node);

static void dump_line(const struct dump *dump)
{
    if (!dump->style.indent)
        return;
    buf_add_char(dump->out, '\n');
    for (int i = 0; i < dump->depth * dump->style.indent; i++)
        buf_add_char(dump->out, ' ');
}

static void dump_items(struct dump *dump, const struct json_node *node)
{
    const bool is_object = node->type == JSON_OBJECT;
    const struct json_node **items = items_of(dump, node);
    buf_add_char(dump->out, is_object ? '{' : '[');
    dump->depth++;
    for (size_t i = 0; i < node->len; i++) {
        if (i)
            buf_add(dump->out, dump->style.indent ? STR(",") : STR(", "));
        dump_line(dump);
        if (is_object) {
            dump_text(dump, items[i]->name);
            buf_add(dump->out, STR(": "));
        }
        dump_node(dump, items[i]);
    }
    dump->depth--;
    if (node->len)
        dump_line(dump);
    buf_add_char(dump->out, is_object ? '}' : ']');
}

static void dump_node(struct dump *dump, const struct json_node *node)
{
    switch (node->type) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        dump_items(dump, node);
        break;
    case JSON_STRING:
        dump_text(dump, node->text);
        break;
    case JSON_NUMBER:
        dump_number(dump->out, node->text);
        break;
    case JSON_BOOL:
        buf_add(dump->out, node->is_true ? STR("true") : STR("false"));
        break;
    default:
        buf_add(dump->out, STR("null"));
    }
}

void json_dump(struct buf *out, const struct json_node *node, struct json_dump_style style)
{
    struct dump dump = { .out = out, .style = style };
    dump_node(&dump, node);
}
