/* Where a key may be sent. */
#include "net/url.h"

#include "base/utf8.h"
#include "tap.h"

static struct arena arena;

static void test_url(struct str url, const char *want)
{
    struct error err = { 0 };
    struct str host = { 0 };
    bool is_good = url_check(&arena, url, URL_PLAIN_HERE, &host, &err);
    struct str what = utf8_printable(&arena, url, url.len);
    is_str(is_good ? host : str_from_c(err.text), want, str_to_c(&arena, what));
    ok(is_good || err.kind == ERROR_USAGE, "a bad one is bad usage");
}

/* Of addresses that are understood without libcurl: it understands them in the same way. */
static void test_usual(const char *text)
{
    struct str host = { 0 };
    struct url url = { 0 };
    struct error err = { 0 };
    bool is_same = url_check(&arena, str_from_c(text), URL_PLAIN_HERE, &host, &err) &&
                   url_split(&arena, str_from_c(text), &url, &err) &&
                   str_starts(str_from_c(text), url.scheme) &&
                   str_equal(host, url_host(&arena, &url));
    ok(is_same && !url.user.len && !url.password.len && !url.query.len && !url.fragment.len, text);
}

static void test_encoded(const char *url, const char *want, const char *want_path)
{
    struct str path;
    is_str(url_encode_path(&arena, str_from_c(url), &path), want, url);
    is_str(path, want_path, "and its path as it was");
}

#define IN_THE_CLEAR                                                                               \
    ": plain http would send the key in the clear; use https, or say --insecure-http"
#define NO_URL "is no URL such as https://api.anthropic.com"

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
    test_url(STR("http://localhost.evil"), "names localhost.evil" IN_THE_CLEAR);
    test_url(STR("http://localhost:80@evil.example/"), "must not hold a user name or a password");
    test_url(STR("http://localhost:80\\@evil.example"), "must not hold a user name or a password");
    test_url(STR("http://localhost:0080/"), "localhost:80");
    test_url(STR("http://localhost:65536"), NO_URL);
    test_url(STR("http://localhost:x"), NO_URL);
    test_url(STR("http://localhost#@evil.example"), "must not have a query or a fragment");
    test_url(STR("http://localhost?@evil.example"), "must not have a query or a fragment");
    test_url(STR("HTTP://LOCALHOST.EVIL"), "names LOCALHOST.EVIL" IN_THE_CLEAR);
    test_url(STR("http://10.0.0.1"), "names 10.0.0.1" IN_THE_CLEAR);
    test_url(STR("http://0.0.0.0"), "names 0.0.0.0" IN_THE_CLEAR);
    test_url(STR("http://[::ffff:10.0.0.1]"), "names [::ffff:10.0.0.1]" IN_THE_CLEAR);
    test_url(STR("http://user:pass@127.0.0.1"), "must not hold a user name or a password");
    test_url(STR("https://user@example.com"), "must not hold a user name or a password");
    test_url(STR("https://:pass@example.com"), "must not hold a user name or a password");
    test_url(STR("https://example.com/?a=b"), "must not have a query or a fragment");
    test_url(STR("https://example.com/#a"), "must not have a query or a fragment");
    test_url(STR("https://example.com/?"), "must not have a query or a fragment");
    test_url(STR("https://example.com?"), "must not have a query or a fragment");
    test_url(STR("https://example.com/v1#"), "must not have a query or a fragment");
    test_url(STR("http://127.0.0.1:80/?"), "must not have a query or a fragment");
    test_url(STR("HTTP://LOCALHOST:80"), "LOCALHOST:80");
    test_url(STR("http://LocalHost/x"), "LocalHost");
    test_url(STR("http://localhostx"), "names localhostx" IN_THE_CLEAR);
    test_url(STR("ftp://example.com"), "must start with https://");
    test_url(STR("file:///etc/passwd"), "must start with https://");
    test_url(STR("api.anthropic.com"), NO_URL);
    test_url(STR(""), NO_URL);
    test_url(STR("https://"), NO_URL);
    test_url(STR("https://exa mple.com"), NO_URL);
    test_url(STR("https://example.com\r\nx: y"), NO_URL);
    test_url(STR("https://example.com\0.evil"), NO_URL);
    test_url(STR("https://2130706433/"), "127.0.0.1");
    test_url(STR("https://api.anthropic.com\\@example.com"),
             "must not hold a user name or a password");
    test_url(STR("https://api.anthropic.com/v1?x=a@b"), "must not have a query or a fragment");
    test_usual("https://api.anthropic.com");
    test_usual("https://api.anthropic.com/");
    test_usual("https://Gateway.Example/anthropic//v1/");
    test_usual("https://a-b_c.d1.example./x/../y_z");
    test_usual("https://localhost");
    test_usual("https://g/2");
    test_usual("https://gateway.example:443/v1");
    test_usual("https://127.0.0.1:65535");
    test_usual("http://localhost");
    test_usual("http://localhost:1/x");
    test_usual("http://127.0.0.1:8080/");
    test_encoded("https://h/model/a.b-v1:0/count-tokens", "https://h/model/a.b-v1%3A0/count-tokens",
                 "/model/a.b-v1:0/count-tokens");
    test_encoded("http://127.0.0.1:80/a b/%3A/~_", "http://127.0.0.1:80/a%20b/%253A/~_",
                 "/a b/%3A/~_");
    test_encoded("https://h:1", "https://h:1/", "/");
    arena_free(&arena);
    return tap_done();
}
