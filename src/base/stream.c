#include "base/stream.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/pages.h"

/* Most files fit in the first buffer, which malloc need not ask the system for. */
enum { READ_BYTES_MIN = 16 * 1024, FIRST_BYTES = 64 * 1024 };

bool stream_open(struct stream *stream, const char *path, struct error *err)
{
    *stream = (struct stream){ .fd = STDIN_FILENO, .place = { 1, 1 } };
    if (path)
        stream->fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (stream->fd < 0 || fstat(stream->fd, &status) != 0)
        return error_set(err, "%s", strerror(errno));
    if (S_ISREG(status.st_mode) && status.st_size > 0)
        stream->size_bytes = (size_t)status.st_size;
    if (!S_ISDIR(status.st_mode))
        return true;
    stream_close(stream);
    return error_set(err, "%s", strerror(EISDIR));
}

void stream_close(struct stream *stream)
{
    if (stream->fd > STDIN_FILENO)
        close(stream->fd); /* read only: nothing can be lost */
    free(stream->bytes);
    *stream = (struct stream){ .fd = -1 };
}

struct str stream_window(const struct stream *stream)
{
    return (struct str){ stream->bytes + stream->start, stream->end - stream->start };
}

/* A larger buffer: twice as large, or at once for all that is wanted of a file of known size. */
static size_t larger(const struct stream *stream, size_t want_bytes)
{
    size_t left = stream->size_bytes > stream->offset ? stream->size_bytes - stream->offset : 0;
    left = left < want_bytes ? left : want_bytes;
    const size_t cap = stream->cap_bytes ? stream->cap_bytes * 2 : FIRST_BYTES;
    return cap > left + READ_BYTES_MIN ? cap : left + READ_BYTES_MIN;
}

/* Room for a read behind the window: moves the window to the front or makes the buffer larger. */
static bool make_room(struct stream *stream, size_t want_bytes, struct error *err)
{
    size_t size = stream->end - stream->start;
    if (stream->cap_bytes - stream->end >= READ_BYTES_MIN)
        return true;
    if (stream->start && stream->cap_bytes - size >= stream->cap_bytes / 2) {
        memmove(stream->bytes, stream->bytes + stream->start, size);
    } else {
        size_t cap = larger(stream, want_bytes);
        if (stream->start)
            memmove(stream->bytes, stream->bytes + stream->start, size);
        char *bytes = cap > stream->cap_bytes ? pages_grow(stream->bytes, size, cap) : NULL;
        if (!bytes)
            return error_set(err, "%s", strerror(ENOMEM));
        stream->bytes = bytes;
        stream->cap_bytes = cap;
    }
    stream->start = 0;
    stream->end = size;
    return true;
}

bool stream_fill(struct stream *stream, size_t want_bytes, struct error *err)
{
    while (!stream->at_eof && stream->end - stream->start < want_bytes) {
        if (!make_room(stream, want_bytes, err))
            return false;
        ssize_t got =
            read(stream->fd, stream->bytes + stream->end, stream->cap_bytes - stream->end);
        if (got < 0)
            return error_set(err, "%s", strerror(errno));
        stream->at_eof = got == 0;
        stream->end += (size_t)got;
    }
    return true;
}

void stream_take(struct stream *stream, size_t size_bytes)
{
    stream->place = locate(stream->place, stream_window(stream), size_bytes);
    stream->offset += size_bytes;
    stream->start += size_bytes;
}

struct str stream_detach(struct stream *stream)
{
    const struct str window = stream_window(stream);
    assert(stream->start == 0 && stream->at_eof);
    stream->bytes = NULL;
    stream->cap_bytes = stream->start = stream->end = 0;
    return window;
}

bool file_read(struct arena *arena, const char *path, size_t max_bytes, struct str *content,
               struct error *err)
{
    struct stream stream;
    if (!stream_open(&stream, path, err))
        return false;
    bool read_all = stream_fill(&stream, max_bytes + 1, err);
    if (read_all && stream_window(&stream).len > max_bytes)
        read_all = error_set(err, "larger than %zu bytes", max_bytes);
    if (read_all)
        *content = str_copy(arena, stream_window(&stream));
    stream_close(&stream);
    return read_all;
}
