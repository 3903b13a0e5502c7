#include "net/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "net/http.h"

/* Of a host as curl has it: IPv4 in its four parts, IPv6 in brackets. */
static bool is_loopback(struct arena *arena, struct str host)
{
    struct in_addr ip4;
    struct in6_addr ip6;
    if (str_equal_c(host, "localhost"))
        return true;
    if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
        return inet_pton(AF_INET6, str_to_c(arena, str_slice(host, 1, host.len - 1)), &ip6) == 1 &&
               IN6_IS_ADDR_LOOPBACK(&ip6);
    return inet_pton(AF_INET, str_to_c(arena, host), &ip4) == 1 && ntohl(ip4.s_addr) >> 24 == 127;
}

bool url_check(struct arena *arena, struct str base_url, struct str *host, struct error *err)
{
    struct url url;
    if (!url_split(arena, base_url, &url))
        return error_usage(err, "is no URL such as https://api.anthropic.com");
    if (url.user.len || url.password.len)
        return error_usage(err, "must not hold a user name or a password");
    if (url.query.len || url.fragment.len)
        return error_usage(err, "must not have a query or a fragment");
    bool is_plain = str_equal_c(url.scheme, "http");
    if (!is_plain && !str_equal_c(url.scheme, "https"))
        return error_usage(err, "must start with https://");
    *host = url_host(arena, &url);
    if (is_plain && !is_loopback(arena, url.host))
        return error_usage(err, "names %.*s: plain http would send the key in the clear; use https",
                           STR_ARGS(*host));
    return true;
}
