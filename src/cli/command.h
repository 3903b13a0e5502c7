#ifndef TOKGATE_CLI_COMMAND_H
#define TOKGATE_CLI_COMMAND_H

#include "base/error.h"
#include "catalog/catalog.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "count/offline/vocab.h"

/* Commands. To add one: one file command_<name>.c and one line here. */
#define COMMAND_LIST(X)                                                                            \
    X(cache)                                                                                       \
    X(calibrate)                                                                                   \
    X(check)                                                                                       \
    X(count)                                                                                       \
    X(doctor)                                                                                      \
    X(explain)                                                                                     \
    X(init)                                                                                        \
    X(models)                                                                                      \
    X(plan)                                                                                        \
    X(reconcile)                                                                                   \
    X(rules)

/* Which commands an option belongs to. */
enum {
    ON_CHECK = 1,
    ON_COUNT = 2,
    ON_EXPLAIN = 4,
    ON_INIT = 8,
    ON_MODELS = 16,
    ON_RULES = 32,
    ON_CACHE = 64,
    ON_DOCTOR = 128,
    ON_CALIBRATE = 256,
    ON_PLAN = 512,
    ON_RECONCILE = 1024,
    ON_CHECKED = ON_CHECK | ON_PLAN,        /* rules are in force */
    ON_FINDING = ON_CHECKED | ON_RECONCILE, /* what is found fails or does not */
    ON_RUN = ON_FINDING | ON_COUNT,
    ON_SETUP = ON_RUN | ON_DOCTOR, /* what a run would do, and doctor says */
    ON_ALL = 2047,
};

struct progress;

/* One run of a command. */
struct run {
    struct arena *arena;
    const struct environment *environment;
    const struct options *options;
    const struct catalog *catalog;
    const struct vocab *vocab; /* NULL: none */
    FILE *out, *err;
    struct progress *progress; /* on err while counting; NULL: none */
};

struct command {
    const char *name;
    const char *arguments; /* for the usage line */
    const char *summary;   /* one line */
    unsigned bit;          /* ON_<NAME> */

    /* Returns an exit status; on an error (printed by the caller) sets err. */
    int (*run)(struct run *run, struct error *err);

    void (*help)(FILE *out); /* what --help adds after the options; NULL: nothing */
};

#define COMMAND_DECLARE(name) extern const struct command command_##name;
COMMAND_LIST(COMMAND_DECLARE)
#undef COMMAND_DECLARE

extern const struct command *const commands[]; /* ends with NULL */

#endif
