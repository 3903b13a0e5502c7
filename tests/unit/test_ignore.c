#include "scratch.h"
#include "tap.h"

#include <fcntl.h>

#include "input/ignore.h"

/* What git itself ignores is compared by tests/ignore_differential.sh; here is what is around it.
 */

/* The reason why path (a file when it does not exist) is ignored when the search starts at
 * directory, both relative to the current directory; "" when it is not, "error: ..." for an error.
 */
static struct str reason(struct arena *arena, const char *directory, const char *path)
{
    char cwd[4096] = "";
    struct error err = { 0 };
    struct ignore *ignore;
    struct str why = { 0 }, name, rest = str_from_c(path);
    if (!getcwd(cwd, sizeof cwd))
        return STR("no current directory");
    struct buf at = { .arena = arena };
    buf_format(&at, "%s%s%s", cwd, *directory ? "/" : "", directory);
    if (!ignore_open(arena, buf_str(&at), &ignore, &err))
        return str_format(arena, "error: %s", err.text);
    while (str_cut(rest, '/', &name, &rest)) {
        if (ignore_matches(ignore, name, true, &why))
            return why;
        buf_add_char(&at, '/');
        buf_add(&at, name);
        int fd = open(str_to_c(arena, buf_str(&at)), O_RDONLY | O_DIRECTORY);
        bool entered = ignore_enter(ignore, fd, name, &err);
        close(fd);
        if (!entered)
            return str_format(arena, "error: %s", err.text);
    }
    return ignore_matches(ignore, name, false, &why) ? why : STR("");
}

static void test_nested(struct arena *arena)
{
    scratch_run("mkdir -p one/.git/info one/a/b");
    scratch_write("one/.gitignore", "*.log\n/top\n");
    scratch_write("one/a/.gitignore", "!keep.log\nb/*.tmp\n");
    scratch_write("one/.git/info/exclude", "# no\n*.local\n*.log\n");
    scratch_write(".gitignore", "*\n");
    is_str(reason(arena, "one", "x.log"), ".gitignore:1: *.log", "the root's file");
    is_str(reason(arena, "one", "a/b/x.log"), ".gitignore:1: *.log", "holds below");
    is_str(reason(arena, "one", "a/keep.log"), "", "the deeper file wins");
    is_str(reason(arena, "one", "keep.log"), ".gitignore:1: *.log", "but only below itself");
    is_str(reason(arena, "one", "a/b/x.tmp"), "a/.gitignore:2: b/*.tmp",
           "relative to its directory");
    is_str(reason(arena, "one", "x.local"), ".git/info/exclude:2: *.local", "info/exclude");
    is_str(reason(arena, "one", "a/x.local"), ".git/info/exclude:2: *.local", "also below");
    is_str(reason(arena, "one", "top"), ".gitignore:2: /top", "anchored");
    is_str(reason(arena, "one", "a/top"), "", "not below");
    is_str(reason(arena, "one", "x"), "", "files above the repository do not hold");
    is_str(reason(arena, "one/a", "b/x.tmp"), "a/.gitignore:2: b/*.tmp", "start below the root");
    is_str(reason(arena, "one/a/b", "x.tmp"), "a/.gitignore:2: b/*.tmp", "deep below");
    is_str(reason(arena, "one/a/b", "x.log"), ".gitignore:1: *.log", "the root is found upward");
    is_str(reason(arena, "one/a/", "x.log"), ".gitignore:1: *.log", "a final slash does no harm");
    is_str(reason(arena, "", "one/x"), ".gitignore:1: *", "a start above the repository");
}

static void test_leave(struct arena *arena)
{
    char cwd[4096] = "";
    struct error err = { 0 };
    struct ignore *ignore;
    if (!getcwd(cwd, sizeof cwd))
        return;
    struct str one = str_format(arena, "%s/one", cwd);
    int fd = open("one/a", O_RDONLY | O_DIRECTORY);
    ok(ignore_open(arena, one, &ignore, &err), "opened");
    ok(ignore_enter(ignore, fd, STR("a"), &err) &&
           !ignore_matches(ignore, STR("keep.log"), false, NULL),
       "kept in the directory");
    ignore_leave(ignore);
    ok(ignore_matches(ignore, STR("keep.log"), false, NULL), "after leaving it is ignored again");
    ok(ignore_matches(ignore, STR("top"), true, NULL), "and paths are the root's again");
    close(fd);
}

static void test_no_repository(struct arena *arena)
{
    scratch_write("plain/.gitignore", "*.log\n");
    scratch_write("plain/a/.gitignore", "*.tmp\n");
    is_str(reason(arena, "plain", "x.log"), ".gitignore:1: *.log", "the start's own file");
    is_str(reason(arena, "plain", "a/x.tmp"), "a/.gitignore:1: *.tmp", "and those below");
    is_str(reason(arena, "plain/a", "x.log"), "", "none above without a repository");
}

static void test_inner_repository(struct arena *arena)
{
    scratch_run("mkdir -p outer/.git outer/inner/.git/info outer/inner/d");
    scratch_write("outer/.gitignore", "*.log\n");
    scratch_write("outer/inner/.gitignore", "/d/x\n");
    scratch_write("outer/inner/.git/info/exclude", "*.in\n");
    is_str(reason(arena, "outer", "inner/x.log"), "", "rules above an inner repository end");
    is_str(reason(arena, "outer", "inner/d/x"), "inner/.gitignore:1: /d/x", "its own hold");
    is_str(reason(arena, "outer", "inner/d/x.in"), "inner/.git/info/exclude:1: *.in",
           "and its info/exclude");
    is_str(reason(arena, "outer/inner", "x.log"), "", "also when the search starts there");
}

static void test_git_files(struct arena *arena)
{
    scratch_write("main/.git/info/exclude", "*.shared\n");
    scratch_write("main/.git/worktrees/w/commondir", "../..\n");
    scratch_write("w/.git", "gitdir: ../main/.git/worktrees/w\n");
    is_str(reason(arena, "w", "x.shared"),
           "../main/.git/worktrees/w/../../info/exclude:1: *.shared", "a worktree");
    scratch_write("main/.git/modules/s/info/exclude", "*.sub\n");
    scratch_write("main/s/.git", "gitdir: ../.git/modules/s\n");
    is_str(reason(arena, "main", "s/x.sub"), "s/../.git/modules/s/info/exclude:1: *.sub",
           "a submodule");
    is_str(reason(arena, "main/s", "x.shared"), "", "has rules of its own");
    scratch_write("gone/.git", "gitdir: /nowhere/at/all\n");
    scratch_write("gone/.gitignore", "x\n");
    is_str(reason(arena, "gone", "x"), ".gitignore:1: x", "a moved repository leaves .gitignore");
    scratch_write("bad/.git", "nonsense\n");
    struct str why = reason(arena, "bad", "x");
    ok(str_ends(why, STR("bad/.git: not \"gitdir: \" and a directory")), "a .git without sense");
}

static void test_files(struct arena *arena)
{
    scratch_run(
        "mkdir -p kinds/.git kinds/link kinds/dir/.gitignore kinds/big kinds/max kinds/long");
    scratch_run("cd kinds && printf 'x\\n' >rules && ln -s ../rules link/.gitignore");
    is_str(reason(arena, "kinds", "link/x"), "", "a .gitignore that is a link has no rules");
    is_str(reason(arena, "kinds", "dir/x"), "", "nor has a directory");
    scratch_run("head -c 1048576 /dev/zero | tr '\\0' '#' >kinds/max/.gitignore");
    is_str(reason(arena, "kinds", "max/x"), "", "1 MB is read");
    scratch_run("head -c 1048577 /dev/zero | tr '\\0' '#' >kinds/big/.gitignore");
    ok(str_ends(reason(arena, "kinds", "big/x"),
                STR("/kinds/big/.gitignore: larger than 1048576 bytes")),
       "more is an error");
    scratch_run("(echo; head -c 5000 /dev/zero | tr '\\0' '*') >kinds/long/.gitignore");
    ok(str_ends(reason(arena, "kinds", "long/x"),
                STR("/kinds/long/.gitignore: line 2: the glob has 5000 bytes, more than 4096")),
       "so is a pattern that is too long");
    ok(str_ends(reason(arena, "kinds/big", "x"),
                STR("/kinds/big/.gitignore: larger than 1048576 bytes")),
       "also where the search starts");
    scratch_write("kinds/.gitignore", "a\tb\n\x1b[0m]?\n");
    is_str(reason(arena, "kinds",
                  "\x1b"
                  "0x"),
           ".gitignore:2: \\x1B[0m]?", "why can be printed");
    if (geteuid() == 0) {
        ok(true, "# SKIP root can read everything");
        return;
    }
    scratch_run("chmod 0 kinds/.gitignore");
    ok(str_ends(reason(arena, "kinds", "x"), STR("/kinds/.gitignore: Permission denied")),
       "an unreadable file is an error");
}

int main(void)
{
    struct scratch scratch;
    struct arena arena = { 0 };
    scratch_make(&scratch);
    test_nested(&arena);
    test_leave(&arena);
    test_no_repository(&arena);
    test_inner_repository(&arena);
    test_git_files(&arena);
    test_files(&arena);
    scratch_remove(&scratch);
    arena_free(&arena);
    return tap_done();
}
