#include "input/discover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "input/selection.h"
#include "input/walk.h"

/* The path without ".", ".." and empty components; it starts with '/'. */
static struct str normalize(struct arena *arena, struct str path)
{
    struct buf out = { .arena = arena };
    for (bool more = true; more;) {
        struct str name;
        more = str_cut(path, '/', &name, &path);
        if (str_equal(name, STR(".."))) {
            while (out.len && out.ptr[--out.len] != '/')
                continue;
        } else if (name.len && !str_equal(name, STR("."))) {
            buf_add_char(&out, '/');
            buf_add(&out, name);
        }
    }
    return out.len ? buf_str(&out) : STR("/");
}

struct str discover_absolute(struct arena *arena, struct str cwd, struct str path)
{
    struct stat status;
    struct str full = str_starts(path, STR("/"))
                          ? path
                          : str_format(arena, "%.*s/%.*s", STR_ARGS(cwd), STR_ARGS(path));
    size_t slash = full.len;
    while (slash && full.ptr[slash - 1] != '/')
        slash--;
    struct str name = str_slice(full, slash, full.len);
    bool is_directory = stat(str_to_c(arena, full), &status) == 0 && S_ISDIR(status.st_mode);
    if (!name.len || is_directory)
        slash = full.len;
    char *real = realpath(str_to_c(arena, str_slice(full, 0, slash)), NULL);
    if (real)
        full = str_format(arena, "%s/%.*s", real, STR_ARGS(str_slice(full, slash, full.len)));
    free(real);
    return normalize(arena, full);
}

/* NULL, or why a file given by name cannot be read. Only a regular file is tried: opening a pipe
 * and closing it again would end its writer. */
static const char *why_unreadable(const char *path, const struct stat *status)
{
    if (!S_ISREG(status->st_mode))
        return NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return strerror(errno);
    close(fd);
    return NULL;
}

static void discover_path(struct walk *walk, struct str cwd, struct str path)
{
    struct stat status;
    const char *c_path = str_to_c(walk->arena, path);
    if (stat(c_path, &status) != 0) {
        walk_fail(walk, path, strerror(errno));
        return;
    }
    struct str absolute = discover_absolute(walk->arena, cwd, path);
    if (S_ISDIR(status.st_mode)) {
        walk_directory(walk, (struct walk_path){ .path = path, .absolute = absolute });
        return;
    }
    const char *cause = why_unreadable(c_path, &status);
    if (cause)
        walk_fail(walk, path, cause);
    else
        walk_add(walk, (struct found){
                           .path = path,
                           .absolute = absolute,
                           .named = true,
                           .by_glob = selection_includes(walk->options, absolute),
                       });
}

static bool add_stdin(struct walk *walk, struct str cwd, struct error *err)
{
    struct str name = walk->options->stdin_filename;
    struct str shown = name.len ? name : STR("<stdin>");
    for (size_t i = 0; i < walk->founds->len; i++)
        if (walk->founds->items[i].is_stdin)
            return error_usage(err, "\"-\" (standard input) is given twice");
    struct found found = { .path = shown, .named = true, .is_stdin = true };
    found.absolute = discover_absolute(walk->arena, cwd, shown);
    found.by_glob = selection_includes(walk->options, found.absolute);
    *LIST_PUSH(walk->founds) = found;
    return true;
}

static bool discover_all(struct walk *walk, struct str cwd, const struct str *paths, size_t len,
                         struct error *err)
{
    for (size_t i = 0; i < len; i++) {
        if (!str_equal(paths[i], STR("-")))
            discover_path(walk, cwd, paths[i]);
        else if (!add_stdin(walk, cwd, err))
            return false;
    }
    walk_links(walk);
    return true;
}

bool discover(struct arena *arena, const struct discover_options *options, const struct str *paths,
              size_t len, struct founds *founds, struct left_outs *left_outs,
              struct found_errors *errors, struct error *err)
{
    static const struct str here = STR_INIT(".");
    char cwd[4 * WALK_PATH_BYTES_MAX];
    if (!getcwd(cwd, sizeof cwd))
        return error_set(err, "current directory: %s", strerror(errno));
    struct discover_options rooted = *options;
    if (!rooted.root.len)
        rooted.root = str_copy(arena, str_from_c(cwd));
    *founds = (struct founds){ .arena = arena };
    *left_outs = (struct left_outs){ .arena = arena };
    *errors = (struct found_errors){ .arena = arena };
    struct walk walk = {
        .arena = arena,
        .options = &rooted,
        .founds = founds,
        .left_outs = left_outs,
        .errors = errors,
        .files.arena = arena,
        .directories.arena = arena,
        .searched.arena = arena,
        .links.arena = arena,
        .file_links.arena = arena,
    };
    return discover_all(&walk, str_from_c(cwd), len ? paths : &here, len ? len : 1, err);
}
