#ifndef TOKGATE_INPUT_REQUEST_TOOLS_H
#define TOKGATE_INPUT_REQUEST_TOOLS_H

#include "input/request_json.h"

/* Members that tools of some types must have beside type and name. */
enum tool_member {
    TOOL_MEMBER_HEIGHT = 1 << 0,
    TOOL_MEMBER_WIDTH = 1 << 1,
    TOOL_MEMBER_MODEL = 1 << 2,
    TOOL_MEMBER_SERVER = 1 << 3,
};

/* A tool definition while it is read: the members that matter. */
struct tool {
    size_t at, schema_at; /* offsets in the entry */
    struct json_text type, name;
    struct str schema;    /* raw; empty: none */
    struct json_text odd; /* the first member that no custom tool has */
    struct cache_mark mark;
    unsigned members; /* enum tool_member */
    bool has_empty_type, is_deferred, has_schema, has_schema_type, has_examples, is_strict;
    bool is_altered; /* it has others than any definition of that type must have */
};

/* Notes a member that some types of tools must have, or that no custom tool has. */
void request_tool_note(struct tool *tool, struct json_text key);

/* Adds a fault when a tool that the API defines has not the name or the members it must have, or a
 * type that is a slip; a doubt when nobody knows such a type. */
void request_tool_check_type(struct json_walk *walk, struct request *request,
                             const struct tool *tool);

/* Notes the stray member of a custom tool. */
void request_tool_check_members(struct arena *arena, struct request *request,
                                const struct tool *tool);

/* Adds a fault when the name of a custom tool has a form that the API refuses. */
void request_tool_check_name(struct arena *arena, struct request *request, const struct tool *tool);

#endif
