#ifndef TOKGATE_INPUT_SHAPE_H
#define TOKGATE_INPUT_SHAPE_H

#include "input/reader.h"
#include "json/walk.h"

/*
 * What a JSON object looks like, by the names of its members: enough to tell the records of one
 * vendor from another's, and requests from results.
 *
 * A shape is written as names with spaces between them, all of which must hold: "custom_id" is a
 * member, "request.contents" a member of an object, "type=error" a string, "id=msgbatch_*" its
 * beginning, and "-result" must not be there.
 */

enum { FACTS_MAX = 96 };

struct shape_fact {
    struct str parent; /* of a member of a member, else empty */
    struct str name;
    enum json_type type;
    struct str value; /* of a string, not decoded */
    size_t at;        /* of the value, in what was looked at */
};

struct shape {
    size_t len;
    struct shape_fact facts[FACTS_MAX + 1];
    bool is_cut; /* the text ends inside the object: more may follow */
};

/* The members of the object that text begins with and of the objects in it, in order, as far as it
 * is sound JSON; the first FACTS_MAX of them. */
void shape_read(struct str text, struct shape *shape);

/* The first member of that name ("a" or "a.b"), or NULL. */
const struct shape_fact *shape_find(const struct shape *shape, struct str name);

bool shape_is(const struct shape *shape, const char *spec);

/* Whether one of the first records of the source has one of the shapes; a NULL ends them. */
enum match shape_detect(const struct head *head, const char *const *specs);

/* What a source that nothing reads is, when its shape is known: "results of ...: give ..." in the
 * arena, or an empty text. must_be_json: not when it may as well be a prompt. */
struct str shape_foreign(const struct head *head, bool must_be_json);

/* The same for text that is no JSON. */
struct str shape_foreign_text(struct arena *arena, struct str text);

#endif
