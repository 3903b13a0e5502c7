/* The body that is sent for a count: fields, order, bytes. */
#include "count/count_body.h"

#include "input/request_json.h"
#include "tap.h"

static struct arena arena;

/* As a reader makes it. */
static struct request request_of(struct str body, const char *model, int64_t max_tokens)
{
    static struct json_walk walk;
    struct request request = {
        .entry = body,
        .parts = { .arena = &arena },
        .faults = { .arena = &arena },
    };
    json_walk_init(&walk, body, &arena);
    request_json_read(&arena, &walk, &request);
    request.model = str_from_c(model);
    request.max_tokens = max_tokens;
    return request;
}

static void test_json(const char *body, const char *betas, const char *want, const char *what)
{
    struct request request = request_of(str_from_c(body), "claude-test-1", REQUEST_UNSET);
    const struct count_body_form form = { .betas = str_from_c(betas) };
    is_str(count_body(&arena, &request, &form), want, what);
}

static void test_prompt(enum role role, struct str text, const char *want, const char *what)
{
    struct request request = {
        .is_prompt = true,
        .role = role,
        .body = text,
        .model = STR("claude-\"1\""),
    };
    const struct count_body_form form = { 0 };
    is_str(count_body(&arena, &request, &form), want, what);
}

static void test_fields(void)
{
    test_json("{\"model\":\"m\",\"messages\":[]}", "", "{\"model\":\"m\",\"messages\":[]}",
              "the smallest request goes as it is");
    test_json("{\"messages\":[1],\"model\":\"m\",\"system\":\"s\"}", "",
              "{\"messages\":[1],\"model\":\"m\",\"system\":\"s\"}", "in the caller's order");
    test_json("{\"max_tokens\":9,\"model\":\"m\",\"stream\":true,\"temperature\":0.5,\"top_p\":1,"
              "\"top_k\":1,\"stop_sequences\":[\"x\"],\"metadata\":{\"user_id\":\"u\"},"
              "\"service_tier\":\"auto\",\"container\":\"c\",\"inference_geo\":\"us\","
              "\"mcp_servers\":[{}],\"unheard_of\":{\"model\":\"inner\"},\"messages\":[]}",
              "", "{\"model\":\"m\",\"messages\":[]}",
              "what the endpoint does not take stays here");
    test_json("{\"tools\":[{}],\"tool_choice\":{},\"thinking\":{},\"cache_control\":{},"
              "\"output_config\":{},\"system\":[],\"messages\":[],\"model\":\"m\"}",
              "",
              "{\"tools\":[{}],\"tool_choice\":{},\"thinking\":{},\"cache_control\":{},"
              "\"output_config\":{},\"system\":[],\"messages\":[],\"model\":\"m\"}",
              "all that it takes goes");
    test_json("{\"model\":\"m\",\"speed\":\"fast\",\"messages\":[],\"output_format\":{},"
              "\"context_management\":{}}",
              "", "{\"model\":\"m\",\"messages\":[]}", "beta fields stay here without betas");
    test_json("{\"model\":\"m\",\"speed\":\"fast\",\"messages\":[],\"output_format\":{},"
              "\"context_management\":{},\"mcp_servers\":[]}",
              "some-beta",
              "{\"model\":\"m\",\"speed\":\"fast\",\"messages\":[],\"output_format\":{},"
              "\"context_management\":{}}",
              "and go with them, but for mcp_servers");
}

static void test_bytes(void)
{
    test_json(
        " { \"model\" : \"m\" ,\n\"messages\" : [ { \"a\" : 1.50e+00 } ,\t\"\\u0041\\/\" ] } ", "",
        "{\"model\":\"m\",\"messages\":[ { \"a\" : 1.50e+00 } ,\t\"\\u0041\\/\" ]}",
        "values keep every byte");
    test_json("{\"m\\u006fdel\":\"m\",\"messages\":[],\"max\\u005ftokens\":1}", "",
              "{\"model\":\"m\",\"messages\":[]}", "names are compared decoded");
    test_json("{\"messages\":[]}", "", "{\"messages\":[],\"model\":\"claude-test-1\"}",
              "the model is added when it is missing");
    test_json("{}", "", "{\"model\":\"claude-test-1\"}", "also to an empty object");
    test_json("{\"model\":\"m\",\"system\":null,\"messages\":[]}", "",
              "{\"model\":\"m\",\"system\":null,\"messages\":[]}", "null is the caller's value");
}

static void test_prompts(void)
{
    test_prompt(ROLE_USER, STR("Hello"),
                "{\"model\":\"claude-\\\"1\\\"\",\"messages\":[{\"role\":\"user\",\"content\":"
                "\"Hello\"}]}",
                "a prompt text is one user message");
    test_prompt(ROLE_SYSTEM, STR("Hello"),
                "{\"model\":\"claude-\\\"1\\\"\",\"system\":\"Hello\",\"messages\":[{\"role\":"
                "\"user\",\"content\":\".\"}]}",
                "or a system prompt");
    test_prompt(ROLE_ASSISTANT, STR("Hello"),
                "{\"model\":\"claude-\\\"1\\\"\",\"messages\":[{\"role\":\"user\",\"content\":"
                "\"Hello\"}]}",
                "one of the assistant is counted as the user's");
    test_prompt(ROLE_USER, STR("a\"b\\c\n\r\t\0\x01\x1F/\x7F z"),
                "{\"model\":\"claude-\\\"1\\\"\",\"messages\":[{\"role\":\"user\",\"content\":"
                "\"a\\\"b\\\\c\\n\\r\\t\\u0000\\u0001\\u001f/\x7F z\"}]}",
                "escapes");
    test_prompt(ROLE_USER, STR("\xC3\xA4 \xF0\x9F\x98\x80 \xFF\xC3 \xED\xA0\x80"),
                "{\"model\":\"claude-\\\"1\\\"\",\"messages\":[{\"role\":\"user\",\"content\":"
                "\"\xC3\xA4 \xF0\x9F\x98\x80 \xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD"
                "\xEF\xBF\xBD\"}]}",
                "UTF-8 stays, the rest becomes U+FFFD");
    test_prompt(ROLE_USER, STR("\xF0\x9F\x98z\xE2\x82\xE2\x82\"\xC0\xAF\xF4\x90\x80\x80\xE2\x82"),
                "{\"model\":\"claude-\\\"1\\\"\",\"messages\":[{\"role\":\"user\",\"content\":"
                "\"\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD\\\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
                "\xEF\xBF\xBD"
                "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"}]}",
                "one for each part that could have begun a character");
    test_prompt(ROLE_USER, (struct str){ 0 },
                "{\"model\":\"claude-\\\"1\\\"\",\"messages\":[{\"role\":\"user\",\"content\":"
                "\"\"}]}",
                "the empty text");
}

static void test_form(struct str body, int64_t max_tokens, struct count_body_form form,
                      const char *want, const char *what)
{
    struct request request = request_of(body, "claude-1", max_tokens);
    is_str(count_body(&arena, &request, &form), want, what);
}

static void test_forms(void)
{
    const struct str full = STR("{\"anthropic_version\":\"mine\",\"max_tokens\":9,\"mod\\u0065l\":"
                                "\"m\",\"cache_control\":{},\"messages\":[]}");
    const struct count_body_form google = { .version = STR("v1") };
    const struct count_body_form mapped = { .version = STR("v1"), .model = STR("m@\"1\"") };
    const struct count_body_form amazon = { .version = STR("v2"), .is_invocation = true };
    test_form(full, 9, google,
              "{\"anthropic_version\":\"v1\",\"model\":\"m\",\"cache_control\":{},\"messages\":[]}",
              "a version as a member, instead of the caller's");
    test_form(full, 9, mapped,
              "{\"anthropic_version\":\"v1\",\"model\":\"m@\\\"1\\\"\",\"cache_control\":{},"
              "\"messages\":[]}",
              "another id for the model, where the model stands");
    test_form(STR("{\"messages\":[]}"), 9, mapped,
              "{\"anthropic_version\":\"v1\",\"messages\":[],\"model\":\"m@\\\"1\\\"\"}",
              "or at the end");
    test_form(full, 9, amazon, "{\"anthropic_version\":\"v2\",\"max_tokens\":9,\"messages\":[]}",
              "InvokeModel: max_tokens, no model, no cache_control");
    test_form(STR("{}"), REQUEST_UNSET, amazon, "{\"anthropic_version\":\"v2\",\"max_tokens\":1}",
              "the smallest max_tokens for none");
    test_form(full, 0, amazon, "{\"anthropic_version\":\"v2\",\"max_tokens\":1,\"messages\":[]}",
              "and for one that cannot be");
}

int main(void)
{
    test_forms();
    test_fields();
    test_bytes();
    test_prompts();
    arena_free(&arena);
    return tap_done();
}
