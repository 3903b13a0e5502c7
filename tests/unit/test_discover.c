#include "input/discover.h"

#include <fcntl.h>

#include "scratch.h"
#include "tap.h"

/* All of a run, as one text: founds, left outs and errors. */
struct run {
    struct arena *arena;
    struct discover_options options;
    struct founds founds;
    struct left_outs left_outs;
    struct found_errors errors;
    struct error err;
    bool right;
};

/* Searches the PATHs (separated by spaces). */
static void run(struct run *run, const char *paths)
{
    struct str items[16], rest = str_from_c(paths);
    size_t len = 0;
    while (rest.len)
        str_cut(rest, ' ', &items[len++], &rest);
    run->err = (struct error){ 0 };
    run->right = discover(run->arena, &run->options, items, len, &run->founds, &run->left_outs,
                          &run->errors, &run->err);
}

/* The paths found, with '!' after those that were named and '+' after those a glob matched. */
static struct str found(struct run *r, const char *paths)
{
    struct buf out = { .arena = r->arena };
    run(r, paths);
    if (!r->right)
        return str_format(r->arena, "error: %s", r->err.text);
    for (size_t i = 0; i < r->founds.len; i++)
        buf_format(&out, "%s%.*s%s%s", i ? " " : "", STR_ARGS(r->founds.items[i].path),
                   r->founds.items[i].named ? "!" : "", r->founds.items[i].by_glob ? "+" : "");
    return buf_str(&out);
}

static struct str why(const struct run *run, const char *path)
{
    for (size_t i = 0; i < run->left_outs.len; i++)
        if (str_equal_c(run->left_outs.items[i].path, path))
            return run->left_outs.items[i].why;
    return STR("(not left out)");
}

static struct str message(const struct run *run, size_t index)
{
    return index < run->errors.len ? run->errors.items[index].message : STR("(no error)");
}

static struct str absolute(const struct run *run, size_t index)
{
    return index < run->founds.len ? run->founds.items[index].absolute : STR("(none)");
}

static struct glob *glob(struct arena *arena, const char *text)
{
    struct error err = { 0 };
    struct glob *compiled = NULL;
    if (!glob_compile(arena, str_from_c(text), GLOB_STYLE_RULE, &compiled, &err))
        ok(false, err.text);
    return compiled;
}

static void make_tree(void)
{
    static const char *const files[] = {
        "t/a.md",          "t/a/x.txt",         "t/a-b.md",        "t/B.MD",
        "t/req.json",      "t/batch.jsonl",     "t/c.py",          "t/noending",
        "t/README.md",     "t/readme",          "t/License.txt",   "t/readme.prompt",
        "t/news.jsonl",    "t/tokgate.json",    "t/.hidden.md",    "t/.github/p.md",
        "t/old/x.md",      "t/old/deep/y.md",   "t/build/out.md",  "t/build/keep.md",
        "t/ignored.md",    "t/p/one.prompt",    "t/p/two.prompty", "t/p/three.mdc",
        "t/p/four.ndjson", "t/p/five.markdown", "t/p/CHANGES.mdx",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        scratch_write(files[i], "x");
    scratch_write("t/.gitignore", "# rules\n\n/ignored.md\n/build/\n");
    scratch_run("mkdir -p t/.git");
}

static void test_defaults(struct run *r)
{
    is_str(found(r, "t"),
           "t/B.MD t/a-b.md t/a.md t/a/x.txt t/batch.jsonl t/news.jsonl t/old/deep/y.md t/old/x.md "
           "t/p/five.markdown t/p/four.ndjson t/p/one.prompt t/p/three.mdc t/p/two.prompty "
           "t/readme.prompt t/req.json",
           "a directory's files in the order of their names");
    is_str(why(r, "t/c.py"), "ending .py is not one of prompts or requests", "an ending");
    is_str(why(r, "t/noending"), "has no ending of prompts or requests", "no ending");
    is_str(why(r, "t/README.md"), "named like documentation (README)", "documentation");
    is_str(why(r, "t/readme"), "named like documentation (README)", "in any case, without ending");
    is_str(why(r, "t/License.txt"), "named like documentation (LICENSE)", "a license");
    is_str(why(r, "t/p/CHANGES.mdx"), "named like documentation (CHANGES)", "an unknown ending");
    is_str(why(r, "t/tokgate.json"), "the rule file", "the rule file");
    is_str(why(r, "t/.hidden.md"), "hidden", "a hidden file");
    is_str(why(r, "t/.github/"), "hidden", "a hidden directory");
    is_str(why(r, "t/.git/"), "hidden", ".git");
    is_str(why(r, "t/ignored.md"), "ignored by .gitignore:3: /ignored.md", "an ignored file");
    is_str(why(r, "t/build/"), "ignored by .gitignore:4: /build/", "an ignored directory");
    ok(r->errors.len == 0, "no errors");
}

static void test_shown(struct run *r, const struct scratch *scratch)
{
    is_str(found(r, "t/a"), "t/a/x.txt", "below a PATH");
    is_str(found(r, "t/a/"), "t/a/x.txt", "a final slash");
    is_str(found(r, "./t/a"), "./t/a/x.txt", "a leading ./ stays");
    is_str(found(r, "t/../t/a"), "t/../t/a/x.txt", "and so does ..");
    is_str(absolute(r, 0), str_format(r->arena, "%s/t/a/x.txt", scratch->path).ptr, "absolute");
    struct str absolute_e = str_format(r->arena, "%s/e", scratch->path);
    scratch_run("mkdir -p e && printf x >e/f.md");
    if (chdir("e") != 0)
        return;
    is_str(found(r, ""), "f.md", "no PATH is the current directory");
    is_str(found(r, "."), "f.md", "whose files have no ./");
    is_str(absolute(r, 0), str_format(r->arena, "%s/e/f.md", scratch->path).ptr, "absolute");
    is_str(found(r, "./"), "./f.md", "but with ./ they do");
    is_str(found(r, "../e"), "../e/f.md", "above");
    is_str(absolute(r, 0), str_format(r->arena, "%s/e/f.md", scratch->path).ptr, "absolute");
    is_str(found(r, absolute_e.ptr), str_format(r->arena, "%s/f.md", absolute_e.ptr).ptr,
           "an absolute PATH");
    if (chdir("..") != 0)
        return;
}

static void test_named(struct run *r)
{
    is_str(found(r, "t/c.py t/.hidden.md t/ignored.md t/README.md t/tokgate.json"),
           "t/c.py! t/.hidden.md! t/ignored.md! t/README.md! t/tokgate.json!", "named files");
    is_str(found(r, "t/.github t/build"), "t/.github/p.md t/build/keep.md t/build/out.md",
           "named directories");
    is_str(found(r, "t/a.md t/a.md ./t/a.md t/p/../a.md"), "t/a.md!", "the same file once");
    is_str(found(r, "t/p t/p/one.prompt t/p/"),
           "t/p/five.markdown t/p/four.ndjson t/p/one.prompt! t/p/three.mdc t/p/two.prompty",
           "found, then named");
    is_str(found(r, "t/old/deep t/old"), "t/old/deep/y.md t/old/x.md", "overlapping PATHs");
    ok(r->left_outs.len == 0, "leave nothing out");
    is_str(found(r, "t/none.md t/a.md t/none/x"), "t/a.md!", "a missing file");
    ok(r->errors.len == 2, "is an error of its own");
    is_str(message(r, 0), "t/none.md: No such file or directory", "with its cause");
    scratch_run("mkfifo t/pipe.md");
    is_str(found(r, "t/pipe.md /dev/null"), "t/pipe.md! /dev/null!", "special files by name");
    run(r, "t");
    is_str(why(r, "t/pipe.md"), "not a regular file", "in a directory they are left out");
    scratch_run("rm t/pipe.md");
}

static void test_stdin(struct run *r, const struct scratch *scratch)
{
    is_str(found(r, "-"), "<stdin>!", "standard input");
    ok(r->founds.items[0].is_stdin, "is marked");
    r->options.stdin_filename = STR("t/./p/new.md");
    is_str(found(r, "- t/a.md"), "t/./p/new.md! t/a.md!", "shown under its file name");
    is_str(absolute(r, 0), str_format(r->arena, "%s/t/p/new.md", scratch->path).ptr, "absolute");
    is_str(found(r, "- t/a.md -"), "error: \"-\" (standard input) is given twice", "only once");
    ok(r->err.kind == ERROR_USAGE, "a usage error");
    r->options.stdin_filename = (struct str){ 0 };
}

static void test_globs(struct run *r, const struct scratch *scratch)
{
    struct glob *include[] = { glob(r->arena, "p/**"), glob(r->arena, "*.py"),
                               glob(r->arena, "{ignored,README,.hidden}.md"),
                               glob(r->arena, "tokgate.json") };
    struct glob *exclude[] = { glob(r->arena, "old/"), glob(r->arena, "**/four.*"),
                               glob(r->arena, "c.py") };
    struct str root = str_format(r->arena, "%s/t", scratch->path);
    r->options = (struct discover_options){ .root = root, .include = include, .include_len = 4 };
    is_str(found(r, "t"),
           "t/README.md+ t/batch.jsonl t/c.py+ t/news.jsonl t/p/CHANGES.mdx+ t/p/five.markdown+ "
           "t/p/four.ndjson+ t/p/one.prompt+ t/p/three.mdc+ t/p/two.prompty+ t/req.json",
           "include globs, and what looks like requests");
    is_str(why(r, "t/a.md"), "matches none of the rule file's prompts", "what no glob matches");
    is_str(why(r, "t/ignored.md"), "ignored by .gitignore:3: /ignored.md", "ignored all the same");
    is_str(why(r, "t/.hidden.md"), "hidden", "hidden all the same");
    is_str(why(r, "t/tokgate.json"), "the rule file", "the rule file all the same");
    is_str(found(r, "t/c.py t/a.md"), "t/c.py!+ t/a.md!", "named files are matched too");
    r->options.exclude = exclude;
    r->options.exclude_len = 3;
    r->options.include_len = 0;
    is_str(found(r, "t/p t/old t/c.py"),
           "t/p/five.markdown t/p/one.prompt t/p/three.mdc t/p/two.prompty t/c.py!",
           "exclude globs, but not for named files");
    is_str(why(r, "t/p/four.ndjson"), "excluded by **/four.*", "why");
    run(r, "t");
    is_str(why(r, "t/old/"), "excluded by old/", "a whole directory");
    is_str(found(r, "e"), "e/f.md", "outside the root no glob matches");
    r->options = (struct discover_options){ 0 };
}

static void test_links(struct run *r)
{
    scratch_run(
        "mkdir -p l/real/sub m/far && printf x >l/real/r.md && printf x >l/real/sub/s.md && "
        "printf x >m/far/f.md && cd l && ln -s real a && ln -s real/r.md file.md && "
        "ln -s ../m/far away && ln -s .. real/up && ln -s nothing broken.md && "
        "ln -s self.md self.md && ln -s away z && ln -s /dev/null null.md");
    is_str(found(r, "l"), "l/real/r.md l/real/sub/s.md l/away/f.md", "links");
    is_str(why(r, "l/file.md"), "the same file as l/real/r.md", "to a file that is there");
    is_str(why(r, "l/a"), "the same directory as l/real", "to a directory that is there");
    is_str(why(r, "l/z"), "the same directory as l/away", "two to the same");
    is_str(why(r, "l/real/up"), "symbolic link loop", "to a directory above");
    is_str(why(r, "l/self.md"), "symbolic link loop", "to itself");
    is_str(why(r, "l/broken.md"), "broken symbolic link", "to nothing");
    is_str(why(r, "l/null.md"), "not a regular file", "to a device");
    is_str(found(r, "l/a"), "l/a/r.md l/a/sub/s.md l/a/up/away/f.md",
           "a named link, and what links below lead to");
    is_str(found(r, "l m"), "l/real/r.md l/real/sub/s.md m/far/f.md",
           "the real name of a later PATH wins");
    is_str(found(r, "l/file.md"), "l/file.md!", "a named link to a file");
    scratch_run(
        "mkdir n && cd n && ln -s ../l/real/r.md b.md && ln -s b.md a.md && printf x >c.md");
    is_str(found(r, "n"), "n/c.md n/a.md", "to a file elsewhere, once and last");
    is_str(found(r, "n l"), "n/c.md l/real/r.md l/real/sub/s.md l/away/f.md",
           "and not when its real name is found");
    scratch_run("ln -s nothing gone");
    is_str(found(r, "gone"), "", "a named broken link");
    is_str(message(r, 0), "gone: No such file or directory", "is an error");
}

static void test_trouble(struct run *r)
{
    scratch_run("mkdir -p u/big u/no && head -c 1100000 /dev/zero >u/big/.gitignore && "
                "printf x >u/big/x.md && printf x >u/z.md && printf x >u/no/x.md && "
                "printf x >u/no.md && mkdir \"u/$(printf 'n\\nl')\"");
    is_str(found(r, "u"), "u/no.md u/no/x.md u/z.md", "a bad ignore file stops only its directory");
    ok(r->errors.len == 1 && str_equal_c(r->errors.items[0].path, "u/big") &&
           str_ends(message(r, 0), STR("/u/big/.gitignore: larger than 1048576 bytes")),
       "and is an error");
    is_str(found(r, "u/n\nx"), "", "a name with a newline");
    is_str(message(r, 0), "u/n\\x0Ax: No such file or directory", "is shown without it");
    is_str(found(r, "u/z.md/x"), "", "a file as a directory");
    is_str(message(r, 0), "u/z.md/x: Not a directory", "is an error");
    if (geteuid() == 0) {
        ok(true, "# SKIP root can read everything");
        return;
    }
    scratch_run("chmod 0 u/no u/no.md");
    is_str(found(r, "u/z.md u/no u/no.md"), "u/z.md!", "unreadable PATHs");
    is_str(message(r, 0), "u/no: Permission denied", "a directory");
    is_str(message(r, 1), "u/no.md: Permission denied", "a file");
    is_str(found(r, "u"), "u/no.md u/z.md", "unreadable below: a file shows when it is read");
    ok(r->errors.len == 2 && str_equal_c(message(r, 1), "u/no: Permission denied"),
       "a directory is an error");
}

/* 300 levels of 20 bytes are longer than any path may be. */
static void test_deep(struct run *r)
{
    scratch_run("mkdir deep && cd deep && for i in $(seq 300); do mkdir aaaaaaaaaaaaaaaaaaa && "
                "printf x >x.md && cd -P aaaaaaaaaaaaaaaaaaa || exit 1; done");
    run(r, "deep");
    ok(r->founds.len == 205, "what the system can open is found");
    ok(r->errors.len == 1 && str_ends(message(r, 0), STR(": File name too long")),
       "the rest is one error");
    printf("# %zu %zu\n", r->founds.len, r->errors.len);
}

static void test_many(struct run *r)
{
    scratch_run("mkdir many && cd many && seq -f %g.md 3000 | xargs touch");
    run(r, "many many");
    ok(r->founds.len == 3000, "all of many files, once");
}

/* No descriptor is left open, whatever happened. */
static int open_files(void)
{
    int len = 0;
    for (int fd = 0; fd < 256; fd++)
        len += fcntl(fd, F_GETFD) >= 0;
    return len;
}

int main(void)
{
    struct scratch scratch;
    struct arena arena = { 0 };
    struct run r = { .arena = &arena };
    int before = open_files();
    scratch_make(&scratch);
    make_tree();
    test_defaults(&r);
    test_named(&r);
    test_stdin(&r, &scratch);
    test_shown(&r, &scratch);
    test_globs(&r, &scratch);
    test_links(&r);
    test_trouble(&r);
    test_deep(&r);
    test_many(&r);
    ok(open_files() == before, "everything is closed again");
    scratch_remove(&scratch);
    arena_free(&arena);
    return tap_done();
}
