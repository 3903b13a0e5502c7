#ifndef TOKGATE_COUNT_ENDPOINT_H
#define TOKGATE_COUNT_ENDPOINT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "count/count.h"

/* Where counts are asked for, and with what: the same for every request of a run. */
struct endpoint {
    struct str url;
    struct str secret;         /* the one credential that is sent */
    const struct str *headers; /* each "name: value" */
    size_t headers_len;
    struct str betas; /* anthropic-beta: those of the options, then those of custom headers */
};

/*
 * Makes the endpoint of the options; it lives in the arena. Exactly one credential is sent: the API
 * key, or else the auth token (which of two the API takes is not documented).
 *
 * Custom headers are lines "Name: Value", as ANTHROPIC_CUSTOM_HEADERS has them for the vendor's
 * SDKs (python-sdk 0.121.0). anthropic-beta among them adds to the betas; what tokgate sends itself
 * and what frames a request is refused.
 *
 * Fails with ERROR_USAGE for a URL, a version, betas or custom headers that cannot be used, with
 * ERROR_FAILED when there is no credential or none that may be sent, and when the URL needs libcurl
 * to be understood and it cannot be loaded. No message shows any of a credential or of the value of
 * a custom header.
 */
bool endpoint_make(struct arena *arena, const struct counter_options *options,
                   struct endpoint *endpoint, struct error *err);

#endif
