#include "net/http.h"

#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "base/library.h"
#include "base/utf8.h"
#include "net/url.h"

enum { REASON_MAX = 200, HEADER_VALUE_MAX = 200 };

/*
 * libcurl is not linked but loaded when it is first needed: it brings 34 more libraries, and a run
 * that asks nothing online would spend nearly all of its time on them. Name without "curl_",
 * result, arguments; alphabetical.
 */
#define CURL_FUNCTIONS(F)                                                                          \
    F(easy_cleanup, void, (CURL *))                                                                \
    F(easy_getinfo, CURLcode, (CURL *, CURLINFO, ...))                                             \
    F(easy_init, CURL *, (void))                                                                   \
    F(easy_perform, CURLcode, (CURL *))                                                            \
    F(easy_reset, void, (CURL *))                                                                  \
    F(easy_setopt, CURLcode, (CURL *, CURLoption, ...))                                            \
    F(easy_strerror, const char *, (CURLcode))                                                     \
    F(free, void, (void *))                                                                        \
    F(global_init, CURLcode, (long))                                                               \
    F(slist_append, struct curl_slist *, (struct curl_slist *, const char *))                      \
    F(slist_free_all, void, (struct curl_slist *))                                                 \
    F(url, CURLU *, (void))                                                                        \
    F(url_cleanup, void, (CURLU *))                                                                \
    F(url_get, CURLUcode, (CURLU *, CURLUPart, char **, unsigned int))                             \
    F(url_set, CURLUcode, (CURLU *, CURLUPart, const char *, unsigned int))

/* The list says what curl.h says; only curl_url_get() differs by version, in a const. */
#define CHECK(name, result, arguments)                                                             \
    _Static_assert(_Generic(&curl_##name, LIBRARY_POINTER(, result, arguments) : 1,                \
                            CURLUcode(*)(const CURLU *, CURLUPart, char **, unsigned int) : 1,     \
                            default : 0),                                                          \
                   "curl_" #name);
CURL_FUNCTIONS(CHECK)
#undef CHECK

#define MEMBER(name, result, arguments) LIBRARY_POINTER(name, result, arguments);
struct curl {
    CURL_FUNCTIONS(MEMBER)
};
#undef MEMBER

#define ROW(name, result, arguments) { "curl_" #name, offsetof(struct curl, name) },
static const struct library_function curl_functions[] = { CURL_FUNCTIONS(ROW){ 0 } };
#undef ROW

/* The interface behind these names has been kept since 2006; a bare libcurl.so may be any. */
static const char *const curl_names[] = { "libcurl.so.4", "/usr/lib/libcurl.4.dylib", NULL };

/* libcurl wants to be started once per process, before any thread uses it; written only then. */
static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static struct curl curl;
static struct error curl_problem;

static void start_curl(void)
{
    struct error cause = { 0 };
    if (!library_load(curl_names, curl_functions, &curl, &cause)) {
        error_set(&curl_problem,
                  "libcurl, without which nothing can be asked online, cannot be loaded: %s",
                  cause.text);
        return;
    }
    CURLcode code = curl.global_init(CURL_GLOBAL_DEFAULT);
    if (code)
        error_set(&curl_problem, "libcurl cannot start: %s", curl.easy_strerror(code));
}

static bool need_curl(struct error *err)
{
    if (pthread_once(&curl_once, start_curl))
        return error_set(err, "libcurl cannot start");
    return !curl_problem.kind || error_set(err, "%s", curl_problem.text);
}

bool http_open(struct http *http, struct error *err)
{
    *http = (struct http){ 0 };
    if (!need_curl(err))
        return false;
    http->easy = curl.easy_init();
    return http->easy || error_set(err, "libcurl cannot start: out of memory");
}

void http_close(struct http *http)
{
    if (http->easy)
        curl.easy_cleanup(http->easy);
    http->easy = NULL;
}

/* One call under way. */
struct call {
    struct arena *arena;
    const struct http_request *request;
    struct http_response *response;
    struct str host; /* for messages */
    bool is_plain;   /* http, not https */
    struct buf body;
    bool is_too_large;
    char reason[CURL_ERROR_SIZE];
};

static size_t on_body(char *bytes, size_t size, size_t len, void *context)
{
    struct call *call = context;
    size_t got = size * len; /* size is 1, says libcurl */
    if (got > call->request->max_response_bytes - call->body.len) {
        call->is_too_large = true;
        return 0;
    }
    buf_add(&call->body, (struct str){ bytes, got });
    return got;
}

/* True when name is that of the header line, in any case. */
static bool is_header(struct str name, const char *wanted)
{
    return name.len == strlen(wanted) && strncasecmp(name.ptr, wanted, name.len) == 0;
}

static size_t on_header(char *bytes, size_t size, size_t len, void *context)
{
    struct call *call = context;
    struct http_response *response = call->response;
    struct str line = { bytes, size * len }, name, value;
    if (str_starts(line, STR("HTTP/"))) /* those before were of a proxy or of 100 Continue */
        *response = (struct http_response){ 0 };
    if (!str_cut(line, ':', &name, &value))
        return line.len;
    struct str *kept = is_header(name, "content-type")  ? &response->content_type
                       : is_header(name, "request-id")  ? &response->request_id
                       : is_header(name, "retry-after") ? &response->retry_after
                                                        : NULL;
    value = str_trim(value);
    if (kept && value.len <= HEADER_VALUE_MAX)
        *kept = str_copy(call->arena, value);
    return line.len;
}

/* The part of a parsed URL in the arena, or an empty text. */
static struct str url_part(struct arena *arena, CURLU *handle, CURLUPart part)
{
    char *text = NULL;
    if (curl.url_get(handle, part, &text, 0))
        return (struct str){ 0 };
    struct str copy = str_copy(arena, str_from_c(text));
    curl.free(text);
    return copy;
}

bool url_split(struct arena *arena, struct str text, struct url *url, struct error *err)
{
    *url = (struct url){ 0 };
    if (!need_curl(err))
        return false;
    if (str_find(text, '\0', 0) < text.len)
        return error_usage(err, "is no URL");
    CURLU *handle = curl.url();
    bool is_url = handle && !curl.url_set(handle, CURLUPART_URL, str_to_c(arena, text), 0);
    if (is_url)
        *url = (struct url){
            .scheme = url_part(arena, handle, CURLUPART_SCHEME),
            .user = url_part(arena, handle, CURLUPART_USER),
            .password = url_part(arena, handle, CURLUPART_PASSWORD),
            .host = url_part(arena, handle, CURLUPART_HOST),
            .port = url_part(arena, handle, CURLUPART_PORT),
            .query = url_part(arena, handle, CURLUPART_QUERY),
            .fragment = url_part(arena, handle, CURLUPART_FRAGMENT),
        };
    curl.url_cleanup(handle);
    return is_url || error_usage(err, "is no URL");
}

static bool read_url(struct call *call, struct error *err)
{
    struct url url;
    struct error cause = { 0 };
    if (!url_split(call->arena, call->request->url, &url, &cause))
        return error_set(err, "the address to call %s", cause.text);
    call->host = url_host(call->arena, &url);
    call->is_plain = str_equal_c(url.scheme, "http");
    return true;
}

/* A line end in a value would start a header of its own. */
static bool is_header_line(struct str line)
{
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return false;
    }
    return str_find(line, ':', 0) < line.len;
}

/* *list is to be freed in any case. */
static bool make_headers(const struct call *call, struct curl_slist **list, struct error *err)
{
    const struct http_request *request = call->request;
    for (size_t i = 0; i <= request->headers_len; i++) {
        /* without this one curl asks first and waits a second for leave to send a large body */
        struct str line = i < request->headers_len ? request->headers[i] : STR("Expect:");
        struct str name, value;
        str_cut(line, ':', &name, &value);
        if (!is_header_line(line))
            return error_set(err, "the value of the header %.*s has a control character",
                             STR_ARGS(utf8_printable(call->arena, name, REASON_MAX)));
        struct curl_slist *longer = curl.slist_append(*list, str_to_c(call->arena, line));
        if (!longer)
            return error_set(err, "out of memory");
        *list = longer;
    }
    return true;
}

static long clamp_ms(int64_t ms)
{
    return ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (long)ms;
}

/* TLS verification and redirects have no line here: libcurl's defaults, on and off, are right. */
static bool set_options(CURL *easy, struct call *call, struct curl_slist *headers,
                        struct error *err)
{
    const struct http_request *request = call->request;
    const CURLcode codes[] = {
        curl.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, clamp_ms(request->connect_timeout_ms)),
        curl.easy_setopt(easy, CURLOPT_ERRORBUFFER, call->reason),
        curl.easy_setopt(easy, CURLOPT_HEADERDATA, call),
        curl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header),
        curl.easy_setopt(easy, CURLOPT_HTTPHEADER, headers),
        curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L),
        curl.easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.len ? request->body.ptr : ""),
        curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len),
#if LIBCURL_VERSION_NUM >= 0x075500
        curl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
#else
        curl.easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS)),
#endif
        /* plain http goes to this machine only (url_check); a proxy would see the key */
        curl.easy_setopt(easy, CURLOPT_PROXY, call->is_plain ? "" : NULL),
        curl.easy_setopt(easy, CURLOPT_TIMEOUT_MS, clamp_ms(request->timeout_ms)),
        curl.easy_setopt(easy, CURLOPT_URL, str_to_c(call->arena, request->url)),
        curl.easy_setopt(easy, CURLOPT_WRITEDATA, call),
        curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i])
            return error_set(err, "libcurl cannot be set up: %s", curl.easy_strerror(codes[i]));
    return true;
}

enum reason { REASON_NONE, REASON_CURL, REASON_SYSTEM };

/* What a failure of libcurl means to the user; alphabetical. */
struct failure {
    CURLcode code;
    enum reason reason;
    const char *text; /* the host follows */
};

static const struct failure failures[] = {
    { CURLE_COULDNT_CONNECT, REASON_SYSTEM, "cannot connect to" },
    { CURLE_COULDNT_RESOLVE_HOST, REASON_NONE, "cannot find the address of" },
    { CURLE_COULDNT_RESOLVE_PROXY, REASON_NONE, "cannot find the address of the proxy to" },
    { CURLE_GOT_NOTHING, REASON_CURL, "lost the connection to" },
    { CURLE_PARTIAL_FILE, REASON_CURL, "got only a part of the answer of" },
    { CURLE_PEER_FAILED_VERIFICATION, REASON_CURL, "cannot trust the certificate of" },
    { CURLE_RECV_ERROR, REASON_CURL, "lost the connection to" },
    { CURLE_SEND_ERROR, REASON_CURL, "lost the connection to" },
    { CURLE_SSL_CACERT_BADFILE, REASON_CURL, "cannot read the certificates to trust for" },
    { CURLE_SSL_CONNECT_ERROR, REASON_CURL, "cannot speak TLS with" },
    { CURLE_UNSUPPORTED_PROTOCOL, REASON_NONE, "cannot speak anything but http and https with" },
};

static const struct failure other_failure = { .text = "cannot call", .reason = REASON_CURL };

static const struct failure *find_failure(CURLcode code)
{
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (failures[i].code == code)
            return &failures[i];
    return &other_failure;
}

/* A refused connection is told by errno: curl's own words have how many milliseconds it took. */
static struct str reason_text(CURL *easy, const struct call *call, CURLcode code,
                              enum reason reason)
{
    char text[REASON_MAX] = "";
    long number = 0;
    if (reason == REASON_NONE)
        return STR("");
    if (reason == REASON_SYSTEM && !curl.easy_getinfo(easy, CURLINFO_OS_ERRNO, &number) && number &&
        !strerror_r((int)number, text, sizeof text))
        return str_format(call->arena, ": %s", text);
    const char *words =
        call->reason[0] && reason == REASON_CURL ? call->reason : curl.easy_strerror(code);
    struct str shown = utf8_printable(call->arena, str_trim(str_from_c(words)), REASON_MAX);
    return str_format(call->arena, ": %.*s", STR_ARGS(shown));
}

static bool fail_late(CURL *easy, const struct call *call, struct error *err)
{
    curl_off_t connected_us = 0;
    curl.easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
    int64_t limit_ms = call->request->timeout_ms, connect_ms = call->request->connect_timeout_ms;
    if (!connected_us && connect_ms && (!limit_ms || connect_ms < limit_ms))
        limit_ms = connect_ms;
    bool is_whole = limit_ms % 1000 == 0;
    return error_set(err, "%s %.*s within %lld %s",
                     connected_us ? "got no whole answer of" : "cannot connect to",
                     STR_ARGS(call->host), (long long)(is_whole ? limit_ms / 1000 : limit_ms),
                     is_whole ? "s" : "ms");
}

static bool fail(CURL *easy, const struct call *call, CURLcode code, struct error *err)
{
    if (call->is_too_large)
        return error_set(err, "the answer of %.*s is larger than %zu bytes", STR_ARGS(call->host),
                         call->request->max_response_bytes);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return fail_late(easy, call, err);
    const struct failure *failure = find_failure(code);
    struct str reason = reason_text(easy, call, code, failure->reason);
    return error_set(err, "%s %.*s%.*s", failure->text, STR_ARGS(call->host), STR_ARGS(reason));
}

bool http_post(struct http *http, struct arena *arena, const struct http_request *request,
               struct http_response *response, struct error *err)
{
    struct call call = {
        .arena = arena,
        .request = request,
        .response = response,
        .body = { .arena = arena },
    };
    struct curl_slist *headers = NULL;
    bool is_done = false;
    *response = (struct http_response){ 0 };
    if (!read_url(&call, err) || !make_headers(&call, &headers, err) ||
        !set_options(http->easy, &call, headers, err))
        goto out;
    CURLcode code = curl.easy_perform(http->easy);
    is_done = !code || fail(http->easy, &call, code, err);
    if (!code)
        curl.easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &response->status);
    response->body = buf_str(&call.body);
out:
    curl.easy_reset(http->easy); /* its options point to this call; the connection is kept */
    curl.slist_free_all(headers);
    return is_done;
}
