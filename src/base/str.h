#ifndef TOKGATE_BASE_STR_H
#define TOKGATE_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/*
 * Text: a pointer and a length in bytes. It owns nothing, may hold NUL, and is UTF-8 only where its
 * source was checked. { 0 } is the empty text.
 */
struct str {
    const char *ptr;
    size_t len;
};

/* A list of texts, for LIST_PUSH. */
struct strs {
    struct arena *arena;
    struct str *items;
    size_t len, cap;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    } /* for static tables */

/* For printf: "%.*s", STR_ARGS(text). Cut at INT_MAX bytes. */
#define STR_ARGS(text) str_int_len(text), (text).ptr ? (text).ptr : ""
int str_int_len(struct str text);

static inline struct str str_slice(struct str text, size_t from, size_t to)
{
    return (struct str){ from ? text.ptr + from : text.ptr, to - from }; /* NULL + 0 is undefined */
}

/* At most so many bytes of the text, from a place in it on. */
static inline struct str str_part(struct str text, size_t from, size_t most)
{
    return str_slice(text, from, most < text.len - from ? from + most : text.len);
}

/* Mostly the lengths tell. */
static inline bool str_equal(struct str a, struct str b)
{
    return a.len == b.len && (!a.len || memcmp(a.ptr, b.ptr, a.len) == 0);
}

struct str str_from_c(const char *c_string); /* NULL gives the empty text */
struct str str_trim(struct str text);        /* without spaces, tabs, CR and LF at both ends */
bool str_equal_c(struct str a, const char *b);
bool str_starts(struct str text, struct str prefix);
bool str_ends(struct str text, struct str suffix);
int str_compare(struct str a, struct str b); /* by bytes, as memcmp */

/* Offset of the first byte c at or after from, or text.len. */
size_t str_find(struct str text, char c, size_t from);

/* Whether the part stands anywhere in the text, as an empty one does. For short parts: in the worst
 * case each place is compared. */
bool str_contains(struct str text, struct str part);

/* Splits at the first separator: *head is what is before it, *rest what follows. False when there
 * is none (*head is all of it, *rest empty). */
bool str_cut(struct str text, char separator, struct str *head, struct str *rest);

/* Copies that live in the arena; str_to_c adds the final NUL. */
struct str str_copy(struct arena *arena, struct str text);
char *str_to_c(struct arena *arena, struct str text);

/* printf into the arena. */
struct str str_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct str str_format_va(struct arena *arena, const char *format, va_list args);

/* A decimal integer without sign or spaces, at most max. False for anything else. */
bool str_to_int64(struct str text, int64_t max, int64_t *value);

/* SipHash-1-3 of the text: whoever does not know the seed cannot make texts collide. The same on
 * every machine. */
uint64_t str_hash(struct str text, uint64_t seed);

/* The nearest of len names to text by edit distance, or an empty text when none is near enough to
 * be a likely slip. */
struct str str_nearest(struct str text, const struct str *names, size_t len);

/* As str_nearest(), when it can hardly be anything but a slip: at most 2 characters are wrong, and
 * at most a third of those that it should have. */
struct str str_slip(struct str text, const struct str *names, size_t len);

/* Text that grows in an arena. */
struct buf {
    struct arena *arena;
    char *ptr;
    size_t len;
    size_t cap;
    bool regrows; /* the memory of what it was is used again: no copy or slice of it may outlive an
                   * addition */
};

void buf_add(struct buf *buf, struct str text);
void buf_add_char(struct buf *buf, char c);
void buf_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str buf_str(const struct buf *buf);

#endif
