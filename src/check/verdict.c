#include "check/verdict.h"

enum verdict verdict_at_most(double low, double high, double budget)
{
    if (high <= budget)
        return VERDICT_PASS;
    return low > budget ? VERDICT_FAIL : VERDICT_UNDECIDED;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {
        [VERDICT_PASS] = "pass",
        [VERDICT_UNDECIDED] = "undecided",
        [VERDICT_FAIL] = "fail",
    };
    return names[verdict];
}
