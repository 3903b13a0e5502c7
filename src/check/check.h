#ifndef TOKGATE_CHECK_CHECK_H
#define TOKGATE_CHECK_CHECK_H

#include "check/settings.h"

/* Runs the rules in force. */
struct checker {
    const struct ruleset *ruleset;
    const struct catalog *catalog;
    struct str today; /* YYYY-MM-DD, for waivers */
    bool plans;       /* a manifest is a submission, which is cut into batches */
};

/* The subject of a request under its settings; texts go to the arena. */
struct subject check_subject(const struct checker *checker, const struct request *request,
                             const struct count *count, const struct settings *settings,
                             struct arena *arena);

/* Adds the findings of one request, without those a waiver in force takes away; their number is
 * added to *waived. A request nobody could read is checked for that alone. */
void check_request(const struct checker *checker, const struct subject *subject,
                   struct findings *findings, size_t *waived);

/* Takes the findings of a kind from len_before on away when a waiver for the source is in force,
 * adds their number to *waived, and returns true; of one that ended, they say so. */
bool check_waive(const struct checker *checker, const struct source *source,
                 const struct rule_kind *kind, size_t len_before, struct findings *findings,
                 size_t *waived);

/* Adds only what keeps it from being a request, whatever the rule file says; for counting. */
void check_faults(const struct subject *subject, struct findings *findings);

/* Whether any rule in force is on all requests together: then check_totals needs the records. */
bool check_has_totals(const struct settings *settings);

/* Adds the findings of all requests together. settings: those of no source in particular. */
void check_totals(const struct checker *checker, const struct records *records,
                  const struct settings *settings, struct arena *arena, struct findings *findings);

/* Adds the findings of a plan, and those of a request that a plan cannot send. settings: those of
 * no source in particular; of the request's source. */
void check_plan(const struct plan_numbers *numbers, const struct settings *settings,
                struct findings *findings);
void check_stuck(const struct checker *checker, const struct plan_stuck *stuck,
                 const struct settings *settings, struct findings *findings, size_t *waived);

#endif
