#ifndef TOKGATE_COUNT_CALIBRATION_H
#define TOKGATE_COUNT_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "count/shape.h"

struct count;

/* What true counts of one shape of requests to one model have taught about its frame. */
struct correction {
    struct str model;   /* its id in the catalog */
    struct str profile; /* that of the model when it was learned: for people */
    struct shape shape;
    uint64_t stamp;       /* of what it was learned with (count/stamp.h) */
    int64_t answers;      /* true counts of different bodies it rests on */
    int64_t outliers;     /* and those beside it that were left aside */
    int64_t shift;        /* tokens to be added */
    int64_t below, above; /* how far true counts were from the corrected one, held out: tokens */
    int64_t largest;      /* offline tokens of the largest request it was learned from */
    bool narrows;         /* below and above may take the place of a wider band */
    struct held_out {     /* how often true counts lay in a band; for people */
        int64_t judged;   /* true counts, outliers too */
        int64_t inside_before; /* of these, in the offline band */
        int64_t inside_after;  /* and in that of a correction learned without them */
    } held_out;
};

/* Of so many answers, the one that is furthest off is exceeded by 1 of 100 others on either side:
 * (n - 1) / (n + 1) of all lie between the extremes of n, whatever their distribution. */
enum { CORRECTION_NARROWS_FROM = 199, CORRECTION_ANSWERS_MIN = 3 };

/* A shift beyond this is no frame. */
enum { CORRECTION_TOKENS_MAX = 1000000 };

/*
 * Moves an offline count by the shift of the correction. Its band keeps its width on either side
 * and grows to what held-out answers needed; it becomes narrower (just what they needed) only where
 * the correction narrows, and for requests no larger than those it was learned from. low is at
 * least 1, and an unbounded high stays so.
 */
void correction_apply(const struct correction *correction, struct count *count);

/*
 * By how much a true count may lie outside of the corrected band, or of the other true counts, and
 * still be no outlier: 4 tokens, or 1 % of it. Beyond that it is not of this frame.
 */
int64_t correction_tolerance(int64_t tokens);

/* Corrections of different models and shapes, by model and shape. { 0 } has none. */
struct calibration {
    struct str path; /* of the file, as shown */
    struct correction *items;
    size_t len;
    size_t stale; /* corrections of the file that were learned with something else */
};

struct catalog;
struct vocab;

/* Leaves only those that were learned with what counts now (count/stamp.h); the others are stale.
 */
void calibration_keep(struct calibration *calibration, const struct catalog *catalog,
                      const struct vocab *vocab, struct str api_version, struct str betas);

/* Puts them in order. */
void calibration_sort(struct calibration *calibration);

/* The correction for requests of the shape to the model, by its id in the catalog, or NULL. */
const struct correction *calibration_find(const struct calibration *calibration, struct str model,
                                          struct shape shape);

#endif
