#ifndef TOKGATE_CHECK_FINDING_H
#define TOKGATE_CHECK_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/locate.h"
#include "base/str.h"
#include "check/verdict.h"

enum severity { SEVERITY_OFF, SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

/* One broken rule at one place, with the numbers. */
struct finding {
    struct str path;
    struct place place;
    const char *rule; /* name of its kind */
    enum severity severity;
    enum verdict verdict; /* VERDICT_FAIL or VERDICT_UNDECIDED */
    struct str message;   /* lower case, no full stop */
    bool has_numbers;
    double value, limit;  /* in the unit of the rule kind */
    struct str custom_id; /* of the request, or empty */
};

struct findings {
    struct arena *arena; /* also owns the texts of the items */
    struct finding *items;
    size_t len, cap;
};

/* Findings that are not in a list, but counted. */
struct unlisted {
    size_t len[VERDICT_FAIL + 1][SEVERITY_ERROR + 1];
};

/* How many they are, and how many of one severity. */
size_t unlisted_len(const struct unlisted *unlisted);
size_t unlisted_severity_len(const struct unlisted *unlisted, enum severity severity);

/* Appends a finding whose texts are copied into the list's arena. */
void findings_add(struct findings *findings, const struct finding *finding);

/* By path, line, column, rule, message. */
void findings_sort(struct findings *findings);

/* "error", "warning", "note" */
const char *severity_name(enum severity severity);

/* By name, "off" included. False when there is none of that name. */
bool severity_find(struct str name, enum severity *severity);

#endif
