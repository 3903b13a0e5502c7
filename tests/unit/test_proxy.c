/* Which proxy libcurl would take; tests/http.sh compares some of it with libcurl. */
#include "net/proxy.h"

#include "tap.h"

static struct arena arena;

static void test_order(void)
{
    for (int first = PROXY_HTTPS_LOWER; first <= PROXY_ALL_UPPER; first++) {
        struct proxy_environment environment = { 0 };
        for (int i = first; i <= PROXY_ALL_UPPER; i++)
            environment.values[i] = str_format(&arena, "http://p%d:3128", i);
        const struct proxy_choice choice =
            proxy_choose(&arena, &environment, false, STR("api.anthropic.com"));
        ok(choice.variable == proxy_variables[first] && !choice.exempted && !choice.has_login,
           proxy_variables[first]);
        is_str(choice.shown, str_to_c(&arena, environment.values[first]), "is taken");
        ok(!proxy_choose(&arena, &environment, true, STR("localhost")).variable,
           "but not for plain http");
    }
    const struct proxy_environment none = { 0 };
    ok(!proxy_choose(&arena, &none, false, STR("x")).variable, "none is set");
}

static void test_shown(void)
{
    static const struct {
        const char *url, *shown;
        bool has_login;
    } rows[] = {
        { "http://proxy.example:3128", "http://proxy.example:3128", false },
        { "proxy.example:3128", "http://proxy.example:3128", false },
        { "socks5h://proxy.example", "socks5h://proxy.example", false },
        { "https://[::1]:8080/", "https://[::1]:8080", false },
        { "http://user:secret@proxy.example:3128", "http://proxy.example:3128", true },
        { "user:secret@proxy.example", "http://proxy.example", true },
        { "http://secret@proxy.example/x", "http://proxy.example", true },
        { "http://user:sec/ret@proxy.example", "http://proxy.example", true },
        { "http://user:sec@ret@proxy.example", "http://proxy.example", true },
        { "http://user:sec#?ret@proxy.example", "http://proxy.example", true },
        { "user:secret://@proxy.example", "", true },
        { "http://pro xy.example", "", false },
        { "http://pro\x1bxy.example", "", false },
        { "http://pr\xc3\xb6xy.example", "", false },
        { "http://proxy.example?secret", "", false },
        { "http://", "", false },
        { "@", "", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct proxy_environment environment = { 0 };
        environment.values[PROXY_ALL_LOWER] = str_from_c(rows[i].url);
        const struct proxy_choice choice = proxy_choose(&arena, &environment, false, STR("h"));
        is_str(choice.shown, rows[i].shown, rows[i].url);
        ok(choice.has_login == rows[i].has_login, "and whether there is more");
    }
}

static void test_exempt(void)
{
    static const struct {
        const char *list, *host;
        bool is_exempt;
    } rows[] = {
        { "*", "api.anthropic.com", true },
        { "example.com", "example.com", true },
        { "example.com", "EXAMPLE.com:8443", true },
        { "example.com", "www.example.com", true },
        { ".example.com", "www.example.com", true },
        { ".example.com", "example.com", true },
        { "example.com.", "example.com", true },
        { "example.com", "example.com.", true },
        { "example.com", "badexample.com", false },
        { "www.example.com", "example.com", false },
        { "a.b, example.com", "example.com", true },
        { "a.b example.com\tc", "example.com", true },
        { "a.b,*", "example.com", false },
        { ",", "example.com", false },
        { ".", "example.com", false },
        { "", "example.com", false },
        { "10.0.0.1", "10.0.0.1:80", true },
        { "10.0.0.0/8", "10.200.3.4", true },
        { "10.0.0.0/8", "11.0.0.1", false },
        { "10.0.0.0/33", "10.0.0.0", false },
        { "0.0.0.0/0", "11.0.0.1", true },
        { "0.1", "10.0.0.1", false },
        { "::1", "[::1]:8080", true },
        { "fd00::/8", "[fd12::1]", true },
        { "fd00::/8", "[fe80::1]", false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct proxy_environment environment = { 0 };
        environment.values[PROXY_HTTPS_LOWER] = STR("p");
        environment.values[PROXY_NONE_UPPER] = str_from_c(rows[i].list);
        const struct proxy_choice choice =
            proxy_choose(&arena, &environment, false, str_from_c(rows[i].host));
        if (!ok((choice.exempted != NULL) == rows[i].is_exempt, rows[i].list))
            printf("# %s\n", rows[i].host);
    }
    struct proxy_environment both = { 0 };
    both.values[PROXY_HTTPS_LOWER] = STR("p");
    both.values[PROXY_NONE_LOWER] = STR("other");
    both.values[PROXY_NONE_UPPER] = STR("*");
    ok(!proxy_choose(&arena, &both, false, STR("host")).exempted, "no_proxy goes before NO_PROXY");
}

int main(void)
{
    test_order();
    test_shown();
    test_exempt();
    arena_free(&arena);
    return tap_done();
}
