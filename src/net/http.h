#ifndef TOKGATE_NET_HTTP_H
#define TOKGATE_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "net/transport.h"

/*
 * Many HTTP POSTs at once to one host, over libcurl: on one HTTP/2 connection where the server
 * offers it, else on several that are kept. A struct http belongs to one thread. TLS certificates
 * are verified, redirects are not followed, and only http and https are spoken. Proxies are those
 * of libcurl's environment variables (https_proxy, no_proxy, ...) for https; plain http never goes
 * through a proxy.
 */
struct http;

/* What all calls have in common; copied. */
struct http_options {
    struct str url;            /* all calls go to its host */
    const struct str *headers; /* each "name: value" */
    size_t headers_len;
    struct str ca_file;         /* certificates to trust (PEM); empty: those of the system */
    int64_t timeout_ms;         /* of a whole call; 0: none */
    int64_t connect_timeout_ms; /* until a request could be sent; 0: libcurl's 5 minutes */
    int64_t stall_ms;           /* longest crawl, under 10 bytes a second, of an answer that has
                                 * begun; at least 1000; 0: any */
    size_t max_response_bytes;  /* of a body */
    size_t connections_max;     /* where one cannot carry them all; 0: any */

    /* "aws:amz:REGION:SERVICE": libcurl (7.75 or newer) signs the calls with AWS Signature Version
     * 4, by this key. All headers given are signed, x-amz-security-token too. No URL has a query:
     * libcurl 7.88 signs one as it stands, AWS sorts it. Empty: calls are not signed. */
    struct str sigv4, key_id, key_secret;
};

/*
 * Makes ready; nothing is connected yet. The first call of a process loads libcurl. NULL with err
 * (ERROR_FAILED) when it cannot be loaded or cannot start, for an address that is no URL, and for a
 * header with a line end or another control character.
 */
struct http *http_open(const struct http_options *options, struct error *err);

/* Ends all calls and closes the connections. NULL is left alone. */
void http_close(struct http *http);

/*
 * The functions of struct transport. Any status is an answer, also 3xx and 5xx. A result is an
 * error (ERROR_FAILED) when there is no whole answer: no address, no connection, no TLS, too late,
 * cut off, more than max_response_bytes; the sentence names the host. An empty body is sent as one.
 */
bool http_start(struct http *http, struct str url, struct str body, void *tag, struct error *err);
bool http_next(struct http *http, struct transport_result *result);
void http_cancel(struct http *http);
struct transport http_transport(struct http *http);

/* Lets the calls proceed, and waits until there is something new, but no longer than timeout_ms. */
void http_wait(struct http *http, int64_t timeout_ms);

/* Ends a wait that is on, or the next one. Any thread may call it. */
void http_wake(struct http *http);

#endif
