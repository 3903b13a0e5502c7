#ifndef TOKGATE_JSON_WALK_H
#define TOKGATE_JSON_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/*
 * A strict walk over one JSON text (RFC 8259): UTF-8, grammar, no duplicate members, capped
 * nesting, nothing after the value. The caller pulls: it peeks at the type of the next value and
 * enters, reads or skips it. A value that is not taken is skipped (and checked all the same) by the
 * next call of json_member or json_element. The first problem stops the walk: every later call
 * returns false or JSON_ERROR, and problem says what and where.
 *
 *     json_walk_init(&walk, text, arena);
 *     if (json_object(&walk))
 *         while (json_member(&walk, &key))
 *             if (str_equal(key.raw, STR("model")) && json_peek(&walk) == JSON_STRING)
 *                 json_text(&walk, &model);
 *     if (!json_finish(&walk))
 *         ... walk.problem, walk.problem_at
 *
 * The walk copies nothing. It uses the arena only when the open objects together have more than
 * JSON_KEYS_INLINE members, some 40 bytes for each; and not where is_checked is set after the
 * initialization, of a text that was walked to its end without a problem before.
 */
enum { JSON_DEPTH_MAX = 256, JSON_KEYS_INLINE = 64 };

enum json_type {
    JSON_ERROR,
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

/* For sets of types. */
#define JSON_BIT(type) (1u << (type))

/* A string as it stands between its quotes. */
struct json_text {
    struct str raw;
    size_t at;    /* offset of its opening quote */
    bool escaped; /* raw holds a backslash: json_decode gives the text meant */
};

/* The name of a member, as it stands between its quotes. */
struct json_key {
    size_t at, len;
    uint32_t hash; /* of a key in the table */
    bool escaped;
};

struct json_frame {
    bool is_object;
    bool has_items;
    bool has_table;     /* its keys are in the table */
    size_t keys_before; /* open keys of the enclosing objects */
};

struct json_walk {
    struct str text;
    size_t pos; /* offset of the next byte */
    struct arena *arena;
    size_t spaces;            /* bytes of white space between tokens so far */
    bool ended;               /* the problem is that the text ends too early */
    const char *problem;      /* NULL while all is well */
    size_t problem_at;        /* offset */
    struct str problem_name;  /* the member a "duplicate member" is about, else empty */
    size_t lone_surrogate_at; /* offset of the first \uD800..\uDFFF without its other half, or
                               * JSON_NOWHERE: grammatical, but no Unicode text */
    bool is_checked;          /* the text was walked before: names are not compared again */
    bool value_pending;       /* json_member or json_element announced a value nobody took */
    size_t depth;
    struct json_frame frames[JSON_DEPTH_MAX];
    size_t keys_len, keys_cap;
    struct json_key *keys; /* members of the open objects, innermost last */
    uint64_t seed;         /* of the table */
    uint32_t *slots;       /* open addressing: index into keys + 1; NULL: no object needs one */
    struct json_key keys_inline[JSON_KEYS_INLINE];
    uint32_t slots_inline[JSON_KEYS_INLINE * 2];
};

#define JSON_NOWHERE SIZE_MAX

/* Starts at the first byte of text, which must outlive the walk. A byte order mark is a problem:
 * callers that allow one skip it first. */
void json_walk_init(struct json_walk *walk, struct str text, struct arena *arena);

/* The type of the next value, which starts at walk->pos afterwards. JSON_ERROR when there is none.
 */
enum json_type json_peek(struct json_walk *walk);

/* Enter an object or an array. False when the next value is something else. */
bool json_object(struct json_walk *walk);
bool json_array(struct json_walk *walk);

/* Go to the next member or element. False at the end of the container (which is left) or at a
 * problem. */
bool json_member(struct json_walk *walk, struct json_text *key);
bool json_element(struct json_walk *walk);

/* Take the next value. False when it is of another type, which leaves it in place. */
bool json_text(struct json_walk *walk, struct json_text *value);
bool json_number(struct json_walk *walk, struct str *raw);
bool json_bool(struct json_walk *walk, bool *value);

/* Takes the next value, whatever it is, and checks all of it. *raw (may be NULL) is its slice. */
bool json_skip(struct json_walk *walk, struct str *raw);

/* Leaves all open containers, checking what is left of them, and demands the end of the text. True
 * when the text is one well-formed value. */
bool json_finish(struct json_walk *walk);

/* The text a string stands for: raw itself when nothing is escaped, else a copy in the arena. Lone
 * surrogates become U+FFFD, as the counter sees them. */
struct str json_decode(struct json_text text, struct arena *arena);

/* "a string", "an object", ... for messages. */
const char *json_type_name(enum json_type type);

/* True when the string stands for name. */
bool json_escaped_is(struct json_text text, struct str name);
static inline bool json_text_is(struct json_text text, struct str name)
{
    return text.escaped ? json_escaped_is(text, name) : str_equal(text.raw, name);
}

/* A number's value when it is an integer of at most 2^53 (RFC 8259, section 6) on either side of 0:
 * "1024", "1024.0", "1e3". False for fractions and larger ones. */
bool json_integer(struct str raw, int64_t *value);

/* A number as a double; grammar was checked by the walk. */
double json_double(struct str raw);

#endif
