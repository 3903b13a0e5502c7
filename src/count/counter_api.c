/*
 * Counts over the Token Counting API: one POST per request, on a connection that is kept. There are
 * no retries and no pacing yet: a request that fails is reported as it failed.
 */
#include "count/count.h"
#include "count/count_answer.h"
#include "count/count_body.h"
#include "net/http.h"
#include "net/url.h"

#ifndef TOKGATE_VERSION
#define TOKGATE_VERSION "dev"
#endif

enum { RESPONSE_BYTES_MAX = 1024 * 1024, HEADERS_MAX = 6 };

/* The state of one thread; lives in its own arena. */
struct api {
    struct arena arena;
    struct http http;
    struct str url;
    struct str secret; /* the one credential that is sent */
    struct str headers[HEADERS_MAX];
    size_t headers_len;
    struct str betas;
    int64_t timeout_ms, connect_timeout_ms;
};

static bool is_header_value(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < 0x20 || text.ptr[i] > 0x7E)
            return false;
    return true;
}

static bool has_space(struct str text)
{
    return str_find(text, ' ', 0) < text.len;
}

/* No message here may show any of the key. */
static bool check_key(struct str key, struct error *err)
{
    if (!is_header_value(key) || has_space(key))
        return error_set(err, "ANTHROPIC_API_KEY has a line end, a space or another character that "
                              "no key has");
    if (str_starts(key, STR("sk-ant-oat")) || str_starts(key, STR("sk-ant-ort")))
        return error_set(err,
                         "ANTHROPIC_API_KEY is an OAuth token: those of Claude plans are for "
                         "Claude Code and other native applications only; use an API key, or set "
                         "ANTHROPIC_AUTH_TOKEN on purpose for workload identity federation");
    return true;
}

static bool check_credentials(const struct counter_options *options, struct error *err)
{
    if (options->api_key.len)
        return check_key(options->api_key, err);
    if (!options->auth_token.len)
        return error_set(err,
                         "no ANTHROPIC_API_KEY is set: without one, count with --count offline");
    if (!is_header_value(options->auth_token) || has_space(options->auth_token))
        return error_set(err, "ANTHROPIC_AUTH_TOKEN has a line end, a space or another character "
                              "that no token has");
    return true;
}

static bool check_options(struct arena *arena, const struct counter_options *options,
                          struct error *err)
{
    struct error cause = { 0 };
    struct str host;
    if (!url_check(arena, options->base_url, &host, &cause))
        return cause.kind == ERROR_USAGE ? error_usage(err, "ANTHROPIC_BASE_URL %s", cause.text)
                                         : error_set(err, "ANTHROPIC_BASE_URL %s", cause.text);
    if (!options->api_version.len || !is_header_value(options->api_version))
        return error_usage(err, "the API version is no header value");
    if (!is_header_value(options->betas))
        return error_usage(err, "the list of betas is no header value");
    return check_credentials(options, err);
}

static void add_header(struct api *api, const char *name, struct str value)
{
    api->headers[api->headers_len++] = str_format(&api->arena, "%s: %.*s", name, STR_ARGS(value));
}

static void add_headers(struct api *api, const struct counter_options *options)
{
    add_header(api, "content-type", STR("application/json"));
    add_header(api, "accept", STR("application/json"));
    add_header(api, "anthropic-version", options->api_version);
    add_header(api, "user-agent", STR("tokgate/" TOKGATE_VERSION));
    if (options->betas.len)
        add_header(api, "anthropic-beta", options->betas);
    /* one credential: which of two the API takes is not documented */
    if (options->api_key.len)
        add_header(api, "x-api-key", api->secret);
    else
        add_header(api, "authorization",
                   str_format(&api->arena, "Bearer %.*s", STR_ARGS(api->secret)));
}

static void close_api(void *state)
{
    struct api *api = state;
    if (!api)
        return;
    http_close(&api->http);
    struct arena arena = api->arena; /* api itself is in it */
    arena_free(&arena);
}

static bool open_api(const struct counter_options *options, void **state, struct error *err)
{
    struct arena arena = { 0 };
    struct api *api = ARENA_NEW(&arena, struct api);
    api->arena = arena;
    *state = NULL;
    if (!check_options(&api->arena, options, err) || !http_open(&api->http, err)) {
        close_api(api);
        return false;
    }
    struct str base = options->base_url;
    while (str_ends(base, STR("/")))
        base.len--;
    api->url = str_format(&api->arena, "%.*s/v1/messages/count_tokens", STR_ARGS(base));
    api->secret =
        str_copy(&api->arena, options->api_key.len ? options->api_key : options->auth_token);
    api->betas = str_copy(&api->arena, options->betas);
    api->timeout_ms = options->timeout_ms;
    api->connect_timeout_ms = options->connect_timeout_ms;
    add_headers(api, options);
    *state = api;
    return true;
}

static const struct part *find_uncountable(const struct request *request)
{
    for (size_t i = 0; i < request->parts.len; i++)
        if (request->parts.items[i].kind == PART_UNCOUNTABLE)
            return &request->parts.items[i];
    return NULL;
}

static enum count_result ask(struct api *api, struct arena *arena, struct str body, int64_t *tokens,
                             struct error *err)
{
    struct http_request call = {
        .url = api->url,
        .headers = api->headers,
        .headers_len = api->headers_len,
        .body = body,
        .timeout_ms = api->timeout_ms,
        .connect_timeout_ms = api->connect_timeout_ms,
        .max_response_bytes = RESPONSE_BYTES_MAX,
    };
    struct http_response response;
    if (!http_post(&api->http, arena, &call, &response, err))
        return COUNT_UNAVAILABLE;
    return count_answer_read(arena, &response, api->secret, tokens, err);
}

static enum count_result count_api(void *state, struct arena *arena, const struct request *request,
                                   const struct catalog *catalog, struct count *count,
                                   struct error *err)
{
    struct api *api = state;
    const struct part *uncountable = find_uncountable(request);
    if (uncountable) {
        error_set(err, "the API does not count a request with %.*s", STR_ARGS(uncountable->text));
        return COUNT_NOT_COUNTED;
    }
    struct str body = count_body(arena, request, api->betas);
    int64_t most = catalog->request_bytes_max, tokens = 0;
    if (most != CATALOG_UNKNOWN && body.len > (uint64_t)most) {
        error_set(err, "its %zu bytes are more than the API takes (%lld)", body.len,
                  (long long)most);
        return COUNT_REFUSED;
    }
    enum count_result result = ask(api, arena, body, &tokens, err);
    if (result == COUNT_DONE) {
        count->low = count->tokens = count->high = tokens;
        count->origin = COUNT_ORIGIN_API;
        count->uncountable = (struct str){ 0 }; /* what is opaque offline is in the count */
        count->refused_online = false;
    }
    return result;
}

const struct counter counter_api = {
    .name = "api",
    .summary = "every request is counted by the Token Counting API",
    .open = open_api,
    .count = count_api,
    .close = close_api,
};
