/* Longer than a file should be: libcurl's header is included here and nowhere else. */
#include "net/wire.h"

#include <curl/curl.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "base/library.h"
#include "net/url.h"
#include "net/wire_functions.h"

enum { REASON_MAX = 200, STALL_BYTES = 10 };

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

struct wire {
    const struct http_options *options;
    const struct wire_sink *sink;
    bool is_plain; /* http, not https */
    CURLM *multi;
    struct curl_slist *headers;
};

struct wire_call {
    struct wire *wire;
    void *context;
    CURL *easy;
    char words[CURL_ERROR_SIZE]; /* libcurl's, about what went wrong */
    char reason[REASON_MAX];     /* the system's */
};

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

bool wire_load(struct error *err)
{
    if (pthread_once(&curl_once, start_curl))
        return error_set(err, "libcurl cannot start");
    return !curl_problem.kind || error_set(err, "%s", curl_problem.text);
}

/* --- URLs */

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
    if (!wire_load(err))
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

/* --- what comes in */

static size_t on_body(char *bytes, size_t size, size_t len, void *context)
{
    const struct wire_call *call = context;
    const struct str some = { bytes, size * len }; /* size is 1, says libcurl */
    return call->wire->sink->body(call->context, some) ? some.len : 0;
}

/* From here on the answer must not crawl; before, the server may think as long as the call may
 * take. */
static void limit_stall(const struct wire_call *call)
{
    long seconds = (long)(call->wire->options->stall_ms / 1000);
    curl.easy_setopt(call->easy, CURLOPT_LOW_SPEED_LIMIT, (long)STALL_BYTES);
    curl.easy_setopt(call->easy, CURLOPT_LOW_SPEED_TIME, seconds);
}

static size_t on_header(char *bytes, size_t size, size_t len, void *context)
{
    const struct wire_call *call = context;
    const struct str line = { bytes, size * len };
    if (call->wire->sink->head(call->context, line))
        limit_stall(call);
    return line.len;
}

/* --- setting up */

/* Of one without a value libcurl thinks that it is not to be sent, unless a ';' stands for the ':'.
 */
static const char *header_line(struct arena *arena, struct str line)
{
    const struct str text = str_trim(line);
    if (!str_ends(text, STR(":")))
        return line.ptr;
    return str_to_c(arena, str_format(arena, "%.*s;", (int)(text.len - 1), text.ptr));
}

static bool add_header(struct wire *wire, const char *line, struct error *err)
{
    struct curl_slist *longer = curl.slist_append(wire->headers, line);
    if (!longer)
        return error_set(err, "out of memory");
    wire->headers = longer;
    return true;
}

static bool add_headers(struct wire *wire, struct arena *arena, struct error *err)
{
    const struct http_options *options = wire->options;
    for (size_t i = 0; i < options->headers_len; i++)
        if (!add_header(wire, header_line(arena, options->headers[i]), err))
            return false;
    /* without this one curl asks first and waits a second for leave to send a large body; libcurl
     * 7.88 signs it, too, but does not send it: set_signature() has another way */
    return options->sigv4.len || add_header(wire, "Expect:", err);
}

struct wire *wire_open(struct arena *arena, const struct http_options *options, bool is_plain,
                       const struct wire_sink *sink, struct error *err)
{
    struct wire *wire = ARENA_NEW(arena, struct wire);
    *wire = (struct wire){ .options = options, .sink = sink, .is_plain = is_plain };
    bool is_ready = add_headers(wire, arena, err);
    if (is_ready) {
        wire->multi = curl.multi_init();
        is_ready = wire->multi || error_set(err, "libcurl cannot start: out of memory");
    }
    if (!is_ready) {
        wire_close(wire);
        return NULL;
    }
    curl.multi_setopt(wire->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)options->connections_max);
    return wire;
}

void wire_close(struct wire *wire)
{
    if (!wire)
        return;
    if (wire->multi)
        curl.multi_cleanup(wire->multi);
    curl.slist_free_all(wire->headers);
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
static bool set_up_call(struct wire_call *call, struct error *err)
{
    const struct wire *wire = call->wire;
    const struct http_options *options = wire->options;
    CURL *easy = call->easy;
    const CURLcode codes[] = {
        curl.easy_setopt(easy, CURLOPT_CAINFO, options->ca_file.ptr),
        curl.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, clamp_ms(options->connect_timeout_ms)),
        curl.easy_setopt(easy, CURLOPT_ERRORBUFFER, call->words),
        curl.easy_setopt(easy, CURLOPT_HEADERDATA, call),
        curl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header),
        curl.easy_setopt(easy, CURLOPT_HTTPHEADER, wire->headers),
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
        curl.easy_setopt(easy, CURLOPT_PROXY, wire->is_plain ? "" : NULL),
        curl.easy_setopt(easy, CURLOPT_TIMEOUT_MS, clamp_ms(options->timeout_ms)),
        curl.easy_setopt(easy, CURLOPT_WRITEDATA, call),
        curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body),
    };
    return all_set(codes, sizeof codes / sizeof codes[0], err);
}

/* Nothing is sent when libcurl cannot sign. */
static bool set_signature(const struct wire_call *call, struct error *err)
{
    const struct http_options *options = call->wire->options;
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

struct wire_call *wire_call_new(struct wire *wire, struct arena *arena, void *context,
                                struct error *err)
{
    struct wire_call *call = ARENA_NEW(arena, struct wire_call);
    call->wire = wire;
    call->context = context;
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

void wire_call_free(struct wire_call *call)
{
    curl.easy_cleanup(call->easy);
}

/* --- calls */

/* From this version on libcurl percent-encodes the path that it signs (8.9.0, curl issue 13754). */
enum { ENCODES_SIGNED_PATH = 0x080900 };

/* An older libcurl signs the path as the URL has it, while AWS signs it encoded, which differs for
 * the colon of "...-v1:0". So the URL gets the path to sign, and what is sent is told apart. */
static bool set_url(struct wire_call *call, struct str url, struct error *err)
{
    struct arena arena = { 0 }; /* libcurl copies texts */
    struct str path = { 0 };
    bool is_signed = call->wire->options->sigv4.len > 0;
    if (is_signed && curl.version_info(CURLVERSION_NOW)->version_num < ENCODES_SIGNED_PATH)
        url = url_encode_path(&arena, url, &path);
    const CURLcode codes[] = {
        curl.easy_setopt(call->easy, CURLOPT_REQUEST_TARGET,
                         path.len ? str_to_c(&arena, path) : NULL),
        curl.easy_setopt(call->easy, CURLOPT_URL, str_to_c(&arena, url)),
    };
    arena_free(&arena);
    return all_set(codes, sizeof codes / sizeof codes[0], err);
}

bool wire_start(struct wire *wire, struct wire_call *call, struct str url, struct str body,
                struct error *err)
{
    call->words[0] = '\0';
    const CURLcode codes[] = {
        curl.easy_setopt(call->easy, CURLOPT_LOW_SPEED_TIME, 0L),
        curl.easy_setopt(call->easy, CURLOPT_POSTFIELDS, body.len ? body.ptr : ""),
        curl.easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len),
    };
    if (!all_set(codes, sizeof codes / sizeof codes[0], err) || !set_url(call, url, err))
        return false;
    CURLMcode code = curl.multi_add_handle(wire->multi, call->easy);
    return !code || error_set(err, "libcurl cannot call: %s", curl.multi_strerror(code));
}

void wire_end(struct wire *wire, struct wire_call *call)
{
    curl.multi_remove_handle(wire->multi, call->easy);
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
static struct str find_reason(struct wire_call *call, CURLcode code)
{
    long number = 0;
    if (code == CURLE_COULDNT_CONNECT &&
        !curl.easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &number) && number &&
        !strerror_r((int)number, call->reason, sizeof call->reason))
        return str_from_c(call->reason);
    bool has_words = call->words[0] && code != CURLE_COULDNT_CONNECT;
    return str_from_c(has_words ? call->words : curl.easy_strerror(code));
}

static void explain(struct wire_call *call, CURLcode code, struct wire_out *out)
{
    curl_off_t connected_us = 0, taken_us = 0;
    out->failure = find_failure(code);
    out->reason = find_reason(call, code);
    out->is_late = code == CURLE_OPERATION_TIMEDOUT;
    curl.easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME_T, &connected_us);
    curl.easy_getinfo(call->easy, CURLINFO_TOTAL_TIME_T, &taken_us);
    out->is_connected = connected_us != 0;
    out->taken_ms = taken_us / 1000;
}

bool wire_next(struct wire *wire, struct wire_out *out)
{
    int left = 0;
    struct wire_call *call = NULL;
    const CURLMsg *message = curl.multi_info_read(wire->multi, &left);
    while (message && message->msg != CURLMSG_DONE) /* there is no other kind yet */
        message = curl.multi_info_read(wire->multi, &left);
    if (!message)
        return false;
    const CURLcode code = message->data.result;
    curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
    *out = (struct wire_out){ .context = call->context, .is_answered = !code };
    if (code)
        explain(call, code, out);
    else
        curl.easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &out->status);
    return true;
}

void wire_wait(struct wire *wire, int started, int64_t timeout_ms)
{
    int running = 0;
    curl.multi_perform(wire->multi, &running);
    if (running < started)
        return; /* one is out already: there would be nothing to wait for */
    curl.multi_poll(wire->multi, NULL, 0, (int)clamp_ms(timeout_ms), NULL);
    curl.multi_perform(wire->multi, &running);
}

void wire_wake(struct wire *wire)
{
    curl.multi_wakeup(wire->multi);
}
