#ifndef TOKGATE_TESTS_RANDOM_TEXT_H
#define TOKGATE_TESTS_RANDOM_TEXT_H

/* Texts made to find differences between two counters. One sequence of numbers, the same in every
 * run; one thread. */
#include "base/str.h"

enum { RANDOM_FRAGMENTS_LEN = 177 };

/* Each has a rule of its own. */
extern const char *const random_fragments[RANDOM_FRAGMENTS_LEN];

/* A number below the limit. */
unsigned random_below(unsigned limit);

/* Adds a character in UTF-8, a word of one script, so many fragments or words. */
void random_add_character(struct buf *out, uint32_t value);
void random_add_word(struct buf *out, unsigned letters);
void random_add_mixture(struct buf *out, unsigned fragments);
void random_add_prose(struct buf *out, unsigned words);

/* A text of up to some kilobytes, now and then with bytes that are no UTF-8. */
struct str random_text(struct arena *into);

#endif
