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

/* A cache_control while it is read. */
struct cache_mark {
    bool is_set;
    bool is_1h;
    size_t at; /* offset of its value in the entry */
};

/* Takes a cache_control, of which null is none. Its ttl is "5m", which it is without one, or "1h"
 * (build-with-claude/prompt-caching, 2026-08-22). path: of what has it. */
void request_json_cache_control(struct json_walk *walk, struct request *request, const char *path,
                                struct cache_mark *mark);

/* Adds the breakpoint of a mark that is set. holder: what it may not stand on, or NULL. */
void request_json_add_breakpoint(struct request *request, const struct cache_mark *mark,
                                 enum request_section section, const char *holder);

/* Whether the text, which stands at an offset of the entry, is one of the names. What is none of
 * them is a fault where it is a slip, else a doubt: it may be newer than this program. what: how
 * it is called, "tool_choice.type". */
bool request_json_choice(struct json_walk *walk, struct request *request, struct json_text text,
                         const char *what, const struct str *names, size_t len);

/* What must hold of the messages together: faults for calls of tools without results and the like.
 * To be asked when each message is sound. */
void request_check_turns(struct arena *arena, struct request *request);

/* Notes that the object, which is called holder ("a message"), has a member that is none of names,
 * unless it is one. at: offset of the name in the entry. */
void request_json_stray(struct arena *arena, struct request *request, const char *holder,
                        struct json_text key, const struct str *names, size_t len);

/* Looks at a schema that the API compiles, a slice of the entry that was walked before. what: whose
 * it is, "tools.0". */
void request_check_schema(struct arena *arena, struct request *request, struct str raw,
                          const char *what);

/* Whether it has nothing but [a-zA-Z0-9_-], as names and ids must; also when it is empty. */
bool request_is_id(struct str text);

/* The members of a request body that are more than a type (request_edits.c, request_messages.c,
 * request_config.c, request_tools.c). */
void request_read_messages(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_system(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_tools(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_tool_choice(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_thinking(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_output(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_output_format(struct arena *arena, struct json_walk *walk,
                                struct request *request);
void request_read_metadata(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_edits(struct arena *arena, struct json_walk *walk, struct request *request);
void request_read_mcp_servers(struct arena *arena, struct json_walk *walk, struct request *request);

#endif
