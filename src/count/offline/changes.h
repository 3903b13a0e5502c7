#ifndef TOKGATE_COUNT_OFFLINE_CHANGES_H
#define TOKGATE_COUNT_OFFLINE_CHANGES_H

/* Where a text is not normalised yet. Most of a text is, and is then only read. */

#include "base/str.h"
#include "count/offline/reading.h"

/*
 * The character at a place of any bytes. What is not UTF-8 is U+FFFD, one for each maximal part
 * that could have begun a character.
 */
struct character changes_character(struct str text, size_t at);

/* The start of the first character at or after a place that normalisation may change, or join to
 * what stands before; or text.len. The character at the place has nothing to join. */
size_t changes_next(const struct tokenizer *tokenizer, struct str text, size_t at);

/* Whether the character may belong to the one before it. */
static inline bool changes_joins(const struct tokenizer *tokenizer, uint32_t value)
{
    const struct char_traits *traits = vocab_traits(tokenizer->vocab, value);
    return traits->flags & CHAR_NFC || traits->combining_class;
}

#endif
