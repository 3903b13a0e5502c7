#ifndef TOKGATE_MKVOCAB_STATES_H
#define TOKGATE_MKVOCAB_STATES_H

/*
 * What can be under way in a word, letter by letter.
 *
 * While a stream is covered from its start on, all that matters of what was read is the pieces that
 * may be under way, and the least tokens before each of them, compared to the least tokens of all
 * that was read. Every letter leads from such a state to another, and changes those least tokens by
 * one more, none, or fewer. There are few states, and fewer that differ in what may still come.
 */

#include <stddef.h>
#include <stdint.h>

/* A letter is a symbol by its lowest bits, as in src/count/offline/vocab.h; the other bytes of a
 * stream are beside them, the end of the word first. */
enum {
    SYMBOL_END = 0,
    SYMBOL_BOW = 27,
    SYMBOL_SHIFT = 28,
    SYMBOL_CAPS = 29,
    SYMBOLS_LEN = 64,
};

/* An edge: the state it leads to, and the change of tokens. */
enum { EDGE_TOKENS_BITS = 4, EDGE_NO_TOKENS = 1 << (EDGE_TOKENS_BITS - 1) };

static inline uint32_t edge_of(uint32_t state, int tokens)
{
    return state << EDGE_TOKENS_BITS | (uint32_t)(tokens + EDGE_NO_TOKENS);
}

/* Of all letters, and of the end, which leads to state 0; what is no symbol of a word is 0. */
typedef uint32_t state_edges[SYMBOLS_LEN];

enum { OPENINGS_MAX = 3 };

struct states {
    state_edges *edges;
    size_t len;
    uint32_t openings[OPENINGS_MAX]; /* edges from before the word */
    size_t openings_len;
};

/* One stream of symbols. */
struct symbols {
    const uint8_t *items;
    size_t len;
};

/* All states of words that begin with one of the openings, no two of which are the same in what may
 * come; to be given back with free(). Ends the program where numbers are out of range. */
struct states states_make(const struct symbols *pieces, size_t pieces_len,
                          const struct symbols *openings, size_t openings_len);

#endif
