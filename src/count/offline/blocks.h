#ifndef TOKGATE_COUNT_OFFLINE_BLOCKS_H
#define TOKGATE_COUNT_OFFLINE_BLOCKS_H

/*
 * Words, ASCII and white space, 64 bytes at a time: where runs start and end is bit algebra on one
 * mask a class, and each class is counted on its own, so that nothing depends on what kind of run
 * comes next. Equal to reading_run() on the same text, only faster.
 */

#include "count/offline/reading.h"

/* Shorter stretches are not worth it. */
enum { BLOCKS_SIZE_MIN = 96 };

/* Whether a stretch may start here, where a run does: with a word, a number, or what is not ASCII.
 */
static inline bool blocks_may_start(const uint8_t *at)
{
    return (lane_classes[*at] & (LANE_LETTER | LANE_DIGIT | LANE_HIGH)) != 0;
}

/*
 * Counts a stretch of at most 2 KB that may start at at. Returns where it ends, where another run
 * starts; at when there is nothing worth the effort. No other stretch is worth a look before *next.
 */
const uint8_t *blocks_read(struct reading *reading, const uint8_t *at, const uint8_t **next);

/* The same, compiled for processors with AVX2, BMI and POPCNT; NULL where the compiler makes no
 * such code. */
extern blocks_reader *const blocks_wide;

/* The fastest of them that this processor can run. */
blocks_reader *blocks_choose(void);

#endif
