#ifndef TOKGATE_CHECK_VERDICT_H
#define TOKGATE_CHECK_VERDICT_H

#include <stdint.h>

enum verdict { VERDICT_PASS, VERDICT_UNDECIDED, VERDICT_FAIL };

/* A number known only to lie between low and high, against a budget: pass (high <= budget), fail
 * (low > budget), undecided (the budget lies inside the band). */
enum verdict verdict_at_most(double low, double high, double budget);

/* "pass", "undecided", "fail" */
const char *verdict_name(enum verdict verdict);

#endif
