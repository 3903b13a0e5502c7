/* A file is replaced at once or not at all. */
#include "base/replace.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/stream.h"
#include "scratch.h"
#include "tap.h"

static struct arena arena;

static bool holds(const char *path, const char *want)
{
    struct str content;
    struct error err = { 0 };
    return file_read(&arena, path, 1 << 20, &content, &err) && str_equal_c(content, want);
}

/* Files in the directory, but for . and .. */
static int files_len(void)
{
    FILE *list = popen("ls -A | wc -l", "r");
    int len = -1;
    if (list && fscanf(list, "%d", &len) != 1)
        len = -1;
    if (list)
        pclose(list);
    return len;
}

static bool replace_with(const char *path, const char *text, struct error *err)
{
    struct replace replace;
    *err = (struct error){ 0 };
    if (!replace_begin(&replace, &arena, str_from_c(path), err))
        return false;
    fputs(text, replace.out);
    return replace_end(&replace, err);
}

static void test_replaces(void)
{
    struct error err;
    struct replace replace;
    ok(replace_with("a", "first", &err) && holds("a", "first"), "a new file");
    ok(replace_begin(&replace, &arena, STR("a"), &err), "once more");
    fputs("second", replace.out);
    fflush(replace.out);
    ok(holds("a", "first"), "what is there stays as long as the new one is not whole");
    ok(replace_end(&replace, &err) && holds("a", "second"), "and is replaced then");
    ok(replace_begin(&replace, &arena, STR("a"), &err), "and again");
    fputs("third", replace.out);
    replace_abandon(&replace);
    ok(holds("a", "second") && files_len() == 1, "nothing is left of what is given up");
}

static void print_text(FILE *out, void *context)
{
    fputs(context, out);
}

static void test_at_once(void)
{
    static char text[] = "all";
    struct error err = { 0 };
    struct stat status = { 0 };
    ok(!replace_is_there(STR("private")), "it is not there");
    ok(replace_file(STR("private"), 0600, print_text, text, &err) && holds("private", text) &&
           replace_is_there(STR("private")),
       "a file at once");
    ok(stat("private", &status) == 0 && (status.st_mode & 0777) == 0600, "for the user alone");
    ok(!replace_file(STR("missing/private"), 0600, print_text, text, &err) &&
           strcmp(err.text, "cannot write missing/private: No such file or directory") == 0,
       "a directory that is not there is said");
    unlink("private");
}

static void test_links(void)
{
    struct error err;
    struct stat status;
    ok(symlink("a", "link") == 0 && replace_with("link", "through", &err) &&
           holds("a", "through") && lstat("link", &status) == 0 && S_ISLNK(status.st_mode),
       "a link stays one");
    ok(unlink("link") == 0 && files_len() == 1, "and nothing else is there");
    ok(symlink("/dev/null", "null") == 0 && replace_with("null", "gone", &err) &&
           stat("/dev/null", &status) == 0 && S_ISCHR(status.st_mode),
       "a device stays one");
    ok(unlink("null") == 0, "of which nothing is left");
}

static void test_failures(void)
{
    struct error err;
    ok(!replace_with("none/a", "x", &err) && err.kind == ERROR_FAILED &&
           strcmp(err.text, "cannot write none/a: No such file or directory") == 0,
       "a directory that is not there");
    ok(mkdir("folder", 0777) == 0 && !replace_with("folder", "x", &err) &&
           strcmp(err.text, "cannot write folder: Is a directory") == 0,
       "a directory is no file");
    ok(!replace_with("/dev/full", "x", &err) &&
           strcmp(err.text, "cannot write /dev/full: No space left on device") == 0,
       "a full disk");
    struct replace replace;
    ok(!replace_begin(&replace, &arena, STR("a\0b"), &err) &&
           strcmp(err.text, "cannot write a: Invalid argument") == 0 && holds("a", "through"),
       "a name with NUL");
    ok(rmdir("folder") == 0 && files_len() == 1, "nothing is left behind");
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    test_replaces();
    test_at_once();
    test_links();
    test_failures();
    scratch_remove(&scratch);
    arena_free(&arena);
    return tap_done();
}
