#ifndef TOKGATE_TESTS_FUZZ_H
#define TOKGATE_TESTS_FUZZ_H

/* What fuzz targets share. Each defines LLVMFuzzerTestOneInput; "make fuzz-NAME" runs it with
 * clang's libFuzzer, "make replay-NAME" feeds it the corpus with any compiler (replay.c). */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process, so that the fuzzer keeps the input. */
static inline void fuzz_expect(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "fuzz: does not hold: %s\n", what);
    abort();
}

/* The input as text; never a null pointer. */
static inline struct str fuzz_text(const uint8_t *data, size_t size)
{
    return (struct str){ data ? (const char *)data : "", size };
}

#endif
