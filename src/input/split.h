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

/* How cutting went on. */
enum split_step {
    STEP_ON,    /* into another state */
    STEP_ENTRY, /* *entry is the next one, or a remark */
    STEP_END,   /* the source ended where it may */
    STEP_ERROR, /* reading failed */
};

/* JSON lines; also objects that are glued together on one line, or go over several, commas between
 * them, and lists of them where a line should be one. */
bool split_lines(struct splitting *splitting, struct entry *entry, struct error *err);

/* {"requests": [...]} */
bool split_body(struct splitting *splitting, struct entry *entry, struct error *err);

/* [...] */
bool split_array(struct splitting *splitting, struct entry *entry, struct error *err);

/* Whatever of these three the source begins like. */
bool split_records(struct splitting *splitting, struct entry *entry, struct error *err);

/* One step through JSON lines, and through the list of a body or an array. */
enum split_step split_lines_on(struct splitting *splitting, struct entry *entry, struct error *err);
enum split_step split_list_on(struct splitting *splitting, struct entry *entry, struct error *err);

/* What stands between JSON lines and is no entry (split_between.c). */

/* Length of commas and brackets at the front of the text, as they stand between the entries of a
 * list, to the end of the line or to what begins behind them; 0: there is none, or more than that.
 * is_whole: nothing follows the text. */
enum { SPLIT_STRAY_MAX = 4096 };
size_t split_stray_len(struct str text, bool is_whole);

/* Takes what may stand there off the stream, in front of which it is: commas, brackets, the
 * beginning of a list. STEP_ON: there was something, of which nothing is to be said. STEP_END:
 * there is nothing of that kind. */
enum split_step split_between(struct splitting *splitting, struct entry *entry, struct error *err);

/* At the end of the source: what was not said one by one. False when there is nothing. */
bool split_owed(struct splitting *splitting, struct entry *entry);

/* Goes past the rest of a line of any length, adding it up. */
bool split_skip_line(struct stream *stream, size_t *size_bytes, struct error *err);

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
 * is broken; its length when none does. A string that is not closed may have swallowed the
 * beginning. */
size_t split_find_next(struct splitting *splitting, struct str text);

/*
 * An object without an end can be told from one whose end is far only by a look at all that
 * follows. Where many have none, each such look would be in vain: once they were many bytes, what
 * follows is looked at in pieces, each of them twice as large as the one before, until another
 * entry begins in the first half of it. So all looks together stay linear.
 */

/* How much is looked at, having looked at so much; SIZE_MAX: all of it. */
size_t split_look_bytes(const struct splitting *splitting, size_t seen_bytes);

/* Whether another entry begins in the first half of the piece, which holds no end. */
bool split_is_open(struct str piece);

#endif
