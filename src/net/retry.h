#ifndef TOKGATE_NET_RETRY_H
#define TOKGATE_NET_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/*
 * What to do after one try of a call, as the vendor's SDKs do it (python-sdk 0.121.0, _base_client:
 * 408, 409, 429, 5xx and lost connections are tried again, after 0.5 s doubling to 8 s, less up to
 * a quarter). Pure: no clock, no chance of its own.
 */
enum retry_verdict {
    RETRY_DONE,    /* 200: the call is answered */
    RETRY_AGAIN,   /* the same once more, after wait_ms */
    RETRY_GIVE_UP, /* this call failed */
    RETRY_STOP,    /* and so would every other one */
};

/* How a try came out. Texts are header values as they came, empty where there was none. */
struct retry_outcome {
    bool is_answered; /* with a status; else there was no whole answer */
    bool may_pass;    /* without an answer: the connection was lost, so another try may do */
    bool is_final;    /* an answer that holds for every other call too */
    long status;
    struct str should_retry;   /* x-should-retry: "true" or "false" decide */
    struct str retry_after_ms; /* retry-after-ms, goes before the other */
    struct str retry_after;    /* seconds, also "0.3", or an HTTP date */
    int64_t time_s;            /* when it came, in seconds since 1970: for dates */
};

struct retry_advice {
    enum retry_verdict verdict;
    int64_t wait_ms; /* before the next try */
    bool is_for_all; /* every call should wait as long: 429 */
};

/* tries: how many there have been, at least 1; retries: how many may follow the first one; jitter:
 * 0 to 1, by chance. */
struct retry_advice retry_advise(const struct retry_outcome *outcome, int tries, int retries,
                                 double jitter);

/* Milliseconds the server asks to wait, at most a day; 0 when it does not say, or nothing that
 * makes sense (a negative number, a date that is past). */
int64_t retry_asked_ms(const struct retry_outcome *outcome);

#endif
