/* For tests/ignore_differential.sh: ignore_driver DIRECTORY reads paths relative to the absolute
 * directory from stdin, one a line, and prints for each the rule that ignores it, or "no", and a
 * tab and the path. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/ignore.h"

/* Asks for each component from the top, as a walk would. False on an error, which it prints. */
static bool is_ignored(struct arena *arena, const char *directory, struct str path, struct str *why)
{
    struct ignore *ignore;
    struct error err = { 0 };
    struct str name, rest = path;
    struct buf below = { .arena = arena };
    int fd = -1;
    bool more = true, ignored = false;
    bool right = ignore_open(arena, str_from_c(directory), &ignore, &err);
    buf_add(&below, str_from_c(directory));
    while (right && more && !ignored) {
        struct stat status = { 0 };
        more = str_cut(rest, '/', &name, &rest);
        buf_add_char(&below, '/');
        buf_add(&below, name);
        const char *absolute = str_to_c(arena, buf_str(&below));
        bool is_directory = lstat(absolute, &status) == 0 && S_ISDIR(status.st_mode);
        ignored = ignore_matches(ignore, name, is_directory, why);
        if (!is_directory || ignored)
            continue;
        fd = open(absolute, O_RDONLY | O_DIRECTORY);
        right = ignore_enter(ignore, fd, name, &err);
        close(fd);
    }
    if (!right)
        fprintf(stderr, "%s\n", err.text);
    return right && ignored;
}

int main(int argc, char **argv)
{
    char line[8192];
    if (argc != 2)
        return 2;
    while (fgets(line, sizeof line, stdin)) {
        struct arena arena = { 0 };
        struct str path = { line, strcspn(line, "\n") }, why = STR("no");
        if (!is_ignored(&arena, argv[1], path, &why))
            why = STR("no");
        printf("%.*s\t%.*s\n", STR_ARGS(why), STR_ARGS(path));
        arena_free(&arena);
    }
    return ferror(stdin) || fflush(stdout) != 0;
}
