#ifndef TOKGATE_INPUT_SPLIT_LIST_H
#define TOKGATE_INPUT_SPLIT_LIST_H

#include "input/split.h"

/* What the files that cut a list of entries share (split_list.c, split_member.c, split_value.c). */

/* Where the split is in the skeleton around the entries. */
enum split_list_state {
    STATE_LINES = SPLIT_LINES,  /* behind a list among JSON lines */
    STATE_BODY = SPLIT_BODY,    /* before the object */
    STATE_ARRAY = SPLIT_ARRAY,  /* before a bare array */
    STATE_MEMBER = SPLIT_LATER, /* before a member, or the end of an empty object */
    STATE_COLON,                /* after the name of a member */
    STATE_VALUE,                /* before its value */
    STATE_FIRST,                /* after the bracket of requests */
    STATE_AFTER,                /* after an entry */
    STATE_NEXT,                 /* after the comma between entries */
    STATE_LOST,                 /* after something that is neither */
    STATE_MORE,                 /* after a member: a comma or the end of the object */
    STATE_END,                  /* after the object, or the bare array */
    STATE_STOP,                 /* after what cannot be understood */
};

/* A fault where the stream is; what follows cannot be understood and is let go: all of it, or the
 * line of a list among JSON lines. */
enum split_step split_break(struct splitting *splitting, struct entry *entry, const char *problem);

/* A fault where the stream is, behind which it goes on in another state. */
enum split_step split_remark(struct splitting *splitting, struct entry *entry, const char *problem,
                             enum split_list_state then);

/* The name of a member, and its value: the list of requests is entered, others are passed over. */
enum split_step split_take_name(struct splitting *splitting, struct entry *entry,
                                struct error *err);
enum split_step split_take_value(struct splitting *splitting, struct entry *entry,
                                 struct error *err);

/* A value at the front of the window. */
struct split_value {
    size_t len;   /* in the window */
    size_t taken; /* bytes of it that were let go before, as it is too large */
    bool is_cut;  /* the source ends inside of it */
    bool is_open; /* it has no end, but an entry begins behind it */
};

/* Measures the value. is_entry: others may follow though it has no end. */
bool split_measure(struct splitting *splitting, bool is_entry, struct split_value *value,
                   struct error *err);

#endif
