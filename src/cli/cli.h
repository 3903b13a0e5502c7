#ifndef TOKGATE_CLI_CLI_H
#define TOKGATE_CLI_CLI_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/str.h"
#include "count/door.h"
#include "net/proxy.h"

enum exit_status {
    EXIT_CLEAN = 0,
    EXIT_FINDINGS = 1,
    EXIT_USAGE = 2,         /* bad usage or configuration, or nothing to check */
    EXIT_ERROR = 3,         /* tokgate could not decide: input, network, auth, writing */
    EXIT_UNDECIDED = 4,     /* nothing failed, something is undecided, --on-undecided fail */
    EXIT_INTERRUPTED = 130, /* the user ended it: 128 and SIGINT, as shells say it */
    EXIT_TERMINATED = 143,  /* somebody else did: 128 and SIGTERM */
};

/* What a run may know of the process around it. Empty: unset. */
struct environment {
    struct str directory;          /* absolute current directory */
    struct door_environment doors; /* addresses and credentials */
    struct proxy_environment proxies;
    struct str home, cache_home; /* HOME, XDG_CACHE_HOME */
    struct str temporary;        /* TMPDIR */
    struct str custom_headers;   /* lines "Name: Value" for the API */
    struct str ca_file;          /* certificates to trust in place of the system's */
    struct str today;            /* YYYY-MM-DD */
    bool out_is_terminal;
    bool may_show_progress; /* err is a terminal that somebody looks at */
    bool no_color;
    size_t processors;                 /* at least 1 */
    const atomic_bool *is_interrupted; /* becomes true when it is to end */
    const atomic_bool *is_terminated;  /* ... by SIGTERM, not by the user */
};

/* The whole program: a function of its arguments (argv[0] is skipped), environment and streams.
 * Returns the exit status. out is flushed and checked. */
int cli_run(int argc, char **argv, const struct environment *environment, FILE *out, FILE *err);

#endif
