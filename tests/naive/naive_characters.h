#ifndef TOKGATE_TESTS_NAIVE_CHARACTERS_H
#define TOKGATE_TESTS_NAIVE_CHARACTERS_H

/* Texts as arrays of code points; between the parts of the naive counter. */
#include "base/arena.h"
#include "base/str.h"
#include "count/offline/vocab.h"

struct naive {
    struct arena *arena;
    const struct vocab *vocab;
    enum vocab_family family;
    bool after_word_begin;
};

struct characters {
    uint32_t *items;
    size_t len;
};

static inline const struct char_traits *naive_traits(const struct naive *naive, uint32_t character)
{
    return vocab_traits(naive->vocab, character);
}

static inline bool naive_has(const struct naive *naive, uint32_t character, unsigned flags)
{
    return (naive_traits(naive, character)->flags & flags) != 0;
}

/* The character at bytes, and its size; U+FFFD and the size of what could have begun one where
 * there is none (Unicode 15.0, table 3-7 and "maximal subparts"). */
uint32_t naive_decode(const uint8_t *bytes, size_t left, size_t *size);

/* Adds the character in UTF-8. */
void naive_add_character(struct buf *out, uint32_t value);

/* The characters of a text after normalisation. */
struct characters naive_normalized(const struct naive *naive, struct str bytes);

#endif
