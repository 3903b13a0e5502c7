#ifndef TOKGATE_COUNT_OFFLINE_COMPOSE_H
#define TOKGATE_COUNT_OFFLINE_COMPOSE_H

/*
 * NFC of a character with the marks that follow it, which may be megabytes: taken apart, sorted,
 * put together. utf8proc knows how; it is asked only about characters that can be taken apart or
 * joined, and what it said last is remembered.
 */

#include "count/offline/tokenizer.h"

/* An answer: what the two characters are as one, or 0. */
struct composed_pair {
    uint32_t first, second, composed;
};

enum { COMPOSING_WHOLE_LEN = 256, COMPOSING_PAIRS_LEN = 256 };

/* Characters in tokenizer->characters, each with its combining class in the top byte. */
struct composing {
    struct tokenizer *tokenizer;
    size_t len;
    size_t rest;                         /* bytes of the text from its first character on */
    uint32_t whole[COMPOSING_WHOLE_LEN]; /* characters that are their own decomposition */
    struct composed_pair pairs[COMPOSING_PAIRS_LEN];
};

/* Makes it empty, with nothing remembered. */
void composing_init(struct composing *composing, struct tokenizer *tokenizer);

/* The combining class of a character is kept above its bits. */
enum { COMPOSING_CLASS_SHIFT = 24 };

/* Below it no character is taken apart. */
enum { COMPOSING_FIRST = 0xc0 };

/* As composing_add(), where it is not known that there is room and nothing to take apart. */
void composing_add_any(struct composing *composing, uint32_t value,
                       const struct char_traits *traits);

/* Adds the decomposition of a character with these traits. A mark that NFC leaves alone has no
 * parts: marks made of marks are not composed. */
static inline void composing_add(struct composing *composing, uint32_t value,
                                 const struct char_traits *traits)
{
    struct tokenizer *tokenizer = composing->tokenizer;
    const uint32_t class = traits->combining_class;
    const bool is_whole = value < COMPOSING_FIRST || (class && !(traits->flags & CHAR_NFC)) ||
                          composing->whole[value % COMPOSING_WHOLE_LEN] == value;
    if (is_whole && composing->len < tokenizer->characters_cap)
        tokenizer->characters[composing->len++] = value | class << COMPOSING_CLASS_SHIFT;
    else
        composing_add_any(composing, value, traits);
}

/* Sorts and joins what was added since the last time; the characters are then the first of
 * tokenizer->characters, without their class. Returns how many. */
size_t composing_finish(struct composing *composing);

#endif
