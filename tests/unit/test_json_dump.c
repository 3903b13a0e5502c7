/* JSON as Python writes it: what is expected was made by json.dumps (Python 3.11), with
 * ensure_ascii=False unless escapes_high is set. */
#include "json/dump.h"

#include "tap.h"

static const struct {
    const char *text;
    struct json_dump_style style;
    const char *dumped;
} cases[] = {
    { "0", { 0 }, "0" },
    { "-0", { 0 }, "0" },
    { "1", { 0 }, "1" },
    { "-1", { 0 }, "-1" },
    { "12345678901234567890123456789", { 0 }, "12345678901234567890123456789" },
    { "123456789012345678901234567890", { 0 }, "123456789012345678901234567890" },
    { "-9007199254740993", { 0 }, "-9007199254740993" },
    { "1.0", { 0 }, "1.0" },
    { "-0.0", { 0 }, "-0.0" },
    { "0.0", { 0 }, "0.0" },
    { "1.50", { 0 }, "1.5" },
    { "1e5", { 0 }, "100000.0" },
    { "1E5", { 0 }, "100000.0" },
    { "1e+5", { 0 }, "100000.0" },
    { "1E-7", { 0 }, "1e-07" },
    { "1e-4", { 0 }, "0.0001" },
    { "1e-5", { 0 }, "1e-05" },
    { "0.0001", { 0 }, "0.0001" },
    { "0.00001", { 0 }, "1e-05" },
    { "1e15", { 0 }, "1000000000000000.0" },
    { "1e16", { 0 }, "1e+16" },
    { "1e17", { 0 }, "1e+17" },
    { "123456789012345.5", { 0 }, "123456789012345.5" },
    { "1234567890123456.7", { 0 }, "1234567890123456.8" },
    { "9007199254740993.0", { 0 }, "9007199254740992.0" },
    { "123456789012345678.0", { 0 }, "1.2345678901234568e+17" },
    { "1e21", { 0 }, "1e+21" },
    { "1e22", { 0 }, "1e+22" },
    { "1e23", { 0 }, "1e+23" },
    { "1e100", { 0 }, "1e+100" },
    { "0.1", { 0 }, "0.1" },
    { "0.2", { 0 }, "0.2" },
    { "0.30000000000000004", { 0 }, "0.30000000000000004" },
    { "2.5e-7", { 0 }, "2.5e-07" },
    { "5e-324", { 0 }, "5e-324" },
    { "4.9e-324", { 0 }, "5e-324" },
    { "1e-400", { 0 }, "0.0" },
    { "-1e-400", { 0 }, "-0.0" },
    { "2.2250738585072014e-308", { 0 }, "2.2250738585072014e-308" },
    { "1.7976931348623157e308", { 0 }, "1.7976931348623157e+308" },
    { "1e400", { 0 }, "Infinity" },
    { "-1e400", { 0 }, "-Infinity" },
    { "3.141592653589793", { 0 }, "3.141592653589793" },
    { "100.0", { 0 }, "100.0" },
    { "1200e-2", { 0 }, "12.0" },
    { "0.1e1", { 0 }, "1.0" },
    { "4.35", { 0 }, "4.35" },
    { "123456.789e3", { 0 }, "123456789.0" },
    { "99999999999999990.0", { 0 }, "9.999999999999998e+16" },
    { "9999999999999998.0", { 0 }, "9999999999999998.0" },
    { "0.000123456789", { 0 }, "0.000123456789" },
    { "1.5e300", { 0 }, "1.5e+300" },
    { "\"\"", { 0 }, "\"\"" },
    { "\"\"", { .escapes_high = true }, "\"\"" },
    { "\"a\"", { 0 }, "\"a\"" },
    { "\"a\"", { .escapes_high = true }, "\"a\"" },
    { "\"\\\"\\\\\\/\"", { 0 }, "\"\\\"\\\\/\"" },
    { "\"\\\"\\\\\\/\"", { .escapes_high = true }, "\"\\\"\\\\/\"" },
    { "\"\\b\\f\\n\\r\\t\"", { 0 }, "\"\\b\\f\\n\\r\\t\"" },
    { "\"\\b\\f\\n\\r\\t\"", { .escapes_high = true }, "\"\\b\\f\\n\\r\\t\"" },
    { "\"\\u0000\\u0001\\u001f\\u0020\\u007e\"", { 0 }, "\"\\u0000\\u0001\\u001f ~\"" },
    { "\"\\u0000\\u0001\\u001f\\u0020\\u007e\"",
      { .escapes_high = true },
      "\"\\u0000\\u0001\\u001f ~\"" },
    { "\"\x7f\"", { 0 }, "\"\x7f\"" },
    { "\"\x7f\"", { .escapes_high = true }, "\"\\u007f\"" },
    { "\"\\u007f\"", { 0 }, "\"\x7f\"" },
    { "\"\\u007f\"", { .escapes_high = true }, "\"\\u007f\"" },
    { "\"\\u0080\\u00e9\"", { 0 }, "\"\xc2\x80\xc3\xa9\"" },
    { "\"\\u0080\\u00e9\"", { .escapes_high = true }, "\"\\u0080\\u00e9\"" },
    { "\"\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80\"",
      { 0 },
      "\"\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80\"" },
    { "\"\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80\"",
      { .escapes_high = true },
      "\"\\u00e9\\u4e2d\\ud83d\\ude00\"" },
    { "\"\\ud83d\\ude00\"", { 0 }, "\"\xf0\x9f\x98\x80\"" },
    { "\"\\ud83d\\ude00\"", { .escapes_high = true }, "\"\\ud83d\\ude00\"" },
    { "\"\\uD83D\\uDE00 \\u2028\\u2029\"", { 0 }, "\"\xf0\x9f\x98\x80 \xe2\x80\xa8\xe2\x80\xa9\"" },
    { "\"\\uD83D\\uDE00 \\u2028\\u2029\"",
      { .escapes_high = true },
      "\"\\ud83d\\ude00 \\u2028\\u2029\"" },
    { "\"\\udbff\\udfff\\ud800\\udc00\"", { 0 }, "\"\xf4\x8f\xbf\xbf\xf0\x90\x80\x80\"" },
    { "\"\\udbff\\udfff\\ud800\\udc00\"",
      { .escapes_high = true },
      "\"\\udbff\\udfff\\ud800\\udc00\"" },
    { "\"\\uffff\\ufffe\\ufdd0\"", { 0 }, "\"\xef\xbf\xbf\xef\xbf\xbe\xef\xb7\x90\"" },
    { "\"\\uffff\\ufffe\\ufdd0\"", { .escapes_high = true }, "\"\\uffff\\ufffe\\ufdd0\"" },
    { "\"</script>&\"", { 0 }, "\"</script>&\"" },
    { "\"</script>&\"", { .escapes_high = true }, "\"</script>&\"" },
    { "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\n\"",
      { 0 },
      "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\n\"" },
    { "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\n\"",
      { .escapes_high = true },
      "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\n\"" },
    { "{}", { 0 }, "{}" },
    { "{}", { .sorts_keys = true }, "{}" },
    { "{}", { .indent = 2 }, "{}" },
    { "{}", { .sorts_keys = true, .indent = 2 }, "{}" },
    { "[]", { 0 }, "[]" },
    { "[]", { .sorts_keys = true }, "[]" },
    { "[]", { .indent = 2 }, "[]" },
    { "[]", { .sorts_keys = true, .indent = 2 }, "[]" },
    { " { } ", { 0 }, "{}" },
    { " { } ", { .sorts_keys = true }, "{}" },
    { " { } ", { .indent = 2 }, "{}" },
    { " { } ", { .sorts_keys = true, .indent = 2 }, "{}" },
    { "[ ]", { 0 }, "[]" },
    { "[ ]", { .sorts_keys = true }, "[]" },
    { "[ ]", { .indent = 2 }, "[]" },
    { "[ ]", { .sorts_keys = true, .indent = 2 }, "[]" },
    { "[[],{}]", { 0 }, "[[], {}]" },
    { "[[],{}]", { .sorts_keys = true }, "[[], {}]" },
    { "[[],{}]", { .indent = 2 }, "[\n  [],\n  {}\n]" },
    { "[[],{}]", { .sorts_keys = true, .indent = 2 }, "[\n  [],\n  {}\n]" },
    { "null", { 0 }, "null" },
    { "null", { .sorts_keys = true }, "null" },
    { "null", { .indent = 2 }, "null" },
    { "null", { .sorts_keys = true, .indent = 2 }, "null" },
    { "true", { 0 }, "true" },
    { "true", { .sorts_keys = true }, "true" },
    { "true", { .indent = 2 }, "true" },
    { "true", { .sorts_keys = true, .indent = 2 }, "true" },
    { "false", { 0 }, "false" },
    { "false", { .sorts_keys = true }, "false" },
    { "false", { .indent = 2 }, "false" },
    { "false", { .sorts_keys = true, .indent = 2 }, "false" },
    { "[null, true ,false]", { 0 }, "[null, true, false]" },
    { "[null, true ,false]", { .sorts_keys = true }, "[null, true, false]" },
    { "[null, true ,false]", { .indent = 2 }, "[\n  null,\n  true,\n  false\n]" },
    { "[null, true ,false]",
      { .sorts_keys = true, .indent = 2 },
      "[\n  null,\n  true,\n  false\n]" },
    { "{\"b\":1,\"a\":[1,2,{\"d\":{},\"c\":[]}],\"\":0}",
      { 0 },
      "{\"b\": 1, \"a\": [1, 2, {\"d\": {}, \"c\": []}], \"\": 0}" },
    { "{\"b\":1,\"a\":[1,2,{\"d\":{},\"c\":[]}],\"\":0}",
      { .sorts_keys = true },
      "{\"\": 0, \"a\": [1, 2, {\"c\": [], \"d\": {}}], \"b\": 1}" },
    { "{\"b\":1,\"a\":[1,2,{\"d\":{},\"c\":[]}],\"\":0}",
      { .indent = 2 },
      "{\n  \"b\": 1,\n  \"a\": [\n    1,\n    2,\n    {\n      \"d\": {},\n      \"c\": []\n    "
      "}\n  ],\n  \"\": 0\n}" },
    { "{\"b\":1,\"a\":[1,2,{\"d\":{},\"c\":[]}],\"\":0}",
      { .sorts_keys = true, .indent = 2 },
      "{\n  \"\": 0,\n  \"a\": [\n    1,\n    2,\n    {\n      \"c\": [],\n      \"d\": {}\n    "
      "}\n  ],\n  \"b\": 1\n}" },
    { "{\"\xc3\xa9\":1,\"e\":2,\"z\":3,\"\\ud83d\\ude00\":4,\"\\uffff\":5,\"Z\":6,\"a\\u0000\":7,"
      "\"a\":8}",
      { 0 },
      "{\"\xc3\xa9\": 1, \"e\": 2, \"z\": 3, \"\xf0\x9f\x98\x80\": 4, \"\xef\xbf\xbf\": 5, \"Z\": "
      "6, \"a\\u0000\": 7, \"a\": 8}" },
    { "{\"\xc3\xa9\":1,\"e\":2,\"z\":3,\"\\ud83d\\ude00\":4,\"\\uffff\":5,\"Z\":6,\"a\\u0000\":7,"
      "\"a\":8}",
      { .sorts_keys = true },
      "{\"Z\": 6, \"a\": 8, \"a\\u0000\": 7, \"e\": 2, \"z\": 3, \"\xc3\xa9\": 1, "
      "\"\xef\xbf\xbf\": 5, \"\xf0\x9f\x98\x80\": 4}" },
    { "{\"\xc3\xa9\":1,\"e\":2,\"z\":3,\"\\ud83d\\ude00\":4,\"\\uffff\":5,\"Z\":6,\"a\\u0000\":7,"
      "\"a\":8}",
      { .indent = 2 },
      "{\n  \"\xc3\xa9\": 1,\n  \"e\": 2,\n  \"z\": 3,\n  \"\xf0\x9f\x98\x80\": 4,\n  "
      "\"\xef\xbf\xbf\": 5,\n  \"Z\": 6,\n  \"a\\u0000\": 7,\n  \"a\": 8\n}" },
    { "{\"\xc3\xa9\":1,\"e\":2,\"z\":3,\"\\ud83d\\ude00\":4,\"\\uffff\":5,\"Z\":6,\"a\\u0000\":7,"
      "\"a\":8}",
      { .sorts_keys = true, .indent = 2 },
      "{\n  \"Z\": 6,\n  \"a\": 8,\n  \"a\\u0000\": 7,\n  \"e\": 2,\n  \"z\": 3,\n  \"\xc3\xa9\": "
      "1,\n  \"\xef\xbf\xbf\": 5,\n  \"\xf0\x9f\x98\x80\": 4\n}" },
    { "{\"\xc3\xa9\":1,\"e\":2,\"z\":3,\"\\ud83d\\ude00\":4,\"\\uffff\":5,\"Z\":6,\"a\\u0000\":7,"
      "\"a\":8}",
      { .sorts_keys = true, .escapes_high = true },
      "{\"Z\": 6, \"a\": 8, \"a\\u0000\": 7, \"e\": 2, \"z\": 3, \"\\u00e9\": 1, \"\\uffff\": 5, "
      "\"\\ud83d\\ude00\": 4}" },
    { "{\"\xc3\xa9\":1,\"e\":2,\"z\":3,\"\\ud83d\\ude00\":4,\"\\uffff\":5,\"Z\":6,\"a\\u0000\":7,"
      "\"a\":8}",
      { .escapes_high = true, .indent = 1 },
      "{\n \"\\u00e9\": 1,\n \"e\": 2,\n \"z\": 3,\n \"\\ud83d\\ude00\": 4,\n \"\\uffff\": 5,\n "
      "\"Z\": 6,\n \"a\\u0000\": 7,\n \"a\": 8\n}" },
    { "{\"a\":{\"b\":{\"c\":[1,[2,[3]]]}},\"A\":\"x\\ny\"}",
      { 0 },
      "{\"a\": {\"b\": {\"c\": [1, [2, [3]]]}}, \"A\": \"x\\ny\"}" },
    { "{\"a\":{\"b\":{\"c\":[1,[2,[3]]]}},\"A\":\"x\\ny\"}",
      { .sorts_keys = true },
      "{\"A\": \"x\\ny\", \"a\": {\"b\": {\"c\": [1, [2, [3]]]}}}" },
    { "{\"a\":{\"b\":{\"c\":[1,[2,[3]]]}},\"A\":\"x\\ny\"}",
      { .indent = 2 },
      "{\n  \"a\": {\n    \"b\": {\n      \"c\": [\n        1,\n        [\n          2,\n          "
      "[\n            3\n          ]\n        ]\n      ]\n    }\n  },\n  \"A\": \"x\\ny\"\n}" },
    { "{\"a\":{\"b\":{\"c\":[1,[2,[3]]]}},\"A\":\"x\\ny\"}",
      { .sorts_keys = true, .indent = 2 },
      "{\n  \"A\": \"x\\ny\",\n  \"a\": {\n    \"b\": {\n      \"c\": [\n        1,\n        [\n   "
      "       2,\n          [\n            3\n          ]\n        ]\n      ]\n    }\n  }\n}" },
    { "[1,\t2 , \"a\"]", { 0 }, "[1, 2, \"a\"]" },
    { "[1,\t2 , \"a\"]", { .sorts_keys = true }, "[1, 2, \"a\"]" },
    { "[1,\t2 , \"a\"]", { .indent = 2 }, "[\n  1,\n  2,\n  \"a\"\n]" },
    { "[1,\t2 , \"a\"]", { .sorts_keys = true, .indent = 2 }, "[\n  1,\n  2,\n  \"a\"\n]" },
};

static void test_case(size_t number)
{
    struct arena arena = { 0 };
    struct buf out = { .arena = &arena };
    const bool is_text = json_dump(&out, str_from_c(cases[number].text), cases[number].style);
    ok(is_text, "it is a text");
    is_str(buf_str(&out), cases[number].dumped, cases[number].text);
    arena_free(&arena);
}

/* As deep as a walk goes. */
static void test_deep(void)
{
    enum { DEPTH = 200 };
    struct arena arena = { 0 };
    struct buf text = { .arena = &arena }, out = { .arena = &arena };
    for (int i = 0; i < 2 * DEPTH; i++)
        buf_add_char(&text, i < DEPTH ? '[' : ']');
    const bool is_text = json_dump(&out, buf_str(&text), (struct json_dump_style){ 0 });
    ok(is_text, "a deep array is read");
    ok(str_equal(buf_str(&out), buf_str(&text)), "and written");
    arena_free(&arena);
}

/* Half of a surrogate pair, in a name or a text. */
static void test_surrogate(void)
{
    static const char *const texts[] = { "\"\\ud800\"", "{\"\\udc00\": 1}", "[1, \"\\ud83da\"]" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct arena arena = { 0 };
        struct buf out = { .arena = &arena };
        const bool is_text = json_dump(&out, str_from_c(texts[i]), (struct json_dump_style){ 0 });
        ok(!is_text, texts[i]);
        arena_free(&arena);
    }
}

/* Members of members are sorted before the object they are in. */
static void test_many(void)
{
    enum { LEN = 1000 };
    struct arena arena = { 0 };
    struct buf text = { .arena = &arena }, wanted = { .arena = &arena }, out = { .arena = &arena };
    for (int i = 0; i < LEN; i++) {
        buf_format(&text, "%s\"a%03d\":{\"z\":[%d],\"\\u0062\":\"%d\"}", i ? "," : "{", LEN - 1 - i,
                   LEN - 1 - i, i);
        buf_format(&wanted, "%s\"a%03d\": {\"b\": \"%d\", \"z\": [%d]}", i ? ", " : "{", i,
                   LEN - 1 - i, i);
    }
    buf_add_char(&text, '}');
    buf_add_char(&wanted, '}');
    const struct json_dump_style style = { .sorts_keys = true };
    ok(json_dump(&out, buf_str(&text), style), "many members are read");
    ok(str_equal(buf_str(&out), buf_str(&wanted)), "many members in reverse are sorted");
    arena_free(&arena);
}

int main(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_case(i);
    test_deep();
    test_surrogate();
    test_many();
    return tap_done();
}
