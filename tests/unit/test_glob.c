#include "tap.h"

#include <stdlib.h>
#include <time.h>

#include "base/glob.h"

struct glob_case {
    enum glob_style style;
    const char *glob;
    const char *path;
    enum glob_match match;
};

static const struct glob_case cases[] = {
    { GLOB_STYLE_RULE, "*.md", "a.md", GLOB_YES },
    { GLOB_STYLE_RULE, "*.md", ".md", GLOB_YES },
    { GLOB_STYLE_RULE, "*.md", "d/a.md", GLOB_NO },
    { GLOB_STYLE_RULE, "*.md", "a.mdc", GLOB_NO },
    { GLOB_STYLE_RULE, "./*.md", "a.md", GLOB_YES },
    { GLOB_STYLE_RULE, "{./,d/}*.md", "a.md", GLOB_YES },
    { GLOB_STYLE_RULE, "**", "a/b/c", GLOB_YES },
    { GLOB_STYLE_RULE, "**/*.md", "a.md", GLOB_YES },
    { GLOB_STYLE_RULE, "**/*.md", "a/b/c.md", GLOB_YES },
    { GLOB_STYLE_RULE, "p/**/*.md", "p/c.md", GLOB_YES },
    { GLOB_STYLE_RULE, "p/**/*.md", "p/a/b/c.md", GLOB_YES },
    { GLOB_STYLE_RULE, "p/**/*.md", "pp/c.md", GLOB_NO },
    { GLOB_STYLE_RULE, "p/**", "p/a/b", GLOB_YES },
    { GLOB_STYLE_RULE, "p/**", "p", GLOB_NO },
    { GLOB_STYLE_RULE, "p/", "p/a/b", GLOB_YES },
    { GLOB_STYLE_RULE, "p/**.md", "p/a/b.md", GLOB_NO },
    { GLOB_STYLE_RULE, "p/**.md", "p/b.md", GLOB_YES },
    { GLOB_STYLE_RULE, "**/x/**/y/**/z", "x/y/y/q/z", GLOB_YES },
    { GLOB_STYLE_RULE, "**/x/**/y/**/z", "y/x/z", GLOB_NO },
    { GLOB_STYLE_RULE, "**/a/b", "a/a/b", GLOB_YES },
    { GLOB_STYLE_RULE, "*a*ab", "aaab", GLOB_YES },
    { GLOB_STYLE_RULE, "*a*b*/c", "xaxbx/c", GLOB_YES },
    { GLOB_STYLE_RULE, "a?c", "abc", GLOB_YES },
    { GLOB_STYLE_RULE, "a?c", "a/c", GLOB_NO },
    { GLOB_STYLE_RULE, "a[!b]c", "a/c", GLOB_NO },
    { GLOB_STYLE_RULE, "a[.-0]c", "a/c", GLOB_NO },
    { GLOB_STYLE_RULE, "a[!b]c", "axc", GLOB_YES },
    { GLOB_STYLE_RULE, "a[]]c", "a]c", GLOB_YES },
    { GLOB_STYLE_RULE, "a[z-a]c", "amc", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "[z-a]", "z", GLOB_YES }, /* git adds the first at once */
    { GLOB_STYLE_RULE, "[[:digit:]x-z]", "7", GLOB_YES },
    { GLOB_STYLE_RULE, "[[:digit:]x-z]", "y", GLOB_YES },
    { GLOB_STYLE_RULE, "*.{md,txt}", "a.txt", GLOB_YES },
    { GLOB_STYLE_RULE, "*.{md,txt}", "a.tx", GLOB_NO },
    { GLOB_STYLE_RULE, "{a,b/{c,d}}/x{,y}", "b/d/xy", GLOB_YES },
    { GLOB_STYLE_RULE, "{a,b/{c,d}}/x{,y}", "b/x", GLOB_NO },
    { GLOB_STYLE_RULE, "{a,b/{c,d}}/x{,y}", "a/x", GLOB_YES },
    { GLOB_STYLE_RULE, "{a/**,b}/c", "a/x/y/c", GLOB_YES },
    { GLOB_STYLE_RULE, "{a*,*b}c", "xbc", GLOB_YES },
    { GLOB_STYLE_RULE, "{[,],x}", ",", GLOB_YES },
    { GLOB_STYLE_RULE, "{a\\,b,c}", "a,b", GLOB_YES },
    { GLOB_STYLE_RULE, "{a}", "a", GLOB_YES },
    { GLOB_STYLE_RULE, "a}", "a}", GLOB_YES },
    { GLOB_STYLE_RULE, "\\{a\\}", "{a}", GLOB_YES },
    { GLOB_STYLE_RULE, "a.(b|c)+$^", "a.(b|c)+$^", GLOB_YES },
    { GLOB_STYLE_RULE, "a.b", "axb", GLOB_NO },
    { GLOB_STYLE_RULE, "a\nb", "a\nb", GLOB_YES },
    { GLOB_STYLE_RULE, "a", "a\n", GLOB_NO },
    { GLOB_STYLE_RULE, "*", "a\nb", GLOB_YES },
    { GLOB_STYLE_RULE, "?.md", "é.md", GLOB_YES },
    { GLOB_STYLE_RULE, "??.md", "é.md", GLOB_NO },
    { GLOB_STYLE_RULE, "[à-ü].md", "é.md", GLOB_YES },
    { GLOB_STYLE_RULE, "[!à-ü].md", "é.md", GLOB_NO },
    { GLOB_STYLE_RULE, "[!a].md", "é.md", GLOB_YES },
    { GLOB_STYLE_RULE, "?.md", "\xff.md", GLOB_YES },
    { GLOB_STYLE_RULE, "*é*.md",
      "\xff"
      "é.md",
      GLOB_YES },
    { GLOB_STYLE_RULE, "*.md", "\xff\xc3.md", GLOB_YES },
    { GLOB_STYLE_RULE, "\xff*",
      "\xff"
      "a",
      GLOB_YES },
    { GLOB_STYLE_RULE, "*", "", GLOB_YES },
    { GLOB_STYLE_RULE, "a", "", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "{a,b}", "{a,b}", GLOB_YES },
    { GLOB_STYLE_GITIGNORE, "{a,b}", "a", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "./a", "a", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "a[b", "a[b", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "a\\", "a\\", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "[[:nope:]]", "n", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "\\*", "*", GLOB_YES },
    { GLOB_STYLE_GITIGNORE, "\\*", "a", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "[\\]]", "]", GLOB_YES },
    { GLOB_STYLE_GITIGNORE, "[a\\-z]", "m", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "[a\\-z]", "-", GLOB_YES },
    { GLOB_STYLE_GITIGNORE, "[^a-]", "-", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "[[:]", ":", GLOB_YES },
    { GLOB_STYLE_GITIGNORE, "a/**/b", "a/b", GLOB_YES },
    { GLOB_STYLE_GITIGNORE, "a/**\\/b", "a/b", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "a/**\\/b", "a/x/b", GLOB_YES },
    { GLOB_STYLE_GITIGNORE, "a/***/b", "a/x/y/b", GLOB_YES },
    { GLOB_STYLE_GITIGNORE, "a**/b", "ax/y/b", GLOB_NO },
    { GLOB_STYLE_GITIGNORE, "??", "é", GLOB_YES },
};

static void test_cases(struct arena *arena)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error err = { 0 };
        struct glob *glob;
        struct str what =
            str_format(arena, "%s %s %s", cases[i].style == GLOB_STYLE_RULE ? "rule" : "gitignore",
                       cases[i].glob, cases[i].path);
        bool compiled = glob_compile(arena, str_from_c(cases[i].glob), cases[i].style, &glob, &err);
        ok(compiled && glob_matches(glob, str_from_c(cases[i].path)) == cases[i].match,
           strchr(what.ptr, '\n') ? "a newline" : what.ptr);
    }
}

static struct error error_of(struct arena *arena, struct str pattern)
{
    struct error err = { 0 };
    struct glob *glob;
    if (glob_compile(arena, pattern, GLOB_STYLE_RULE, &glob, &err))
        err = (struct error){ .text = "(none)" };
    else
        ok(err.kind == ERROR_USAGE, "it is an error of the configuration");
    return err;
}

static void test_errors(struct arena *arena)
{
    static const struct {
        struct str glob;
        const char *error;
    } bad[] = {
        { STR_INIT(""), "an empty glob matches nothing" },
        { STR_INIT("/a"), "the \"/\" at offset 0: globs are relative, so it matches nothing" },
        { STR_INIT("a[b"), "no \"]\" for the \"[\" at offset 1" },
        { STR_INIT("a/[]"), "no \"]\" for the \"[\" at offset 2" },
        { STR_INIT("[/"), "no \"]\" for the \"[\" at offset 0" },
        { STR_INIT("x{a,{b}"), "no \"}\" for the \"{\" at offset 1" },
        { STR_INIT("{a,b\\}"), "no \"}\" for the \"{\" at offset 0" },
        { STR_INIT("a\\"), "nothing after the \"\\\" at offset 1" },
        { STR_INIT("[a[:x:]]"), "unknown [:class:] at offset 2" },
        { STR_INIT("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"),
          "its braces stand for more than 1024 globs" },
        { STR_INIT("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"), "(none)" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        is_str(str_from_c(error_of(arena, bad[i].glob).text), bad[i].error, "the error");
    struct buf big = { .arena = arena };
    for (int i = 0; i < GLOB_BYTES_MAX; i++)
        buf_add_char(&big, 'a');
    is_str(str_from_c(error_of(arena, buf_str(&big)).text), "(none)", "4096 bytes are fine");
    buf_add_char(&big, 'a');
    is_str(str_from_c(error_of(arena, buf_str(&big)).text),
           "the glob has 4097 bytes, more than 4096", "4097 are not");
}

/* What a glob of a, b, ?, *, [ab], ** and / means, the slow and obvious way. */
static bool naive(const char *glob, const char *path, bool starts_component)
{
    if (!*glob)
        return !*path;
    if (starts_component && strcmp(glob, "**") == 0)
        return true;
    if (starts_component && strncmp(glob, "**/", 3) == 0) {
        const char *slash = strchr(path, '/');
        return naive(glob + 3, path, true) || (slash && naive(glob, slash + 1, true));
    }
    if (*glob == '*')
        return naive(glob + 1, path, false) ||
               (*path && *path != '/' && naive(glob, path + 1, false));
    if (!*path)
        return false;
    if (strncmp(glob, "[ab]", 4) == 0)
        return (*path == 'a' || *path == 'b') && naive(glob + 4, path + 1, false);
    if (*glob == '?' ? *path == '/' : *path != *glob)
        return false;
    return naive(glob + 1, path + 1, *glob == '/');
}

static unsigned next_random(unsigned *state, unsigned below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 16) % below;
}

static struct str random_text(struct arena *arena, unsigned *state, const char *const *parts,
                              unsigned len)
{
    struct buf text = { .arena = arena };
    for (unsigned n = 1 + next_random(state, 9); n; n--) {
        struct str part = str_from_c(parts[next_random(state, len)]);
        if (str_equal(part, STR("/")) && (!text.len || text.ptr[text.len - 1] == '/'))
            continue;
        buf_add(&text, part);
    }
    if (text.len && text.ptr[text.len - 1] == '/')
        text.len--;
    buf_add_char(&text, '\0');
    text.len--;
    return buf_str(&text);
}

static void test_against_naive(void)
{
    static const char *const glob_parts[] = { "a", "b", "*", "*", "?", "[ab]", "/", "/**/", "**" };
    static const char *const path_parts[] = { "a", "a", "b", "ab", "/", "/" };
    unsigned state = 1, matching = 0, wrong = 0;
    for (int i = 0; i < 20000; i++) {
        struct arena arena = { 0 };
        struct error err = { 0 };
        struct glob *glob;
        struct str text = random_text(&arena, &state, glob_parts, 9);
        enum glob_style style = i % 2 ? GLOB_STYLE_RULE : GLOB_STYLE_GITIGNORE;
        /* A doubled slash matches no path. */
        /* naive() knows "***" not. */
        bool usable = text.len && !strstr(text.ptr, "***") && text.ptr[0] != '/' &&
                      !strstr(text.ptr, "//") && glob_compile(&arena, text, style, &glob, &err);
        for (int j = 0; usable && j < 20; j++) {
            struct str path = random_text(&arena, &state, path_parts, 6);
            bool want = naive(text.ptr, path.ptr, true);
            matching += want;
            if (path.len && glob_matches(glob, path) != (want ? GLOB_YES : GLOB_NO)) {
                wrong++;
                printf("# %s %s: want %d\n", text.ptr, path.ptr, want);
            }
        }
        arena_free(&arena);
    }
    printf("# %u of the random pairs match\n", matching);
    ok(matching > 5000 && wrong == 0, "random globs match what the naive matcher does");
}

static struct str repeat(struct arena *arena, const char *part, size_t size_bytes, const char *end)
{
    struct buf text = { .arena = arena };
    while (text.len + strlen(part) + strlen(end) <= size_bytes)
        buf_add(&text, str_from_c(part));
    buf_add(&text, str_from_c(end));
    return buf_str(&text);
}

static void check_hostile(struct arena *arena, const char *const parts[2], size_t size_bytes)
{
    struct error err = { 0 };
    struct glob *glob = NULL;
    /* "[bd]" and not "b": PCRE2 looks for a required last character first. */
    struct str text = repeat(arena, parts[0], size_bytes, "[bd]");
    struct str path = repeat(arena, parts[1], 4096, "c");
    clock_t start = clock();
    bool compiled = glob_compile(arena, text, GLOB_STYLE_RULE, &glob, &err);
    ok(compiled && glob_matches(glob, path) == GLOB_NO, parts[0]);
    printf("# %zu bytes of it: %ld ms %s\n", size_bytes,
           (long)((clock() - start) * 1000 / CLOCKS_PER_SEC), err.text);
}

/* Globs that take exponential time when "*" becomes ".*" and "**" a nested repetition. */
static void test_hostile(struct arena *arena)
{
    static const char *const parts[][2] = {
        { "*a", "a" },      { "*", "a" },         { "**/", "a/" },        { "**/a/", "a/" },
        { "**/*a/", "a/" }, { "*a/", "a/" },      { "**/*a*/*", "aaa/" }, { "*?", "a" },
        { "*[!b]", "a" },   { "?", "a" },         { "[ab][bc]", "a" },    { "*é", "é" },
        { "**/*a", "aa/" }, { "**/*a*", "aaa/" }, { "*aaaa", "a" },       { "*aa*[!b]", "a" },
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        check_hostile(arena, parts[i], 64);
        check_hostile(arena, parts[i], 1024);
        check_hostile(arena, parts[i], GLOB_BYTES_MAX);
    }
}

/* The worst: every start of a "**" is tried, and each fails only at the end. */
static void test_worst(struct arena *arena)
{
    struct error err = { 0 };
    struct glob *glob = NULL;
    struct str tail = repeat(arena, "*a/", 1024 * 3, "[bd]");
    struct str text = str_format(arena, "**/%.*s", STR_ARGS(tail));
    struct str path = repeat(arena, "a/", 4096, "c");
    clock_t start = clock();
    ok(glob_compile(arena, text, GLOB_STYLE_RULE, &glob, &err) &&
           glob_matches(glob, path) == GLOB_NO,
       "the worst glob and path end within the limit");
    printf("# %ld ms\n", (long)((clock() - start) * 1000 / CLOCKS_PER_SEC));
    struct str long_path = repeat(arena, "a/", 65536, "c");
    start = clock();
    ok(glob_matches(glob, long_path) != GLOB_YES, "and a far longer path at the limit");
    printf("# %ld ms\n", (long)((clock() - start) * 1000 / CLOCKS_PER_SEC));
}

int main(void)
{
    struct arena arena = { 0 };
    test_cases(&arena);
    test_errors(&arena);
    test_against_naive();
    test_hostile(&arena);
    test_worst(&arena);
    arena_free(&arena);
    return tap_done();
}
