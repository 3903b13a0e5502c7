#ifndef TOKGATE_NET_URL_H
#define TOKGATE_NET_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/*
 * Whether a key may be sent to this base URL: https, or plain http to this very machine (localhost,
 * 127.0.0.0/8, [::1]); no user name, password, query or fragment in it. *host is its host, with the
 * port when it names one, in the arena. Fails with ERROR_USAGE and what is wrong, to follow the
 * name of the setting; the URL itself is not repeated, since it may hold a password. An empty URL
 * is none.
 */
bool url_check(struct arena *arena, struct str base_url, struct str *host, struct error *err);

#endif
