/* What answers of the API mean: only a sure count is one, and no key gets out. */
#include "count/count_answer.h"

#include "tap.h"

static struct arena arena;

/* Of the Claude API. */
static struct str secrets[] = { STR_INIT("sk-secret"), STR_INIT("sk-s2"), STR_INIT("sk-secret-2") };
static const struct count_answer_form form = {
    .tokens = "input_tokens",
    .error = "error",
    .base_url = "ANTHROPIC_BASE_URL",
    .bytes_max = 32000000,
    .secrets = { .items = secrets, .len = 3 },
};

static const char *const result_names[] = {
    [COUNT_DONE] = "done",
    [COUNT_REFUSED] = "refused",
    [COUNT_UNAVAILABLE] = "unavailable",
    [COUNT_ENDED] = "ended",
    [COUNT_NOT_COUNTED] = "not counted",
};

/* want: the result, and for anything but "done" the error. */
static void test_answer(struct http_response response, const char *want, const char *what)
{
    struct error err = { 0 };
    int64_t tokens = -1;
    enum count_result result = count_answer_read(&arena, &response, &form, &tokens, &err);
    struct str got = result == COUNT_DONE
                         ? str_format(&arena, "done: %lld", (long long)tokens)
                         : str_format(&arena, "%s: %s", result_names[result], err.text);
    is_str(got, want, what);
}

static void test_body(long status, const char *body, const char *want, const char *what)
{
    test_answer((struct http_response){ .status = status, .body = str_from_c(body) }, want, what);
}

#define NONE "unavailable: the API answered 200 without a count: "

static void test_counts(void)
{
    test_body(200, "{\"input_tokens\":14}", "done: 14", "a count");
    test_body(200, " {\"x\":[],\"input_tokens\" : 1, \"context_management\":null}\n", "done: 1",
              "no tokens are a count; more members do not matter");
    test_body(200, "{\"input_tokens\":9007199254740992}", "done: 9007199254740992", "2^53");
    test_body(200, "{\"input_tokens\":9007199254740993}",
              NONE "input_tokens is no integer from 1 to 2^53 but 9007199254740993", "2^53 + 1");
    test_body(200, "{\"input_tokens\":0}", NONE "input_tokens is no integer from 1 to 2^53 but 0",
              "no request has 0 tokens");
    test_body(200, "{\"input_tokens\":-1}", NONE "input_tokens is no integer from 1 to 2^53 but -1",
              "negative");
    test_body(200, "{\"input_tokens\":14.5}",
              NONE "input_tokens is no integer from 1 to 2^53 but 14.5", "a fraction");
    test_body(200, "{\"input_tokens\":1e3}",
              NONE "input_tokens is no integer from 1 to 2^53 but 1e3", "an exponent");
    test_body(200, "{\"input_tokens\":\"14\"}", NONE "input_tokens is a string", "a string");
    test_body(200, "{\"input_tokens\":null}", NONE "input_tokens is null", "null");
    test_body(200, "{\"input_tokens\":{\"input_tokens\":14}}", NONE "input_tokens is an object",
              "an object");
    test_body(200, "{\"tokens\":14}", NONE "no input_tokens in the body", "missing");
    test_body(200, "{\"input_tokens\":14,\"input_tokens\":15}",
              NONE "the body is not JSON: duplicate member", "two of them");
    test_body(200, "14", NONE "the body is a number", "a bare number");
    test_body(200, "null", NONE "the body is null", "a bare null");
    test_body(200, "", NONE "the body is empty", "nothing");
    test_body(200, " \r\n", NONE "the body is empty", "white space");
    test_body(200, "<html>14</html>", NONE "the body is not JSON: expected a value", "HTML");
    test_body(200, "{\"input_tokens\":14",
              NONE "the body is not JSON: the text ends inside an object", "cut off");
}

#define ERROR_BODY(type, message)                                                                  \
    "{\"type\":\"error\",\"error\":{\"type\":\"" type "\",\"message\":\"" message "\"}}"

static void test_refusals(void)
{
    test_body(400, ERROR_BODY("invalid_request_error", "tools.0: no."),
              "refused: the API answered 400 invalid_request_error: tools.0: no",
              "400 has the API's words");
    test_body(404, ERROR_BODY("not_found_error", "model: claude-test-9"),
              "refused: the API answered 404 not_found_error: model: claude-test-9",
              "an unknown model");
    test_body(404, "<html>",
              "unavailable: the API answered 404: is ANTHROPIC_BASE_URL that of an API?",
              "a page of somebody else refuses nothing");
    test_body(422, ERROR_BODY("x", "y"), "refused: the API answered 422 x: y", "422");
    test_body(413, "{\"error\":{\"type\":\"request_too_large\",\"message\":\"Too much\"}}",
              "refused: the API answered 413 request_too_large: Too much",
              "413 of the edge, without outer type");
    test_body(413, "<html>",
              "refused: the API answered 413 request_too_large: larger than the API takes (32 MB)",
              "413 of whatever stands before the API");
    test_body(400,
              ERROR_BODY("invalid_request_error",
                         "You have reached your specified API usage limits. See you in May."),
              "ended: the API answered 400 invalid_request_error: You have reached your "
              "specified API usage limits. See you in May",
              "a spend limit is not about this request");
}

static void test_unavailable(void)
{
    struct http_response limited = {
        .status = 429,
        .body = STR(ERROR_BODY("rate_limit_error", "slow down")),
        .retry_after = STR("16"),
    };
    test_answer(limited,
                "unavailable: the API answered 429 rate_limit_error: slow down; retry after 16 s",
                "429 with retry-after");
    limited.retry_after = STR("-5");
    test_answer(limited, "unavailable: the API answered 429 rate_limit_error: slow down",
                "one that is no number of seconds is not told");
    limited.body = STR("{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\",\"details\":"
                       "{\"error_code\":\"enforced_spend_limit_reached\"}}}");
    test_answer(limited,
                "ended: the API answered 429 rate_limit_error: m; the monthly spend cap is "
                "reached, so trying again does not help",
                "the spend cap");
    test_body(529, ERROR_BODY("overloaded_error", "Overloaded"),
              "unavailable: the API answered 529 overloaded_error: Overloaded", "529");
    test_answer((struct http_response){ .status = 502,
                                        .body = STR("<html>"),
                                        .content_type = STR("text/html") },
                "unavailable: the API answered 502 without an API error, but text/html",
                "a page of a proxy");
    test_body(204, "", "unavailable: the API answered 204 without a count", "204");
    test_body(302, "", "unavailable: the API answered 302, a redirect, which is not followed",
              "302");
}

static void test_display(void)
{
    test_body(401, ERROR_BODY("sk-secret", "bad key sk-secret, sk-\\u0073ecret and sk-secre"),
              "ended: the API answered 401 [key]: bad key [key], [key] and sk-secre",
              "an echoed key is not told");
    test_body(401, ERROR_BODY("t\\u001b[2J", "a\\nb"),
              "ended: the API answered 401 t\\x1B[2J: a\\x0Ab", "nothing controls a terminal");
    test_body(200, "{\"input_tokens\":-00}",
              NONE "the body is not JSON: a number with a leading zero", "no grammar is guessed");
}

static void test_length(void)
{
    char text[1000], body[1100];
    struct error err = { 0 };
    int64_t tokens;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    /* the key lies across the cut */
    memcpy(text + 296, "sk-secret", 9);
    snprintf(body, sizeof body, ERROR_BODY("t", "%s"), text);
    struct http_response response = { .status = 400, .body = str_from_c(body) };
    count_answer_read(&arena, &response, &form, &tokens, &err);
    ok(strlen(err.text) < 350, "long words are cut");
    ok(!strstr(err.text, "sk-s"), "after the key was taken out");
}

/* Amazon's: another member, and the error is the body. */
static void test_bedrock(void)
{
    struct count_answer_form bedrock = form;
    struct error err = { 0 };
    int64_t tokens = -1;
    bedrock.tokens = "inputTokens";
    bedrock.ends_with_403 = true;
    bedrock.error = NULL;
    struct http_response response = { .status = 200, .body = STR("{\"inputTokens\":14}") };
    ok(count_answer_read(&arena, &response, &bedrock, &tokens, &err) == COUNT_DONE && tokens == 14,
       "inputTokens");
    response.body = STR("{\"input_tokens\":14}");
    count_answer_read(&arena, &response, &bedrock, &tokens, &err);
    is_str(str_from_c(err.text), "the API answered 200 without a count: no inputTokens in the body",
           "and no other");
    response = (struct http_response){
        .status = 400,
        .body = STR("{\"message\":\"The provided model doesn't support counting tokens.\"}"),
    };
    ok(count_answer_read(&arena, &response, &bedrock, &tokens, &err) == COUNT_REFUSED,
       "a refused request");
    is_str(str_from_c(err.text),
           "the API answered 400: The provided model doesn't support counting tokens", "its words");
    response.status = 403;
    response.body = STR("{\"message\":\"canonical: sk-secret-2;sk-secret;sk-s2\"}");
    ok(count_answer_read(&arena, &response, &bedrock, &tokens, &err) == COUNT_ENDED,
       "a bad signature, which is that of every request");
    is_str(str_from_c(err.text), "the API answered 403: canonical: [key];[key];[key]",
           "every secret is taken out, also one that begins like another");
    response.body = STR("{\"Message\":\"User: arn:aws:iam::1:user/u is not authorized to perform: "
                        "bedrock:CountTokens\"}");
    ok(count_answer_read(&arena, &response, &bedrock, &tokens, &err) == COUNT_ENDED &&
           strstr(err.text, "403: User: arn:aws:iam::1:user/u is not authorized"),
       "who may not count at all");
    response.body = STR("{\"message\":\"You don't have access to the model with the specified "
                        "model ID.\"}");
    ok(count_answer_read(&arena, &response, &bedrock, &tokens, &err) == COUNT_UNAVAILABLE,
       "a model that is closed to the caller says nothing of another");
    response.body = STR("<html>Forbidden</html>");
    ok(count_answer_read(&arena, &response, &bedrock, &tokens, &err) == COUNT_UNAVAILABLE,
       "nor does a page that is no answer of the cloud");
}

int main(void)
{
    test_counts();
    test_refusals();
    test_unavailable();
    test_display();
    test_length();
    test_bedrock();
    arena_free(&arena);
    return tap_done();
}
