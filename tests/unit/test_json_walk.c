/* The strict walk: what it accepts, refuses and says of it. */
#include "json/walk.h"

#include <inttypes.h>
#include <time.h>

#include "tap.h"

static struct arena arena;

#define BAD_NUMBER "expected ',' or ']'"

/* problem NULL: accepted. */
static const struct {
    struct str text;
    const char *problem;
} cases[] = {
    { STR_INIT("[]"), NULL },
    { STR_INIT(" { } \r\n\t"), NULL },
    { STR_INIT("\"\""), NULL },
    { STR_INIT("true"), NULL },
    { STR_INIT("[null,false,{\"\":0}]"), NULL },
    { STR_INIT("[0,-0,1,10.5,-1e9,2E+3,4e-05,0.0]"), NULL },
    { STR_INIT("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"]"), NULL },
    { STR_INIT("[\"\\u0000\x7F\xC3\xA9\xEF\xBF\xBF\xF4\x8F\xBF\xBF\"]"), NULL },
    { STR_INIT("[\"\\uD800\"]"), NULL }, /* grammatical: lone_surrogate_at tells */
    { STR_INIT("{\"a\":{\"a\":1},\"b\":{\"a\":1}}"), NULL },
    { STR_INIT("[{\"a\":1},{\"a\":1}]"), NULL },
    { STR_INIT(""), "the text ends where a value should be" },
    { STR_INIT(" "), "the text ends where a value should be" },
    { STR_INIT("[1,"), "the text ends where a value should be" },
    { STR_INIT("["), "the text ends inside an array" },
    { STR_INIT("{\"a\":1"), "the text ends inside an object" },
    { STR_INIT("\xEF\xBB\xBF[]"), "expected a value" },
    { STR_INIT("\0"), "expected a value" },
    { STR_INIT("[]\0"), "text after the end of the JSON value" },
    { STR_INIT("[1]x"), "text after the end of the JSON value" },
    { STR_INIT("{}{}"), "text after the end of the JSON value" },
    { STR_INIT("[1,]"), "trailing comma" },
    { STR_INIT("{\"a\":1,}"), "trailing comma" },
    { STR_INIT("[,1]"), "expected a value" },
    { STR_INIT("[1,,2]"), "expected a value" },
    { STR_INIT("[1 2]"), "expected ',' or ']'" },
    { STR_INIT("[1}"), "expected ',' or ']'" },
    { STR_INIT("{\"a\":1 \"b\":2}"), "expected ',' or '}'" },
    { STR_INIT("{\"a\" 1}"), "expected ':' after a member name" },
    { STR_INIT("{a:1}"), "expected a member name in double quotes" },
    { STR_INIT("{1:1}"), "expected a member name in double quotes" },
    { STR_INIT("{'a':1}"), "expected a member name in double quotes" },
    { STR_INIT("['a']"), "expected a value" },
    { STR_INIT("[\v1]"), "expected a value" },
    { STR_INIT("[\xC2\xA0]"), "expected a value" }, /* a space, but none of JSON */
    { STR_INIT("[1/**/]"), "expected ',' or ']'" },
    { STR_INIT("[NaN]"), "expected a value" },
    { STR_INIT("[Infinity]"), "expected a value" },
    { STR_INIT("[True]"), "expected a value" },
    { STR_INIT("[nul]"), "expected true, false or null" },
    { STR_INIT("[tru\0]"), "expected true, false or null" },
    { STR_INIT("[truee]"), "expected ',' or ']'" },
    { STR_INIT("[+1]"), "expected a value" },
    { STR_INIT("[.5]"), "expected a value" },
    { STR_INIT("[-]"), "a number without digits" },
    { STR_INIT("[-a]"), "a number without digits" },
    { STR_INIT("[01]"), "a number with a leading zero" },
    { STR_INIT("[-00]"), "a number with a leading zero" },
    { STR_INIT("[1.]"), "a number without digits after its point" },
    { STR_INIT("[1.e3]"), "a number without digits after its point" },
    { STR_INIT("[1e]"), "a number without digits in its exponent" },
    { STR_INIT("[1e+]"), "a number without digits in its exponent" },
    { STR_INIT("[1e3.5]"), BAD_NUMBER },
    { STR_INIT("[0x1]"), BAD_NUMBER },
    { STR_INIT("[1\0]"), BAD_NUMBER },
    { STR_INIT("\"a"), "a string is not closed" },
    { STR_INIT("[\"a\\\"]"), "a string is not closed" },
    { STR_INIT("[\"\\x\"]"), "bad escape in a string" },
    { STR_INIT("[\"\\\0\"]"), "bad escape in a string" },
    { STR_INIT("[\"\\u12G4\"]"), "bad \\u escape in a string" },
    { STR_INIT("[\"\\u123\"]"), "bad \\u escape in a string" },
    { STR_INIT("[\"\\U0041\"]"), "bad escape in a string" },
    { STR_INIT("[\"a\nb\"]"), "a control character in a string is not escaped" },
    { STR_INIT("[\"a\0b\"]"), "a control character in a string is not escaped" },
    { STR_INIT("[\"\x1F\"]"), "a control character in a string is not escaped" },
    { STR_INIT("[\"\xFF\"]"), "not valid UTF-8" },
    { STR_INIT("[\"\xC0\xAF\"]"), "not valid UTF-8" },
    { STR_INIT("[\"\xED\xA0\x80\"]"), "not valid UTF-8" },
    { STR_INIT("{\"\xE9\":1}"), "not valid UTF-8" },
    { STR_INIT("{\"a\":1,\"a\":2}"), "duplicate member" },
    { STR_INIT("{\"a\":1,\"\\u0061\":2}"), "duplicate member" },
    { STR_INIT("{\"\\uD83D\\uDE00\":1,\"\xF0\x9F\x98\x80\":2}"), "duplicate member" },
    { STR_INIT("{\"\":1,\"\":2}"), "duplicate member" },
    { STR_INIT("{\"a\":{\"b\":1},\"c\":[{}],\"a\":2}"), "duplicate member" },
    { STR_INIT("[[{\"x\":{\"a\":1,\"b\":2,\"a\":3}}]]"), "duplicate member" },
};

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json_walk walk;
        json_walk_init(&walk, cases[i].text, &arena);
        bool accepted = json_finish(&walk);
        is_str(str_from_c(walk.problem), cases[i].problem,
               cases[i].problem ? cases[i].problem : "");
        ok(accepted == !cases[i].problem && walk.problem_at <= cases[i].text.len, "at a place");
    }
}

static bool accepts_depth(size_t depth, char open, char close)
{
    struct buf text = { .arena = &arena };
    struct json_walk walk;
    for (size_t i = 0; i < depth; i++)
        buf_add(&text, open == '[' || i + 1 == depth ? (struct str){ &open, 1 } : STR("{\"a\":"));
    for (size_t i = 0; i < depth; i++)
        buf_add_char(&text, close);
    json_walk_init(&walk, buf_str(&text), &arena);
    bool accepted = json_finish(&walk);
    return accepted || !str_equal_c(STR("nested deeper than 256 levels"), walk.problem);
}

static void test_depth(void)
{
    ok(accepts_depth(256, '[', ']') && accepts_depth(256, '{', '}'), "256 levels are fine");
    ok(!accepts_depth(257, '[', ']') && !accepts_depth(257, '{', '}'), "257 are not");
    ok(!accepts_depth(1000000, '[', ']'), "nor a million, without a stack");
}

static clock_t walk_members(size_t len, bool repeats_last, bool *accepted)
{
    struct buf text = { .arena = &arena };
    struct json_walk walk;
    for (size_t i = 0; i < len; i++)
        buf_format(&text, "%c\"k%zu\":{\"k\":%zu}", i ? ',' : '{',
                   repeats_last && i + 1 == len ? 0 : i, i);
    buf_add_char(&text, '}');
    json_walk_init(&walk, buf_str(&text), &arena);
    clock_t start = clock();
    *accepted = json_finish(&walk);
    return clock() - start;
}

static void test_many_members(void)
{
    bool accepted;
    clock_t small = walk_members(10000, false, &accepted);
    clock_t large = walk_members(100000, false, &accepted);
    ok(accepted, "100,000 members of one object");
    ok(large < 60 * small + CLOCKS_PER_SEC / 10, "in linear time");
    printf("# 10,000: %ld us, 100,000: %ld us\n", (long)small, (long)large);
    walk_members(100000, true, &accepted);
    ok(!accepted, "a duplicate is found among them");
}

/* An object of so many members, with a large one in its middle that has names of it too; its last
 * member has the name of another, or a new one. */
static bool finds_repeat(size_t len, size_t inside, size_t repeated)
{
    struct buf text = { .arena = &arena };
    struct json_walk walk;
    buf_add(&text, STR("[{\"k1\":0},{"));
    for (size_t i = 0; i < len; i++) {
        if (i == len / 2)
            buf_add(&text, STR("\"inside\":{"));
        for (size_t k = 0; i == len / 2 && k < inside; k++)
            buf_format(&text, "\"k%zu\":%zu,", k, k);
        if (i == len / 2)
            buf_add(&text, STR("\"last\":{}},"));
        buf_format(&text, "\"%s%zu\":%zu,", i % 5 == 2 ? "\\u006b" : "k", i, i);
    }
    buf_format(&text, "\"%s%zu\":0}]", repeated % 7 == 3 ? "\\u006b" : "k", repeated);
    json_walk_init(&walk, buf_str(&text), &arena);
    const bool accepted = json_finish(&walk);
    arena_reset(&arena);
    return !accepted && str_equal_c(STR("duplicate member"), walk.problem);
}

static void test_repeats(void)
{
    size_t wrong = 0;
    for (size_t len = 1; len < 90; len++)
        for (size_t inside = 0; inside < 90; inside += 1 + inside / 4) {
            for (size_t i = 0; i < len; i += 1 + i / 4)
                wrong += !finds_repeat(len, inside, i);
            wrong += finds_repeat(len, inside, len);
        }
    ok(!wrong, "a duplicate is found in objects of any size, and only there");
}

/* The problem of a text that is cut off may be its end, wherever it is cut. */
static void test_truncations(void)
{
    static const struct str text =
        STR_INIT(" {\"a\":[1.5e+3,\"\\uD83D\\uDE00 \xF0\x9F\x98\x80\\n\"], \"long name\":{\"b\" : "
                 "true, \"c\":null ,\"d\":-0} , \"e\":false } ");
    size_t end = text.len - 1;
    bool ended = true;
    for (size_t len = 0; len < end; len++) {
        struct json_walk walk;
        json_walk_init(&walk, str_slice(text, 0, len), &arena);
        bool cut = !json_finish(&walk) && walk.ended;
        if (!cut)
            printf("# not at %zu: %s\n", len, walk.problem);
        ended &= cut;
    }
    ok(ended, "a text that is cut anywhere is seen to end too early");
    struct json_walk walk;
    json_walk_init(&walk, text, &arena);
    ok(json_finish(&walk) && !walk.ended, "the whole text does not");
    ok(walk.spaces == 10, "its white space is counted");
    json_walk_init(&walk, STR("[1;2, \"a long rest of the text\"]"), &arena);
    ok(!json_finish(&walk) && !walk.ended, "nor one that is broken before its end");
}

static void test_pulling(void)
{
    struct json_walk walk;
    struct json_text key, text;
    struct str raw;
    bool flag;
    json_walk_init(&walk, STR("{\"x\":[1,{\"y\":2}],\"t\":\"a\\u0062\",\"s\": [ 7 ] ,\"f\":true}"),
                   &arena);
    ok(json_peek(&walk) == JSON_OBJECT && !json_array(&walk) && json_object(&walk), "an object");
    ok(json_peek(&walk) == JSON_ERROR && !walk.problem, "no value before a member");
    ok(json_member(&walk, &key) && json_text_is(key, STR("x")), "a member that is not taken");
    ok(json_member(&walk, &key) && json_text_is(key, STR("t")), "is skipped");
    ok(!json_number(&walk, &raw) && json_text(&walk, &text), "only its own type takes a value");
    ok(text.escaped && text.at == 21 && json_text_is(text, STR("ab")), "text with escapes");
    is_str(json_decode(text, &arena), "ab", "decoded");
    ok(json_member(&walk, &key) && json_skip(&walk, &raw), "a value that is skipped");
    is_str(raw, "[ 7 ]", "gives its slice");
    ok(json_member(&walk, &key) && json_bool(&walk, &flag) && flag, "a boolean");
    ok(!json_member(&walk, &key) && json_finish(&walk), "the end");
    json_walk_init(&walk, STR("[1,{\"a\":[1,2"), &arena);
    ok(json_array(&walk) && json_element(&walk) && !json_finish(&walk), "what is left is checked");
    ok(!json_element(&walk) && json_peek(&walk) == JSON_ERROR, "a problem stops the walk");
}

static void test_surrogates(void)
{
    static const struct {
        struct str text;
        size_t at;
        const char *decoded;
    } lone[] = {
        { STR_INIT("\"a\\uD800\""), 2, "a\xEF\xBF\xBD" },
        { STR_INIT("\"\\uDC00\""), 1, "\xEF\xBF\xBD" },
        { STR_INIT("\"\\uD800\\uD800\\uDC00\""), 1, "\xEF\xBF\xBD\xF0\x90\x80\x80" },
        { STR_INIT("\"\\uD800\\n\""), 1, "\xEF\xBF\xBD\n" },
        { STR_INIT("\"\\uD800x\\uDC00\""), 1, "\xEF\xBF\xBDx\xEF\xBF\xBD" },
        { STR_INIT("\"\\uDBFF\\uDFFF\""), JSON_NOWHERE, "\xF4\x8F\xBF\xBF" },
        { STR_INIT("\"\\\\uD800\""), JSON_NOWHERE, "\\uD800" },
    };
    for (size_t i = 0; i < sizeof lone / sizeof lone[0]; i++) {
        struct json_walk walk;
        struct json_text text;
        json_walk_init(&walk, lone[i].text, &arena);
        ok(json_text(&walk, &text) && walk.lone_surrogate_at == lone[i].at, "a lone surrogate");
        is_str(json_decode(text, &arena), lone[i].decoded, "becomes U+FFFD");
    }
}

static void test_integers(void)
{
    static const struct {
        const char *raw;
        int64_t want; /* INT64_MIN: none */
    } numbers[] = {
        { "0", 0 },
        { "-0", 0 },
        { "9007199254740992", INT64_C(9007199254740992) },
        { "-9007199254740992", -INT64_C(9007199254740992) },
        { "1e3", 1000 },
        { "1.0", 1 },
        { "-2.50e1", -25 },
        { "1.5", INT64_MIN },
        { "1e-1", INT64_MIN },
        { "1e400", INT64_MIN },
        { "-1e400", INT64_MIN },
        { "9007199254740993", INT64_MIN },
        { "9007199254740994", INT64_MIN },
        { "18446744073709551617", INT64_MIN },
        { "100000000000000000000000000000000000000000000000000000000000000000000000", INT64_MIN },
        { "0.1e1", 1 },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int64_t value = INT64_MIN;
        bool is_integer = json_integer(str_from_c(numbers[i].raw), &value);
        ok(is_integer == (numbers[i].want != INT64_MIN) &&
               (!is_integer || value == numbers[i].want),
           numbers[i].raw);
    }
}

int main(void)
{
    test_cases();
    test_depth();
    test_many_members();
    test_repeats();
    test_truncations();
    test_pulling();
    test_surrogates();
    test_integers();
    arena_free(&arena);
    return tap_done();
}
