#include "net/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum { HOST_SHOWN_MAX = 200 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!is_letter(c) && !is_digit(c) && c != '-' && c != '.' && c != '_')
            return false;
    }
    return true;
}

/* As everybody writes it, 1 to 65535. */
static bool is_port(struct str text)
{
    int64_t port;
    return text.len && text.ptr[0] != '0' && str_to_int64(text, 65535, &port);
}

static bool is_path(struct str rest)
{
    struct str part;
    bool more = rest.len > 0;
    while (more) {
        more = str_cut(rest, '/', &part, &rest);
        if (!is_word(part))
            return false;
    }
    return true;
}

/*
 * "https://name:port/path", or plain http to this very machine, without anything that two programs
 * could read in two ways: no number for a name, nothing escaped. Such an address is understood
 * without loading libcurl, which would be most of the time of a run that then asks nothing.
 */
static bool is_usual(struct str text, struct str *host)
{
    static const struct str plain = STR_INIT("http://"), secret = STR_INIT("https://");
    const bool is_plain = str_starts(text, plain);
    struct str rest, name, port;
    if (!is_plain && !str_starts(text, secret))
        return false;
    rest = str_slice(text, is_plain ? plain.len : secret.len, text.len);
    str_cut(rest, '/', host, &rest);
    const bool has_port = str_cut(*host, ':', &name, &port);
    const bool is_here = str_equal_c(name, "localhost") || str_equal_c(name, "127.0.0.1");
    const bool is_name = name.len && is_letter(name.ptr[0]) && is_word(name);
    return (is_here || (is_name && !is_plain)) && (!has_port || is_port(port)) && is_path(rest);
}

/* Of a host as curl has it: IPv4 in its four parts, IPv6 in brackets. */
static bool is_loopback(struct arena *arena, struct str host)
{
    struct in_addr ip4;
    struct in6_addr ip6;
    static const struct str name = STR_INIT("localhost");
    if (host.len == name.len && strncasecmp(host.ptr, name.ptr, name.len) == 0)
        return true;
    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        return inet_pton(AF_INET6, str_to_c(arena, str_slice(host, 1, host.len - 1)), &ip6) == 1 &&
               IN6_IS_ADDR_LOOPBACK(&ip6);
    return inet_pton(AF_INET, str_to_c(arena, host), &ip4) == 1 && ntohl(ip4.s_addr) >> 24 == 127;
}

struct str url_host(struct arena *arena, const struct url *url)
{
    struct str host = utf8_printable(arena, url->host, HOST_SHOWN_MAX);
    if (!url->port.len)
        return host;
    return str_format(arena, "%.*s:%.*s", STR_ARGS(host), STR_ARGS(url->port));
}

bool url_check(struct arena *arena, struct str base_url, enum url_plain plain, struct str *host,
               struct error *err)
{
    struct url url;
    struct error cause = { 0 };
    if (is_usual(base_url, host))
        return true;
    if (!url_split(arena, base_url, &url, &cause))
        return cause.kind == ERROR_USAGE
                   ? error_usage(err, "is no URL such as https://api.anthropic.com")
                   : error_set(err, "cannot be understood: %s", cause.text);
    if (url.user.len || url.password.len)
        return error_usage(err, "must not hold a user name or a password");
    /* also an empty one: what is put after it would be part of it */
    if (str_find(base_url, '?', 0) < base_url.len || str_find(base_url, '#', 0) < base_url.len)
        return error_usage(err, "must not have a query or a fragment");
    bool is_plain = str_equal_c(url.scheme, "http");
    if (!is_plain && !str_equal_c(url.scheme, "https"))
        return error_usage(err, "must start with https://");
    *host = url_host(arena, &url);
    if (is_plain && plain == URL_PLAIN_HERE && !is_loopback(arena, url.host))
        return error_usage(err,
                           "names %.*s: plain http would send the key in the clear; use https, or "
                           "say --insecure-http",
                           STR_ARGS(*host));
    return true;
}

struct str url_encode_path(struct arena *arena, struct str url, struct str *path)
{
    static const struct str mark = STR_INIT("://");
    struct buf encoded = { .arena = arena };
    size_t at = 0;
    while (at < url.len && !str_starts(str_slice(url, at, url.len), mark))
        at++;
    at = str_find(url, '/', at < url.len ? at + mark.len : 0);
    *path = at < url.len ? str_copy(arena, str_slice(url, at, url.len)) : STR("/");
    buf_add(&encoded, str_slice(url, 0, at));
    for (size_t i = 0; i < path->len; i++) {
        char c = path->ptr[i];
        if (is_letter(c) || is_digit(c) || (c && strchr("-._~/", c)))
            buf_add_char(&encoded, c);
        else
            buf_format(&encoded, "%%%02X", (unsigned)(unsigned char)c);
    }
    return buf_str(&encoded);
}
