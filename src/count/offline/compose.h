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
    uint32_t whole[COMPOSING_WHOLE_LEN]; /* characters that are their own decomposition */
    struct composed_pair pairs[COMPOSING_PAIRS_LEN];
};

/* Makes it empty, with nothing remembered. */
void composing_init(struct composing *composing, struct tokenizer *tokenizer);

/* Adds the decomposition of a character. */
void composing_add(struct composing *composing, uint32_t value);

/* Sorts and joins what was added since the last time; the characters are then the first of
 * tokenizer->characters, without their class. Returns how many. */
size_t composing_finish(struct composing *composing);

#endif
