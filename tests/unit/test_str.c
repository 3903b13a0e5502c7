/* Text as pointer and length. */
#include "base/str.h"

#include <inttypes.h>

#include "tap.h"

static struct arena arena;

static void test_parts(void)
{
    struct str head, rest, none = { 0 };
    ok(str_cut(STR("a=b=c"), '=', &head, &rest), "there is a separator");
    is_str(head, "a", "what is before the first one");
    is_str(rest, "b=c", "and all after it");
    ok(!str_cut(STR("abc"), '=', &head, &rest) && rest.len == 0, "there is none");
    is_str(head, "abc", "then the head is all");
    ok(str_cut(STR("="), '=', &head, &rest) && !head.len && !rest.len, "nothing on both sides");
    ok(!str_cut(none, '=', &head, &rest) && !head.len && !rest.len, "the empty text has none");
    ok(str_cut(STR("a\0b"), '\0', &head, &rest) && rest.len == 1, "NUL is a byte like others");
    is_str(str_trim(STR(" \t\r\na b\n ")), "a b", "trimmed at both ends");
    is_str(str_trim(STR(" \n ")), "", "nothing but space");
    is_str(str_trim(STR("\va\v")), "\va\v", "other space stays");
    ok(str_find(STR("abcb"), 'b', 2) == 3 && str_find(STR("abc"), 'x', 0) == 3, "find a byte");
    ok(str_contains(STR("abcb"), STR("cb")) && str_contains(STR("abc"), STR("abc")) &&
           str_contains(STR("a"), none) && str_contains(none, none),
       "a part in the middle, the whole, nothing");
    ok(!str_contains(STR("abcb"), STR("bb")) && !str_contains(STR("ab"), STR("abc")) &&
           !str_contains(none, STR("a")),
       "no part, and longer ones");
    ok(str_find(none, 'x', 0) == 0 && str_find(STR("a"), 'a', 9) == 1, "find past the end");
    ok(str_starts(STR("abc"), STR("ab")) && !str_starts(STR("a"), STR("ab")), "starts");
    ok(str_ends(STR("abc"), STR("bc")) && !str_ends(STR("c"), STR("bc")), "ends");
    ok(str_starts(none, none) && str_ends(STR("a"), none), "all start and end with nothing");
    ok(str_equal(none, STR("")) && str_equal_c(none, NULL), "all empty texts are equal");
    ok(!str_equal(STR("a\0b"), STR("a\0c")), "NUL does not end a comparison");
    ok(str_compare(STR("a"), STR("ab")) < 0 && str_compare(STR("b"), STR("ab")) > 0 &&
           str_compare(STR("\x7f"), STR("\x80")) < 0 && str_compare(none, STR("")) == 0,
       "compared by bytes without sign, the shorter first");
}

static void test_copies(void)
{
    struct str nul = str_copy(&arena, STR("a\0b"));
    ok(nul.len == 3 && memcmp(nul.ptr, "a\0b", 4) == 0, "a copy keeps NUL and adds one");
    ok(str_to_c(&arena, (struct str){ 0 })[0] == '\0', "the empty text as a C string");
    is_str(str_format(&arena, "%d-%.*s|", 7, STR_ARGS(STR("xyz"))), "7-xyz|", "printf");
    is_str(str_format(&arena, "%s", ""), "", "printf of nothing");
    is_str(str_format(&arena, "%.*s", STR_ARGS(((struct str){ 0 }))), "", "of no pointer");
    struct str wide = str_format(&arena, "%*d", 100000, 1);
    ok(wide.len == 100000 && wide.ptr[99999] == '1' && wide.ptr[0] == ' ', "a long one");
    ok(str_int_len((struct str){ "", (size_t)1 << 40 }) == 2147483647,
       "lengths are cut at INT_MAX");
}

static void test_int64(void)
{
    static const struct {
        struct str text;
        int64_t max, want; /* -1: none */
    } cases[] = {
        { STR_INIT("0"), 0, 0 },
        { STR_INIT("1"), 0, -1 },
        { STR_INIT("007"), 9, 7 },
        { STR_INIT("64"), 64, 64 },
        { STR_INIT("65"), 64, -1 },
        { STR_INIT("9223372036854775807"), INT64_MAX, INT64_MAX },
        { STR_INIT("9223372036854775808"), INT64_MAX, -1 },
        { STR_INIT("9223372036854775810"), INT64_MAX, -1 },
        { STR_INIT("99999999999999999999999"), INT64_MAX, -1 },
        { STR_INIT("00000000000000000000000000005"), 9, 5 },
        { STR_INIT(""), 9, -1 },
        { STR_INIT("-1"), 9, -1 },
        { STR_INIT("+1"), 9, -1 },
        { STR_INIT(" 1"), 9, -1 },
        { STR_INIT("1 "), 9, -1 },
        { STR_INIT("1\0"), 9, -1 },
        { STR_INIT("0x1"), 9, -1 },
        { STR_INIT("1e1"), 99, -1 },
        { STR_INIT("1.0"), 9, -1 },
        { STR_INIT("\xD9\xA1"), 9, -1 }, /* an Arabic digit */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t value = 0;
        bool is_number = str_to_int64(cases[i].text, cases[i].max, &value);
        struct str what =
            str_format(&arena, "\"%.*s\" up to %" PRId64, STR_ARGS(cases[i].text), cases[i].max);
        ok(cases[i].want < 0 ? !is_number : is_number && value == cases[i].want, what.ptr);
    }
}

static void test_nearest(void)
{
    static const struct str names[] = { STR_INIT("max-tokens"), STR_INIT("input-tokens"),
                                        STR_INIT("a"), STR_INIT("json"), STR_INIT("jsonl") };
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "max-token", "max-tokens" },
        { "max_tokens", "max-tokens" },
        { "mxa-tokens", "max-tokens" }, /* a transposition is one slip */
        { "maxtokens", "max-tokens" },
        { "tokens", "" },
        { "input-tokesn", "input-tokens" },
        { "jsno", "json" },
        { "jsonl", "jsonl" },
        { "josnl", "jsonl" },
        { "xml", "" },
        { "b", "" }, /* one letter for another is no slip */
        { "", "" },
        { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is_str(str_nearest(str_from_c(cases[i].text), names, 5), cases[i].want, cases[i].text);
    is_str(str_nearest(STR("json"), NULL, 0), "", "no names, no nearest");
    struct str long_name = str_format(&arena, "%065d", 0);
    is_str(str_nearest(str_slice(long_name, 0, 64), &long_name, 1), "", "long names are left out");
}

static void test_slip(void)
{
    static const struct str names[] = { STR_INIT("max_tokens"), STR_INIT("top_k"), STR_INIT("n") };
    static const char *const cases[][2] = {
        { "max_token", "max_tokens" },
        { "maxtokens", "max_tokens" },
        { "max_tokenss", "max_tokens" },
        { "mxa_tokens", "max_tokens" },
        { "maxToken", "" },
        { "max_tokens_to_sample", "" },
        { "top_l", "top_k" },
        { "opt_l", "" },
        { "m", "" },
        { "max_tokens", "max_tokens" },
        { "", "" },
        { "xax_tokenx", "max_tokens" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is_str(str_slip(str_from_c(cases[i][0]), names, 3), cases[i][1], cases[i][0]);
}

static void test_buf(void)
{
    struct buf buf = { .arena = &arena };
    ok(buf_str(&buf).len == 0, "a new one is empty");
    buf_add(&buf, (struct str){ 0 });
    for (int i = 0; i < 10000; i++) {
        buf_add_char(&buf, 'a');
        buf_add(&buf, STR("bc"));
        buf_format(&buf, "%d", i % 10);
    }
    struct str text = buf_str(&buf);
    bool kept = text.len == 40000;
    for (size_t i = 0; kept && i < 10000; i++)
        kept =
            memcmp(text.ptr + i * 4, "abc", 3) == 0 && text.ptr[i * 4 + 3] == '0' + (char)(i % 10);
    ok(kept, "what was added is there, in order");
    buf_add(&buf, str_format(&arena, "%*d", 1 << 20, 1));
    ok(buf_str(&buf).len == 40000 + (1 << 20), "and a large piece");
}

static void test_hash(void)
{
    ok(str_hash(STR("a"), 1) == str_hash(STR("a"), 1), "a hash stays");
    ok(str_hash(STR("a"), 1) != str_hash(STR("b"), 1), "another text, another hash");
    ok(str_hash(STR("a"), 1) != str_hash(STR("a"), 2), "another seed, another hash");
}

int main(void)
{
    test_parts();
    test_copies();
    test_int64();
    test_nearest();
    test_slip();
    test_buf();
    test_hash();
    arena_free(&arena);
    return tap_done();
}
