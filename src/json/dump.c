#include "json/dump.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "json/walk.h"

/* A member of an open object, as it stands in what was written. */
struct piece {
    struct str name;
    size_t from, to;
};

struct pieces {
    struct arena *arena;
    struct piece *items;
    size_t len, cap;
};

struct dump {
    struct json_walk walk;
    struct buf *out;
    struct json_dump_style style;
    int depth;
    struct pieces pieces; /* of open objects whose members are to be sorted */
    char *sorted;         /* room for sorting them */
    size_t sorted_size;
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
    return str_compare(((const struct piece *)a)->name, ((const struct piece *)b)->name);
}

static void dump_line(const struct dump *dump)
{
    if (!dump->style.indent)
        return;
    buf_add_char(dump->out, '\n');
    for (int i = 0; i < dump->depth * dump->style.indent; i++)
        buf_add_char(dump->out, ' ');
}

static void dump_between(const struct dump *dump, bool is_first)
{
    if (!is_first)
        buf_add(dump->out, dump->style.indent ? STR(",") : STR(", "));
    dump_line(dump);
}

/* Brings the members of an object, which stand there in another order, into the right one; between
 * any two of them is the same. */
static void sort_pieces(struct dump *dump, struct piece *pieces, size_t len)
{
    const size_t from = pieces[0].from, to = pieces[len - 1].to;
    const struct str between = str_slice(buf_str(dump->out), pieces[0].to, pieces[1].from);
    qsort(pieces, len, sizeof *pieces, by_name);
    if (to - from > dump->sorted_size) {
        const size_t wanted = 2 * dump->sorted_size > to - from ? 2 * dump->sorted_size : to - from;
        dump->sorted = arena_regrow(dump->pieces.arena, dump->sorted, dump->sorted_size, wanted);
        dump->sorted_size = wanted;
    }
    char *end = dump->sorted;
    for (size_t i = 0; i < len; i++) {
        const size_t size = pieces[i].to - pieces[i].from;
        memcpy(end, between.ptr, i ? between.len : 0);
        end += i ? between.len : 0;
        memcpy(end, dump->out->ptr + pieces[i].from, size);
        end += size;
    }
    memcpy(dump->out->ptr + from, dump->sorted, to - from);
}

static bool is_sorted(const struct piece *pieces, size_t len)
{
    for (size_t i = 1; i < len; i++)
        if (by_name(&pieces[i - 1], &pieces[i]) > 0)
            return false;
    return true;
}

static void dump_value(struct dump *dump);

static void dump_object(struct dump *dump)
{
    const size_t first = dump->pieces.len;
    struct json_text key;
    bool is_first = true;
    buf_add_char(dump->out, '{');
    dump->depth++;
    for (; json_member(&dump->walk, &key); is_first = false) {
        const struct str name = json_decode(key, dump->pieces.arena);
        dump_between(dump, is_first);
        if (dump->style.sorts_keys)
            *LIST_PUSH_MANY(&dump->pieces) = (struct piece){ name, dump->out->len, 0 };
        const size_t piece = dump->pieces.len - 1;
        dump_text(dump, name);
        buf_add(dump->out, STR(": "));
        dump_value(dump);
        if (dump->style.sorts_keys)
            dump->pieces.items[piece].to = dump->out->len;
    }
    dump->depth--;
    if (dump->style.sorts_keys && !is_first) {
        struct piece *pieces = dump->pieces.items + first;
        if (!is_sorted(pieces, dump->pieces.len - first))
            sort_pieces(dump, pieces, dump->pieces.len - first);
        dump->pieces.len = first;
    }
    if (!is_first)
        dump_line(dump);
    buf_add_char(dump->out, '}');
}

static void dump_array(struct dump *dump)
{
    bool is_first = true;
    buf_add_char(dump->out, '[');
    dump->depth++;
    for (; json_element(&dump->walk); is_first = false) {
        dump_between(dump, is_first);
        dump_value(dump);
    }
    dump->depth--;
    if (!is_first)
        dump_line(dump);
    buf_add_char(dump->out, ']');
}

static void dump_scalar(struct dump *dump)
{
    struct json_text text;
    struct str raw;
    bool is_true;
    if (json_text(&dump->walk, &text))
        dump_text(dump, json_decode(text, dump->pieces.arena));
    else if (json_number(&dump->walk, &raw))
        dump_number(dump->out, raw);
    else if (json_bool(&dump->walk, &is_true))
        buf_add(dump->out, is_true ? STR("true") : STR("false"));
    else if (json_skip(&dump->walk, NULL))
        buf_add(dump->out, STR("null"));
}

/* Recursion is bounded by JSON_DEPTH_MAX, which the walk enforces. */
static void dump_value(struct dump *dump)
{
    if (json_object(&dump->walk))
        dump_object(dump);
    else if (json_array(&dump->walk))
        dump_array(dump);
    else
        dump_scalar(dump);
}

bool json_dump(struct buf *out, struct str text, struct json_dump_style style)
{
    struct arena scratch = { 0 };
    struct dump dump = { .out = out, .style = style, .pieces = { .arena = &scratch } };
    json_walk_init(&dump.walk, text, &scratch);
    dump.walk.is_checked = true;
    dump_value(&dump);
    const bool is_text = json_finish(&dump.walk) && dump.walk.lone_surrogate_at == JSON_NOWHERE;
    arena_free(&scratch);
    return is_text;
}
