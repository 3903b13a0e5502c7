#ifndef TOKGATE_CATALOG_FACTS_H
#define TOKGATE_CATALOG_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "json/walk.h"

/*
 * The JSON files of rules/catalog, as trees that were built with tokgate (cmd/mkembed/facts.c).
 * They are not struct json_node because those hold pointers, and each pointer in constant data is
 * one that every start has to correct, on a page it then has to copy: 0.1 ms for the whole catalog.
 */
struct fact {
    uint32_t name, name_len; /* as a member; both of embedded_texts */
    uint32_t text, text_len; /* JSON_STRING */
    uint32_t first, next;    /* of embedded_facts; 0: none */
    uint16_t len;            /* JSON_OBJECT, JSON_ARRAY: how many are in it */
    uint8_t type;            /* enum json_type */
    bool is_true;            /* JSON_BOOL */
    double number;           /* JSON_NUMBER */
};

extern const struct fact embedded_facts[]; /* the first: an object of all files by their names */
extern const char embedded_texts[];

/* The tree of a file of rules/catalog, or NULL. */
const struct fact *fact_file(const char *name);

/* The member of that name, or NULL (also when object is NULL or no object). */
const struct fact *fact_get(const struct fact *object, const char *name);

/* for (const struct fact *each = fact_first(list); each; each = fact_next(each)); NULL has none. */
const struct fact *fact_first(const struct fact *list);
const struct fact *fact_next(const struct fact *fact);

struct str fact_name(const struct fact *fact);
struct str fact_string(const struct fact *fact); /* empty when it is none */

/* Typed members with a fall-back for when there is none of that type. */
struct str fact_text(const struct fact *object, const char *name);
int64_t fact_integer(const struct fact *object, const char *name, int64_t fallback);
double fact_double(const struct fact *object, const char *name, double fallback);
bool fact_bool(const struct fact *object, const char *name, bool fallback);

/* A member of an object, and where it goes in a struct: read() gets the place. */
struct fact_member {
    struct str name;
    size_t offset;
    void (*read)(const struct fact *fact, void *place);
};

/* Reads all members that are listed; what is not there stays as it is. Quick where the list has the
 * order of the file: each is looked for behind the one found last. */
void fact_read(const struct fact *object, const struct fact_member *members, size_t len,
               void *into);

#endif
