#ifndef TOKGATE_NET_WIRE_H
#define TOKGATE_NET_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "net/http.h"
#include "net/http_failure.h"

/* What http.c wants of libcurl, which is known here alone: loading it, carrying calls. */
struct wire;      /* calls that are under way together, and the connections that are kept */
struct wire_call; /* one call, and then others */

/* Where what comes in goes, while wire_wait runs; context is that of the call. */
struct wire_sink {
    /* One line of the head; true when an answer begins with it. */
    bool (*head)(void *context, struct str line);

    /* Some of the body; false: no more of it is wanted, which ends the call. */
    bool (*body)(void *context, struct str bytes);
};

/* A call that has come out. */
struct wire_out {
    void *context;
    bool is_answered; /* with this status; else: */
    long status;
    bool is_late;              /* a limit of time was passed; else: */
    enum http_failure failure; /* and why, as libcurl or the system say it */
    struct str reason;         /* lives until the call's next start; not to be trusted */
    int64_t taken_ms;          /* where it is late */
    bool is_connected;
};

/* Whether libcurl can be loaded and started; fails (ERROR_FAILED) with why not. */
bool wire_load(struct error *err);

/* The options and the sink must live on, and the texts in them end with a NUL; all headers can be
 * sent as they stand (http_header_is_line). In the arena. NULL with err (ERROR_FAILED) when libcurl
 * cannot start. */
struct wire *wire_open(struct arena *arena, const struct http_options *options, bool is_plain,
                       const struct wire_sink *sink, struct error *err);

/* All calls must be freed. NULL is left alone. */
void wire_close(struct wire *wire);

/* A call in the arena, not under way. NULL with err (ERROR_FAILED) when libcurl cannot do it. */
struct wire_call *wire_call_new(struct wire *wire, struct arena *arena, void *context,
                                struct error *err);
void wire_call_free(struct wire_call *call);

/* POSTs the body, which must live until the call has ended. Fails (ERROR_FAILED) when nothing could
 * be started. */
bool wire_start(struct wire *wire, struct wire_call *call, struct str url, struct str body,
                struct error *err);

/* Whether it has come out or not; it can then be started again. */
void wire_end(struct wire *wire, struct wire_call *call);

/* The next call that has come out, which must then be ended; false: none now. */
bool wire_next(struct wire *wire, struct wire_out *out);

/* Lets the calls proceed and returns when there is something new, but no later than after
 * timeout_ms; at once when fewer than started calls are still under way. */
void wire_wait(struct wire *wire, int started, int64_t timeout_ms);

/* Ends a wait that is on, or the next one. Any thread may call it. */
void wire_wake(struct wire *wire);

#endif
