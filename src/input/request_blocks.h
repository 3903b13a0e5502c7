#ifndef TOKGATE_INPUT_REQUEST_BLOCKS_H
#define TOKGATE_INPUT_REQUEST_BLOCKS_H

#include "input/request_json.h"

/* A list of content blocks while it is read. */
struct block_reading {
    struct arena *arena;
    struct request *request;
    enum part_kind text_kind; /* what text blocks become */
    const char *path;         /* of the list, for messages: "messages.0.content" */
    int depth;                /* of blocks inside blocks */
    bool in_result, in_document;
};

/* Reads the array of blocks the walk is before: adds their parts and faults to the request. */
void request_read_blocks(const struct block_reading *reading, struct json_walk *walk);

/* True when the text has nothing but white space, which the API refuses. */
bool request_is_blank(struct str text);

#endif
