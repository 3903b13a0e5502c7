#ifndef TOKGATE_JSON_BLOCKS_H
#define TOKGATE_JSON_BLOCKS_H

#include "base/str.h"

/*
 * The insides of long strings, sixty-four bytes at a time: all that is common in them. What is
 * rare, and what is near the end of the text, is left to scan.c.
 */
enum { JSON_BLOCKS_REST = 17 };

struct json_blocks {
    /* From a place in a string that is not inside an escape to the first thing that needs a look: a
     * quote that is not escaped, a control character or one beyond ASCII, the backslash of a rare
     * escape; or to where fewer bytes than a block are left, before an escape that is cut. Sets
     * *escaped when it goes past a backslash. */
    size_t (*skip)(struct str text, size_t from, bool *escaped);

    /* Writes what stands from *at on in the raw string to out, which has room for as many bytes as
     * are left: up to a \u escape, or to where fewer than JSON_BLOCKS_REST bytes are left, which
     * *at is then. Returns how many bytes it wrote. */
    size_t (*decode)(struct str raw, size_t *at, char *out);
};

/* The fastest that this processor can run. */
const struct json_blocks *json_blocks_choose(void);

extern const struct json_blocks json_blocks_narrow;

/* Compiled for AVX2; NULL where the compiler makes no such code. */
extern const struct json_blocks *const json_blocks_wide;

/* What stands after the backslash of an escape, and its character; NUL where there is none. */
static const char json_letters[256] = {
    ['"'] = '"',  ['/'] = '/',  ['\\'] = '\\', ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n', ['r'] = '\r',  ['t'] = '\t',
};

#endif
