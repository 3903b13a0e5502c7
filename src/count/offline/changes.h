#ifndef TOKGATE_COUNT_OFFLINE_CHANGES_H
#define TOKGATE_COUNT_OFFLINE_CHANGES_H

/* Where a text is not normalised yet. Most of a text is, and is then only read. */

#include "base/str.h"
#include "count/offline/reading.h"

/* The character of two or three bytes at a place, as most are; size 0 when it is none, for
 * changes_character() to look at. */
static inline struct character changes_common(const uint8_t *at, size_t left)
{
    if (left >= 2 && (at[0] & 0xe0) == 0xc0 && (at[1] & 0xc0) == 0x80) {
        const uint32_t value = (at[0] & 0x1fU) << 6 | (at[1] & 0x3fU);
        return (struct character){ value, value >= 0x80 ? 2 : 0 };
    }
    if (left >= 3 && (at[0] & 0xf0) == 0xe0 && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80) {
        const uint32_t value = (at[0] & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
        return (struct character){ value, value >= 0x800 && value >> 11 != 0xd800 >> 11 ? 3 : 0 };
    }
    return (struct character){ 0, 0 };
}

/*
 * The character at a place of any bytes. What is not UTF-8 is U+FFFD, one for each maximal part
 * that could have begun a character.
 */
struct character changes_character(struct str text, size_t at);

/* The start of the first character at or after a place that normalisation may change, or join to
 * what stands before; or text.len. tokenizer->next_change is the fastest this processor can run.
 * The character at the place has nothing to join. */
changes_finder changes_next;

/* The same, compiled for processors with AVX2, BMI and POPCNT; NULL where the compiler makes no
 * such code. */
extern changes_finder *const changes_wide;

/* Whether a character with these traits may belong to the one before it. */
static inline bool changes_joins(const struct char_traits *traits)
{
    return traits->flags & CHAR_NFC || traits->combining_class;
}

#endif
