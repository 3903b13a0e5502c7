#ifndef TOKGATE_NET_URL_H
#define TOKGATE_NET_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* What a URL is made of, as libcurl will understand it; parts it does not have are empty. */
struct url {
    struct str scheme, user, password, host, port, query, fragment;
};

/*
 * Splits a URL, by libcurl (in wire.c); the parts live in the arena. Fails with ERROR_USAGE when it
 * is none or has no scheme, with ERROR_FAILED when libcurl cannot be loaded.
 */
bool url_split(struct arena *arena, struct str text, struct url *url, struct error *err);

/* "host" or "host:port" when the URL names a port, safe to print. */
struct str url_host(struct arena *arena, const struct url *url);

/* Where plain http may go: what it carries, everybody on the way can read. */
enum url_plain { URL_PLAIN_HERE, URL_PLAIN_ANYWHERE };

/*
 * Whether a key may be sent to this base URL: https, or plain http to this very machine (localhost,
 * 127.0.0.0/8, [::1]) or where plain says; no user name, password, query or fragment in it. *host
 * is its host, with the port when it names one, in the arena. Fails with ERROR_USAGE and what is
 * wrong, to follow the name of the setting; the URL itself is not repeated, since it may hold a
 * password. An empty URL is none. What needs libcurl to be understood fails with ERROR_FAILED when
 * it cannot be loaded; the usual https://name:port/path and http://localhost:port do not need it.
 */
bool url_check(struct arena *arena, struct str base_url, enum url_plain plain, struct str *host,
               struct error *err);

/*
 * The URL with every byte of its path percent-encoded but letters, digits and "-._~/": the path as
 * AWS signs it (Signature Version 4, canonical URI; what is encoded already is encoded once more).
 * *path is the path as it stood there, "/" when there is none. Both in the arena; a query is part
 * of the path here: whoever signs has none.
 */
struct str url_encode_path(struct arena *arena, struct str url, struct str *path);

#endif
