#include "input/ignore.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/list.h"
#include "base/utf8.h"
#include "input/ignore_rules.h"

/* A directory with its rules. */
struct frame {
    size_t path_len; /* of ignore->path for this directory: where paths relative to it start */
    bool is_root;    /* it has a .git: nothing above holds */
    struct ignore_rules rules;
    struct ignore_rules exclude; /* of its .git/info/exclude */
};

struct frames {
    struct arena *arena;
    struct frame *items;
    size_t len, cap;
};

struct ignore {
    struct arena *arena;
    struct str root; /* absolute directory of the first frame, with a final '/' */
    struct buf path; /* of the current directory, relative to root; empty or with a final '/' */
    struct frames frames;
};

/* Where files are read from: a directory by its descriptor, or AT_FDCWD and its absolute path. */
struct directory {
    int fd;
    struct str prefix; /* of paths relative to fd */
    struct str shown;  /* of paths in errors */
};

static bool read_all(struct arena *arena, int fd, const char *shown, struct str *content,
                     struct error *err)
{
    struct buf bytes = { .arena = arena };
    char chunk[8192];
    ssize_t got;
    while ((got = read(fd, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(err, "%s: %s", shown, strerror(errno));
        buf_add(&bytes, (struct str){ chunk, (size_t)got });
        if (bytes.len > IGNORE_BYTES_MAX)
            return error_set(err, "%s: larger than %d bytes", shown, (int)IGNORE_BYTES_MAX);
    }
    *content = buf_str(&bytes);
    return true;
}

/* prefix and path, or path alone when it is absolute. */
static struct str join(struct arena *arena, struct str prefix, struct str path)
{
    return str_format(arena, "%.*s%.*s", str_starts(path, STR("/")) ? 0 : str_int_len(prefix),
                      prefix.ptr ? prefix.ptr : "", STR_ARGS(path));
}

static const char *shown_path(struct arena *arena, struct directory from, struct str path)
{
    return str_to_c(arena, utf8_printable(arena, join(arena, from.shown, path), SIZE_MAX));
}

/* What does not exist or is no regular file (with O_NOFOLLOW: also a link) has empty content. */
static bool read_file(struct arena *arena, struct directory from, struct str path, int flags,
                      struct str *content, struct error *err)
{
    struct stat status;
    int fd = openat(from.fd, join(arena, from.prefix, path).ptr,
                    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
    bool absent = fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP);
    *content = (struct str){ 0 };
    if (absent)
        return true;
    const char *shown = shown_path(arena, from, path);
    if (fd < 0)
        return error_set(err, "%s: %s", shown, strerror(errno));
    bool read_ok = fstat(fd, &status) == 0 || error_set(err, "%s: %s", shown, strerror(errno));
    if (read_ok && S_ISREG(status.st_mode))
        read_ok = read_all(arena, fd, shown, content, err);
    close(fd);
    return read_ok;
}

static bool read_rules(struct ignore_rules *rules, struct directory from, struct str path,
                       int flags, struct error *err)
{
    struct str content;
    struct error cause = { 0 };
    if (!read_file(rules->arena, from, path, flags, &content, err))
        return false;
    return ignore_rules_read(rules, content, &cause) ||
           error_because(err, &cause, "%s: %s", shown_path(rules->arena, from, path), cause.text);
}

static bool has_git(struct arena *arena, struct directory from, struct stat *status)
{
    return fstatat(from.fd, join(arena, from.prefix, STR(".git")).ptr, status, 0) == 0;
}

/* The repository's own directory: .git, or what a .git file (of a worktree or submodule) names. A
 * worktree shares info/exclude with its repository, which commondir names. */
static bool find_git_directory(struct arena *arena, struct directory from,
                               const struct stat *status, struct str *git, struct error *err)
{
    struct str content;
    *git = STR(".git");
    if (S_ISREG(status->st_mode)) {
        if (!read_file(arena, from, STR(".git"), 0, &content, err))
            return false;
        *git = str_trim(str_starts(content, STR("gitdir:")) ? str_slice(content, 7, content.len)
                                                            : STR(""));
        if (!git->len)
            return error_set(err, "%s: not \"gitdir: \" and a directory",
                             shown_path(arena, from, STR(".git")));
    }
    struct str prefix = str_format(arena, "%.*s/", STR_ARGS(*git));
    if (!read_file(arena, from, join(arena, prefix, STR("commondir")), 0, &content, err))
        return false;
    if (str_trim(content).len)
        *git = join(arena, prefix, str_trim(content));
    return true;
}

static bool read_exclude(struct ignore *ignore, struct directory from, struct frame *frame,
                         struct error *err)
{
    struct arena *arena = ignore->arena;
    struct stat status;
    struct str git;
    frame->is_root = has_git(arena, from, &status);
    if (!frame->is_root)
        return true;
    if (!find_git_directory(arena, from, &status, &git, err))
        return false;
    struct str path = str_format(arena, "%.*s/info/exclude", STR_ARGS(git));
    frame->exclude.file = join(arena, buf_str(&ignore->path), path);
    return read_rules(&frame->exclude, from, path, 0, err);
}

/* Pushes the directory that ignore->path names. */
static bool push_frame(struct ignore *ignore, struct directory from, struct error *err)
{
    struct arena *arena = ignore->arena;
    struct frame frame = { .path_len = ignore->path.len };
    frame.rules.arena = frame.exclude.arena = arena;
    frame.rules.file = join(arena, buf_str(&ignore->path), STR(".gitignore"));
    if (!read_exclude(ignore, from, &frame, err) ||
        !read_rules(&frame.rules, from, STR(".gitignore"), O_NOFOLLOW, err))
        return false;
    *LIST_PUSH(&ignore->frames) = frame;
    return true;
}

static struct directory at_absolute(struct ignore *ignore)
{
    struct str path = join(ignore->arena, ignore->root, buf_str(&ignore->path));
    return (struct directory){ .fd = AT_FDCWD, .prefix = path, .shown = path };
}

/* The nearest directory with a .git, at or above the directory (without final '/'), else itself. */
static struct str find_root(struct arena *arena, struct str directory)
{
    struct str root = directory;
    for (;;) {
        struct str prefix = str_format(arena, "%.*s/", STR_ARGS(root));
        struct stat status;
        if (has_git(arena, (struct directory){ AT_FDCWD, prefix, prefix }, &status))
            return root;
        if (!root.len)
            return directory;
        while (root.len && root.ptr[root.len - 1] != '/')
            root.len--;
        root.len -= root.len > 0;
    }
}

bool ignore_open(struct arena *arena, struct str directory, struct ignore **out, struct error *err)
{
    while (str_ends(directory, STR("/")))
        directory.len--;
    struct str root = find_root(arena, directory);
    struct str name, below = str_slice(directory, root.len, directory.len);
    struct ignore *ignore = ARENA_NEW(arena, struct ignore);
    ignore->arena = ignore->path.arena = ignore->frames.arena = arena;
    ignore->root = str_format(arena, "%.*s/", STR_ARGS(root));
    *out = ignore;
    if (!push_frame(ignore, at_absolute(ignore), err))
        return false;
    str_cut(below, '/', &name, &below); /* nothing is before the first '/' */
    while (below.len) {
        str_cut(below, '/', &name, &below);
        buf_add(&ignore->path, name);
        buf_add_char(&ignore->path, '/');
        if (!push_frame(ignore, at_absolute(ignore), err))
            return false;
    }
    return true;
}

bool ignore_enter(struct ignore *ignore, int fd, struct str name, struct error *err)
{
    size_t len = ignore->path.len;
    buf_add(&ignore->path, name);
    buf_add_char(&ignore->path, '/');
    struct directory from = { .fd = fd, .shown = at_absolute(ignore).shown };
    if (push_frame(ignore, from, err))
        return true;
    ignore->path.len = len;
    return false;
}

void ignore_leave(struct ignore *ignore)
{
    ignore->frames.len--;
    ignore->path.len = ignore->frames.items[ignore->frames.len - 1].path_len;
}

static const struct ignore_rule *find_rule(const struct ignore *ignore, bool is_directory,
                                           const struct ignore_rules **rules)
{
    struct str path = buf_str(&ignore->path);
    for (size_t i = ignore->frames.len; i; i--) {
        const struct frame *frame = &ignore->frames.items[i - 1];
        struct str below = str_slice(path, frame->path_len, path.len);
        const struct ignore_rule *rule = ignore_rules_match(&frame->rules, below, is_directory);
        *rules = &frame->rules;
        if (!rule && frame->is_root) {
            rule = ignore_rules_match(&frame->exclude, below, is_directory);
            *rules = &frame->exclude;
        }
        if (rule || frame->is_root)
            return rule;
    }
    return NULL;
}

bool ignore_matches(struct ignore *ignore, struct str name, bool is_directory, struct str *why)
{
    size_t len = ignore->path.len;
    const struct ignore_rules *rules;
    buf_add(&ignore->path, name);
    const struct ignore_rule *rule = find_rule(ignore, is_directory, &rules);
    ignore->path.len = len;
    if (!rule || rule->negated)
        return false;
    if (why) {
        struct arena *arena = ignore->arena;
        struct str file = utf8_printable(arena, rules->file, SIZE_MAX);
        struct str text = utf8_printable(arena, rule->text, SIZE_MAX);
        *why = str_format(arena, "%.*s:%zu: %.*s", STR_ARGS(file), rule->line, STR_ARGS(text));
    }
    return true;
}
