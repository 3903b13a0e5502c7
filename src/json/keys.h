#ifndef TOKGATE_JSON_KEYS_H
#define TOKGATE_JSON_KEYS_H

#include "json/walk.h"

/*
 * The members of the objects a walk has open, for finding duplicates in constant time each. Objects
 * close in the reverse order they were opened, so closing one takes its keys off the end and the
 * hash table needs no tombstones. It has only the keys of large objects: most walks need none.
 */
void json_keys_init(struct json_walk *walk);

/* Adds a member of the innermost object. False when it has one of the same (decoded) name. */
bool json_keys_add(struct json_walk *walk, struct json_text key);

/* Forgets the members of the innermost object, which ends. */
void json_keys_close(struct json_walk *walk);

#endif
