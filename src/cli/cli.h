#ifndef TOKGATE_CLI_CLI_H
#define TOKGATE_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "base/str.h"

enum exit_status {
    EXIT_CLEAN = 0,
    EXIT_FINDINGS = 1,
    EXIT_USAGE = 2,     /* bad usage or configuration, or nothing to check */
    EXIT_ERROR = 3,     /* tokgate could not decide: input, network, auth, writing */
    EXIT_UNDECIDED = 4, /* nothing failed, something is undecided, --on-undecided fail */
};

/* What a run may know of the process around it. Empty: unset. */
struct environment {
    struct str directory; /* absolute current directory */
    struct str api_key, auth_token, base_url;
    struct str home, cache_home; /* HOME, XDG_CACHE_HOME */
    struct str today;            /* YYYY-MM-DD */
    bool out_is_terminal;
    bool no_color;
    size_t processors; /* at least 1 */
};

/* The whole program: a function of its arguments (argv[0] is skipped), environment and streams.
 * Returns the exit status. out is flushed and checked. */
int cli_run(int argc, char **argv, const struct environment *environment, FILE *out, FILE *err);

#endif
