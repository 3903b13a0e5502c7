/* What is refused before it connects, and calls to nobody; tests/http.sh has the rest. */
#include "net/http.h"

#include "tap.h"

static struct arena arena;

/* Nothing listens on port 1 of this machine. */
static void test_post(const char *url, struct str header, const char *want, const char *what)
{
    const struct http_options options = {
        .url = str_from_c(url),
        .headers = &header,
        .headers_len = 1,
        .timeout_ms = 5000,
        .connect_timeout_ms = 5000,
    };
    struct error err = { 0 };
    struct transport_result result = { 0 };
    struct http *http = http_open(&options, &err);
    if (http && http_start(http, options.url, STR("x"), &arena, &err)) {
        while (!http_next(http, &result))
            http_wait(http, 5000);
        ok(result.tag == &arena, "the call comes out with its tag");
        ok(!http_next(http, &result), "once");
        err = result.error;
    }
    http_close(http);
    is_str(str_from_c(err.text), want, what);
    ok(err.kind == ERROR_FAILED, "it is no usage error");
}

static void test_many(void)
{
    const struct http_options options = { .url = STR("http://127.0.0.1:1/") };
    struct error err = { 0 };
    struct transport_result result;
    struct http *http = http_open(&options, &err);
    int tags[20], came = 0;
    for (int i = 0; http && i < 20; i++)
        ok(http_start(http, options.url, STR("x"), &tags[i], &err), "a call is started");
    for (int tries = 0; came < 20 && tries < 100; tries++) {
        http_wait(http, 100);
        while (http_next(http, &result))
            came += result.tag >= (void *)tags && result.tag < (void *)(tags + 20) &&
                    !result.is_answered && result.may_pass;
    }
    ok(came == 20, "twenty calls come out, each once");
    ok(http_start(http, options.url, STR("x"), tags, &err), "one more is started");
    http_cancel(http);
    http_wait(http, 10);
    ok(!http_next(http, &result), "and forgotten");
    http_start(http, options.url, STR("x"), tags, &err);
    http_wake(http);
    http_wait(http, 600000);
    http_close(http);
    http_close(NULL);
}

#define HERE          "http://127.0.0.1:1/"
#define REFUSED(name) "the value of the header " name " has a control character"

int main(void)
{
    test_post(HERE, STR("x-a: \xC3\xA4 b\tc"), "cannot connect to 127.0.0.1:1: Connection refused",
              "a header may hold anything else");
    test_post(HERE, STR("x-a: b\r\nx-c: d"), REFUSED("x-a"), "but no CR LF");
    test_post(HERE, STR("x-a: b\nx-c: d"), REFUSED("x-a"), "no LF");
    test_post(HERE, STR("x-a: b\rx-c: d"), REFUSED("x-a"), "no CR");
    test_post(HERE, STR("x-a: b\0c"), REFUSED("x-a"), "no NUL");
    test_post("ftp://127.0.0.1:1/", STR("x-a: b"), "cannot speak http or https with 127.0.0.1:1",
              "only http and https");
    test_post("/v1/messages", STR("x-a: b"), "the address to call is no URL", "and a whole URL");
    test_many();
    arena_free(&arena);
    return tap_done();
}
