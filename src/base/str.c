#include "base/str.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

int str_int_len(struct str text)
{
    return text.len > INT_MAX ? INT_MAX : (int)text.len;
}

struct str str_from_c(const char *c_string)
{
    return c_string ? (struct str){ c_string, strlen(c_string) } : (struct str){ 0 };
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str text)
{
    while (text.len && is_blank(text.ptr[0]))
        text = str_slice(text, 1, text.len);
    while (text.len && is_blank(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

bool str_equal_c(struct str a, const char *b)
{
    return str_equal(a, str_from_c(b));
}

bool str_starts(struct str text, struct str prefix)
{
    return text.len >= prefix.len && str_equal(str_slice(text, 0, prefix.len), prefix);
}

bool str_ends(struct str text, struct str suffix)
{
    return text.len >= suffix.len &&
           str_equal(str_slice(text, text.len - suffix.len, text.len), suffix);
}

int str_compare(struct str a, struct str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.ptr, b.ptr, shared) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

size_t str_find(struct str text, char c, size_t from)
{
    const char *found = from < text.len ? memchr(text.ptr + from, c, text.len - from) : NULL;
    return found ? (size_t)(found - text.ptr) : text.len;
}

bool str_contains(struct str text, struct str part)
{
    for (size_t at = 0; at + part.len <= text.len; at++)
        if (str_starts(str_slice(text, at, text.len), part))
            return true;
    return false;
}

bool str_cut(struct str text, char separator, struct str *head, struct str *rest)
{
    size_t at = str_find(text, separator, 0);
    bool found = at < text.len;
    *head = (struct str){ text.ptr, at };
    *rest = found ? str_slice(text, at + 1, text.len) : (struct str){ 0 };
    return found;
}

struct str str_copy(struct arena *arena, struct str text)
{
    return (struct str){ str_to_c(arena, text), text.len };
}

char *str_to_c(struct arena *arena, struct str text)
{
    char *copy = arena_grow(arena, text.ptr, text.len, text.len + 1);
    copy[text.len] = '\0';
    return copy;
}

struct str str_format_va(struct arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len < 0)
        len = 0;
    char *text = ARENA_ARRAY(arena, char, (size_t)len + 1);
    if (vsnprintf(text, (size_t)len + 1, format, again) < 0)
        len = 0;
    va_end(again);
    return (struct str){ text, (size_t)len };
}

struct str str_format(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str text = str_format_va(arena, format, args);
    va_end(args);
    return text;
}

bool str_to_int64(struct str text, int64_t max, int64_t *value)
{
    int64_t sum = 0;
    if (!text.len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        int64_t digit = text.ptr[i] - '0';
        if (sum > (INT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return sum <= max;
}

static uint64_t rotate(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

/* One SipRound (Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012). */
static inline void sip_round(uint64_t v[4])
{
    v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
    v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
}

/* Compilers see one load in it. */
static uint64_t load_word(const char *ptr)
{
    const unsigned char *bytes = (const unsigned char *)ptr;
    return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 |
           (uint64_t)bytes[3] << 24 | (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40 |
           (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
}

uint64_t str_hash(struct str text, uint64_t seed)
{
    uint64_t v[4] = { seed ^ 0x736f6d6570736575u, 0x646f72616e646f6du, seed ^ 0x6c7967656e657261u,
                      0x7465646279746573u };
    size_t at = 0;
    for (; text.len - at >= 8; at += 8) {
        const uint64_t word = load_word(text.ptr + at);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    uint64_t last = (uint64_t)text.len << 56;
    for (int shift = 0; at < text.len; at++, shift += 8)
        last |= (uint64_t)(unsigned char)text.ptr[at] << shift;
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xFF;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

enum { NEAREST_NAME_LEN = 64 };

/* Edit distance with transpositions (optimal string alignment), both texts at most
 * NEAREST_NAME_LEN. */
static size_t edit_distance(struct str a, struct str b)
{
    size_t rows[3][NEAREST_NAME_LEN + 1];
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *twice = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = a.ptr[i - 1] == b.ptr[j - 1];
            size_t best = above[j - 1] + (same ? 0 : 1);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1] &&
                twice[j - 2] + 1 < best)
                best = twice[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a.len % 3][b.len];
}

/* The name of the least distance, which is below one. */
static struct str nearest_below(size_t best, struct str text, const struct str *names, size_t len)
{
    struct str nearest = { 0 };
    if (!text.len || text.len > NEAREST_NAME_LEN)
        return nearest;
    for (size_t i = 0; i < len; i++) {
        const size_t longer = text.len > names[i].len ? text.len - names[i].len : 0;
        if (names[i].len > NEAREST_NAME_LEN || longer >= best || names[i].len >= text.len + best)
            continue; /* each byte too many is an edit */
        const size_t distance = edit_distance(text, names[i]);
        if (distance < best && distance < names[i].len) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

struct str str_nearest(struct str text, const struct str *names, size_t len)
{
    const size_t third = text.len / 3 + 2; /* so much mistyped is no longer a slip */
    return nearest_below(third, text, names, len);
}

enum { SLIP_EDITS_MAX = 2 };

struct str str_slip(struct str text, const struct str *names, size_t len)
{
    const size_t third = text.len / 3 + 2;
    const size_t below = third <= SLIP_EDITS_MAX ? third : SLIP_EDITS_MAX + 1;
    const struct str nearest = nearest_below(below, text, names, len);
    const size_t distance = nearest.len ? edit_distance(text, nearest) : 0;
    return 3 * distance <= nearest.len ? nearest : (struct str){ 0 };
}

static void buf_reserve(struct buf *buf, size_t extra)
{
    if (buf->cap - buf->len >= extra)
        return;
    size_t cap = buf->cap ? buf->cap : 64;
    while (cap - buf->len < extra)
        cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
    buf->ptr = buf->regrows ? arena_regrow(buf->arena, buf->ptr, buf->cap, cap)
                            : arena_grow(buf->arena, buf->ptr, buf->len, cap);
    buf->cap = cap;
}

void buf_add(struct buf *buf, struct str text)
{
    if (!text.len)
        return;
    buf_reserve(buf, text.len);
    memcpy(buf->ptr + buf->len, text.ptr, text.len);
    buf->len += text.len;
}

void buf_add_char(struct buf *buf, char c)
{
    buf_add(buf, (struct str){ &c, 1 });
}

void buf_format(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str text = str_format_va(buf->arena, format, args);
    va_end(args);
    buf_add(buf, text);
}

struct str buf_str(const struct buf *buf)
{
    return (struct str){ buf->ptr, buf->len };
}
