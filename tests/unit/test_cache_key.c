/* What a count is remembered under: what changes the key, and what does not. */
#include "base/arena.h"
#include "count/cache.h"
#include "tap.h"

static struct arena arena;

/* In hexadecimal; what fails is empty. */
static struct str key_of(const char *endpoint, const char *version, const char *betas,
                         const char *model, struct str body)
{
    struct cache_key key;
    struct error err = { 0 };
    struct buf text = { .arena = &arena };
    if (cache_key_of(&key, str_from_c(endpoint), str_from_c(version), str_from_c(betas),
                     str_from_c(model), body, &err))
        for (size_t i = 0; i < sizeof key.bytes; i++)
            buf_format(&text, "%02x", key.bytes[i]);
    return buf_str(&text);
}

static struct str key_of_body(const char *body)
{
    return key_of("https://api.anthropic.com", "2023-06-01", "", "m", str_from_c(body));
}

static const struct {
    const char *a, *b, *what;
    bool is_same;
} bodies[] = {
    { "{\"a\":1}", " { \"a\" :\t1\r\n}\n", "white space between tokens", true },
    { "{\"a\":[1,2]}", "{\"a\":[1,\n    2]}", "a list over lines", true },
    { "{\"a\":\"x y\"}", "{\"a\":\"xy\"}", "a space in a string", false },
    { "{\"a\":\"x y\"}", "{ \"a\": \"x y\" }", "space around a string with a space", true },
    { "{\"a\":\"\\\" b\"}", "{\"a\":\"\\\"b\"}", "a space after an escaped quote", false },
    { "{\"a\":\"\\\\\" ,\"b\":1}", "{\"a\":\"\\\\\",\"b\":1}", "a string that ends in a backslash",
      true },
    { "{\"a\":\"\\\\\\\" \"}", "{\"a\":\"\\\\\\\"\"}", "a backslash, a quote and a space", false },
    { "{\"a\":\"\\u0020\"}", "{\"a\":\" \"}", "another way to write a string", false },
    { "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", "another order", false },
    { "{\"a\":\"\"}", "{\"a\" : \"\" }", "an empty string", true },
    { "\"", "\" ", "what no body is: a string without an end", false },
    { "", "", "nothing", true },
};

static void test_bodies(void)
{
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct str a = key_of_body(bodies[i].a), b = key_of_body(bodies[i].b);
        ok(a.len == 64 && str_equal(a, b) == bodies[i].is_same, bodies[i].what);
    }
}

static void test_parts(void)
{
    struct str body = STR("{}");
    const struct str keys[] = {
        key_of("https://a", "1", "", "m", body),      key_of("https://b", "1", "", "m", body),
        key_of("https://a", "2", "", "m", body),      key_of("https://a", "1", "x", "m", body),
        key_of("https://a", "1", "", "n", body),      key_of("https://a", "1", "", "m", STR("[]")),
        key_of("https://", "a1", "", "m", body),      key_of("https://a1", "", "", "m", body),
        key_of("https://a", "1", "m", "", body),      key_of("https://a", "", "1", "m", body),
        key_of("https://a", "1", "", "m{", STR("}")),
    };
    size_t len = sizeof keys / sizeof keys[0], same = 0;
    for (size_t i = 0; i < len; i++)
        for (size_t j = 0; j < i; j++)
            same += str_equal(keys[i], keys[j]);
    ok(!same, "each part counts, and none runs into the next");
}

/* Pieces are put together in a buffer: nothing is lost at its ends. */
static void test_sizes(void)
{
    size_t different = 0;
    for (size_t size = 4000; size < 4200; size++) {
        struct buf tight = { .arena = &arena }, loose = { .arena = &arena };
        buf_add(&tight, STR("[\""));
        buf_add(&loose, STR("[ \""));
        for (size_t i = 0; i < size; i++) {
            buf_add_char(&tight, (char)('a' + i % 26));
            buf_add_char(&loose, (char)('a' + i % 26));
        }
        buf_add(&tight, STR("\",1,2]"));
        buf_add(&loose, STR("\" , 1,\t2 ]"));
        different += !str_equal(key_of("e", "v", "", "m", buf_str(&tight)),
                                key_of("e", "v", "", "m", buf_str(&loose)));
        arena_reset(&arena);
    }
    ok(!different, "bodies about as long as the buffer");
}

int main(void)
{
    is_str(key_of_body("{\"a\": 1}"),
           "4d2fc029692736912b79d32d9afe5363fddcf5494f88b87e7ae9a5c2f3bee941",
           "the key is the same in all versions and on all machines");
    test_bodies();
    test_parts();
    test_sizes();
    arena_free(&arena);
    return tap_done();
}
