/* Where a key may be sent. */
#include "net/url.h"

#include "base/utf8.h"
#include "tap.h"

static struct arena arena;

static void test_url(struct str url, const char *want)
{
    struct error err = { 0 };
    struct str host = { 0 };
    bool is_good = url_check(&arena, url, &host, &err);
    struct str what = utf8_printable(&arena, url, url.len);
    is_str(is_good ? host : str_from_c(err.text), want, str_to_c(&arena, what));
    ok(is_good || err.kind == ERROR_USAGE, "a bad one is bad usage");
}

#define IN_THE_CLEAR ": plain http would send the key in the clear; use https"
#define NO_URL       "is no URL such as https://api.anthropic.com"

int main(void)
{
    test_url(STR("https://api.anthropic.com"), "api.anthropic.com");
    test_url(STR("HTTPS://gateway.example:8443/anthropic/"), "gateway.example:8443");
    test_url(STR("http://127.0.0.1:8080"), "127.0.0.1:8080");
    test_url(STR("http://127.9.8.7"), "127.9.8.7");
    test_url(STR("http://localhost:1"), "localhost:1");
    test_url(STR("http://[::1]:80"), "[::1]:80");
    test_url(STR("http://api.anthropic.com"), "names api.anthropic.com" IN_THE_CLEAR);
    test_url(STR("http://127.0.0.1.example.com"), "names 127.0.0.1.example.com" IN_THE_CLEAR);
    test_url(STR("http://localhost.example.com"), "names localhost.example.com" IN_THE_CLEAR);
    test_url(STR("http://10.0.0.1"), "names 10.0.0.1" IN_THE_CLEAR);
    test_url(STR("http://0.0.0.0"), "names 0.0.0.0" IN_THE_CLEAR);
    test_url(STR("http://[::ffff:10.0.0.1]"), "names [::ffff:10.0.0.1]" IN_THE_CLEAR);
    test_url(STR("http://user:pass@127.0.0.1"), "must not hold a user name or a password");
    test_url(STR("https://user@example.com"), "must not hold a user name or a password");
    test_url(STR("https://:pass@example.com"), "must not hold a user name or a password");
    test_url(STR("https://example.com/?a=b"), "must not have a query or a fragment");
    test_url(STR("https://example.com/#a"), "must not have a query or a fragment");
    test_url(STR("ftp://example.com"), "must start with https://");
    test_url(STR("file:///etc/passwd"), "must start with https://");
    test_url(STR("api.anthropic.com"), NO_URL);
    test_url(STR(""), NO_URL);
    test_url(STR("https://"), NO_URL);
    test_url(STR("https://exa mple.com"), NO_URL);
    test_url(STR("https://example.com\r\nx: y"), NO_URL);
    test_url(STR("https://example.com\0.evil"), NO_URL);
    arena_free(&arena);
    return tap_done();
}
