#ifndef TOKGATE_CLI_OTHERS_H
#define TOKGATE_CLI_OTHERS_H

#include "check/finding.h"
#include "input/request.h"

/* The records of a source that are not for Claude: said once for all of them. */
enum { OTHERS_NAMED_MAX = 4 };

struct others {
    size_t len;
    struct place first;                 /* of the first record */
    struct str names[OTHERS_NAMED_MAX]; /* of models and endpoints, each once, in order */
    size_t names_len;
    bool has_more_names;
};

/* Counts the record; what must stay of it is copied into the arena. */
void others_add(struct others *others, struct arena *arena, const struct request *request);

/* "3 records are not for Claude (gpt-4o-mini, /v1/embeddings): not counted". */
struct str others_text(struct arena *arena, const struct others *others, bool are_all);

#endif
