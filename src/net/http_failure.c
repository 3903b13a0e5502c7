#include "net/http_failure.h"

/* What a failure means to the user. */
struct sentence {
    const char *text; /* the host follows */
    bool may_pass;
    bool says_all; /* a reason adds nothing */
};

static const struct sentence sentences[] = {
    [HTTP_FAILURE_OTHER] = { "cannot call", false, false },
    [HTTP_FAILURE_CERTIFICATE] = { "cannot trust the certificate of", false, false },
    [HTTP_FAILURE_CERTIFICATES_TO_TRUST] = { "cannot read the certificates to trust for", false,
                                             false },
    [HTTP_FAILURE_CONNECT] = { "cannot connect to", true, false },
    [HTTP_FAILURE_LOST] = { "lost the connection to", true, false },
    [HTTP_FAILURE_PART] = { "got only a part of the answer of", true, false },
    [HTTP_FAILURE_PROTOCOL] = { "cannot speak http or https with", false, true },
    [HTTP_FAILURE_RESOLVE] = { "cannot find the address of", true, true },
    [HTTP_FAILURE_RESOLVE_PROXY] = { "cannot find the address of the proxy to", true, true },
    [HTTP_FAILURE_TLS] = { "cannot speak TLS with", true, false },
};

bool http_failure_may_pass(enum http_failure failure)
{
    return sentences[failure].may_pass;
}

void http_failure_explain(enum http_failure failure, struct str host, struct str reason,
                          struct error *err)
{
    const struct sentence *sentence = &sentences[failure];
    bool has_reason = reason.len && !sentence->says_all;
    error_set(err, "%s %.*s%s%.*s", sentence->text, STR_ARGS(host), has_reason ? ": " : "",
              has_reason ? (int)reason.len : 0, reason.ptr ? reason.ptr : "");
}

void http_failure_explain_late(const struct http_late *late, struct str host, struct error *err)
{
    int64_t limit_ms = late->limit_ms, connect_ms = late->connect_limit_ms;
    if (late->is_connected && late->has_begun && (!limit_ms || late->taken_ms < limit_ms)) {
        error_set(err, "the answer of %.*s came to a halt", STR_ARGS(host));
        return;
    }
    if (!late->is_connected && connect_ms && (!limit_ms || connect_ms < limit_ms))
        limit_ms = connect_ms;
    bool is_whole = limit_ms % 1000 == 0;
    error_set(err, "%s %.*s within %lld %s",
              late->is_connected ? "got no whole answer of" : "cannot connect to", STR_ARGS(host),
              (long long)(is_whole ? limit_ms / 1000 : limit_ms), is_whole ? "s" : "ms");
}
