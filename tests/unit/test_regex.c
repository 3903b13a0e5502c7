/* Patterns that users give. */
#include "base/regex.h"

#include "tap.h"

static struct arena arena;
static struct error err;

static struct regex *compile(const char *pattern)
{
    struct regex *regex = NULL;
    err = (struct error){ 0 };
    regex_compile(&arena, str_from_c(pattern), REGEX_CHARACTERS, 10000, &regex, &err);
    return regex;
}

static struct str find(const char *pattern, struct str text)
{
    struct str group = STR("-");
    struct regex *regex = compile(pattern);
    return regex && regex_find(regex, text, &group) == REGEX_YES ? group : STR("no match");
}

int main(void)
{
    is_str(find("^[a-z]+", STR("ticket-17")), "ticket", "all that matches");
    is_str(find("^x-([a-z]+)", STR("x-ticket-17")), "ticket", "the first group");
    is_str(find("^x(-[a-z]+)?", STR("x7")), "x", "a group that took no part");
    is_str(find("^(x*)", STR("y")), "", "a group that is empty");
    is_str(find("(.)$", STR("gr\xC3\xBC")), "\xC3\xBC", "characters, not bytes");
    is_str(find("^.b", STR("a\0b")), "no match", "NUL is a character");
    is_str(find("z", (struct str){ 0 }), "no match", "nothing to match");
    is_str(find("", STR("abc")), "", "an empty pattern");
    ok(!compile("a(b") && err.kind == ERROR_USAGE && strstr(err.text, "at offset 3"),
       "what is wrong with a pattern, and where");
    ok(!compile("\xFF") && err.kind == ERROR_USAGE, "a pattern that is no text");
    struct regex *slow = compile("^(a+)+$");
    ok(slow && regex_find(slow, STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"), NULL) == REGEX_LIMIT,
       "gives up when there are too many steps");
    arena_free(&arena);
    return tap_done();
}
