#ifndef TOKGATE_TESTS_TAP_H
#define TOKGATE_TESTS_TAP_H

/* Test Anything Protocol for C tests: ok(condition, "what holds"), and return tap_done() from main.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_run, tap_failed;

static inline bool tap_ok(bool passed, const char *what, const char *file, int line)
{
    printf("%sok %d - %s\n", passed ? "" : "not ", ++tap_run, what);
    if (!passed) {
        tap_failed++;
        printf("# failed at %s:%d\n", file, line);
    }
    return passed;
}

static inline int tap_done(void)
{
    printf("1..%d\n", tap_run);
    return tap_failed ? 1 : 0;
}

#define ok(condition, what) tap_ok((condition), (what), __FILE__, __LINE__)

/* Compares a struct str with a C string and shows both when they differ. */
#define is_str(got, want, what)                                                                    \
    do {                                                                                           \
        struct str got_ = (got);                                                                   \
        if (!ok(str_equal_c(got_, (want)), (what)))                                                \
            printf("# got  '%.*s'\n# want '%s'\n", STR_ARGS(got_), (want));                        \
    } while (0)

#endif
