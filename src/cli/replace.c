#include "cli/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool replace_is_there(struct str path)
{
    struct arena arena = { 0 };
    struct stat status;
    const bool is_there = lstat(str_to_c(&arena, path), &status) == 0;
    arena_free(&arena);
    return is_there;
}

static bool write_all(const char *path, unsigned mode, void (*print)(FILE *out, void *context),
                      void *context)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    print(out, context);
    const bool is_whole = !ferror(out) && fflush(out) == 0 && fsync(fd) == 0;
    const int reason = errno;
    const bool is_closed = fclose(out) == 0;
    if (!is_whole)
        errno = reason;
    return is_whole && is_closed;
}

bool replace_file(struct str path, unsigned mode, void (*print)(FILE *out, void *context),
                  void *context, struct error *err)
{
    struct arena arena = { 0 };
    const char *name = str_to_c(&arena, path);
    const char *fresh =
        str_format(&arena, "%.*s.new-%ld%c", STR_ARGS(path), (long)getpid(), '\0').ptr;
    unlink(fresh); /* of a run of the same number that was killed */
    const bool is_done = write_all(fresh, mode, print, context) && rename(fresh, name) == 0;
    if (!is_done) {
        error_set(err, "cannot write %s: %s", name, strerror(errno));
        unlink(fresh);
    }
    arena_free(&arena);
    return is_done;
}
