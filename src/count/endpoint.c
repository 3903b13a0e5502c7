#include "count/endpoint.h"

#include <strings.h>
#include <string.h>

#include "base/list.h"
#include "base/utf8.h"
#include "net/url.h"

#ifndef TOKGATE_VERSION
#define TOKGATE_VERSION "dev"
#endif

enum { NAME_SHOWN_MAX = 60 };

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

static bool check_url(struct arena *arena, const struct counter_options *options, struct error *err)
{
    struct error cause = { 0 };
    struct str host;
    enum url_plain plain = options->insecure_http ? URL_PLAIN_ANYWHERE : URL_PLAIN_HERE;
    if (url_check(arena, options->base_url, plain, &host, &cause))
        return true;
    return cause.kind == ERROR_USAGE ? error_usage(err, "ANTHROPIC_BASE_URL %s", cause.text)
                                     : error_set(err, "ANTHROPIC_BASE_URL %s", cause.text);
}

static bool check_options(struct arena *arena, const struct counter_options *options,
                          struct error *err)
{
    if (!check_url(arena, options, err))
        return false;
    if (!options->api_version.len || !is_header_value(options->api_version))
        return error_usage(err, "the API version is no header value");
    return is_header_value(options->betas) ||
           error_usage(err, "the list of betas is no header value");
}

/* Headers that others must not set: why. Names in lower case, alphabetical. */
struct reserved {
    const char *name;
    const char *why;
};

#define OURS   "tokgate sends it itself"
#define FRAMES "it says where the request ends or goes"
#define KEEPS_ONE                                                                                  \
    "there is exactly one credential, that of ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN"

static const struct reserved reserved_headers[] = {
    { "accept", OURS },
    { "accept-encoding", OURS },
    { "anthropic-version", "say it as api_version in the rule file" },
    { "authorization", KEEPS_ONE },
    { "connection", FRAMES },
    { "content-length", FRAMES },
    { "content-type", OURS },
    { "expect", FRAMES },
    { "host", FRAMES },
    { "proxy-authorization", KEEPS_ONE },
    { "te", FRAMES },
    { "trailer", FRAMES },
    { "transfer-encoding", FRAMES },
    { "upgrade", FRAMES },
    { "user-agent", OURS },
    { "x-api-key", KEEPS_ONE },
};

static const struct reserved *find_reserved(struct str name)
{
    for (size_t i = 0; i < sizeof reserved_headers / sizeof reserved_headers[0]; i++)
        if (name.len == strlen(reserved_headers[i].name) &&
            strncasecmp(name.ptr, reserved_headers[i].name, name.len) == 0)
            return &reserved_headers[i];
    return NULL;
}

/* A name of RFC 9110, 5.6.2. */
static bool is_token(struct str name)
{
    static const struct str marks = STR_INIT("!#$%&'*+-.^_`|~");
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_word && (!c || str_find(marks, c, 0) == marks.len))
            return false;
    }
    return name.len > 0;
}

static bool check_custom(struct arena *arena, struct str line, struct str *name, struct str *value,
                         struct error *err)
{
    bool has_colon = str_cut(line, ':', name, value);
    *name = str_trim(*name);
    *value = str_trim(*value);
    struct str shown = utf8_printable(arena, *name, NAME_SHOWN_MAX);
    if (!has_colon || !is_token(*name))
        return error_usage(err, "ANTHROPIC_CUSTOM_HEADERS has a line that is no \"Name: Value\"");
    if (!is_header_value(*value))
        return error_usage(err,
                           "ANTHROPIC_CUSTOM_HEADERS: the value of %.*s has a control character",
                           STR_ARGS(shown));
    const struct reserved *reserved = find_reserved(*name);
    return !reserved || error_usage(err, "ANTHROPIC_CUSTOM_HEADERS must not set %.*s: %s",
                                    STR_ARGS(shown), reserved->why);
}

static void add_header(struct strs *headers, const char *name, struct str value)
{
    *LIST_PUSH(headers) = str_format(headers->arena, "%s: %.*s", name, STR_ARGS(value));
}

static bool add_custom(struct strs *headers, struct str lines, struct buf *betas, struct error *err)
{
    struct str line, name, value;
    while (lines.len) {
        str_cut(lines, '\n', &line, &lines);
        if (!str_trim(line).len)
            continue;
        if (!check_custom(headers->arena, line, &name, &value, err))
            return false;
        if (name.len == 14 && strncasecmp(name.ptr, "anthropic-beta", 14) == 0)
            buf_format(betas, "%s%.*s", betas->len ? "," : "", STR_ARGS(value));
        else
            add_header(headers, str_to_c(headers->arena, name), value);
    }
    return true;
}

static void add_own(struct strs *headers, const struct counter_options *options,
                    const struct endpoint *endpoint)
{
    add_header(headers, "content-type", STR("application/json"));
    add_header(headers, "accept", STR("application/json"));
    add_header(headers, "anthropic-version", options->api_version);
    add_header(headers, "user-agent", STR("tokgate/" TOKGATE_VERSION));
    if (endpoint->betas.len)
        add_header(headers, "anthropic-beta", endpoint->betas);
    if (options->api_key.len)
        add_header(headers, "x-api-key", endpoint->secret);
    else
        *LIST_PUSH(headers) =
            str_format(headers->arena, "authorization: Bearer %.*s", STR_ARGS(endpoint->secret));
}

bool endpoint_make(struct arena *arena, const struct counter_options *options,
                   struct endpoint *endpoint, struct error *err)
{
    struct strs headers = { .arena = arena };
    struct buf betas = { .arena = arena };
    struct str base = options->base_url;
    *endpoint = (struct endpoint){ 0 };
    buf_add(&betas, options->betas);
    if (!check_options(arena, options, err) ||
        !add_custom(&headers, options->custom_headers, &betas, err) ||
        !check_credentials(options, err))
        return false;
    while (str_ends(base, STR("/")))
        base.len--;
    endpoint->url = str_format(arena, "%.*s/v1/messages/count_tokens", STR_ARGS(base));
    endpoint->secret =
        str_copy(arena, options->api_key.len ? options->api_key : options->auth_token);
    endpoint->betas = buf_str(&betas);
    add_own(&headers, options, endpoint);
    endpoint->headers = headers.items;
    endpoint->headers_len = headers.len;
    return true;
}
