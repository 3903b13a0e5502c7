#ifndef TOKGATE_PLAN_RESULT_READING_H
#define TOKGATE_PLAN_RESULT_READING_H

#include "json/walk.h"
#include "plan/result.h"

/* What the files that read a line of results share. */

/* A line while it is read. */
struct result_reading {
    struct arena *arena;
    struct json_walk *walk;
    struct result *result;
    struct result_problem *problem;
    bool has_id, has_outcome, is_request, has_error;
    int64_t written; /* cache_creation_input_tokens */
    bool has_split;  /* of it: cache_creation */
    int depth;       /* of error in error */
};

struct result_member {
    struct str name;
    void (*read)(struct result_reading *reading);
};

/* Takes note of what is wrong, unless something else was wrong before. */
void result_fail(struct result_reading *reading, size_t at, struct str text);

/* True when there is a value of that type; null is as good as none. */
bool result_expect(struct result_reading *reading, enum json_type type, const char *what);

/* Whether there was a text. */
bool result_take_text(struct result_reading *reading, const char *what, struct str *into);
void result_take_tokens(struct result_reading *reading, const char *what, int64_t *into);

/* Reads the members that are listed (the list ends with one that has no read), skips the others. */
void result_read_members(struct result_reading *reading, const struct result_member *members);

/* The usage of an answer. */
void result_read_usage(struct result_reading *reading);

#endif
