#ifndef TOKGATE_INPUT_REQUEST_JSON_H
#define TOKGATE_INPUT_REQUEST_JSON_H

#include "input/request.h"
#include "json/walk.h"

/*
 * Reads the JSON body of a Messages API request: the next value of the walk, which must be an
 * object. Fields and their types are those of the vendor's OpenAPI description (2026-08) and the
 * API reference (2026-08-22); unknown fields are left alone. Faults go to the request; a JSON
 * problem stays in the walk for request_json_finish.
 */
void request_json_read(struct arena *arena, struct json_walk *walk, struct request *request);

/* Ends the walk and turns its problem, if any, into a fault. */
void request_json_finish(struct json_walk *walk, struct request *request);

/* True when the next value is of one of the types; else it is skipped, with a fault "<path> must be
 * ..., not ...". A JSON problem gives false without a fault. */
bool request_json_expect(struct json_walk *walk, struct request *request, unsigned types,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Takes a cache_control; false when the value is no object. *is_1h: its ttl is "1h", not the five
 * minutes it has else (build-with-claude/prompt-caching, 2026-08-22). */
bool request_json_cache_control(struct json_walk *walk, bool *is_1h);

/* The members of a request body that are more than a type (request_edits.c, request_messages.c,
 * request_tools.c). */
void request_read_messages(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_system(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_tools(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_tool_choice(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_thinking(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_output(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_edits(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_mcp_servers(struct arena *arena, struct json_walk *walk, struct request *request);

#endif
