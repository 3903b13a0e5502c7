#ifdef __linux__
#define _GNU_SOURCE /* sync_file_range() */
#endif

#include "base/whole_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* So many bytes are left to the system before it is asked to begin with them. */
enum { BEHIND_BYTES = 8 * 1024 * 1024 };

static bool fail(struct error *err)
{
    return error_set(err, "%s", strerror(errno));
}

bool whole_file_begin(struct whole_file *file, int directory, const char *name, struct error *err)
{
    assert(strlen(name) <= WHOLE_FILE_NAME_MAX);
    *file = (struct whole_file){ .directory = directory };
    snprintf(file->name, sizeof file->name, "%s", name);
    snprintf(file->part, sizeof file->part, ".%s.part", name);
    file->fd =
        openat(directory, file->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    file->has_part = file->fd >= 0;
    return file->has_part || fail(err);
}

/* Lets the disk begin while more is made, which fsync then need not wait for. Only a hint. */
static void write_behind(struct whole_file *file, size_t len)
{
    file->size += (off_t)len;
    if (file->size - file->begun < BEHIND_BYTES)
        return;
#ifdef SYNC_FILE_RANGE_WRITE
    sync_file_range(file->fd, file->begun, file->size - file->begun, SYNC_FILE_RANGE_WRITE);
#endif
    file->begun = file->size;
}

bool whole_file_write(struct whole_file *file, struct str bytes, struct error *err)
{
    while (bytes.len) {
        ssize_t written = write(file->fd, bytes.ptr, bytes.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail(err);
        write_behind(file, (size_t)written);
        bytes = str_slice(bytes, (size_t)written, bytes.len);
    }
    return true;
}

bool whole_file_finish(struct whole_file *file, struct error *err)
{
    bool is_good = fsync(file->fd) == 0 || fail(err);
    bool is_closed = close(file->fd) == 0;
    file->fd = -1;
    return is_good && (is_closed || fail(err));
}

bool whole_file_commit(struct whole_file *file, struct error *err)
{
    if (renameat(file->directory, file->part, file->directory, file->name) != 0)
        return fail(err);
    file->has_part = false;
    return fsync(file->directory) == 0 || fail(err);
}

void whole_file_abandon(struct whole_file *file)
{
    if (file->fd >= 0)
        close(file->fd); /* it goes: nothing can be lost */
    if (file->has_part)
        unlinkat(file->directory, file->part, 0);
    file->fd = -1;
    file->has_part = false;
}

bool whole_file_is_part(struct str name, struct str beginning)
{
    return str_starts(name, STR(".")) && str_ends(name, STR(".part")) &&
           str_starts(str_slice(name, 1, name.len), beginning);
}
