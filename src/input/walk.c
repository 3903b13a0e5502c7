#include "input/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "base/utf8.h"
#include "input/ignore.h"
#include "input/selection.h"

/* A directory while it is searched. */
struct directory {
    int fd;
    struct walk_path prefix; /* of its entries' paths: empty or with a final '/' */
    struct ignore *ignore;
};

struct entry {
    struct str name;
    struct str key; /* the name, a directory's with a final '/' */
    mode_t mode;    /* not following links */
};

struct entries {
    struct arena *arena;
    struct entry *items;
    size_t len, cap;
};

void walk_fail(struct walk *walk, struct str path, const char *cause)
{
    struct str shown = utf8_printable(walk->arena, path, SIZE_MAX);
    *LIST_PUSH(walk->errors) = (struct found_error){
        .path = path,
        .message = str_format(walk->arena, "%.*s: %s", STR_ARGS(shown), cause),
    };
}

void walk_leave_out(struct walk *walk, struct str path, struct str why)
{
    *LIST_PUSH(walk->left_outs) = (struct left_out){ .path = path, .why = why };
}

void walk_add(struct walk *walk, struct found found)
{
    size_t index = walk->founds->len;
    if (seen_before(&walk->files, found.absolute, &index))
        walk->founds->items[index].named |= found.named;
    else
        *LIST_PUSH(walk->founds) = found;
}

static struct str join(struct arena *arena, struct str prefix, struct str name)
{
    return str_format(arena, "%.*s%.*s", STR_ARGS(prefix), STR_ARGS(name));
}

static struct walk_path join_paths(struct arena *arena, struct walk_path prefix, struct str name)
{
    return (struct walk_path){
        .path = join(arena, prefix.path, name),
        .absolute = join(arena, prefix.absolute, name),
    };
}

/* What the paths of a directory's entries start with. */
static struct walk_path prefix_of(struct arena *arena, struct walk_path directory)
{
    bool is_here = str_equal(directory.path, STR("."));
    struct str path = is_here ? STR("") : directory.path;
    bool needs_slash = path.len && !str_ends(path, STR("/"));
    bool is_top = str_equal(directory.absolute, STR("/"));
    return (struct walk_path){
        .path = join(arena, path, needs_slash ? STR("/") : STR("")),
        .absolute = join(arena, directory.absolute, is_top ? STR("") : STR("/")),
    };
}

static int compare_entries(const void *a, const void *b)
{
    return str_compare(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

/* The name lives only as long as the directory is not read further. */
static bool add_entry(struct entries *entries, int fd, const char *name)
{
    struct stat status;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    if (fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT; /* gone since: nothing to check */
    bool is_directory = S_ISDIR(status.st_mode);
    struct str key = join(entries->arena, str_from_c(name), is_directory ? STR("/") : STR(""));
    *LIST_PUSH(entries) = (struct entry){ .name = str_slice(key, 0, key.len - is_directory),
                                          .key = key,
                                          .mode = status.st_mode };
    return true;
}

static bool read_entries(struct entries *entries, int fd)
{
    int listing = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* closedir() closes what it reads from */
    DIR *stream = listing < 0 ? NULL : fdopendir(listing);
    if (!stream) {
        int cause = errno;
        if (listing >= 0)
            close(listing);
        errno = cause;
        return false;
    }
    bool right = true;
    const struct dirent *entry;
    while (right && (errno = 0, entry = readdir(stream)))
        right = add_entry(entries, fd, entry->d_name);
    int cause = errno;
    closedir(stream);
    errno = cause;
    return right && !cause;
}

/* Whether an entry is left out whatever it is; if so, why. */
static bool is_barred(struct walk *walk, const struct directory *at, const struct entry *entry,
                      struct str absolute, struct str *why)
{
    bool is_directory = S_ISDIR(entry->mode);
    if (str_starts(entry->name, STR(".")) && !selection_names(walk->options, entry->name)) {
        *why = STR("hidden");
        return true;
    }
    if (ignore_matches(at->ignore, entry->name, is_directory, why)) {
        *why = join(walk->arena, STR("ignored by "), *why);
        return true;
    }
    return selection_excludes(walk->options, walk->arena, absolute, is_directory, why);
}

/* Follows a link to a file: *mode becomes the file's. False when the entry is done with: broken, or
 * a link to a directory, whose turn comes later. */
static bool follow_link(struct walk *walk, const struct directory *at, const struct entry *entry,
                        struct walk_path path, mode_t *mode)
{
    struct stat status;
    if (fstatat(at->fd, entry->name.ptr, &status, 0) == 0) {
        *mode = status.st_mode;
        if (S_ISDIR(status.st_mode))
            *LIST_PUSH(&walk->links) = path;
        return !S_ISDIR(status.st_mode);
    }
    if (errno == ENOENT || errno == ENOTDIR)
        walk_leave_out(walk, path.path, STR("broken symbolic link"));
    else if (errno == ELOOP)
        walk_leave_out(walk, path.path, STR("symbolic link loop"));
    else
        walk_fail(walk, path.path, strerror(errno));
    return false;
}

static void visit_file(struct walk *walk, struct walk_path path, mode_t mode, bool is_link)
{
    struct found found = { .path = path.path, .absolute = path.absolute };
    struct str why;
    if (!S_ISREG(mode))
        walk_leave_out(walk, path.path, STR("not a regular file"));
    else if (!selection_takes(walk->options, walk->arena, path.absolute, &found.by_glob, &why))
        walk_leave_out(walk, path.path, why);
    else if (is_link)
        *LIST_PUSH(&walk->file_links) = found;
    else
        walk_add(walk, found);
}

/* Whether the open directory was searched before; notes it if not. Under another name (over a link
 * or a mount) it is left out. */
static bool is_searched(struct walk *walk, int fd, struct walk_path directory)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        walk_fail(walk, directory.path, strerror(errno));
        return true;
    }
    struct str key =
        str_format(walk->arena, "%ju %ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    size_t index = walk->searched.len;
    if (!seen_before(&walk->directories, key, &index)) {
        *LIST_PUSH(&walk->searched) = directory;
        return false;
    }
    struct walk_path first = walk->searched.items[index];
    struct str above = join(walk->arena, first.absolute, STR("/"));
    if (str_starts(directory.absolute, above))
        walk_leave_out(walk, directory.path, STR("symbolic link loop"));
    else if (!str_equal(directory.absolute, first.absolute))
        walk_leave_out(walk, directory.path,
                       join(walk->arena, STR("the same directory as "), first.path));
    return true;
}

static void visit(struct walk *walk, const struct directory *at, const struct entry *entry);

static void search(struct walk *walk, const struct directory *at, struct str path)
{
    struct entries entries = { .arena = walk->arena };
    if (!read_entries(&entries, at->fd)) {
        walk_fail(walk, path, strerror(errno));
        return;
    }
    if (entries.len)
        qsort(entries.items, entries.len, sizeof *entries.items, compare_entries);
    for (size_t i = 0; i < entries.len; i++)
        visit(walk, at, &entries.items[i]);
}

static void descend(struct walk *walk, const struct directory *at, const struct entry *entry,
                    struct walk_path path)
{
    struct error err = { 0 };
    int fd = openat(at->fd, entry->name.ptr, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        walk_fail(walk, path.path, strerror(errno));
        return;
    }
    struct directory below = { .fd = fd,
                               .prefix = prefix_of(walk->arena, path),
                               .ignore = at->ignore };
    if (!is_searched(walk, fd, path)) {
        if (ignore_enter(at->ignore, fd, entry->name, &err)) {
            search(walk, &below, path.path);
            ignore_leave(at->ignore);
        } else {
            walk_fail(walk, path.path, err.text);
        }
    }
    close(fd);
}

static void visit(struct walk *walk, const struct directory *at, const struct entry *entry)
{
    struct walk_path path = join_paths(walk->arena, at->prefix, entry->name);
    mode_t mode = entry->mode;
    struct str why;
    if (is_barred(walk, at, entry, path.absolute, &why))
        walk_leave_out(walk, join(walk->arena, at->prefix.path, entry->key), why);
    else if (path.path.len >= WALK_PATH_BYTES_MAX)
        walk_fail(walk, path.path, strerror(ENAMETOOLONG));
    else if (S_ISDIR(mode))
        descend(walk, at, entry, path);
    else if (!S_ISLNK(mode) || follow_link(walk, at, entry, path, &mode))
        visit_file(walk, path, mode, S_ISLNK(entry->mode));
}

void walk_directory(struct walk *walk, struct walk_path directory)
{
    struct error err = { 0 };
    struct ignore *ignore;
    int fd = open(str_to_c(walk->arena, directory.path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        walk_fail(walk, directory.path, strerror(errno));
        return;
    }
    if (!is_searched(walk, fd, directory)) {
        struct directory at = { .fd = fd, .prefix = prefix_of(walk->arena, directory) };
        if (ignore_open(walk->arena, directory.absolute, &ignore, &err)) {
            at.ignore = ignore;
            search(walk, &at, directory.path);
        } else {
            walk_fail(walk, directory.path, err.text);
        }
    }
    close(fd);
}
