#include "net/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

enum { ADDRESS_BYTES = 16, SHOWN_MAX = 300 };

const char *const proxy_variables[PROXY_VARIABLES_LEN] = {
    [PROXY_HTTPS_LOWER] = "https_proxy", [PROXY_HTTPS_UPPER] = "HTTPS_PROXY",
    [PROXY_ALL_LOWER] = "all_proxy",     [PROXY_ALL_UPPER] = "ALL_PROXY",
    [PROXY_NONE_LOWER] = "no_proxy",     [PROXY_NONE_UPPER] = "NO_PROXY",
};

/* --- hosts without a proxy */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next of the names between commas and blanks; false when there is none. */
static bool next_name(struct str *list, struct str *name)
{
    size_t at = 0, end;
    while (at < list->len && (is_blank(list->ptr[at]) || list->ptr[at] == ','))
        at++;
    for (end = at; end < list->len && !is_blank(list->ptr[end]) && list->ptr[end] != ',';)
        end++;
    *name = str_slice(*list, at, end);
    *list = str_slice(*list, end, list->len);
    return name->len > 0;
}

static bool is_same(struct str a, struct str b)
{
    return a.len == b.len && strncasecmp(a.ptr, b.ptr, a.len) == 0;
}

/* "example.com" and ".example.com" are for it and for every name that ends so. */
static bool is_within(struct str host, struct str name)
{
    if (str_ends(name, STR(".")))
        name.len--;
    if (str_starts(name, STR(".")))
        name = str_slice(name, 1, name.len);
    if (!name.len || name.len > host.len)
        return false;
    const size_t at = host.len - name.len;
    return is_same(str_slice(host, at, host.len), name) && (!at || host.ptr[at - 1] == '.');
}

static size_t address_bits(struct arena *arena, struct str text, unsigned char *bytes)
{
    const char *name = str_to_c(arena, text);
    if (inet_pton(AF_INET, name, bytes) == 1)
        return 32;
    return inet_pton(AF_INET6, name, bytes) == 1 ? 128 : 0;
}

/* Of an address: the same one, or the network that it is in, "10.0.0.0/8". */
static bool is_in_network(struct arena *arena, const unsigned char *address, size_t address_len,
                          struct str name)
{
    unsigned char network[ADDRESS_BYTES];
    struct str base, length;
    int64_t bits = (int64_t)address_len;
    if (str_cut(name, '/', &base, &length) && !str_to_int64(length, bits, &bits))
        return false;
    if (address_bits(arena, base, network) != address_len)
        return false;
    for (int64_t i = 0; i < bits; i++)
        if ((address[i / 8] ^ network[i / 8]) >> (7 - i % 8) & 1)
            return false;
    return true;
}

static bool is_exempt(struct arena *arena, struct str host, struct str list)
{
    unsigned char address[ADDRESS_BYTES];
    struct str name, port;
    if (str_equal_c(list, "*"))
        return true;
    if (str_starts(host, STR("["))) {
        host = str_slice(host, 1, str_find(host, ']', 0));
    } else {
        str_cut(host, ':', &host, &port);
        if (str_ends(host, STR(".")))
            host.len--;
    }
    const size_t bits = address_bits(arena, host, address);
    while (next_name(&list, &name))
        if (bits ? is_in_network(arena, address, bits, name) : is_within(host, name))
            return true;
    return false;
}

/* --- the proxy */

static bool is_made_of(struct str text, const char *signs)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const bool is_word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_word && (!c || !strchr(signs, c)))
            return false;
    }
    return text.len > 0 && text.len < SHOWN_MAX;
}

/* What is before the last '@' is never shown, wherever the parts before it end. */
static void show(struct arena *arena, struct str url, struct proxy_choice *choice)
{
    static const struct str mark = STR_INIT("://");
    struct str scheme = STR("http"), rest = url;
    for (size_t at = 0; at + mark.len <= url.len; at++)
        if (str_starts(str_slice(url, at, url.len), mark)) {
            scheme = str_slice(url, 0, at);
            rest = str_slice(url, at + mark.len, url.len);
            break;
        }
    for (size_t at = rest.len; at > 0 && !choice->has_login; at--)
        if (rest.ptr[at - 1] == '@') {
            rest = str_slice(rest, at, rest.len);
            choice->has_login = true;
        }
    struct str path, host = rest;
    str_cut(rest, '/', &host, &path);
    if (is_made_of(scheme, "+-.") && is_made_of(host, "-._:[]"))
        choice->shown = str_format(arena, "%.*s://%.*s", STR_ARGS(scheme), STR_ARGS(host));
}

static enum proxy_variable first_set(const struct proxy_environment *environment,
                                     enum proxy_variable from, enum proxy_variable to)
{
    enum proxy_variable variable = from;
    while (variable < to && !environment->values[variable].len)
        variable++;
    return variable;
}

struct proxy_choice proxy_choose(struct arena *arena, const struct proxy_environment *environment,
                                 bool is_plain, struct str host)
{
    struct proxy_choice choice = { 0 };
    const enum proxy_variable variable =
        first_set(environment, PROXY_HTTPS_LOWER, PROXY_NONE_LOWER);
    const enum proxy_variable none = first_set(environment, PROXY_NONE_LOWER, PROXY_NONE_UPPER);
    if (is_plain || variable == PROXY_NONE_LOWER)
        return choice;
    choice.variable = proxy_variables[variable];
    if (environment->values[none].len && is_exempt(arena, host, environment->values[none]))
        choice.exempted = proxy_variables[none];
    show(arena, environment->values[variable], &choice);
    return choice;
}
