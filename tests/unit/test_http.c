/* What http_post refuses before it connects; tests/http.sh has the rest. */
#include "net/http.h"

#include "tap.h"

static struct arena arena;

/* Nothing listens on port 1 of this machine. */
static void test_post(const char *url, struct str header, const char *want, const char *what)
{
    struct http http = { 0 };
    struct http_request request = {
        .url = str_from_c(url),
        .headers = &header,
        .headers_len = 1,
        .timeout_ms = 5000,
        .connect_timeout_ms = 5000,
    };
    struct http_response response;
    struct error err = { 0 };
    bool is_sent = http_open(&http, &err) && http_post(&http, &arena, &request, &response, &err);
    http_close(&http);
    http_close(&http);
    is_str(is_sent ? STR("sent") : str_from_c(err.text), want, what);
    ok(err.kind == ERROR_FAILED, "it is no usage error");
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
    test_post("ftp://127.0.0.1:1/", STR("x-a: b"),
              "cannot speak anything but http and https with 127.0.0.1:1", "only http and https");
    test_post("/v1/messages", STR("x-a: b"), "the address to call is no URL", "and a whole URL");
    arena_free(&arena);
    return tap_done();
}
