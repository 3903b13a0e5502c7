#ifndef TOKGATE_CLI_DOCTOR_H
#define TOKGATE_CLI_DOCTOR_H

#include "check/ruleset.h"
#include "cli/command.h"

/* What a run from here would use, fact by fact. */
struct doctor_fact {
    const char *name; /* one of the facts, or doctor_warning */
    struct str text;
};

struct doctor {
    struct run *run;
    struct ruleset ruleset;
    struct arena *arena; /* a list of facts from here */
    struct doctor_fact *items;
    size_t len, cap;
    struct error problem; /* why counting would not work as configured */
};

/* The name of facts that are warnings. */
extern const char doctor_warning[];

/* Adds a fact; its text is made safe to print. */
void doctor_add(struct doctor *doctor, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether and how a run would count online: the credential (never any part of it), where it would
 * be sent, what the counter says of both. Connects to nothing. Sets the problem. */
void doctor_add_counting(struct doctor *doctor);

#endif
