#ifndef TOKGATE_CLI_LESSONS_H
#define TOKGATE_CLI_LESSONS_H

#include "check/ruleset.h"
#include "cli/command.h"
#include "count/observer.h"

/* What observations teach, by model and shape. */
struct lesson {
    const struct model *model; /* NULL: not in the catalog any more */
    struct str model_id;
    struct shape shape;
    uint64_t stamp;
    bool is_billed; /* from usage, not from counts of the API */
    struct fit fit;
};

struct lessons {
    struct arena *arena;
    struct lesson *items;
    size_t len, cap;
};

/* Learns from each model, shape and stamp apart, and apart from counts and from usage; in order by
 * model and then by most answers. What was learned with another stamp than now is only counted
 * (FIT_STALE); usage gives way to counts (FIT_OUTRANKED). */
void lessons_learn(struct lessons *lessons, const struct run *run, const struct ruleset *ruleset,
                   const struct observed_list *observed);

/* The corrections among them that are used, in the arena, sorted. */
struct calibration lessons_calibration(const struct lessons *lessons, struct arena *arena);

/* True counts of a file that teach nothing. */
struct left_aside {
    size_t open_ended;    /* their offline count has no upper bound */
    size_t unknown_model; /* not in the catalog */
    size_t faulty;        /* with something in them that tokgate knows to be refused */
    size_t errors;        /* lines that could not be used, and were said */
};

/*
 * Reads true counts from lines {"request": {...}, "input_tokens": N} (other members are left alone)
 * and counts the requests offline. What is wrong with a line is said as an error, and the others
 * are read all the same. False with err when the file cannot be read.
 */
bool lessons_read(struct run *run, const struct ruleset *ruleset, struct str path,
                  struct observed_list *list, struct left_aside *left, struct error *err);

/* The report. source: what was learned from; written: the file that was written, or empty. */
struct lessons_report {
    struct str source, written;
    struct left_aside left;
};
void lessons_print_human(FILE *out, const struct lessons *lessons,
                         const struct lessons_report *report);
void lessons_print_json(FILE *out, const struct lessons *lessons,
                        const struct lessons_report *report);

#endif
