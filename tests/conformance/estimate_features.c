/*
 * Prints what the estimator makes of texts, for fit_estimate.py: reads records of a decimal length,
 * a newline and that many bytes from standard input, writes one line of numbers for each: all
 * features, then low, tokens and high for either generation.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "count/offline/estimate.h"

static void print_record(const char *text, size_t len)
{
    struct estimate_features features = { 0 };
    estimate_features_add(&features, text, len);
    for (int i = 0; i < ESTIMATE_FEATURES_LEN; i++)
        printf("%" PRId64 " ", features.n[i]);
    for (int g = ESTIMATE_GENERATION_V3; g <= ESTIMATE_GENERATION_NEW; g++) {
        const struct estimate e = estimate_from_features(&features, (enum estimate_generation)g);
        printf("%" PRId64 " %" PRId64 " %" PRId64 " ", e.low, e.tokens, e.high);
    }
    putchar('\n');
}

int main(void)
{
    size_t len = 0;
    while (scanf("%zu", &len) == 1 && getchar() == '\n') {
        char *text = malloc(len + 1);
        if (!text || fread(text, 1, len, stdin) != len)
            return 1;
        print_record(text, len);
        free(text);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
