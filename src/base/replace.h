#ifndef TOKGATE_BASE_REPLACE_H
#define TOKGATE_BASE_REPLACE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/*
 * A file that is written beside the one it is to replace, put to the disk, and then gets its name:
 * nobody ever sees a part of it, and what had the name is there until all is written. What is no
 * regular file (a pipe, all in /dev) is written as it is.
 */
struct replace {
    FILE *out;                        /* for the caller to write to; errors are found at the end */
    const char *shown, *path, *fresh; /* fresh NULL: out is what path names */
};

/* Fails (ERROR_FAILED) with the path and the system's reason; then there is nothing to end. What it
 * keeps lives in the arena. */
bool replace_begin(struct replace *replace, struct arena *arena, struct str path,
                   struct error *err);

/* Gives the file its name. Fails as replace_begin does, and leaves nothing behind. */
bool replace_end(struct replace *replace, struct error *err);

/* Leaves what had the name, and nothing else. */
void replace_abandon(struct replace *replace);

/* All of it at once: print writes to the file, which has these permissions (less the umask) where
 * it is a regular one. Fails as replace_end() does. */
bool replace_file(struct str path, unsigned mode, void (*print)(FILE *out, void *context),
                  void *context, struct error *err);

/* Whether anything has the name. */
bool replace_is_there(struct str path);

#endif
