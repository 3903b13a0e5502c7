#ifndef TOKGATE_CHECK_MANIFEST_CHECK_H
#define TOKGATE_CHECK_MANIFEST_CHECK_H

#include "check/check.h"

/*
 * The rules on one manifest as a whole. Of a plan, whose manifests are one submission, ids are not
 * compared here. It takes its requests one after the other and keeps no more
 * of them than the rules in force need: their sums, and where an id must be unique, what
 * base/repeats.h keeps of each (32 bytes, and files from some hundred thousand on).
 */
struct manifest_check;

/* NULL when no rule on whole manifests is in force. temporary: directory for files. findings_max:
 * so many findings of one rule are added, more are counted. To be closed with manifest_check_close.
 */
struct manifest_check *manifest_check_open(const struct checker *checker,
                                           const struct source *source,
                                           const struct settings *settings,
                                           const struct manifest_limits *limits,
                                           struct str temporary, size_t findings_max);
void manifest_check_close(struct manifest_check *check); /* NULL is fine */

/* Whether ids are compared: then manifest_check_add wants their places. */
bool manifest_check_needs_ids(const struct settings *settings,
                              const struct manifest_limits *limits);

/* Whether an id of a request that has faults is the text that it was: half of a surrogate pair
 * reads as U+FFFD, as any other half does. */
bool manifest_check_is_text(struct str id);

/* Whether the request has an id that can be compared with others. */
bool manifest_check_has_id(const struct request *request);

/* Takes a request; id_place is where its custom_id is, if it has one. Fails (ERROR_FAILED) when the
 * ids can no longer be compared; everything else goes on. */
bool manifest_check_add(struct manifest_check *check, const struct request *request,
                        struct place id_place, struct error *err);

/* What is not in the findings. */
struct manifest_rest {
    size_t waived;
    size_t more; /* findings beyond findings_max */
    enum severity worst_more;
};

/* Adds the findings; none of a manifest that has nothing for Claude. Fails as manifest_check_add,
 * with those of the other rules added. */
bool manifest_check_end(struct manifest_check *check, struct findings *findings,
                        struct manifest_rest *rest, struct error *err);

#endif
