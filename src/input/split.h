#ifndef TOKGATE_INPUT_SPLIT_H
#define TOKGATE_INPUT_SPLIT_H

#include "input/extent.h"
#include "input/reader.h"

/*
 * How manifests are cut into entries. A vendor's records come in the same few ways: as JSON lines,
 * as a list in a body, as a bare array. What cannot be told apart becomes an entry with a problem,
 * and what follows it is looked at all the same where that makes sense.
 */
enum split_state {
    SPLIT_UNDECIDED,
    SPLIT_LINES,
    SPLIT_BODY,
    SPLIT_ARRAY,
    SPLIT_LATER, /* states that the split of a list has besides */
};

/* JSON lines; also objects that are glued together on one line, or go over several. */
bool split_lines(struct splitting *splitting, struct entry *entry, struct error *err);

/* {"requests": [...]} */
bool split_body(struct splitting *splitting, struct entry *entry, struct error *err);

/* [...] */
bool split_array(struct splitting *splitting, struct entry *entry, struct error *err);

/* Whatever of these three the source begins like. */
bool split_records(struct splitting *splitting, struct entry *entry, struct error *err);

/* The list of a body or an array, from the state that was chosen. */
bool split_list(struct splitting *splitting, struct entry *entry, struct error *err);

/* White space, and the record separator of RFC 7464 (JSON text sequences). */
bool split_is_space(char c);

/* Which way records come that begin like this: SPLIT_LINES, SPLIT_BODY or SPLIT_ARRAY. */
enum split_state split_choose(struct str window);

/* Whether the object that extent is in goes on after the line end it is at. window shows what
 * follows, is_whole: to the end of the source; is_spread: the object's first line is a brace alone.
 * On true, extent is after the white space; on false with *wants_more the window is too short to
 * tell. */
bool split_goes_on(struct extent *extent, struct str window, bool is_spread, bool is_whole,
                   bool *wants_more);

/* Whether an entry of one of the vendors begins there, by its first member; so much of it is
 * enough. */
enum { SPLIT_BEGINNING_BYTES = 256 };
bool split_begins_entry(struct str text);

/* Where in the text, which is not one sound object, the next entry begins behind the place where it
 * is broken; its length when none does, or when there were too many such texts: each costs a look
 * at all of it. A string that is not closed may have swallowed the beginning. */
size_t split_find_next(struct splitting *splitting, struct str text);

#endif
