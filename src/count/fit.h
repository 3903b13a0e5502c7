#ifndef TOKGATE_COUNT_FIT_H
#define TOKGATE_COUNT_FIT_H

#include "base/arena.h"
#include "count/calibration.h"

/*
 * What true counts teach. All observations given are of requests of one shape to one model, counted
 * offline with the same stamp.
 */
struct observation {
    int64_t low, tokens, high; /* counted offline, without any correction; high is bounded */
    int64_t actual;            /* what the API said */
    uint8_t body[16]; /* of the key its count is remembered under (count/cache.h), or another hash
                       * of the body: one observation a body */
};

enum fit_verdict {
    FIT_USED,    /* there is a correction */
    FIT_EXACT,   /* there is nothing to correct */
    FIT_TOO_FEW, /* fewer than 3 answers agree */
    FIT_DROPPED, /* one of the newest 3 answers is far off, and these do not agree on another one */
    FIT_SCALES,  /* differences grow with the size of the requests: that is no frame */
    FIT_NO_BETTER, /* held-out counts would not come out better */
    FIT_OUTRANKED, /* learned from usage, where counts of the same shape have taught as well */
    FIT_STALE,     /* learned with another profile, vocabulary, API version or betas */
    FIT_VERDICTS_LEN,
};

struct fit {
    enum fit_verdict verdict;
    struct correction correction; /* its numbers; whose it is, is the caller's */
    size_t observations;          /* of different bodies */
    size_t forgotten; /* of these, from before the newest answers agreed on another one */
    int64_t spread;   /* median distance from the median: tokens */
    int64_t width_before, width_after; /* median width of a band, high - low: tokens */
};

/*
 * Learns from observations in the order in which they came; of one body the newest counts. Linear
 * but for sorting, in memory of the arena; at most FIT_OBSERVATIONS_MAX newest ones are used.
 *
 * - The shift is the median of (actual - tokens), of two middle ones their mean rounded toward 0.
 * - An outlier is further from the median than 4.5 times the median distance (3 standard
 * deviations, were they normal) and than correction_tolerance(). It is left out of shift, below and
 * above, but judged with the rest.
 * - The newest 3 must be no outliers. If they are, but agree among themselves within the tolerance,
 *   what came before those that agree with them is forgotten (the frame has changed); else the
 *   correction is dropped.
 * - Held out: the observations in at most 32 parts, each judged by what the others teach. below and
 *   above are the furthest a true count was from its held-out correction.
 * - It scales when a line through the differences (Theil-Sen) changes by more than the tolerance
 *   over the sizes seen, and more than halves the median distance from it.
 * - It narrows with CORRECTION_NARROWS_FROM answers, no outlier among them, when that is not wider
 * and coverage, held out, still no lower than before.
 * - It is used when coverage, held out, is no lower than before, and the distance to the true
 * counts, in tokens and as a share of them, is lower by a shift that is more than the spread; or is
 * not higher, and it narrows.
 */
void fit_learn(struct arena *scratch, const struct observation *observations, size_t len,
               struct fit *fit);

enum { FIT_OBSERVATIONS_MAX = 1000 };

/* "used", "exact", "too few", "dropped", "scales with size", "no better", "counts decide",
 * "changed profile" */
const char *fit_verdict_name(enum fit_verdict verdict);

#endif
