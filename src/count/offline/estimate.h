#ifndef TOKGATE_COUNT_OFFLINE_ESTIMATE_H
#define TOKGATE_COUNT_OFFLINE_ESTIMATE_H

/*
 * The fallback counter: an estimate of a text's input tokens without any vocabulary.
 *
 * One pass counts what the tokenizers charge for (words with a price guessed from their letter
 * pairs, case changes, digits, punctuation, white space, characters by script); a table of prices
 * per tokenizer generation, fitted on recorded counts, turns these into tokens and a band. The
 * message frame is not part of it. No function here allocates, fails, or keeps a pointer; all are
 * safe to call from several threads on different structs.
 */

#include <stddef.h>
#include <stdint.h>

enum { ESTIMATE_FEATURES_LEN = 66 };

/* Counts of what was seen. Start from { 0 }; one struct may collect every text of a request. */
struct estimate_features {
    int64_t n[ESTIMATE_FEATURES_LEN];
};

/* V3: Claude 3 to Opus and Sonnet 4.6 and Haiku 4.5. NEW: everything after. */
enum estimate_generation {
    ESTIMATE_GENERATION_V3,
    ESTIMATE_GENERATION_NEW,
};

/* In tokens; 0 <= low <= tokens <= high. The band is empirical, not a guarantee. */
struct estimate {
    int64_t low;
    int64_t tokens;
    int64_t high;
};

/*
 * Adds the features of one text part. text is UTF-8, may contain NUL, and is not kept; each maximal
 * part of it that is not valid counts as U+FFFD (base/utf8.h). A len of 0 adds nothing (text may
 * then be NULL). Takes time linear in len and cannot fail. Parts are independent: a word cut in two
 * parts counts as two words, as in a request.
 */
void estimate_features_add(struct estimate_features *features, const char *text, size_t len);

/*
 * Returns the estimate for the collected features under one generation's prices. Features that are
 * all zero (no text, or only characters the tokenizers drop) give 0, 0, 0. Cannot fail; sums stay
 * within int64_t for inputs up to a terabyte.
 */
struct estimate estimate_from_features(const struct estimate_features *features,
                                       enum estimate_generation generation);

#endif
