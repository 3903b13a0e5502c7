#ifndef TOKGATE_COUNT_OFFLINE_REPLACEMENT_H
#define TOKGATE_COUNT_OFFLINE_REPLACEMENT_H

/* Runs of U+FFFD, which is what bytes that are no UTF-8 count as: files that are no text are full
 * of them, and they cost by their length. */

#include "count/offline/reading.h"

enum { REPLACEMENT = 0xfffd };

static inline bool replacement_is_at(const struct reading *reading, const uint8_t *at)
{
    return reading->end - at >= 3 && at[0] == 0xef && at[1] == 0xbf && at[2] == 0xbd;
}

/* Reads a run of them, as reading_hard() would. Returns where it ends; at when it is not of them
 * alone, or when the vocabulary has a piece of U+FFFD and what may follow it. */
const uint8_t *replacement_read(struct reading *reading, const uint8_t *at);

/* Tokens of so many of them with their markers (enum vocab_sides); state must be known. */
int64_t replacement_tokens(struct tokenizer *tokenizer, unsigned sides, size_t len);

#endif
