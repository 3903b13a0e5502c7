/* What needs no connection: heads of answers, and why there is none. */
#include "net/http_failure.h"
#include "net/http_header.h"
#include "tap.h"

static struct arena arena;
static struct error err;

static void test_lines(void)
{
    ok(http_header_is_line(STR("x-a: b")) && http_header_is_line(STR("x-a:")) &&
           http_header_is_line(STR("x-a: \xC3\xA4\tb")),
       "headers that can be sent");
    ok(!http_header_is_line(STR("")) && !http_header_is_line(STR("x-a")), "no colon, no header");
    ok(!http_header_is_line(STR("x: a\r\ny: b")) && !http_header_is_line(STR("x: a\nb")) &&
           !http_header_is_line(STR("x: a\0b")) && !http_header_is_line(STR("x: \x7F")),
       "nor with a character that ends or hides a line");
}

static void test_head(void)
{
    struct http_response response = { .content_type = STR("old"), .retry_after = STR("9") };
    char text[300] = "retry-after: ";
    ok(http_header_read(&arena, &response, STR("HTTP/1.1 200 OK\r\n")) &&
           !response.content_type.len && !response.retry_after.len,
       "a status line begins anew");
    ok(!http_header_read(&arena, &response, STR("Content-Type:  application/json \r\n")),
       "a header does not");
    is_str(response.content_type, "application/json", "its value, whatever the case of its name");
    http_header_read(&arena, &response, STR("retry-after-ms:250\r\n"));
    http_header_read(&arena, &response, STR("x-should-retry: false\r\n"));
    http_header_read(&arena, &response, STR("request-id: req_1\r\n"));
    http_header_read(&arena, &response, STR("\r\n"));
    is_str(response.retry_after_ms, "250", "one name is not the beginning of another");
    ok(!response.retry_after.len && str_equal_c(response.should_retry, "false") &&
           str_equal_c(response.request_id, "req_1"),
       "each in its place");
    memset(text + 13, '1', 200);
    http_header_read(&arena, &response, str_from_c(text));
    ok(response.retry_after.len == 200, "a value may be long");
    text[13 + 200] = '1';
    response.retry_after = STR("");
    http_header_read(&arena, &response, str_from_c(text));
    ok(!response.retry_after.len, "but not absurdly so");
}

static void test_failures(void)
{
    const struct str host = STR("api.example");
    http_failure_explain(HTTP_FAILURE_CONNECT, host, STR("Connection refused"), &err);
    is_str(str_from_c(err.text), "cannot connect to api.example: Connection refused", "a reason");
    http_failure_explain(HTTP_FAILURE_LOST, host, STR(""), &err);
    is_str(str_from_c(err.text), "lost the connection to api.example", "none");
    http_failure_explain(HTTP_FAILURE_RESOLVE, host, STR("Could not resolve host"), &err);
    is_str(str_from_c(err.text), "cannot find the address of api.example", "one that adds nothing");
    ok(http_failure_may_pass(HTTP_FAILURE_LOST) && http_failure_may_pass(HTTP_FAILURE_RESOLVE) &&
           !http_failure_may_pass(HTTP_FAILURE_CERTIFICATE) &&
           !http_failure_may_pass(HTTP_FAILURE_OTHER),
       "what may pass is known");
}

static void test_late(struct http_late late, const char *want)
{
    http_failure_explain_late(&late, STR("api.example"), &err);
    is_str(str_from_c(err.text), want, want);
}

int main(void)
{
    test_lines();
    test_head();
    test_failures();
    test_late((struct http_late){ .taken_ms = 5000, .limit_ms = 60000, .connect_limit_ms = 5000 },
              "cannot connect to api.example within 5 s");
    test_late((struct http_late){ .taken_ms = 1500, .limit_ms = 1500, .connect_limit_ms = 5000 },
              "cannot connect to api.example within 1500 ms");
    test_late((struct http_late){ .taken_ms = 60000, .limit_ms = 60000, .is_connected = true },
              "got no whole answer of api.example within 60 s");
    test_late(
        (struct http_late){
            .taken_ms = 60000, .limit_ms = 60000, .is_connected = true, .has_begun = true },
        "got no whole answer of api.example within 60 s");
    test_late((struct http_late){ .taken_ms = 12000, .is_connected = true, .has_begun = true },
              "the answer of api.example came to a halt");
    arena_free(&arena);
    return tap_done();
}
