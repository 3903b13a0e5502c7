/* The doors: what each asks for, where it is, what is sent. No connection is opened. */
#include "count/door.h"

#include "tap.h"

static struct arena arena;
static struct catalog catalog;

#define KEY_ID     "AKIDEXAMPLE"
#define KEY_SECRET "s3cret/Key+1"
#define TOKEN      "t0ken=="

/* All variables a test sets; the others are empty. */
static struct door_environment environment;

static struct door_config config_of(const char *door, const char *project, const char *region,
                                    const char *resource)
{
    return (struct door_config){
        .door = door_find(str_from_c(door)),
        .members = { [DOOR_PROJECT] = str_from_c(project),
                     [DOOR_REGION] = str_from_c(region),
                     [DOOR_RESOURCE] = str_from_c(resource) },
    };
}

static void set(enum door_variable variable, const char *value)
{
    environment.values[variable] = str_from_c(value);
}

static void set_all(void)
{
    environment = (struct door_environment){ 0 };
    set(DOOR_ANTHROPIC_API_KEY, "sk-1");
    set(DOOR_ANTHROPIC_FOUNDRY_API_KEY, "foundry-1");
    set(DOOR_AWS_ACCESS_KEY_ID, KEY_ID);
    set(DOOR_AWS_SECRET_ACCESS_KEY, KEY_SECRET);
    set(DOOR_GOOGLE_OAUTH_ACCESS_TOKEN, "ya29.1");
}

/* The way as text: headers, signature; or the error. */
static struct str open_way(const struct door_config *config, const char *version, const char *betas,
                           struct door_way *way)
{
    struct error err = { 0 };
    struct buf text = { .arena = &arena };
    const struct door_choices choices = { str_from_c(version), str_from_c(betas), URL_PLAIN_HERE };
    if (!door_open(&arena, config, &environment, &choices, way, &err))
        return str_format(&arena, "%s: %s", err.kind == ERROR_USAGE ? "usage" : "failed", err.text);
    for (size_t i = 0; i < way->headers_len; i++)
        if (!str_starts(way->headers[i], STR("user-agent: tokgate/")))
            buf_format(&text, "%.*s; ", STR_ARGS(way->headers[i]));
    if (way->sigv4.len)
        buf_format(&text, "%.*s %.*s %.*s; ", STR_ARGS(way->sigv4), STR_ARGS(way->key_id),
                   STR_ARGS(way->key_secret));
    buf_add(&text, way->base_url);
    return buf_str(&text);
}

static void test_open(struct door_config config, const char *want, const char *what)
{
    struct door_way way;
    is_str(open_way(&config, "2023-06-01", config.door->version ? "" : "b1,b2", &way), want, what);
}

#define JSON "content-type: application/json; accept: application/json; "
#define HEAD JSON "anthropic-version: 2023-06-01; anthropic-beta: b1,b2; "

static void test_rows(void)
{
    set_all();
    test_open(config_of("anthropic", NULL, NULL, NULL),
              HEAD "x-api-key: sk-1; https://api.anthropic.com", "the Claude API");
    test_open(config_of("foundry", NULL, NULL, "res-1"),
              HEAD "api-key: foundry-1; https://res-1.services.ai.azure.com/anthropic",
              "Microsoft");
    test_open(config_of("google", "p-1", "global", NULL),
              JSON "authorization: Bearer ya29.1; https://aiplatform.googleapis.com/v1",
              "Google, global");
    test_open(config_of("google", "p-1", "eu", NULL),
              JSON "authorization: Bearer ya29.1; https://aiplatform.eu.rep.googleapis.com/v1",
              "Google, of several regions");
    test_open(config_of("google", "p-1", "us-east5", NULL),
              JSON "authorization: Bearer ya29.1; https://us-east5-aiplatform.googleapis.com/v1",
              "Google, of one region");
    test_open(config_of("bedrock", NULL, "eu-west-1", NULL),
              JSON "aws:amz:eu-west-1:bedrock " KEY_ID " " KEY_SECRET
                   "; https://bedrock-runtime.eu-west-1.amazonaws.com",
              "Amazon");
    set(DOOR_AWS_SESSION_TOKEN, TOKEN);
    test_open(config_of("bedrock", NULL, "eu-west-1", NULL),
              JSON "x-amz-security-token: " TOKEN "; aws:amz:eu-west-1:bedrock " KEY_ID
                   " " KEY_SECRET "; https://bedrock-runtime.eu-west-1.amazonaws.com",
              "Amazon, with a session token");
    struct door_config none = { 0 };
    struct door_way way;
    is_str(open_way(&none, "2026-10-21", "", &way),
           JSON "anthropic-version: 2026-10-21; x-api-key: sk-1; https://api.anthropic.com",
           "no endpoint is the Claude API");
}

static void test_environment(void)
{
    set_all();
    set(DOOR_AWS_REGION, "us-west-2");
    set(DOOR_ANTHROPIC_VERTEX_PROJECT_ID, "p-env");
    set(DOOR_ANTHROPIC_FOUNDRY_RESOURCE, "res-env");
    struct door_config bedrock = config_of("bedrock", NULL, NULL, NULL);
    struct door_config google = config_of("google", NULL, "global", NULL);
    struct door_config foundry = config_of("foundry", NULL, NULL, NULL);
    test_open(bedrock,
              JSON "aws:amz:us-west-2:bedrock " KEY_ID " " KEY_SECRET
                   "; https://bedrock-runtime.us-west-2.amazonaws.com",
              "a region of the environment");
    struct door_way way;
    open_way(&google, "", "", &way);
    is_str(way.members[DOOR_PROJECT], "p-env", "a project of the environment");
    test_open(foundry, HEAD "api-key: foundry-1; https://res-env.services.ai.azure.com/anthropic",
              "a resource of the environment");
    bedrock.members[DOOR_REGION] = STR("eu-west-1");
    open_way(&bedrock, "", "", &way);
    is_str(way.sigv4, "aws:amz:eu-west-1:bedrock", "the region of the rule file goes before it");
    foundry.members[DOOR_RESOURCE] = STR("res-other");
    test_open(foundry,
              "usage: the \"resource\" of the door \"foundry\" is not that of "
              "ANTHROPIC_FOUNDRY_RESOURCE, which the key is for",
              "but a rule file does not choose who gets the key");
    set(DOOR_AWS_REGION, "x.example/");
    test_open(config_of("bedrock", NULL, NULL, NULL),
              "usage: AWS_REGION is no name of letters, digits and hyphens, like \"us-east-1\"",
              "nor does a region that ends the host");
}

static void test_addresses(void)
{
    set_all();
    set(DOOR_ANTHROPIC_FOUNDRY_BASE_URL, "https://gateway.example/f//");
    test_open(config_of("foundry", NULL, NULL, NULL),
              HEAD "api-key: foundry-1; https://gateway.example/f",
              "an address of one's own needs no resource");
    set(DOOR_AWS_ENDPOINT_URL_BEDROCK_RUNTIME, "http://10.0.0.1");
    test_open(
        config_of("bedrock", NULL, "us-east-1", NULL),
        "usage: AWS_ENDPOINT_URL_BEDROCK_RUNTIME names 10.0.0.1: plain http would send the key "
        "in the clear; use https, or say --insecure-http",
        "no key goes in the clear");
    set(DOOR_ANTHROPIC_VERTEX_BASE_URL, "https://user:hunter2@gateway.example");
    test_open(config_of("google", "p", "us", NULL),
              "usage: ANTHROPIC_VERTEX_BASE_URL must not hold a user name or a password",
              "no password in an address, and none is told");
}

static void test_missing(void)
{
    environment = (struct door_environment){ 0 };
    test_open(config_of("bedrock", NULL, NULL, NULL),
              "usage: the door \"bedrock\" needs \"region\", like \"us-east-1\", or the variable "
              "AWS_REGION",
              "no region");
    test_open(config_of("google", NULL, "us", NULL),
              "usage: the door \"google\" needs \"project\", like \"my-project\", or the variable "
              "ANTHROPIC_VERTEX_PROJECT_ID",
              "no project");
    test_open(config_of("google", "p", NULL, NULL),
              "usage: the door \"google\" needs \"region\", like \"global\"",
              "no region of Google's");
    test_open(
        config_of("foundry", NULL, NULL, NULL),
        "usage: the door \"foundry\" needs \"resource\", like \"my-resource\", or the variable "
        "ANTHROPIC_FOUNDRY_RESOURCE",
        "no resource");
#define UNSET(name) "failed: no " name " is set: without one, count with --count offline"
    struct door_config bedrock = config_of("bedrock", NULL, "us-east-1", NULL);
    ok(!door_has_credential(&bedrock, &environment), "no credential");
    test_open(config_of("anthropic", NULL, NULL, NULL), UNSET("ANTHROPIC_API_KEY"), "no key");
    test_open(config_of("foundry", NULL, NULL, "r"), UNSET("ANTHROPIC_FOUNDRY_API_KEY"),
              "no key of Microsoft's");
    test_open(config_of("google", "p", "us", NULL), UNSET("GOOGLE_OAUTH_ACCESS_TOKEN"),
              "no token of Google's");
    test_open(bedrock, UNSET("AWS_ACCESS_KEY_ID"), "no key of Amazon's");
    set(DOOR_AWS_ACCESS_KEY_ID, KEY_ID);
    ok(door_has_credential(&bedrock, &environment), "half of one is meant to be one");
    test_open(bedrock, UNSET("AWS_SECRET_ACCESS_KEY"), "but is told");
    set(DOOR_ANTHROPIC_API_KEY, "sk-1");
    struct door_config google = config_of("google", "p", "us", NULL);
    ok(!door_has_credential(&google, &environment), "a key of one door opens no other");
}

/* Each secret with something in it that would end the header. */
static void test_bad_secrets(void)
{
    static const struct {
        enum door_variable variable;
        const char *door, *member, *what;
    } rows[] = {
        { DOOR_ANTHROPIC_API_KEY, "anthropic", NULL, "key" },
        { DOOR_ANTHROPIC_AUTH_TOKEN, "anthropic", NULL, "token" },
        { DOOR_ANTHROPIC_FOUNDRY_API_KEY, "foundry", "m", "key" },
        { DOOR_AWS_ACCESS_KEY_ID, "bedrock", "m", "key" },
        { DOOR_AWS_SECRET_ACCESS_KEY, "bedrock", "m", "key" },
        { DOOR_AWS_SESSION_TOKEN, "bedrock", "m", "token" },
        { DOOR_GOOGLE_OAUTH_ACCESS_TOKEN, "google", "m", "token" },
    };
    static const char *const bad[] = { "hunter2\r\nx: y", "hunter2 ", "hunter2\x7F",
                                       "hunter\xC3\xA4" };
    struct door_way way;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t j = 0; j < sizeof bad / sizeof bad[0]; j++) {
            set_all();
            if (rows[i].variable == DOOR_ANTHROPIC_AUTH_TOKEN)
                set(DOOR_ANTHROPIC_API_KEY, "");
            set(rows[i].variable, bad[j]);
            struct door_config config =
                config_of(rows[i].door, rows[i].member, rows[i].member, rows[i].member);
            struct str want = str_format(
                &arena, "failed: %s has a line end, a space or another character that no %s has",
                door_variables[rows[i].variable].name, rows[i].what);
            is_str(open_way(&config, "2023-06-01", "", &way), want.ptr, "a secret no header holds");
        }
    set_all();
    set(DOOR_ANTHROPIC_API_KEY, "sk-ant-oat01-hunter2");
    struct door_config anthropic = { 0 };
    ok(str_starts(open_way(&anthropic, "2023-06-01", "", &way),
                  STR("failed: ANTHROPIC_API_KEY is an OAuth token")),
       "a token of a Claude plan");
    is_str(open_way(&anthropic, "2023-06-01\n", "", &way),
           "usage: the API version is no header value", "a version no header holds");
    is_str(open_way(&anthropic, "2023-06-01", "b\r\nx: y", &way),
           "usage: the list of betas is no header value", "betas no header holds");
}

/* url and body of a call, or the error. */
static void test_call(struct door_config config, const char *model, const char *want,
                      const char *what)
{
    struct door_way way;
    struct door_call call = { 0 };
    struct error err = { 0 };
    struct str shown = open_way(&config, "2023-06-01", "", &way);
    struct request request = {
        .is_prompt = true,
        .role = ROLE_USER,
        .body = STR("Hi"),
        .model = str_from_c(model),
        .max_tokens = REQUEST_UNSET,
    };
    if (str_starts(shown, STR("usage: ")) || str_starts(shown, STR("failed: ")))
        is_str(shown, want, what);
    else if (door_call(&arena, &way, &request, &catalog, &call, &err))
        is_str(str_format(&arena, "%.*s %.*s", STR_ARGS(call.url), STR_ARGS(call.body)), want,
               what);
    else
        is_str(str_from_c(err.text), want, what);
}

#define MESSAGES "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"
#define AMAZON   "https://bedrock-runtime.us-east-1.amazonaws.com/model/"
/* {"anthropic_version":"bedrock-2023-05-31","max_tokens":1,"messages":[...]} */
#define WRAPPED                                                                                    \
    "{\"input\":{\"invokeModel\":{\"body\":\"eyJhbnRocm9waWNfdmVyc2lvbiI6ImJlZHJvY2stMjAyMy0wNS0"  \
    "zMSIsIm1heF90b2tlbnMiOjEsIm1lc3NhZ2VzIjpbeyJyb2xlIjoidXNlciIsImNvbnRlbnQiOiJIaSJ9XX0=\"}}}"
#define NO_MODEL(id)                                                                               \
    "the door \"bedrock\" counts foundation models alone, like "                                   \
    "anthropic.claude-haiku-4-5-20251001-v1:0, no inference profiles, ARNs and models without a "  \
    "documented id: name one for \"" id "\" in \"models\" of the endpoint"

static void test_calls(void)
{
    static const struct door_model models[] = {
        { STR_INIT("claude-opus-5"), STR_INIT("anthropic.mine-v1:0") },
        { STR_INIT("claude-opus-4-6"), STR_INIT("eu.anthropic.claude-opus-4-6-v1") },
        { STR_INIT("claude-x"), STR_INIT("anthropic.x/../y") },
    };
    set_all();
    test_call(
        (struct door_config){ 0 }, "claude-opus-5",
        "https://api.anthropic.com/v1/messages/count_tokens {\"model\":\"claude-opus-5\"," MESSAGES,
        "the Claude API");
    test_call(config_of("foundry", NULL, NULL, "r"), "claude-opus-5",
              "https://r.services.ai.azure.com/anthropic/v1/messages/count_tokens "
              "{\"model\":\"claude-opus-5\"," MESSAGES,
              "Microsoft");
    test_call(
        config_of("google", "p", "us", NULL), "claude-haiku-4-5",
        "https://aiplatform.us.rep.googleapis.com/v1/projects/p/locations/us/publishers/"
        "anthropic/models/count-tokens:rawPredict {\"anthropic_version\":\"vertex-2023-10-16\","
        "\"model\":\"claude-haiku-4-5@20251001\"," MESSAGES,
        "Google, by the id it has there");
    test_call(
        config_of("google", "p", "us", NULL), "claude-opus-5",
        "https://aiplatform.us.rep.googleapis.com/v1/projects/p/locations/us/publishers/"
        "anthropic/models/count-tokens:rawPredict {\"anthropic_version\":\"vertex-2023-10-16\","
        "\"model\":\"claude-opus-5\"," MESSAGES,
        "or by the same");
    struct door_config bedrock = config_of("bedrock", NULL, "us-east-1", NULL);
    test_call(bedrock, "claude-haiku-4-5",
              AMAZON "anthropic.claude-haiku-4-5-20251001-v1:0/count-tokens " WRAPPED, "Amazon");
    test_call(bedrock, "anthropic.claude-new-v2:1",
              AMAZON "anthropic.claude-new-v2:1/count-tokens " WRAPPED, "an id of Amazon's");
    test_call(bedrock, "us.anthropic.claude-haiku-4-5-20251001-v1:0",
              NO_MODEL("us.anthropic.claude-haiku-4-5-20251001-v1:0"), "an inference profile");
    test_call(bedrock, "global.anthropic.claude-sonnet-4-6",
              NO_MODEL("global.anthropic.claude-sonnet-4-6"), "a global one");
    test_call(bedrock, "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2",
              NO_MODEL("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2"),
              "an ARN");
    test_call(bedrock, "claude-opus-5", NO_MODEL("claude-opus-5"), "no documented id");
    test_call(bedrock, "anthropic.x?y", NO_MODEL("anthropic.x?y"), "what is no part of a path");
    bedrock.models = models;
    bedrock.models_len = 3;
    test_call(bedrock, "claude-opus-5", AMAZON "anthropic.mine-v1:0/count-tokens " WRAPPED,
              "an id of the rule file");
    test_call(bedrock, "claude-opus-4-6", NO_MODEL("eu.anthropic.claude-opus-4-6-v1"),
              "which may be no profile either");
    test_call(bedrock, "claude-x", NO_MODEL("anthropic.x/../y"), "nor another path");
}

static void test_size(void)
{
    set_all();
    struct door_config bedrock = config_of("bedrock", NULL, "us-east-1", NULL);
    struct door_way way;
    struct door_call call;
    struct error err = { 0 };
    char *text = arena_alloc(&arena, 20000001, 1);
    memset(text, 'x', 20000001);
    struct request request = {
        .is_prompt = true,
        .body = { text, 20000001 },
        .model = STR("claude-haiku-4-5"),
    };
    open_way(&bedrock, "", "", &way);
    ok(!door_call(&arena, &way, &request, &catalog, &call, &err), "more than the door takes");
    ok(strstr(err.text, "are more than the API takes (20000000)") != NULL, "and how much that is");
    struct count_answer_form form = door_answer_form(&way, &catalog);
    ok(form.bytes_max == 20000000 && strcmp(form.tokens, "inputTokens") == 0 && !form.error,
       "the form of its answers");
    ok(form.secrets.len == 2, "and what they must not tell");
}

static void test_table(void)
{
    bool whole = true;
    for (const struct door *door = doors; door->name; door++) {
        whole &= door_find(str_from_c(door->name)) == door && door->summary && door->base_url &&
                 door->path && door->tokens;
        whole &= (door->service != NULL) != (door->credentials[0].variable != DOOR_VARIABLE_NONE);
    }
    ok(whole, "every row is whole, with one kind of credential");
    ok(!door_find(STR("vertex")), "no other door");
}

int main(void)
{
    struct error err = { 0 };
    if (!catalog_load(&arena, &catalog, &err))
        return 1;
    test_table();
    test_rows();
    test_environment();
    test_addresses();
    test_missing();
    test_bad_secrets();
    test_calls();
    test_size();
    arena_free(&arena);
    return tap_done();
}
