#ifndef TOKGATE_INPUT_IGNORE_H
#define TOKGATE_INPUT_IGNORE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/*
 * What a git repository ignores: its .gitignore files and .git/info/exclude, with git's semantics
 * (gitignore(5) and, where that is silent, git's code; tests/ignore_differential.sh compares; the
 * one known difference is there).
 *
 * Deliberately not read: the user's core.excludesFile and core.ignoreCase, so that the result is
 * the same on every machine; and the index: a tracked file that is ignored counts as ignored. As in
 * git a .gitignore that is a symbolic link, or no regular file, has no rules.
 *
 * Outside a repository git has no rules; here the .gitignore files of the start directory and below
 * still hold, so that an exported tree (no .git) gives the same files as its checkout. A directory
 * below the start that has its own .git is a repository with rules of its own: those above it end
 * there.
 *
 * An ignore is a stack of directories: ignore_open() gives the one of the start directory, then
 * ignore_enter() and ignore_leave() follow the walk. Not thread safe. It holds no open files.
 */
struct ignore;

enum { IGNORE_BYTES_MAX = 1024 * 1024 }; /* of one ignore file */

/*
 * Reads the rules that hold in the directory (absolute, without "." and ".." components): finds the
 * repository upward (the nearest directory with a .git) and reads info/exclude and every .gitignore
 * from its root down to the directory. Whether the directory itself is ignored is not asked. *out
 * lives in the arena. Fails (ERROR_FAILED, the message names the file) when an ignore file cannot
 * be read or is larger than IGNORE_BYTES_MAX, or when a .git file names no directory.
 */
bool ignore_open(struct arena *arena, struct str directory, struct ignore **out, struct error *err);

/*
 * Enters the sub-directory name of the current directory; fd is that sub-directory, open (not
 * closed, not kept). Fails like ignore_open(); then the current directory has not changed. Every
 * success is undone by one ignore_leave().
 */
bool ignore_enter(struct ignore *ignore, int fd, struct str name, struct error *err);
void ignore_leave(struct ignore *ignore);

/*
 * Whether the entry name (one component) of the current directory is ignored. is_directory is false
 * for a symbolic link to a directory, as in git. If it is, *why (in the arena; why may be NULL)
 * names the deciding line like "prompts/.gitignore:3: *.log", its file relative to the repository's
 * root. A file below an ignored directory is ignored too: do not enter that, and do not ask.
 */
bool ignore_matches(struct ignore *ignore, struct str name, bool is_directory, struct str *why);

#endif
