#ifndef TOKGATE_INPUT_WALK_H
#define TOKGATE_INPUT_WALK_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "input/discover.h"
#include "input/seen.h"

/* Searching directories. Used by discover.c only. */

/* A directory, or a link to one: as shown and absolute. */
struct walk_path {
    struct str path;
    struct str absolute;
};

struct walk_paths {
    struct arena *arena;
    struct walk_path *items;
    size_t len, cap;
};

struct walk {
    struct arena *arena;
    const struct discover_options *options;
    struct founds *founds;
    struct left_outs *left_outs;
    struct found_errors *errors;
    struct seen files;          /* absolute path -> index in founds */
    struct seen directories;    /* device and inode -> index in searched */
    struct walk_paths searched; /* the directories, by the name they were searched under */
    struct walk_paths links;    /* to directories, to be followed at the end */
    struct founds file_links;   /* to files that are taken, as the links are called */
};

/* A path as long as this is not looked at: the system would not open it. */
enum { WALK_PATH_BYTES_MAX = 4096 };

/* The path could not be looked at, for this cause. */
void walk_fail(struct walk *walk, struct str path, const char *cause);

/* Adds a file to founds unless it is there (then only its being named). */
void walk_add(struct walk *walk, struct found found);

/* Searches a directory (not hidden, ignored or excluded itself as far as this is concerned), once.
 */
void walk_directory(struct walk *walk, struct walk_path directory);

/* What was seen in a directory and is not taken. */
void walk_leave_out(struct walk *walk, struct str path, struct str why);

/* Searches the directories that links found so far lead to, also over further links; then adds the
 * files that links lead to, unless they were found. */
void walk_links(struct walk *walk);

#endif
