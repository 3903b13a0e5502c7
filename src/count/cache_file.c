#ifdef __linux__
#define _GNU_SOURCE /* flock() */
#endif
#ifdef __APPLE__
#define _DARWIN_C_SOURCE
#endif
#include "count/cache_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct str cache_file_path(struct arena *arena, struct str dir)
{
    const char *slash = str_ends(dir, STR("/")) ? "" : "/";
    return str_format(arena, "%.*s%scounts.sqlite", STR_ARGS(dir), slash);
}

static bool fail(struct error *err, int cause)
{
    return error_set(err, "%s", strerror(cause));
}

static bool make_dirs(char *path, struct error *err)
{
    struct stat status;
    if (stat(path, &status) == 0)
        return S_ISDIR(status.st_mode) || fail(err, ENOTDIR);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool is_there = mkdir(path, 0700) == 0 || errno == EEXIST;
        int cause = errno;
        *slash = '/';
        if (!is_there)
            return fail(err, cause);
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST || fail(err, errno);
}

bool cache_file_make_dir(struct str dir, struct error *err)
{
    struct arena arena = { 0 };
    bool is_made = make_dirs(str_to_c(&arena, dir), err);
    arena_free(&arena);
    return is_made;
}

static int64_t size_of(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

struct cache_file cache_file_look(struct str path)
{
    struct arena arena = { 0 };
    struct cache_file file = { 0 };
    struct stat status;
    if (lstat(str_to_c(&arena, path), &status) == 0) {
        struct str log = str_format(&arena, "%.*s-wal", STR_ARGS(path));
        file.kind = S_ISREG(status.st_mode) ? CACHE_FILE_REGULAR : CACHE_FILE_OTHER;
        file.size_bytes = (int64_t)status.st_size + size_of(str_to_c(&arena, log));
        file.written_s = (int64_t)status.st_mtime;
        file.device = (uint64_t)status.st_dev;
        file.number = (uint64_t)status.st_ino;
    }
    arena_free(&arena);
    return file;
}

bool cache_file_is_database(struct str path)
{
    static const char magic[16] = "SQLite format 3"; /* SQLite: Database File Format, 1.3 */
    char bytes[sizeof magic];
    struct arena arena = { 0 };
    struct stat status;
    int fd = open(str_to_c(&arena, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    arena_free(&arena);
    if (fd < 0)
        return false;
    const bool is_database = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
                             pread(fd, bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes &&
                             memcmp(bytes, magic, sizeof magic) == 0;
    close(fd);
    return is_database;
}

/* What SQLite has beside a file; without it, it would be taken for that of the next one. */
static bool remove_beside(struct str path)
{
    static const char *const beside[] = { "-wal", "-shm", "-journal" };
    struct arena arena = { 0 };
    bool is_gone = true;
    for (size_t i = 0; i < sizeof beside / sizeof beside[0] && is_gone; i++) {
        struct str name = str_format(&arena, "%.*s%s", STR_ARGS(path), beside[i]);
        is_gone = unlink(str_to_c(&arena, name)) == 0 || errno == ENOENT;
    }
    int cause = errno;
    arena_free(&arena);
    errno = cause;
    return is_gone;
}

bool cache_file_make(struct str path, struct error *err)
{
    struct arena arena = { 0 };
    const char *name = str_to_c(&arena, path);
    int fd = -1;
    if ((unlink(name) == 0 || errno == ENOENT) && remove_beside(path))
        fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_made = fd >= 0 && close(fd) == 0;
    int cause = errno;
    arena_free(&arena);
    return is_made || fail(err, cause);
}

bool cache_file_rename(struct str from, struct str to, struct error *err)
{
    struct arena arena = { 0 };
    bool is_done = remove_beside(to) && rename(str_to_c(&arena, from), str_to_c(&arena, to)) == 0;
    int cause = errno;
    arena_free(&arena);
    return is_done || fail(err, cause);
}

void cache_file_restrict(struct str path)
{
    struct arena arena = { 0 };
    struct stat status;
    const char *name = str_to_c(&arena, path);
    /* whoever may not do it is not the owner: then the mode is not for this user to choose */
    if (stat(name, &status) == 0 && (status.st_mode & 077) && chmod(name, 0600) != 0)
        errno = 0;
    arena_free(&arena);
}

struct str cache_file_aside(struct arena *arena, struct str path)
{
    return str_format(arena, "%.*s.damaged", STR_ARGS(path));
}

bool cache_file_put_aside(struct str path, struct error *err)
{
    struct arena arena = { 0 };
    struct str aside = cache_file_aside(&arena, path);
    bool is_done = rename(str_to_c(&arena, path), str_to_c(&arena, aside)) == 0;
    is_done = is_done && remove_beside(path);
    int cause = errno;
    arena_free(&arena);
    return is_done || fail(err, cause);
}

static int open_dir(struct str dir)
{
    struct arena arena = { 0 };
    int fd = open(str_to_c(&arena, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    arena_free(&arena);
    return fd;
}

int cache_file_lock(struct str dir)
{
    int fd = open_dir(dir);
    while (fd >= 0 && flock(fd, LOCK_EX) != 0 && errno == EINTR)
        continue;
    return fd;
}

int cache_file_try_lock(struct str dir)
{
    int fd = open_dir(dir);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    close(fd);
    return -1;
}

void cache_file_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}
