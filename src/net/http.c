#include "net/http.h"

#include "base/utf8.h"
#include "net/http_failure.h"
#include "net/http_header.h"
#include "net/url.h"
#include "net/wire.h"

enum { SHOWN_MAX = 200 };

/* One call: under way, out, or free to be used again. */
struct call {
    struct http *http;
    struct call *next; /* of its list */
    struct wire_call *wire;
    struct arena arena; /* of its answer */
    void *tag;
    struct http_response response;
    struct buf body;
    bool has_begun; /* its answer */
    bool is_too_large;
};

struct http {
    struct arena arena;
    struct http_options options;
    struct wire *wire;
    struct str host; /* for messages */
    bool is_plain;   /* http, not https */
    struct call *busy, *free;
    int busy_len;
    struct call *out; /* whose result was handed out last */
};

static bool take_body(void *context, struct str bytes)
{
    struct call *call = context;
    if (bytes.len > call->http->options.max_response_bytes - call->body.len) {
        call->is_too_large = true;
        return false;
    }
    buf_add(&call->body, bytes);
    return true;
}

static bool take_head(void *context, struct str line)
{
    struct call *call = context;
    const bool begins = http_header_read(&call->arena, &call->response, line);
    call->has_begun |= begins;
    return begins;
}

static const struct wire_sink sink = { take_head, take_body };

/* --- opening */

static bool read_url(struct http *http, struct error *err)
{
    struct url url;
    struct error cause = { 0 };
    if (!url_split(&http->arena, http->options.url, &url, &cause))
        return error_set(err, "the address to call %s", cause.text);
    http->host = url_host(&http->arena, &url);
    http->is_plain = str_equal_c(url.scheme, "http");
    return true;
}

/* As libcurl takes it: with a NUL after it, NULL for none. */
static struct str copy_text(struct arena *arena, struct str text)
{
    return text.len ? str_from_c(str_to_c(arena, text)) : (struct str){ 0 };
}

static bool copy_headers(struct http *http, const struct http_options *options, struct error *err)
{
    struct str *headers = ARENA_ARRAY(&http->arena, struct str, options->headers_len);
    for (size_t i = 0; i < options->headers_len; i++) {
        struct str name, value, line = options->headers[i];
        str_cut(line, ':', &name, &value);
        if (!http_header_is_line(line))
            return error_set(err, "the value of the header %.*s has a control character",
                             STR_ARGS(utf8_printable(&http->arena, name, SHOWN_MAX)));
        headers[i] = copy_text(&http->arena, line);
    }
    http->options.headers = headers;
    return true;
}

static bool copy_options(struct http *http, const struct http_options *options, struct error *err)
{
    struct arena *arena = &http->arena;
    http->options = *options;
    http->options.url = str_copy(arena, options->url);
    http->options.ca_file = copy_text(arena, options->ca_file);
    http->options.sigv4 = copy_text(arena, options->sigv4);
    http->options.key_id = copy_text(arena, options->key_id);
    http->options.key_secret = copy_text(arena, options->key_secret);
    return read_url(http, err) && copy_headers(http, options, err);
}

struct http *http_open(const struct http_options *options, struct error *err)
{
    struct arena arena = { 0 };
    if (!wire_load(err))
        return NULL;
    struct http *http = ARENA_NEW(&arena, struct http);
    http->arena = arena;
    if (copy_options(http, options, err))
        http->wire = wire_open(&http->arena, &http->options, http->is_plain, &sink, err);
    if (http->wire)
        return http;
    http_close(http);
    return NULL;
}

void http_close(struct http *http)
{
    if (!http)
        return;
    http_cancel(http);
    for (struct call *call = http->free; call; call = call->next)
        wire_call_free(call->wire);
    wire_close(http->wire);
    struct arena arena = http->arena; /* http itself is in it */
    arena_free(&arena);
}

/* --- calls */

/* Its memory is used again; a large answer's is not kept. */
static void release(struct http *http, struct call *call)
{
    arena_free(&call->arena);
    call->next = http->free;
    http->free = call;
}

static void release_out(struct http *http)
{
    if (http->out)
        release(http, http->out);
    http->out = NULL;
}

static struct call *take_call(struct http *http, struct error *err)
{
    struct call *call = http->free;
    if (call) {
        http->free = call->next;
        return call;
    }
    call = ARENA_NEW(&http->arena, struct call);
    call->http = http;
    call->wire = wire_call_new(http->wire, &http->arena, call, err);
    return call->wire ? call : NULL;
}

bool http_start(struct http *http, struct str url, struct str body, void *tag, struct error *err)
{
    release_out(http);
    struct call *call = take_call(http, err);
    if (!call)
        return false;
    call->tag = tag;
    call->response = (struct http_response){ 0 };
    call->body = (struct buf){ .arena = &call->arena };
    call->has_begun = call->is_too_large = false;
    if (!wire_start(http->wire, call->wire, url, body, err)) {
        release(http, call);
        return false;
    }
    call->next = http->busy;
    http->busy = call;
    http->busy_len++;
    return true;
}

static void end_call(struct http *http, struct call *call)
{
    struct call **at = &http->busy;
    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    http->busy_len--;
    wire_end(http->wire, call->wire);
}

static void explain_late(const struct call *call, const struct wire_out *out, struct error *err)
{
    const struct http *http = call->http;
    const struct http_late late = {
        .taken_ms = out->taken_ms,
        .limit_ms = http->options.timeout_ms,
        .connect_limit_ms = http->options.connect_timeout_ms,
        .is_connected = out->is_connected,
        .has_begun = call->has_begun,
    };
    http_failure_explain_late(&late, http->host, err);
}

/* Why there is no answer; whether another try may bring one. */
static bool explain(struct call *call, const struct wire_out *out, struct error *err)
{
    const struct http *http = call->http;
    if (call->is_too_large) {
        error_set(err, "the answer of %.*s is larger than %zu bytes", STR_ARGS(http->host),
                  http->options.max_response_bytes);
        return false;
    }
    if (out->is_late) {
        explain_late(call, out, err);
        return true;
    }
    struct str reason = utf8_printable(&call->arena, str_trim(out->reason), SHOWN_MAX);
    http_failure_explain(out->failure, http->host, reason, err);
    return http_failure_may_pass(out->failure);
}

bool http_next(struct http *http, struct transport_result *result)
{
    struct wire_out out;
    release_out(http);
    if (!wire_next(http->wire, &out))
        return false;
    struct call *call = out.context;
    *result = (struct transport_result){ .tag = call->tag, .is_answered = out.is_answered };
    if (!out.is_answered)
        result->may_pass = explain(call, &out, &result->error);
    call->response.status = out.status;
    call->response.body = buf_str(&call->body);
    result->response = call->response;
    end_call(http, call);
    http->out = call;
    return true;
}

void http_cancel(struct http *http)
{
    release_out(http);
    while (http->busy) {
        struct call *call = http->busy;
        end_call(http, call);
        release(http, call);
    }
}

void http_wait(struct http *http, int64_t timeout_ms)
{
    wire_wait(http->wire, http->busy_len, timeout_ms);
}

void http_wake(struct http *http)
{
    wire_wake(http->wire);
}

static bool transport_start(void *context, struct str url, struct str body, void *tag,
                            struct error *err)
{
    return http_start(context, url, body, tag, err);
}

static bool transport_next(void *context, struct transport_result *result)
{
    return http_next(context, result);
}

static void transport_cancel(void *context)
{
    http_cancel(context);
}

struct transport http_transport(struct http *http)
{
    return (struct transport){ http, transport_start, transport_next, transport_cancel };
}
