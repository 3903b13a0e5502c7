#ifndef TOKGATE_INPUT_RECORD_H
#define TOKGATE_INPUT_RECORD_H

#include "input/request_json.h"
#include "input/shape.h"

/* The records of other vendors' batches: an id, and a body that is a request, or stands for one. */

struct record {
    struct str body; /* raw JSON; empty: none */
    enum json_type body_type;
    size_t body_at;
    struct json_text method, url; /* OpenAI's; raw empty: none */
    bool has_url;
};

/* Walks the entry: sets custom_id, and the record from the member of that name. What is wrong with
 * it becomes faults. True when it is an object of sound JSON with a body that is one, too. */
bool record_read(struct arena *arena, struct request *request, const char *body_name,
                 struct record *record);

/* A vendor whose records hold the body of a Messages request without its model, but with a version,
 * by which those for Claude are known. */
struct record_form {
    const char *body_name; /* "modelInput" */
    const char *version;   /* value of anthropic_version */
    const char *vendor;    /* for messages */

    /* Bodies that are not for Claude, and how they are called; spec NULL: the end. */
    const struct record_other {
        const char *spec, *name;
    } * others;
};

void record_parse(struct arena *arena, struct request *request, const struct record_form *form);

#endif
