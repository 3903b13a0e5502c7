#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a symbolic link leads: it stays one, and what it names is replaced. */
static const char *target_of(struct arena *arena, const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0 || !S_ISLNK(status.st_mode))
        return path;
    char *real = realpath(path, NULL);
    if (!real)
        return path;
    arena_adopt(arena, real);
    return real;
}

static bool fail(const struct replace *replace, int reason, struct error *err)
{
    return error_set(err, "cannot write %s: %s", replace->shown, strerror(reason));
}

/* Not to be replaced: what is there is written to, after what it has. The standard streams are
 * those of the process: opened anew, a file would be written to from two places. */
static bool is_written_as_is(const char *path, int *fd)
{
    struct stat status;
    if (strncmp(path, "/dev/", 5) != 0 && strncmp(path, "/proc/", 6) != 0 &&
        (stat(path, &status) != 0 || S_ISREG(status.st_mode)))
        return false;
    if (strcmp(path, "/dev/stdout") == 0)
        *fd = dup(STDOUT_FILENO);
    else if (strcmp(path, "/dev/stderr") == 0)
        *fd = dup(STDERR_FILENO);
    else
        *fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    return true;
}

static bool begin(struct replace *replace, struct arena *arena, struct str path, mode_t mode,
                  struct error *err)
{
    const char *name = str_to_c(arena, path);
    int fd = -1;
    *replace = (struct replace){ .shown = name, .path = target_of(arena, name) };
    if (path.len && memchr(path.ptr, '\0', path.len))
        return fail(replace, EINVAL, err);
    if (!is_written_as_is(name, &fd)) {
        replace->fresh = str_format(arena, "%s.new-%ld%c", replace->path, (long)getpid(), '\0').ptr;
        unlink(replace->fresh); /* of a run of the same number that was killed */
        fd = open(replace->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    }
    replace->out = fd < 0 ? NULL : fdopen(fd, "wb");
    if (replace->out)
        return true;
    const int reason = errno;
    if (fd >= 0) {
        close(fd);
        replace_abandon(replace);
    }
    return fail(replace, reason, err);
}

bool replace_begin(struct replace *replace, struct arena *arena, struct str path, struct error *err)
{
    return begin(replace, arena, path, 0666, err);
}

bool replace_end(struct replace *replace, struct error *err)
{
    bool is_done = !ferror(replace->out) && fflush(replace->out) == 0 &&
                   (!replace->fresh || fsync(fileno(replace->out)) == 0);
    int reason = errno;
    if (fclose(replace->out) != 0 && is_done) {
        is_done = false;
        reason = errno;
    }
    replace->out = NULL;
    if (is_done && replace->fresh && rename(replace->fresh, replace->path) != 0) {
        is_done = false;
        reason = errno;
    }
    if (is_done)
        return true;
    replace_abandon(replace);
    return fail(replace, reason, err);
}

void replace_abandon(struct replace *replace)
{
    if (replace->out)
        fclose(replace->out);
    if (replace->fresh)
        unlink(replace->fresh);
    *replace = (struct replace){ .shown = replace->shown };
}

bool replace_file(struct str path, unsigned mode, void (*print)(FILE *out, void *context),
                  void *context, struct error *err)
{
    struct arena arena = { 0 };
    struct replace replace;
    bool is_done = begin(&replace, &arena, path, (mode_t)mode, err);
    if (is_done) {
        print(replace.out, context);
        is_done = replace_end(&replace, err);
    }
    arena_free(&arena);
    return is_done;
}

bool replace_is_there(struct str path)
{
    struct arena arena = { 0 };
    struct stat status;
    const bool is_there = lstat(str_to_c(&arena, path), &status) == 0;
    arena_free(&arena);
    return is_there;
}
