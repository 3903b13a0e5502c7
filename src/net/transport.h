#ifndef TOKGATE_NET_TRANSPORT_H
#define TOKGATE_NET_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

/* An answer with any status. Header values are empty when the header is missing or absurdly long.
 */
struct http_response {
    long status;
    struct str body;
    struct str content_type;
    struct str request_id;
    struct str retry_after, retry_after_ms, should_retry;
};

/* How a call came out. */
struct transport_result {
    void *tag;        /* what the call was started with */
    bool is_answered; /* there is a whole response, else an error */
    bool may_pass;    /* the error: the connection was lost or late, so another try may do */
    struct http_response response;
    struct error error;
};

/*
 * What carries calls: libcurl in the program (http.h), a simulation in tests. All calls of one
 * transport go to the same host with the same headers; several are under way at once. Nothing here
 * blocks.
 */
struct transport {
    void *context;

    /* Starts a call to the URL. The body must live until its result has come or cancel was called.
     * Fails when nothing could be started; no result comes then. */
    bool (*start)(void *context, struct str url, struct str body, void *tag, struct error *err);

    /* The next call that has come out, in the order in which they did; false: none now. Its texts
     * live until the next call of any of these functions. */
    bool (*next)(void *context, struct transport_result *result);

    /* Forgets all calls that have not come out. */
    void (*cancel)(void *context);
};

#endif
