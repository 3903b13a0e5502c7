#ifndef TOKGATE_PLAN_RESULT_H
#define TOKGATE_PLAN_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* How a request of a batch ended (build-with-claude/batch-processing, 2026-08-22). */
enum outcome {
    OUTCOME_SUCCEEDED,
    OUTCOME_ERRORED,
    OUTCOME_CANCELED,
    OUTCOME_EXPIRED,
    OUTCOMES_LEN,
};

/* "succeeded", "errored", "canceled", "expired" */
const char *outcome_name(enum outcome outcome);

/* Tokens an answer was billed for (api/messages, 2026-08-22); those of input, writes and reads are
 * apart from each other. */
struct usage {
    int64_t input, write_5m, write_1h, read, output;
    int64_t web_searches;
};

/* One line of a file of results. */
struct result {
    struct str id;
    enum outcome outcome;
    bool has_usage; /* with tokens of input and output; else all are 0 */
    struct usage usage;
    struct str model, stop_reason;        /* or empty */
    struct str service_tier, geo, speed;  /* of usage, or empty */
    struct str error_type, error_message; /* or empty */
};

struct result_problem {
    struct str text; /* a finding's message */
    size_t at;       /* offset in the line */
    bool is_foreign; /* well-formed JSON, but no result: a request, or something else */
};

/*
 * Reads one line of results: of Message Batches {"custom_id", "result": {"type", "message" or
 * "error"}}; of Amazon Bedrock {"recordId", "modelOutput" or "error"}, of Google {"custom_id",
 * "response", "status"}, and of the OpenAI form {"custom_id", "response": {"status_code", "body"},
 * "error"}. False with *problem when it is none. Texts live in the arena or point into the line.
 */
bool result_read(struct arena *arena, struct str line, struct result *result,
                 struct result_problem *problem);

#endif
