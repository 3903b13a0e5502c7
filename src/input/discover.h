#ifndef TOKGATE_INPUT_DISCOVER_H
#define TOKGATE_INPUT_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/glob.h"
#include "base/str.h"

/* A file (or stdin) to read. */
struct found {
    struct str path;     /* as shown: the PATH given and what is below it; below "." without "./" */
    struct str absolute; /* for the globs of rule files; no ".", ".." or empty components */
    bool named;          /* given by name, not found in a directory */
    bool is_stdin;
    bool by_glob; /* matches one of include */
};

struct founds {
    struct arena *arena;
    struct found *items;
    size_t len, cap;
};

/* What was seen in a directory and not taken (a left out directory stands for all in it). */
struct left_out {
    struct str path;
    struct str why; /* "hidden", "ignored by .gitignore:3: *.log", "excluded by old/", ... */
};

struct left_outs {
    struct arena *arena;
    struct left_out *items;
    size_t len, cap;
};

/* A path that could not be looked at. */
struct found_error {
    struct str path;
    struct str message; /* a whole sentence, printable: "prompts/a.md: No such file or directory" */
};

struct found_errors {
    struct arena *arena;
    struct found_error *items;
    size_t len, cap;
};

struct discover_options {
    struct str root;       /* of the globs: the rule file's absolute directory; empty: cwd */
    struct glob **include; /* of the rule file's prompts; none: the default endings */
    size_t include_len;
    struct glob **exclude;
    size_t exclude_len;
    struct str stdin_filename; /* of "-"; empty: shown as "<stdin>" */
};

/*
 * The absolute form of a path, in which globs of rule files see it: links in its directory (in all
 * of it, when it is one) are resolved, the name of a file is kept. cwd is absolute. A path that is
 * not there is only made absolute.
 */
struct str discover_absolute(struct arena *arena, struct str cwd, struct str path);

/*
 * From the PATHs of the command line (none: ".") to the files to read, each once, in an order that
 * depends on nothing but names. Sets the three lists, which live in the arena.
 *
 * Given by name: a file is always taken, whatever its name and kind (fifo, /dev/stdin), a directory
 * is always searched, "-" is stdin. One that is missing or unreadable becomes an item of errors,
 * and so does an unreadable directory or ignore file below; the rest is still found.
 *
 * In a directory, entries come in the order of their names' bytes (a directory's with a final '/').
 * Left out are hidden entries, what git ignores (see ignore.h), what an exclude glob matches (also
 * whole directories), special files and broken links. With include globs the files are taken that
 * match one, or that end like requests (.json .jsonl .ndjson); without, those that end like prompts
 * or requests and are not named like documentation (README.md, though not readme.prompt). The rule
 * file itself is never taken. What lies outside root matches no glob.
 *
 * Links are followed last, after all PATHs: those to directories only into directories not searched
 * before, those to files only to files not found before. So what is there has one name, the real
 * one if there is one, and a manifest that "latest.jsonl" links to is not planned twice.
 *
 * Fails only for "-" given twice (ERROR_USAGE) or an unknown current directory.
 */
bool discover(struct arena *arena, const struct discover_options *options, const struct str *paths,
              size_t len, struct founds *founds, struct left_outs *left_outs,
              struct found_errors *errors, struct error *err);

#endif
