/* Counting for many threads: what is remembered is not asked for. Nothing listens on port 1 of this
 * machine; tests/http.sh has the answers. */
#include "count/online.h"

#include "count/door.h"
#include "tap.h"

/* A stand-in for the cache: it knows the bodies that hold "known". */
struct cache {
    int gets, puts;
    bool marked;
};

static bool key_of(struct cache_key *key, struct str endpoint, struct str api_version,
                   struct str betas, struct str model, struct str body, struct error *err)
{
    (void)err;
    bool is_right = str_equal_c(endpoint, "http://127.0.0.1:1/v1/messages/count_tokens") &&
                    str_equal_c(api_version, "2023-06-01") && str_equal_c(betas, "b-1,b-2") &&
                    str_equal_c(model, "claude-test");
    bool is_known = body.len > 5 && strstr(body.ptr, "known") != NULL;
    *key = (struct cache_key){ { is_known } };
    return is_right;
}

static bool get(struct cache *cache, const struct cache_key *key, int64_t *tokens)
{
    cache->gets++;
    *tokens = 99;
    return key->bytes[0] == 1;
}

static bool find(struct cache *cache, const struct cache_key *key, int64_t *tokens, uint32_t *mark)
{
    *mark = 0;
    return get(cache, key, tokens);
}

static void put(struct cache *cache, const struct cache_key *key, int64_t tokens)
{
    (void)key, (void)tokens;
    cache->puts++;
}

static void mark_count(struct cache *cache, const struct cache_key *key, int64_t tokens,
                       uint32_t mark)
{
    cache->marked = key->bytes[0] == 1 && tokens == 99 && mark == 5;
}

static struct str path_of(struct cache *cache)
{
    (void)cache;
    return STR("");
}

static struct arena arena;
static struct str said; /* at the end of a run */
static const struct door_config claude_api;
static const struct catalog catalog = { .request_bytes_max = 200 };
static struct door_environment environment = {
    .values = { [DOOR_ANTHROPIC_API_KEY] = STR_INIT("sk-test"),
                [DOOR_ANTHROPIC_BASE_URL] = STR_INIT("http://127.0.0.1:1") },
};
static struct counter_options counter = {
    .door = &claude_api,
    .environment = &environment,
    .api_version = STR_INIT("2023-06-01"),
    .betas = STR_INIT("b-1"),
    .custom_headers = STR_INIT("anthropic-beta: b-2\nx-a: b"),
    .timeout_ms = 5000,
    .connect_timeout_ms = 5000,
};

static struct request prompt(const char *text)
{
    return (struct request){
        .is_prompt = true,
        .role = ROLE_USER,
        .body = str_from_c(text),
        .model = STR("claude-test"),
    };
}

static void test_cache(void)
{
    struct cache cache = { 0 };
    struct error err = { 0 };
    const struct online_options options = {
        .counter = &counter,
        .catalog = &catalog,
        .per_minute = 60000,
        .deadline_ms = INT64_MAX,
        .cache = { &cache, key_of, find, get, put, mark_count, path_of },
    };
    const struct request requests[] = { prompt("known 1"), prompt("new"), prompt("known 2") };
    struct online_item items[3] = { { .request = &requests[0] },
                                    { .request = &requests[1] },
                                    { .request = &requests[2] } };
    struct online *online = online_new(&options, &err);
    ok(online != NULL, "nothing is connected yet");
    online_ask(online, &arena, items, 1);
    ok(items[0].is_cached && items[0].result == COUNT_DONE && items[0].tokens == 99,
       "what is remembered is known at once");
    online_mark(online, &items[0], 5);
    ok(cache.marked, "and can be marked");
    online_ask(online, &arena, items, 3);
    ok(items[0].is_cached && items[2].is_cached && !items[1].is_cached && cache.gets == 5,
       "the others are asked for, once they are still not known");
    is_str(items[1].error, "cannot connect to 127.0.0.1:1: Connection refused", "which fails here");
    ok(items[1].result == COUNT_UNAVAILABLE && !cache.puts, "and is not remembered");
    online_ask(online, &arena, items, 3);
    ok(items[1].result == COUNT_NOT_ASKED && items[2].is_cached,
       "nobody asks any more, but remembers");
    online_close(online, &said, &arena);
    online_close(NULL, &said, &arena);
}

static void test_too_large(void)
{
    const struct catalog small = { .request_bytes_max = 40 };
    struct error err = { 0 };
    const struct online_options options = {
        .counter = &counter, .catalog = &small, .per_minute = 1, .deadline_ms = INT64_MAX
    };
    const struct request request = prompt("a text that is too long");
    struct online_item item = { .request = &request };
    struct online *online = online_new(&options, &err);
    online_ask(online, &arena, &item, 1);
    ok(item.result == COUNT_REFUSED &&
           strstr(str_to_c(&arena, item.error), "more than the API takes"),
       "what is too large for the API is not sent");
    online_close(online, &said, &arena);
}

static void test_refused(struct counter_options options, enum error_kind kind, const char *want)
{
    struct error err = { 0 };
    const struct online_options online = { .counter = &options, .per_minute = 1 };
    ok(!online_new(&online, &err) && err.kind == kind && strstr(err.text, want), want);
}

int main(void)
{
    struct counter_options options = counter;
    test_cache();
    test_too_large();
    struct door_environment other = environment;
    options.environment = &other;
    other.values[DOOR_ANTHROPIC_API_KEY] = (struct str){ 0 };
    test_refused(options, ERROR_FAILED, "no ANTHROPIC_API_KEY is set");
    options = counter;
    options.custom_headers = STR("x-a: b\nx-api-key: c");
    test_refused(options, ERROR_USAGE, "must not set x-api-key");
    options.custom_headers = STR("x-a: b\x7F");
    test_refused(options, ERROR_USAGE, "the value of x-a has a control character");
    options.custom_headers = STR("x a: b");
    test_refused(options, ERROR_USAGE, "no \"Name: Value\"");
    options.custom_headers = STR("x\0a: b");
    test_refused(options, ERROR_USAGE, "no \"Name: Value\"");
    options = counter;
    options.environment = &other;
    other = environment;
    other.values[DOOR_ANTHROPIC_BASE_URL] = STR("http://api.example.com");
    test_refused(options, ERROR_USAGE, "plain http");
    options.insecure_http = true;
    struct error err = { 0 };
    const struct online_options fine = { .counter = &options, .per_minute = 1 };
    struct online *online = online_new(&fine, &err);
    ok(online != NULL, "unless it is wanted");
    online_close(online, &said, &arena);
    arena_free(&arena);
    return tap_done();
}
