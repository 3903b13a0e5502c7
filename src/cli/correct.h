#ifndef TOKGATE_CLI_CORRECT_H
#define TOKGATE_CLI_CORRECT_H

#include "check/ruleset.h"
#include "cli/chunk.h"
#include "cli/command.h"
#include "count/calibration.h"

/*
 * Corrections of offline counts in a run. They stay in force to its end, whatever the API answers:
 * a report must not depend on which answer came first. What the answers say against them is said at
 * the end.
 */

/* A calibration in force: --calibration, else that of the rule file. */
struct correcting {
    struct calibration calibration;
    bool is_beside_cache;
    bool is_missing;           /* the one beside the cache was asked for: there is none yet */
    atomic_bool *contradicted; /* by index: an answer was far outside of the corrected band */
};

/* The file beside the cache, or an empty text where there is no directory for one; in the arena. */
struct str correct_cache_path(const struct run *run);

/* Reads what is asked for, nothing else. Fails (usage) when it cannot be read or is no calibration
 * file. */
bool correct_load(struct run *run, const struct ruleset *ruleset, struct correcting *correcting,
                  struct error *err);

/* That so many corrections are not used, and why. */
struct str correct_stale_text(struct arena *arena, const struct calibration *calibration);

/* Corrects the offline count of the item, which keeps in item->offline what it was. */
void correct_item(const struct correcting *correcting, const struct catalog *catalog,
                  struct item *item);

/* Takes note of the true count of an item whose count may be a corrected one. */
void correct_compare(const struct correcting *correcting, const struct item *item, int64_t actual);

/* Says what was wrong with the calibration, once, at the end; and takes corrections that answers
 * were far from out of the file, where that is the one beside the cache. */
void correct_finish(struct run *run, struct correcting *correcting);

#endif
