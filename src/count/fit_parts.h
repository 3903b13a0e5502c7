#ifndef TOKGATE_COUNT_FIT_PARTS_H
#define TOKGATE_COUNT_FIT_PARTS_H

/* The steps of fit_learn(); count/fit.h says what they do. */
#include "count/count.h"
#include "count/fit.h"

struct fit_set {
    const struct observation **items; /* of different bodies, the oldest first */
    size_t len;
};

/* The middle of the differences of a set. */
struct fit_core {
    int64_t center, spread; /* of all: median, and median distance from it */
    size_t kept;            /* that are no outliers */
    int64_t shift;          /* their median */
    int64_t below, above;   /* and how far they reach from it */
};

/* What held-out observations say. */
struct fit_trial {
    int64_t inside_before, inside_after, inside_narrow; /* of all */
    int64_t error_before, error_after;                  /* sums, without outliers */
    double share_before, share_after;                   /* the same, as shares of the true counts */
    int64_t below, above;
};

static inline int64_t fit_residual(const struct observation *observation)
{
    return observation->actual - observation->tokens;
}

static inline struct count fit_offline(const struct observation *observation)
{
    return (struct count){ .low = observation->low,
                           .tokens = observation->tokens,
                           .high = observation->high };
}

int64_t fit_distance(int64_t a, int64_t b);
bool fit_is_outlier(const struct fit_core *core, const struct observation *observation);

/* Of the set without every item whose index modulo parts is but; all of it with 1 and 1. */
void fit_core_of(struct arena *scratch, const struct fit_set *set, size_t parts, size_t but,
                 struct fit_core *core);

/* Judges each observation by what the others teach. core: of all. */
void fit_try(struct arena *scratch, const struct fit_set *set, const struct fit_core *core,
             struct fit_trial *trial);

/* Whether the differences grow or shrink with the size of the requests. */
bool fit_scales(struct arena *scratch, const struct fit_set *set);

#endif
