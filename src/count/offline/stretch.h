#ifndef TOKGATE_COUNT_OFFLINE_STRETCH_H
#define TOKGATE_COUNT_OFFLINE_STRETCH_H

/* A part of a text in blocks: which bytes are letters, which are punctuation, and so on. */

#include "count/offline/lanes.h"
#include "count/offline/reading.h"

/* So many that what is known of them stays in the nearest cache. */
enum { STRETCH_BLOCKS = 32, STRETCH_SIZE = STRETCH_BLOCKS * BLOCK };

/* A list of places in a stretch; some more are written than counted. */
enum { PLACES_AT_ONCE = 24 };
struct places {
    size_t len;
    uint16_t items[STRETCH_SIZE + PLACES_AT_ONCE];
};

struct stretch {
    const uint8_t *at;
    struct lanes_block blocks[STRETCH_BLOCKS + 2]; /* one more on each side, with nothing */
    struct places words, puncts, symbols, replacements, repeats; /* where runs start and end */
    struct places marks; /* single ones with a marker of their own */
    struct places hards; /* hard letters */
};

static inline void stretch_empty(struct stretch *stretch)
{
    stretch->words.len = stretch->puncts.len = stretch->symbols.len = 0;
    stretch->replacements.len = stretch->repeats.len = 0;
    stretch->marks.len = stretch->hards.len = 0;
}

/* Bits of the bytes after, and before, one of the class. */
static inline uint64_t stretch_after(uint64_t here, uint64_t before)
{
    return here << 1 | before >> 63;
}

static inline uint64_t stretch_before(uint64_t here, uint64_t after)
{
    return here >> 1 | after << 63;
}

/* Classifies what stands from stretch->at on; returns how many bytes: up to STRETCH_SIZE, the end
 * of the text, or the first character that is no usual letter, mark or symbol. */
size_t stretch_classify(struct stretch *stretch, const struct reading *reading);

/* The place of the last run in so many bytes that may be read without a look at what stands before:
 * a word, a number, symbols, or hard letters. 0 when there is none but the first. */
size_t stretch_last_start(const struct stretch *stretch, size_t size);

#endif
