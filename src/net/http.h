#ifndef TOKGATE_NET_HTTP_H
#define TOKGATE_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/*
 * One HTTP POST after the other, over libcurl. A struct http belongs to one thread; its connection
 * is kept between calls. TLS certificates are verified, redirects are not followed, and only http
 * and https are spoken. Proxies are those of libcurl's environment variables (https_proxy,
 * no_proxy, ...) for https; plain http never goes through a proxy.
 */
struct http {
    void *easy; /* libcurl's handle; NULL: closed */
};

struct http_request {
    struct str url;
    const struct str *headers; /* each "name: value" */
    size_t headers_len;
    struct str body;
    int64_t timeout_ms;         /* of the whole call; 0: none */
    int64_t connect_timeout_ms; /* until a request could be sent; 0: libcurl's 5 minutes */
    size_t max_response_bytes;  /* of the body */
};

/* Header values are empty when the header is missing or absurdly long. */
struct http_response {
    long status;
    struct str body;
    struct str content_type;
    struct str retry_after;
    struct str request_id;
};

/* Makes *http ready; nothing is connected yet. The first call of a process loads libcurl. Fails
 * when it cannot be loaded or cannot start. */
bool http_open(struct http *http, struct error *err);

/* Closes the connection. A closed or zeroed struct http is left alone. */
void http_close(struct http *http);

/*
 * Sends the request and waits for all of its answer, which lives in the arena. Any status is an
 * answer, also 3xx and 5xx. Fails (ERROR_FAILED) when there is no whole answer: no address, no
 * connection, no TLS, too late, cut off, more than max_response_bytes; the sentence names the host.
 * Also fails for a header with a line end or another control character. An empty body is sent as
 * one.
 */
bool http_post(struct http *http, struct arena *arena, const struct http_request *request,
               struct http_response *response, struct error *err);

#endif
