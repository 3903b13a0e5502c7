#include "json/walk.h"

#include <assert.h>
#include <string.h>

#include "base/stops.h"
#include "json/keys.h"
#include "json/scan.h"

void json_walk_init(struct json_walk *walk, struct str text, struct arena *arena)
{
    walk->text = text;
    walk->pos = 0;
    walk->arena = arena;
    walk->spaces = 0;
    walk->ended = false;
    walk->problem = NULL;
    walk->problem_at = 0;
    walk->problem_name = (struct str){ 0 };
    walk->lone_surrogate_at = JSON_NOWHERE;
    walk->is_checked = false;
    walk->value_pending = true;
    walk->depth = 0;
    json_keys_init(walk);
}

/* A problem this near to the end may only be a token that is cut off: the longest is an escaped
 * surrogate pair. */
enum { TOKEN_TAIL = 12 };

static bool fail(struct json_walk *walk, size_t at, const char *problem)
{
    if (!walk->problem) {
        walk->problem = problem;
        walk->problem_at = at;
        walk->ended |= walk->text.len - at < TOKEN_TAIL;
    }
    return false;
}

static char byte_after_space(struct json_walk *walk)
{
    size_t from = walk->pos;
    char c = '\0';
    while (walk->pos < walk->text.len) {
        c = walk->text.ptr[walk->pos];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            break;
        walk->pos++;
    }
    walk->spaces += walk->pos - from;
    return walk->pos < walk->text.len ? c : '\0';
}

/* The next byte after white space, or NUL at the end: a raw NUL is no JSON token either way. */
static inline char next_byte(struct json_walk *walk)
{
    const bool is_there =
        walk->pos < walk->text.len && (unsigned char)walk->text.ptr[walk->pos] > ' ';
    return is_there ? walk->text.ptr[walk->pos] : byte_after_space(walk);
}

static bool at_end(const struct json_walk *walk)
{
    return walk->pos >= walk->text.len;
}

static const enum json_type type_of_byte[256] = {
    ['"'] = JSON_STRING, ['-'] = JSON_NUMBER, ['0'] = JSON_NUMBER, ['1'] = JSON_NUMBER,
    ['2'] = JSON_NUMBER, ['3'] = JSON_NUMBER, ['4'] = JSON_NUMBER, ['5'] = JSON_NUMBER,
    ['6'] = JSON_NUMBER, ['7'] = JSON_NUMBER, ['8'] = JSON_NUMBER, ['9'] = JSON_NUMBER,
    ['['] = JSON_ARRAY,  ['f'] = JSON_BOOL,   ['n'] = JSON_NULL,   ['t'] = JSON_BOOL,
    ['{'] = JSON_OBJECT,
};

enum json_type json_peek(struct json_walk *walk)
{
    if (walk->problem || !walk->value_pending)
        return JSON_ERROR;
    char c = next_byte(walk);
    enum json_type type = at_end(walk) ? JSON_ERROR : type_of_byte[(unsigned char)c];
    if (type == JSON_ERROR)
        fail(walk, walk->pos,
             at_end(walk) ? "the text ends where a value should be" : "expected a value");
    return type;
}

static bool enter(struct json_walk *walk, enum json_type type)
{
    if (json_peek(walk) != type)
        return false;
    if (walk->depth == JSON_DEPTH_MAX)
        return fail(walk, walk->pos, "nested deeper than 256 levels");
    walk->frames[walk->depth++] = (struct json_frame){
        .is_object = type == JSON_OBJECT,
        .keys_before = walk->keys_len,
    };
    walk->pos++;
    walk->value_pending = false;
    return true;
}

bool json_object(struct json_walk *walk)
{
    return enter(walk, JSON_OBJECT);
}

bool json_array(struct json_walk *walk)
{
    return enter(walk, JSON_ARRAY);
}

/* Goes past what is between two items. False when the container ended (and was left) or is broken.
 */
static bool next_item(struct json_walk *walk)
{
    if (walk->problem || (walk->value_pending && !json_skip(walk, NULL)))
        return false;
    assert(walk->depth);
    struct json_frame *frame = &walk->frames[walk->depth - 1];
    char c = next_byte(walk);
    if (at_end(walk))
        return fail(walk, walk->pos,
                    frame->is_object ? "the text ends inside an object"
                                     : "the text ends inside an array");
    if (c == (frame->is_object ? '}' : ']')) {
        json_keys_close(walk);
        walk->pos++;
        walk->depth--;
        return false;
    }
    if (frame->has_items) {
        if (c != ',')
            return fail(walk, walk->pos,
                        frame->is_object ? "expected ',' or '}'" : "expected ',' or ']'");
        size_t comma = walk->pos++;
        c = next_byte(walk);
        if (c == '}' || c == ']')
            return fail(walk, comma, "trailing comma");
    }
    frame->has_items = true;
    return true;
}

bool json_element(struct json_walk *walk)
{
    if (!next_item(walk))
        return false;
    walk->value_pending = true;
    return true;
}

static bool take_string(struct json_walk *walk, struct json_text *text);

bool json_member(struct json_walk *walk, struct json_text *key)
{
    if (!next_item(walk))
        return false;
    if (next_byte(walk) != '"')
        return fail(walk, walk->pos, "expected a member name in double quotes");
    if (!take_string(walk, key))
        return false;
    if (!walk->is_checked && !json_keys_add(walk, *key)) {
        walk->problem_name = key->raw;
        return fail(walk, key->at, "duplicate member");
    }
    if (next_byte(walk) != ':')
        return fail(walk, walk->pos, "expected ':' after a member name");
    walk->pos++;
    walk->value_pending = true;
    return true;
}

/* So far a string is looked through for its end before it is taken for a long one: its opening
 * quote and what is looked at in two steps. */
enum { NEAR = 1 + 2 * 16 };

static bool take_short_string(struct json_walk *walk, struct json_text *text)
{
    const size_t open = walk->pos, left = walk->text.len - open;
    const struct str near = str_slice(walk->text, 0, open + (left < NEAR ? left : NEAR));
    const size_t end = stops_find_plain(near, open + 1);
    if (end == near.len || near.ptr[end] != '"')
        return false;
    *text = (struct json_text){ str_slice(near, open + 1, end), open, false };
    walk->pos = end + 1;
    return true;
}

static bool take_string(struct json_walk *walk, struct json_text *text)
{
    if (take_short_string(walk, text))
        return true;
    struct json_scan scan = { .text = walk->text,
                              .pos = walk->pos,
                              .lone_surrogate_at = walk->lone_surrogate_at };
    bool taken = json_scan_string(&scan, text);
    walk->pos = scan.pos;
    walk->lone_surrogate_at = scan.lone_surrogate_at;
    walk->ended |= scan.not_closed;
    return taken || fail(walk, scan.pos, scan.problem);
}

bool json_text(struct json_walk *walk, struct json_text *value)
{
    if (json_peek(walk) != JSON_STRING)
        return false;
    walk->value_pending = false;
    return take_string(walk, value);
}

static size_t digits_end(struct str text, size_t pos)
{
    while (pos < text.len && text.ptr[pos] >= '0' && text.ptr[pos] <= '9')
        pos++;
    return pos;
}

static bool is_at(struct str text, size_t pos, const char *bytes)
{
    return pos < text.len && text.ptr[pos] && strchr(bytes, text.ptr[pos]);
}

bool json_number(struct json_walk *walk, struct str *raw)
{
    if (json_peek(walk) != JSON_NUMBER)
        return false;
    struct str text = walk->text;
    size_t start = walk->pos, digits = start + (text.ptr[start] == '-');
    size_t pos = digits_end(text, digits);
    if (pos == digits)
        return fail(walk, pos, "a number without digits");
    if (text.ptr[digits] == '0' && pos > digits + 1)
        return fail(walk, start, "a number with a leading zero");
    if (is_at(text, pos, ".")) {
        size_t fraction = pos + 1;
        pos = digits_end(text, fraction);
        if (pos == fraction)
            return fail(walk, pos, "a number without digits after its point");
    }
    if (is_at(text, pos, "eE")) {
        size_t exponent = pos + 1 + is_at(text, pos + 1, "+-");
        pos = digits_end(text, exponent);
        if (pos == exponent)
            return fail(walk, pos, "a number without digits in its exponent");
    }
    *raw = str_slice(text, start, pos);
    walk->pos = pos;
    walk->value_pending = false;
    return true;
}

static bool take_word(struct json_walk *walk, struct str word)
{
    struct str left = str_slice(walk->text, walk->pos, walk->text.len);
    if (!str_starts(left, word))
        return fail(walk, walk->pos, "expected true, false or null");
    walk->pos += word.len;
    walk->value_pending = false;
    return true;
}

bool json_bool(struct json_walk *walk, bool *value)
{
    if (json_peek(walk) != JSON_BOOL)
        return false;
    *value = walk->text.ptr[walk->pos] == 't';
    return take_word(walk, *value ? STR("true") : STR("false"));
}

static bool skip_scalar(struct json_walk *walk, enum json_type type)
{
    struct json_text text;
    struct str number;
    bool flag;
    switch (type) {
    case JSON_STRING:
        return json_text(walk, &text);
    case JSON_NUMBER:
        return json_number(walk, &number);
    case JSON_BOOL:
        return json_bool(walk, &flag);
    case JSON_NULL:
        return take_word(walk, STR("null"));
    default:
        return false;
    }
}

/* Iterative, so that nesting costs no stack: enters what can be entered until depth is reached
 * again. */
static bool skip_to_depth(struct json_walk *walk, size_t depth)
{
    while (!walk->problem && (walk->depth > depth || walk->value_pending)) {
        if (walk->value_pending) {
            enum json_type type = json_peek(walk);
            if (type == JSON_OBJECT || type == JSON_ARRAY)
                enter(walk, type);
            else
                skip_scalar(walk, type);
        } else if (walk->frames[walk->depth - 1].is_object) {
            struct json_text key;
            json_member(walk, &key);
        } else {
            json_element(walk);
        }
    }
    return !walk->problem;
}

bool json_skip(struct json_walk *walk, struct str *raw)
{
    if (json_peek(walk) == JSON_ERROR)
        return false;
    size_t start = walk->pos;
    if (!skip_to_depth(walk, walk->depth))
        return false;
    if (raw)
        *raw = str_slice(walk->text, start, walk->pos);
    return true;
}

bool json_finish(struct json_walk *walk)
{
    if (walk->problem || !skip_to_depth(walk, 0))
        return false;
    next_byte(walk);
    return at_end(walk) || fail(walk, walk->pos, "text after the end of the JSON value");
}

const char *json_type_name(enum json_type type)
{
    static const char *const names[] = {
        [JSON_ERROR] = "nothing",    [JSON_NULL] = "null",       [JSON_BOOL] = "true or false",
        [JSON_NUMBER] = "a number",  [JSON_STRING] = "a string", [JSON_ARRAY] = "an array",
        [JSON_OBJECT] = "an object",
    };
    return names[type];
}
