#ifndef TOKGATE_BASE_STREAM_H
#define TOKGATE_BASE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/locate.h"
#include "base/str.h"

/*
 * A file or pipe read through a window: what is in the window can be looked at, then taken off its
 * front. The window grows only as far as the caller asks, so a source of any size needs the memory
 * of its largest part. Not thread safe.
 */
struct stream {
    int fd;
    bool at_eof;        /* nothing comes after the window */
    char *bytes;        /* the buffer */
    size_t cap_bytes;   /* its size */
    size_t start, end;  /* the window in it */
    size_t size_bytes;  /* of a file when it was opened, else 0; it may have changed since */
    size_t offset;      /* of the window's first byte in the source */
    struct place place; /* and its line and column */
};

/* Opens path, or takes standard input when path is NULL. On failure err has the cause alone ("No
 * such file or directory"): the caller knows how the path is shown. A directory is an error. */
bool stream_open(struct stream *stream, const char *path, struct error *err);
void stream_close(struct stream *stream);

/* What can be seen now. */
struct str stream_window(const struct stream *stream);

/* Reads until the window has at least want_bytes or the source ends. A signal that is caught ends
 * the wait, with an error: only the user sends one. */
bool stream_fill(struct stream *stream, size_t want_bytes, struct error *err);

/* Takes bytes off the front of the window and keeps offset and place true. */
void stream_take(struct stream *stream, size_t size_bytes);

/* The window with the buffer it starts in, which is the caller's to free; the stream is at its end
 * then. The window must start where the buffer does. */
struct str stream_detach(struct stream *stream);

/* Reads all of a file of at most max_bytes into the arena; for configuration. */
bool file_read(struct arena *arena, const char *path, size_t max_bytes, struct str *content,
               struct error *err);

#endif
