#ifndef TOKGATE_COUNT_OFFLINE_TOKENIZER_H
#define TOKGATE_COUNT_OFFLINE_TOKENIZER_H

/*
 * Counts the tokens of texts with a vocabulary: equal to the package the vocabulary comes from, for
 * every text (see ALGORITHM.md). It remembers the prices of words from text to text, so one for
 * each thread is kept for the run.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "count/offline/leads.h"
#include "count/offline/newcomers.h"
#include "count/offline/passages.h"
#include "count/offline/prices.h"
#include "count/offline/tiling.h"
#include "count/offline/vocab.h"

/* What the frame of a request does to the end of a text. */
enum text_tail {
    TEXT_TAIL_INSIDE,   /* nothing: the text goes on, or something else than newlines follows */
    TEXT_TAIL_NEWLINES, /* two newlines follow, one token with those at the end of the text */
    TEXT_TAIL_FREE,     /* ASCII white space at the end is not counted */
};

struct text_edges {
    bool after_word_begin; /* a word-begin stands before it, which takes in one leading space */
    enum text_tail tail;
};

struct reading;
typedef const uint8_t *blocks_reader(struct reading *reading, const uint8_t *at,
                                     const uint8_t **next);
struct tokenizer;
typedef size_t changes_finder(const struct tokenizer *tokenizer, struct str text, size_t at);

/* What runs of U+FFFD cost (replacement.h), by their markers and length; 0: not known yet. */
enum replacement_state { REPLACEMENT_UNKNOWN, REPLACEMENT_ALONE, REPLACEMENT_JOINS };
enum { REPLACEMENT_LEN_MAX = 32 };
struct replacement {
    enum replacement_state state;
    uint8_t tokens[VOCAB_SIDES_LEN][REPLACEMENT_LEN_MAX];
};

struct tokenizer {
    const struct vocab *vocab;
    enum vocab_family family;
    struct arena *arena;
    blocks_reader *read_blocks;      /* of blocks.h; NULL: run by run */
    changes_finder *next_change;     /* of changes.h */
    struct passage_reader *passages; /* NULL: none are remembered */
    struct prices prices;
    struct tiling tiling;
    struct newcomers newcomers;
    struct replacement replacement;
    struct leads leads;
    uint8_t *hard_prices; /* of hard letters of three bytes, by their number; 0: not known yet */
    uint8_t *normalized;  /* room for one piece of text */
    size_t normalized_cap;
    uint32_t *characters; /* room for one run of combining marks */
    size_t characters_cap;
};

/* The arena keeps what the tokenizer remembers, and must live as long. */
void tokenizer_init(struct tokenizer *tokenizer, const struct vocab *vocab,
                    enum vocab_family family, struct arena *arena);

/*
 * Tokens of a text. Each maximal part of it that is not valid UTF-8 counts as U+FFFD (Unicode 15.0,
 * "U+FFFD substitution of maximal subparts"; a surrogate is three of them). Linear in its size. The
 * empty text costs 1 after a word-begin, else 0.
 */
int64_t tokenizer_count(struct tokenizer *tokenizer, struct str text, struct text_edges edges);

/*
 * The first place at or after from where a text may be cut: each side then costs, inside a prompt,
 * what it costs in the whole. text.len when there is none.
 */
size_t tokenizer_cut(struct str text, size_t from);

#endif
