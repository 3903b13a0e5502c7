#ifndef TOKGATE_PLAN_SPLIT_DIRECTORY_H
#define TOKGATE_PLAN_SPLIT_DIRECTORY_H

#include "base/list.h"
#include "plan/split.h"

#define SPLIT_PLAN "plan.json"
#define SPLIT_JOURNAL                                                                              \
    ".tokgate-split" /* while chunks are written: the plan, then finished chunks */

/* A chunk that was finished by an earlier run of the same plan. */
struct split_done {
    struct str name, hex;
};

/* The directory chunks go to, held by one run at a time. */
struct split_directory {
    struct arena *arena;
    struct str path;
    int fd;
    int journal;               /* -1: none */
    struct strs chunks, parts; /* names of files in it, when it was opened */
    bool has_plan, is_same;
    struct {
        struct arena *arena;
        struct split_done *items;
        size_t len, cap;
    } done;
    struct seen done_seen; /* where in it a name is */
};

/* What a plan is to replace in a directory. */
struct split_claim {
    struct str path, plan;
    const struct split_sources *sources; /* none of them may be replaced */
    bool force;                          /* files of another plan go */
};

/* Whether a file of that name in the directory is the plan's: plan.json, chunk-00001.json. */
bool split_directory_owns(struct str name);

/* Opens it, made where it is not there; cleans up after runs of the same plan that were aborted.
 * Fails (usage) when a source is among the files that it owns, when it has files of another plan,
 * unless they may go; and when another run holds it. split_directory_close in any case. */
bool split_directory_open(struct split_directory *directory, struct arena *arena,
                          const struct split_claim *claim, struct error *err);

/* The hash of a chunk that an earlier run of the plan finished, or an empty text. */
struct str split_directory_done(const struct split_directory *directory, const char *name);

/* Notes that a chunk is finished; before it gets its name. */
bool split_directory_note(struct split_directory *directory, const char *name, const char *hex,
                          struct error *err);

/* All is there: the journal goes. */
bool split_directory_end(struct split_directory *directory, struct error *err);
void split_directory_close(struct split_directory *directory);

#endif
