#ifndef TOKGATE_COUNT_CACHE_FILE_H
#define TOKGATE_COUNT_CACHE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/* What the file system has to do with the cache; SQLite's part is in cache_db.h. */

/* Path of the cache's file in a directory; in the arena. */
struct str cache_file_path(struct arena *arena, struct str dir);

/* Makes the directory, and those above it, as 0700 where they are missing; what is there stays as
 * it is. Fails (ERROR_FAILED) with the system's reason alone. */
bool cache_file_make_dir(struct str dir, struct error *err);

enum cache_file_kind {
    CACHE_FILE_NONE,
    CACHE_FILE_REGULAR,
    CACHE_FILE_OTHER, /* a link, a directory, a pipe...: not to be touched */
};

/* What there is at the path, how large it is with its log, and which file it is. */
struct cache_file {
    enum cache_file_kind kind;
    int64_t size_bytes;
    int64_t written_s; /* last, since 1970 */
    uint64_t device, number;
};
struct cache_file cache_file_look(struct str path);

/* Whether there is a regular file that begins as SQLite's do: what costs next to nothing to see. */
bool cache_file_is_database(struct str path);

/* Makes an empty file of 0600 in place of what is there, for the next file of the cache. Fails with
 * the system's reason alone. */
bool cache_file_make(struct str path, struct error *err);

/* Gives the finished file its name; what has it, and its log, are removed. Fails with the system's
 * reason alone. */
bool cache_file_rename(struct str from, struct str to, struct error *err);

/* Takes from group and others what they may do with a file of an earlier, laxer day. */
void cache_file_restrict(struct str path);

/* Where a damaged file of that path is put; in the arena. */
struct str cache_file_aside(struct arena *arena, struct str path);

/* Renames the file, which no connection of this process has open, to what cache_file_aside says,
 * over an older one, and removes its log. Fails with the system's reason alone. */
bool cache_file_put_aside(struct str path, struct error *err);

/* Waits until no other run makes or puts aside the file in the directory. Gives what
 * cache_file_unlock wants. Where the file system knows no locks there is no waiting. */
int cache_file_lock(struct str dir);

/* The same without waiting: negative where another run has it, or nobody can. */
int cache_file_try_lock(struct str dir);
void cache_file_unlock(int lock);

#endif
