#include "count/endpoint.h"

#include <strings.h>
#include <string.h>

#include "base/list.h"
#include "base/utf8.h"

enum { NAME_SHOWN_MAX = 60, SECRET_LEN_MIN = 8 };

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
    if (!door_is_header_value(*value))
        return error_usage(err,
                           "ANTHROPIC_CUSTOM_HEADERS: the value of %.*s has a control character",
                           STR_ARGS(shown));
    const struct reserved *reserved = find_reserved(*name);
    return !reserved || error_usage(err, "ANTHROPIC_CUSTOM_HEADERS must not set %.*s: %s",
                                    STR_ARGS(shown), reserved->why);
}

/* Which custom headers carry a secret nobody knows, so what is long enough to be one is never
 * shown: the value, and what follows a scheme like "Bearer". */
static void add_secret(struct strs *secrets, struct str value)
{
    struct str scheme, rest;
    if (value.len < SECRET_LEN_MIN)
        return;
    *LIST_PUSH(secrets) = str_copy(secrets->arena, value);
    if (str_cut(value, ' ', &scheme, &rest))
        add_secret(secrets, str_trim(rest));
}

static bool add_custom(struct strs *headers, struct strs *secrets, struct str lines,
                       struct buf *betas, struct error *err)
{
    struct str line, name, value;
    while (lines.len) {
        str_cut(lines, '\n', &line, &lines);
        if (!str_trim(line).len)
            continue;
        if (!check_custom(headers->arena, line, &name, &value, err))
            return false;
        if (name.len == 14 && strncasecmp(name.ptr, "anthropic-beta", 14) == 0) {
            buf_format(betas, "%s%.*s", betas->len ? "," : "", STR_ARGS(value));
            continue;
        }
        add_secret(secrets, value);
        *LIST_PUSH(headers) =
            str_format(headers->arena, "%.*s: %.*s", STR_ARGS(name), STR_ARGS(value));
    }
    return true;
}

bool endpoint_locate(struct arena *arena, const struct counter_options *options,
                     struct door_way *way, struct error *err)
{
    struct strs headers = { .arena = arena }, secrets = { .arena = arena };
    struct buf betas = { .arena = arena };
    const bool takes_custom = door_of(options->door) == doors;
    buf_add(&betas, options->betas);
    if (takes_custom && !add_custom(&headers, &secrets, options->custom_headers, &betas, err))
        return false;
    *way = (struct door_way){
        .door = door_of(options->door),
        .config = options->door,
        .betas = buf_str(&betas),
    };
    return door_read_members(options->door, options->environment, way->members, err) &&
           door_address(arena, options->door, options->environment,
                        options->insecure_http ? URL_PLAIN_ANYWHERE : URL_PLAIN_HERE,
                        &way->base_url, err);
}

bool endpoint_make(struct arena *arena, const struct counter_options *options,
                   struct endpoint *endpoint, struct error *err)
{
    struct strs headers = { .arena = arena }, secrets = { .arena = arena };
    struct buf betas = { .arena = arena };
    struct door_way *way = &endpoint->way;
    bool takes_custom = door_of(options->door) == doors;
    *endpoint = (struct endpoint){ 0 };
    buf_add(&betas, options->betas);
    if (takes_custom && !add_custom(&headers, &secrets, options->custom_headers, &betas, err))
        return false;
    const struct door_choices choices = {
        .api_version = options->api_version,
        .betas = buf_str(&betas),
        .plain = options->insecure_http ? URL_PLAIN_ANYWHERE : URL_PLAIN_HERE,
    };
    if (!door_open(arena, options->door, options->environment, &choices, way, err))
        return false;
    for (size_t i = 0; i < way->headers_len; i++)
        *LIST_PUSH(&headers) = way->headers[i];
    endpoint->credentials_len = way->secrets.len;
    for (size_t i = 0; i < secrets.len; i++)
        *LIST_PUSH(&way->secrets) = secrets.items[i];
    endpoint->headers = headers.items;
    endpoint->headers_len = headers.len;
    return true;
}
