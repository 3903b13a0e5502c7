#ifndef TOKGATE_INPUT_SELECTION_H
#define TOKGATE_INPUT_SELECTION_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "input/discover.h"

/* Which names found in a directory are taken. Used by discover's own files only. All ask for the
 * absolute path; one outside options->root matches no glob. */

/* Whether an include glob matches. */
bool selection_includes(const struct discover_options *options, struct str absolute);

/* Whether an include glob names this hidden entry, as ".claude" in ".claude/commands/" and two
 * stars: then it is no more hidden than others. Never true for ".git". */
bool selection_names(const struct discover_options *options, struct str name);

/* Whether an exclude glob matches; *why (in the arena) then says which. A directory is matched with
 * and without a final '/', so that "old/" and "old" and a star after it leave it out as a whole. */
bool selection_excludes(const struct discover_options *options, struct arena *arena,
                        struct str absolute, bool is_directory, struct str *why);

/* Whether a file is taken for its name (and whether by a glob); if not, *why (in the arena). */
bool selection_takes(const struct discover_options *options, struct arena *arena,
                     struct str absolute, bool *by_glob, struct str *why);

#endif
