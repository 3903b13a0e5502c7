#ifndef TOKGATE_COUNT_ENDPOINT_H
#define TOKGATE_COUNT_ENDPOINT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "count/count.h"
#include "count/door.h"

/* Where counts are asked for, and with what: the same for every request of a run. */
struct endpoint {
    struct door_way way;       /* its betas: those of the options, then those of custom headers */
    const struct str *headers; /* each "name: value": custom ones, then those of the way */
    size_t headers_len;
    size_t credentials_len; /* of the way's secrets: what makes up its credential; the others are
                             * values of custom headers */
};

/*
 * Makes the endpoint of the options: the way through their door, in the arena.
 *
 * Custom headers are lines "Name: Value", as ANTHROPIC_CUSTOM_HEADERS has them for the vendor's
 * SDKs (python-sdk 0.121.0), and for the Claude API alone. anthropic-beta among them adds to the
 * betas; what tokgate sends itself and what frames a request is refused.
 *
 * Fails as door_open() does, and with ERROR_USAGE for custom headers that cannot be used. No
 * message shows any of a credential or of the value of a custom header.
 */
bool endpoint_make(struct arena *arena, const struct counter_options *options,
                   struct endpoint *endpoint, struct error *err);

/*
 * Where counts would be asked for, for who asks none: the way without any credential and header, in
 * the arena. Fails as endpoint_make() does of an address, a beta or a custom header.
 */
bool endpoint_locate(struct arena *arena, const struct counter_options *options,
                     struct door_way *way, struct error *err);

#endif
