#ifndef TOKGATE_JSON_TREE_H
#define TOKGATE_JSON_TREE_H

#include "base/error.h"
#include "base/locate.h"
#include "json/walk.h"

/*
 * A whole JSON text as a tree, for what is the size of a configuration: rule files, the catalog,
 * API answers. Built by the strict walk, so every node knows its byte offset, and nothing is
 * rounded, dropped or guessed.
 */
struct json_node {
    enum json_type type;
    bool is_true;                  /* JSON_BOOL */
    size_t at;                     /* offset of the value */
    struct str name;               /* as a member: its decoded name */
    size_t name_at;                /* and the offset of that */
    struct str text;               /* JSON_STRING: decoded; JSON_NUMBER: as written */
    const struct json_node *first; /* JSON_OBJECT, JSON_ARRAY: members or elements, in order */
    const struct json_node *next;
    size_t len; /* how many of them */
};

struct json_problem {
    const char *text;
    struct str name; /* of a duplicate member, else empty */
    size_t at;
};

/* NULL and *problem when text is not exactly one well-formed JSON value. The tree lives in the
 * arena and points into text. A lone surrogate is a problem here. */
struct json_node *json_parse(struct arena *arena, struct str text, struct json_problem *problem);

/* The text with comments (line and block, outside strings) overwritten by spaces, so that offsets
 * stay true. False when a block comment is not closed (*at is where it starts). */
bool json_blank_comments(struct arena *arena, struct str text, struct str *blanked, size_t *at);

/* The member of that name, or NULL (also when object is NULL or no object). */
const struct json_node *json_get(const struct json_node *object, const char *name);

/* Typed members with a fall-back for when there is none of that type. */
struct str json_get_text(const struct json_node *object, const char *name);
int64_t json_get_integer(const struct json_node *object, const char *name, int64_t fallback);
double json_get_double(const struct json_node *object, const char *name, double fallback);
bool json_get_bool(const struct json_node *object, const char *name, bool fallback);

#endif
