/* JSON as a tree, with comments, and written again. */
#include "json/tree.h"

#include <stdlib.h>

#include "json/write.h"
#include "tap.h"

static struct arena arena;

static void test_tree(void)
{
    struct json_problem problem = { 0 };
    const struct str text =
        STR("{ \"a\" : [1, \"x\\u0041\", {}], \"b\":true,\"c\":2.5, \"n\":null}");
    const struct json_node *root = json_parse(&arena, text, &problem), *list = json_get(root, "a");
    ok(root && root->type == JSON_OBJECT && root->len == 4 && root->at == 0, "an object");
    ok(list && list->type == JSON_ARRAY && list->at == 8 && list->name_at == 2, "a list's offsets");
    ok(list->len == 3 && list->first->at == 9 && list->first->next->at == 12, "its elements'");
    is_str(list->first->text, "1", "a number as it is written");
    is_str(list->first->next->text, "xA", "a text decoded");
    ok(list->first->next->next->type == JSON_OBJECT && !list->first->next->next->first, "nothing");
    ok(json_get_bool(root, "b", false) && json_get_bool(root, "c", true), "a boolean, or not");
    ok(json_get_double(root, "c", 0) == 2.5 && json_get_integer(root, "c", 9) == 9, "a fraction");
    ok(json_get_integer(list->first, "a", 7) == 7 && !json_get(NULL, "a"), "no object, no member");
    is_str(json_get_text(root, "b"), "", "no text");
    ok(json_get(root, "n")->type == JSON_NULL, "null is a value");
}

static void test_problems(void)
{
    static const struct {
        struct str text;
        const char *problem, *name;
        size_t at;
    } cases[] = {
        { STR_INIT(""), "the text ends where a value should be", "", 0 },
        { STR_INIT("{\"a\":1,\n \"a\":2}"), "duplicate member", "a", 9 },
        { STR_INIT("[1,]"), "trailing comma", "", 2 },
        { STR_INIT("[\"ab\\uDC00\"]"), "a lone surrogate in an escape", "", 4 },
        { STR_INIT("[] []"), "text after the end of the JSON value", "", 3 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct json_problem problem = { 0 };
        ok(!json_parse(&arena, cases[i].text, &problem) && problem.at == cases[i].at, "a problem");
        is_str(str_from_c(problem.text), cases[i].problem, "which one");
        is_str(problem.name, cases[i].name, "about what");
    }
}

static void test_comments(void)
{
    static const struct {
        const char *text, *want; /* NULL: not closed */
        size_t at;
    } cases[] = {
        { "[1] // x", "[1]     ", 0 },
        { "[1, // x\n 2]", "[1,     \n 2]", 0 },
        { "[/* a\nb */1]", "[    \n    1]", 0 },
        { "\"http://x\" // y", "\"http://x\"     ", 0 },
        { "\"/* \\\" // */\"", "\"/* \\\" // */\"", 0 },
        { "\"a\\\\\"//b", "\"a\\\\\"   ", 0 },
        { "/**/1/***/", "    1     ", 0 },
        { "// /*\n1", "     \n1", 0 },
        { "1 /", "1 /", 0 },
        { "", "", 0 },
        { "1 /* x", NULL, 2 },
        { "12 /*/", NULL, 3 },
        { "/", "/", 0 },
        { "\"a\\", "\"a\\", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str blanked = { 0 };
        size_t at = 0;
        bool closed = json_blank_comments(&arena, str_from_c(cases[i].text), &blanked, &at);
        if (cases[i].want)
            is_str(blanked, cases[i].want, cases[i].text);
        ok(closed == (cases[i].want != NULL) && (closed || at == cases[i].at), "closed, or not");
    }
}

static void write_sample(FILE *out, bool pretty, struct str text)
{
    struct json_write json = { .out = out, .pretty = pretty };
    json_write_begin(&json, '{');
    json_write_text_member(&json, "text", text);
    json_write_key(&json, "li\"st");
    json_write_begin(&json, '[');
    json_write_integer(&json, INT64_MIN);
    json_write_decimal(&json, 2.5, 2);
    json_write_bool(&json, false);
    json_write_null(&json);
    json_write_begin(&json, '[');
    json_write_end(&json, ']');
    json_write_end(&json, ']');
    json_write_integer_member(&json, "unknown", -1);
    json_write_text_member(&json, "none", (struct str){ 0 });
    json_write_end(&json, '}');
}

static struct str written(bool pretty, struct str text)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    write_sample(out, pretty, text);
    fclose(out);
    struct str copy = str_copy(&arena, (struct str){ bytes, size });
    free(bytes);
    return copy;
}

static void test_write(void)
{
    is_str(written(false, STR("a")),
           "{\"text\": \"a\", \"li\\\"st\": [-9223372036854775808, 2.50, false, null, []], "
           "\"unknown\": null, \"none\": null}",
           "on one line");
    is_str(written(true, STR("\"\\\n\t\x01\x7F\xC3\xA9\xFF\xED\xA0\x80")),
           "{\n  \"text\": \"\\\"\\\\\\n\\t\\u0001\\u007f\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD"
           "\xEF\xBF\xBD\xEF\xBF\xBD\",\n  \"li\\\"st\": [\n    -9223372036854775808,\n    2.50,\n"
           "    false,\n    null,\n    []\n  ],\n  \"unknown\": null,\n  \"none\": null\n}",
           "indented, with escapes");
}

/* Every byte, alone and between others, comes back or becomes U+FFFD. */
static void test_round(void)
{
    bool parses = true, same = true;
    for (int byte = 0; byte < 256; byte++) {
        char bytes[3] = { 'a', (char)byte, 'b' };
        struct json_problem problem = { 0 };
        struct str text = written(byte % 2, (struct str){ bytes, 3 });
        const struct json_node *root = json_parse(&arena, text, &problem);
        struct str want = byte < 0x80 ? (struct str){ bytes, 3 }
                                      : STR("a\xEF\xBF\xBD"
                                            "b");
        parses &= root != NULL;
        same &= str_equal(json_get_text(root, "text"), want);
    }
    ok(parses, "what is written parses");
    ok(same, "and is what was written");
}

int main(void)
{
    test_tree();
    test_problems();
    test_comments();
    test_write();
    test_round();
    arena_free(&arena);
    return tap_done();
}
