#include "base/temporary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

bool temporary_fail(const char *directory, const char *what, struct error *err)
{
    return error_set(err, "cannot %s a temporary file in %s (TMPDIR): %s", what, directory,
                     strerror(errno ? errno : EIO));
}

FILE *temporary_open(const char *directory, struct error *err)
{
    struct arena scratch = { 0 };
    char *path = str_to_c(&scratch, str_format(&scratch, "%s/tokgate-XXXXXX", directory));
    int fd = mkstemp(path);
    if (fd >= 0)
        unlink(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w+b");
    if (!file) {
        temporary_fail(directory, "make", err);
        if (fd >= 0)
            close(fd);
    }
    arena_free(&scratch);
    return file;
}
