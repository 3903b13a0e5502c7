#ifndef TOKGATE_CLI_KEEP_H
#define TOKGATE_CLI_KEEP_H

#include "cli/pipeline.h"

/*
 * The findings that stay for the report. However many there are, some thousand of each source and
 * some ten thousand of a run are listed, so that they need some MB; the others are counted, with
 * their severity and verdict, and of each source it is said how many those are.
 */

/* Takes findings of a source over, in their order. */
void keep_findings(struct pipeline *pipeline, struct job_source *from,
                   const struct findings *findings, size_t start, size_t end);

/* Gives them to whoever wants all findings of sources (on_finding); false where nobody does. */
bool keep_hand_on(struct pipeline *pipeline, const struct findings *findings, size_t start,
                  size_t end);

/* The same as keep_findings, and handed on, for one about the source as a whole, of the rule
 * invalid-request. */
void keep_remark(struct pipeline *pipeline, struct job_source *from, struct place place,
                 enum severity severity, struct str message);

/* So many more, which nobody lists. */
void keep_more(struct pipeline *pipeline, struct job_source *from, enum severity severity,
               enum verdict verdict, size_t len);

/* After the last one: adds a finding that says how many of the source are not listed. */
void keep_end(struct pipeline *pipeline, struct job_source *from);

/* The findings of one rule that looks at all sources: as many as of one source are listed. */
struct kept_rule {
    size_t len;               /* listed */
    struct unlisted unlisted; /* the others */
    const char *rule;
    struct str path; /* of the first of those, and its place */
    struct place place;
};

/* Takes a finding over. */
void keep_of_rule(struct pipeline *pipeline, struct kept_rule *kept, const struct finding *finding);

/* So many more like this one, which nobody lists. */
void keep_more_of_rule(struct pipeline *pipeline, struct kept_rule *kept,
                       const struct finding *finding, size_t len);

/* After the last one: adds a finding that says how many are not listed. */
void keep_rule_end(struct pipeline *pipeline, const struct kept_rule *kept);

#endif
