#ifndef TOKGATE_NET_PROXY_H
#define TOKGATE_NET_PROXY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/*
 * Which proxy libcurl takes of the environment, said without loading it (everything curl, "Proxy
 * environment variables"; libcurl 7.88, lib/url.c and lib/noproxy.c): that of https_proxy,
 * HTTPS_PROXY, all_proxy and ALL_PROXY which is set first, unless no_proxy (or else NO_PROXY) names
 * the host. An empty variable is as good as none. Plain http goes through none here (net/wire.c).
 */

enum proxy_variable { /* in the order in which they are asked */
                      PROXY_HTTPS_LOWER,
                      PROXY_HTTPS_UPPER,
                      PROXY_ALL_LOWER,
                      PROXY_ALL_UPPER,
                      PROXY_NONE_LOWER,
                      PROXY_NONE_UPPER,
};
enum { PROXY_VARIABLES_LEN = PROXY_NONE_UPPER + 1 };

/* Their names, by enum. */
extern const char *const proxy_variables[PROXY_VARIABLES_LEN];

struct proxy_environment {
    struct str values[PROXY_VARIABLES_LEN]; /* empty: not set */
};

/* What libcurl does with a URL. */
struct proxy_choice {
    const char *variable; /* that has the proxy; NULL: none is set, or none is for plain http */
    const char *exempted; /* the variable that takes the host out, so that none is used; or NULL */
    struct str shown;     /* scheme, host and port of the proxy, safe to print and without user and
                           * password; empty where it cannot be told what is what in it */
    bool has_login;       /* a user name or a password, or what looks like one */
};

/* For the scheme and the host ("name", "name:port", "[::1]:port") of a URL. Texts in the arena. */
struct proxy_choice proxy_choose(struct arena *arena, const struct proxy_environment *environment,
                                 bool is_plain, struct str host);

#endif
