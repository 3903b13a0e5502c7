#ifndef TOKGATE_NET_HTTP_FAILURE_H
#define TOKGATE_NET_HTTP_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/* Why a call has no answer. */
enum http_failure {
    HTTP_FAILURE_OTHER,
    HTTP_FAILURE_CERTIFICATE,
    HTTP_FAILURE_CERTIFICATES_TO_TRUST,
    HTTP_FAILURE_CONNECT,
    HTTP_FAILURE_LOST,
    HTTP_FAILURE_PART,
    HTTP_FAILURE_PROTOCOL,
    HTTP_FAILURE_RESOLVE,
    HTTP_FAILURE_RESOLVE_PROXY,
    HTTP_FAILURE_TLS,
};

/* Whether another try may bring an answer. */
bool http_failure_may_pass(enum http_failure failure);

/* "cannot connect to HOST: REASON" in err; the reason may be empty, and is left out where it says
 * nothing more. */
void http_failure_explain(enum http_failure failure, struct str host, struct str reason,
                          struct error *err);

/* How far a call came that took too long. 0 ms: no such limit. */
struct http_late {
    int64_t taken_ms, limit_ms, connect_limit_ms;
    bool is_connected;
    bool has_begun; /* the answer */
};

/* Which of the limits it was, in err. */
void http_failure_explain_late(const struct http_late *late, struct str host, struct error *err);

#endif
