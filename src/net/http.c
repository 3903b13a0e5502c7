/* Longer than a file should be: libcurl's header is included here and nowhere else. */
#include "net/http.h"

#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "base/library.h"
#include "base/utf8.h"
#include "net/http_failure.h"
#include "net/http_header.h"
#include "net/url.h"

enum { REASON_MAX = 200, STALL_BYTES = 10 };

/*
 * libcurl is not linked but loaded when it is first needed: it brings 34 more libraries, and a run
 * that asks nothing online would spend nearly all of its time on them. Name without "curl_",
 * result, arguments; alphabetical.
 */
#define CURL_FUNCTIONS(F)                                                                          \
    F(easy_cleanup, void, (CURL *))                                                                \
    F(easy_getinfo, CURLcode, (CURL *, CURLINFO, ...))                                             \
    F(easy_init, CURL *, (void))                                                                   \
    F(easy_reset, void, (CURL *))                                                                  \
    F(easy_setopt, CURLcode, (CURL *, CURLoption, ...))                                            \
    F(easy_strerror, const char *, (CURLcode))                                                     \
    F(free, void, (void *))                                                                        \
    F(global_init, CURLcode, (long))                                                               \
    F(multi_add_handle, CURLMcode, (CURLM *, CURL *))                                              \
    F(multi_cleanup, CURLMcode, (CURLM *))                                                         \
    F(multi_info_read, CURLMsg *, (CURLM *, int *))                                                \
    F(multi_init, CURLM *, (void))                                                                 \
    F(multi_perform, CURLMcode, (CURLM *, int *))                                                  \
    F(multi_poll, CURLMcode, (CURLM *, struct curl_waitfd[], unsigned int, int, int *))            \
    F(multi_remove_handle, CURLMcode, (CURLM *, CURL *))                                           \
    F(multi_setopt, CURLMcode, (CURLM *, CURLMoption, ...))                                        \
    F(multi_strerror, const char *, (CURLMcode))                                                   \
    F(multi_wakeup, CURLMcode, (CURLM *))                                                          \
    F(slist_append, struct curl_slist *, (struct curl_slist *, const char *))                      \
    F(slist_free_all, void, (struct curl_slist *))                                                 \
    F(url, CURLU *, (void))                                                                        \
    F(url_cleanup, void, (CURLU *))                                                                \
    F(url_get, CURLUcode, (CURLU *, CURLUPart, char **, unsigned int))                             \
    F(url_set, CURLUcode, (CURLU *, CURLUPart, const char *, unsigned int))                        \
    F(version_info, curl_version_info_data *, (CURLversion))

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

/* One call: under way, out, or free to be used again. */
struct call {
    struct http *http;
    struct call *next; /* of its list */
    CURL *easy;
    struct arena arena; /* of its answer */
    void *tag;
    struct http_response response;
    struct buf body;
    bool has_begun; /* its answer */
    bool is_too_large;
    char reason[CURL_ERROR_SIZE];
};

struct http {
    struct arena arena;
    struct http_options options;
    CURLM *multi;
    struct curl_slist *headers;
    struct str host; /* for messages */
    bool is_plain;   /* http, not https */
    struct call *busy, *free;
    int busy_len;
    struct call *out; /* whose result was handed out last */
};

static size_t on_body(char *bytes, size_t size, size_t len, void *context)
{
    struct call *call = context;
    size_t got = size * len; /* size is 1, says libcurl */
    if (got > call->http->options.max_response_bytes - call->body.len) {
        call->is_too_large = true;
        return 0;
    }
    buf_add(&call->body, (struct str){ bytes, got });
    return got;
}

/* From here on the answer must not crawl; before, the server may think as long as the call may
 * take. */
static void limit_stall(const struct call *call)
{
    long seconds = (long)(call->http->options.stall_ms / 1000);
    curl.easy_setopt(call->easy, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES);
    curl.easy_setopt(call->easy, CURLOPT_LOW_SPEED_TIME, seconds);
}

static size_t on_header(char *bytes, size_t size, size_t len, void *context)
{
    struct call *call = context;
    struct str line = { bytes, size * len };
    if (http_header_read(&call->arena, &call->response, line)) {
        call->has_begun = true;
        limit_stall(call);
    }
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

static bool make_headers(struct http *http, struct error *err)
{
    const struct http_options *options = &http->options;
    /* libcurl 7.88 signs this one too, but does not send it: set_signature() has another way */
    size_t len = options->headers_len + (options->sigv4.len ? 0 : 1);
    for (size_t i = 0; i < len; i++) {
        /* without this one curl asks first and waits a second for leave to send a large body */
        struct str line = i < options->headers_len ? options->headers[i] : STR("Expect:");
        struct str name, value;
        str_cut(line, ':', &name, &value);
        if (!http_header_is_line(line))
            return error_set(err, "the value of the header %.*s has a control character",
                             STR_ARGS(utf8_printable(&http->arena, name, REASON_MAX)));
        struct curl_slist *longer = curl.slist_append(http->headers, str_to_c(&http->arena, line));
        if (!longer)
            return error_set(err, "out of memory");
        http->headers = longer;
    }
    return true;
}

static long clamp_ms(int64_t ms)
{
    return ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (long)ms;
}

static bool all_set(const CURLcode *codes, size_t len, struct error *err)
{
    for (size_t i = 0; i < len; i++)
        if (codes[i])
            return error_set(err, "libcurl cannot be set up: %s", curl.easy_strerror(codes[i]));
    return true;
}

/* What stays from call to call. TLS verification, redirects and HTTP/2 over TLS have no line here:
 * libcurl's defaults, on, off and on, are right. */
static bool set_up_call(struct call *call, struct error *err)
{
    const struct http *http = call->http;
    const struct http_options *options = &http->options;
    CURL *easy = call->easy;
    const CURLcode codes[] = {
        curl.easy_setopt(easy, CURLOPT_CAINFO, options->ca_file.ptr),
        curl.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, clamp_ms(options->connect_timeout_ms)),
        curl.easy_setopt(easy, CURLOPT_ERRORBUFFER, call->reason),
        curl.easy_setopt(easy, CURLOPT_HEADERDATA, call),
        curl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header),
        curl.easy_setopt(easy, CURLOPT_HTTPHEADER, http->headers),
        curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L),
        /* a call waits until it is known whether the connection that is coming carries it too */
        curl.easy_setopt(easy, CURLOPT_PIPEWAIT, 1L),
        curl.easy_setopt(easy, CURLOPT_PRIVATE, call),
#if LIBCURL_VERSION_NUM >= 0x075500
        curl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
#else
        curl.easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS)),
#endif
        /* plain http is for this machine (url_check); a proxy would see the key */
        curl.easy_setopt(easy, CURLOPT_PROXY, http->is_plain ? "" : NULL),
        curl.easy_setopt(easy, CURLOPT_TIMEOUT_MS, clamp_ms(options->timeout_ms)),
        curl.easy_setopt(easy, CURLOPT_WRITEDATA, call),
        curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body),
    };
    return all_set(codes, sizeof codes / sizeof codes[0], err);
}

/* From this version on libcurl percent-encodes the path that it signs (8.9.0, curl issue 13754). */
enum { ENCODES_SIGNED_PATH = 0x080900 };

/* An older libcurl signs the path as the URL has it, while AWS signs it encoded, which differs for
 * the colon of "...-v1:0". So the URL gets the path to sign, and what is sent is told apart. */
static bool set_url(struct call *call, struct str url, struct error *err)
{
    struct arena *arena = &call->arena;
    struct str path = { 0 };
    bool is_signed = call->http->options.sigv4.len > 0;
    if (is_signed && curl.version_info(CURLVERSION_NOW)->version_num < ENCODES_SIGNED_PATH)
        url = url_encode_path(arena, url, &path);
    const CURLcode codes[] = {
        curl.easy_setopt(call->easy, CURLOPT_REQUEST_TARGET,
                         path.len ? str_to_c(arena, path) : NULL),
        curl.easy_setopt(call->easy, CURLOPT_URL, str_to_c(arena, url)),
    };
    return all_set(codes, sizeof codes / sizeof codes[0], err);
}

/* Nothing is sent when libcurl cannot sign. */
static bool set_signature(const struct call *call, struct error *err)
{
    const struct http_options *options = &call->http->options;
    if (!options->sigv4.len)
        return true;
    const CURLcode codes[] = {
        curl.easy_setopt(call->easy, CURLOPT_AWS_SIGV4, options->sigv4.ptr),
        /* it asks for leave to send the body, but does not wait */
        curl.easy_setopt(call->easy, CURLOPT_EXPECT_100_TIMEOUT_MS, 1L),
        curl.easy_setopt(call->easy, CURLOPT_PASSWORD, options->key_secret.ptr),
        curl.easy_setopt(call->easy, CURLOPT_USERNAME, options->key_id.ptr),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i])
            return error_set(err, "libcurl cannot sign a call: %s", curl.easy_strerror(codes[i]));
    return true;
}

/* What an error of libcurl is; alphabetical. */
static const struct {
    CURLcode code;
    enum http_failure failure;
} failures[] = {
    { CURLE_COULDNT_CONNECT, HTTP_FAILURE_CONNECT },
    { CURLE_COULDNT_RESOLVE_HOST, HTTP_FAILURE_RESOLVE },
    { CURLE_COULDNT_RESOLVE_PROXY, HTTP_FAILURE_RESOLVE_PROXY },
    { CURLE_GOT_NOTHING, HTTP_FAILURE_LOST },
    { CURLE_HTTP2, HTTP_FAILURE_LOST },
    { CURLE_HTTP2_STREAM, HTTP_FAILURE_LOST },
    { CURLE_PARTIAL_FILE, HTTP_FAILURE_PART },
    { CURLE_PEER_FAILED_VERIFICATION, HTTP_FAILURE_CERTIFICATE },
    { CURLE_RECV_ERROR, HTTP_FAILURE_LOST },
    { CURLE_SEND_ERROR, HTTP_FAILURE_LOST },
    { CURLE_SSL_CACERT_BADFILE, HTTP_FAILURE_CERTIFICATES_TO_TRUST },
    { CURLE_SSL_CONNECT_ERROR, HTTP_FAILURE_TLS },
    { CURLE_UNSUPPORTED_PROTOCOL, HTTP_FAILURE_PROTOCOL },
};

static enum http_failure find_failure(CURLcode code)
{
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (failures[i].code == code)
            return failures[i].failure;
    return HTTP_FAILURE_OTHER;
}

/* A refused connection is told by errno: curl's own words have how many milliseconds it took. */
static struct str reason_text(struct call *call, CURLcode code)
{
    char text[REASON_MAX] = "";
    long number = 0;
    if (code == CURLE_COULDNT_CONNECT &&
        !curl.easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &number) && number &&
        !strerror_r((int)number, text, sizeof text))
        return str_copy(&call->arena, str_from_c(text));
    bool has_words = call->reason[0] && code != CURLE_COULDNT_CONNECT;
    const char *words = has_words ? call->reason : curl.easy_strerror(code);
    return utf8_printable(&call->arena, str_trim(str_from_c(words)), REASON_MAX);
}

static void explain_late(const struct call *call, struct error *err)
{
    curl_off_t connected_us = 0, taken_us = 0;
    curl.easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
    curl.easy_getinfo(call->easy, CURLINFO_TOTAL_TIME_T, &taken_us);
    const struct http_late late = {
        .taken_ms = taken_us / 1000,
        .limit_ms = call->http->options.timeout_ms,
        .connect_limit_ms = call->http->options.connect_timeout_ms,
        .is_connected = connected_us != 0,
        .has_begun = call->has_begun,
    };
    http_failure_explain_late(&late, call->http->host, err);
}

/* Why there is no answer; whether another try may bring one. */
static bool explain(struct call *call, CURLcode code, struct error *err)
{
    struct str host = call->http->host;
    if (call->is_too_large) {
        error_set(err, "the answer of %.*s is larger than %zu bytes", STR_ARGS(host),
                  call->http->options.max_response_bytes);
        return false;
    }
    if (code == CURLE_OPERATION_TIMEDOUT) {
        explain_late(call, err);
        return true;
    }
    enum http_failure failure = find_failure(code);
    http_failure_explain(failure, host, reason_text(call, code), err);
    return http_failure_may_pass(failure);
}

/* As libcurl takes it: with a NUL after it, NULL for none. */
static struct str copy_text(struct arena *arena, struct str text)
{
    return text.len ? str_from_c(str_to_c(arena, text)) : (struct str){ 0 };
}

static bool copy_options(struct http *http, const struct http_options *options, struct error *err)
{
    struct arena *arena = &http->arena;
    struct str *headers = ARENA_ARRAY(arena, struct str, options->headers_len);
    http->options = *options;
    for (size_t i = 0; i < options->headers_len; i++)
        headers[i] = str_copy(arena, options->headers[i]);
    http->options.headers = headers;
    http->options.url = str_copy(arena, options->url);
    http->options.ca_file = copy_text(arena, options->ca_file);
    http->options.sigv4 = copy_text(arena, options->sigv4);
    http->options.key_id = copy_text(arena, options->key_id);
    http->options.key_secret = copy_text(arena, options->key_secret);
    return read_url(http, err) && make_headers(http, err);
}

struct http *http_open(const struct http_options *options, struct error *err)
{
    struct arena arena = { 0 };
    if (!need_curl(err))
        return NULL;
    struct http *http = ARENA_NEW(&arena, struct http);
    http->arena = arena;
    bool is_ready = copy_options(http, options, err);
    if (is_ready) {
        http->multi = curl.multi_init();
        is_ready = http->multi || error_set(err, "libcurl cannot start: out of memory");
    }
    if (!is_ready) {
        http_close(http);
        return NULL;
    }
    curl.multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)options->connections_max);
    return http;
}

static void free_calls(struct call *calls)
{
    while (calls) {
        struct call *call = calls;
        calls = call->next;
        curl.easy_cleanup(call->easy);
    }
}

void http_close(struct http *http)
{
    if (!http)
        return;
    http_cancel(http);
    free_calls(http->free);
    if (http->multi)
        curl.multi_cleanup(http->multi);
    curl.slist_free_all(http->headers);
    struct arena arena = http->arena; /* http itself is in it */
    arena_free(&arena);
}

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

static struct call *new_call(struct http *http, struct error *err)
{
    struct call *call = ARENA_NEW(&http->arena, struct call);
    call->http = http;
    call->easy = curl.easy_init();
    if (!call->easy) {
        error_set(err, "libcurl cannot start: out of memory");
        return NULL;
    }
    if (set_up_call(call, err) && set_signature(call, err))
        return call;
    curl.easy_cleanup(call->easy);
    return NULL;
}

static struct call *take_call(struct http *http, struct error *err)
{
    struct call *call = http->free;
    if (!call)
        return new_call(http, err);
    http->free = call->next;
    return call;
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
    call->reason[0] = '\0';
    const CURLcode codes[] = {
        curl.easy_setopt(call->easy, CURLOPT_LOW_SPEED_TIME, 0L),
        curl.easy_setopt(call->easy, CURLOPT_POSTFIELDS, body.len ? body.ptr : ""),
        curl.easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len),
    };
    CURLMcode code = CURLM_OK;
    bool is_set = all_set(codes, sizeof codes / sizeof codes[0], err) && set_url(call, url, err);
    if (is_set)
        code = curl.multi_add_handle(http->multi, call->easy);
    if (!is_set || code) {
        release(http, call);
        return is_set && error_set(err, "libcurl cannot call: %s", curl.multi_strerror(code));
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
    curl.multi_remove_handle(http->multi, call->easy);
}

bool http_next(struct http *http, struct transport_result *result)
{
    int left = 0;
    struct call *call = NULL;
    release_out(http);
    const CURLMsg *message = curl.multi_info_read(http->multi, &left);
    while (message && message->msg != CURLMSG_DONE) /* there is no other kind yet */
        message = curl.multi_info_read(http->multi, &left);
    if (!message)
        return false;
    CURLcode code = message->data.result; /* the message is gone with the handle */
    curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
    *result = (struct transport_result){ .tag = call->tag, .is_answered = !code };
    if (code)
        result->may_pass = explain(call, code, &result->error);
    else
        curl.easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &call->response.status);
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
    int running = 0;
    curl.multi_perform(http->multi, &running);
    if (running < http->busy_len)
        return; /* one is out already: there would be nothing to wait for */
    curl.multi_poll(http->multi, NULL, 0, (int)clamp_ms(timeout_ms), NULL);
    curl.multi_perform(http->multi, &running);
}

void http_wake(struct http *http)
{
    curl.multi_wakeup(http->multi);
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
