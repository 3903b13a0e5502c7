#ifndef TOKGATE_COUNT_OFFLINE_READING_H
#define TOKGATE_COUNT_OFFLINE_READING_H

/*
 * A normalised text on its way to tokens, run by run. Runs are maximal: letters, digits,
 * punctuation, white space, and the hard rest. Each reader below takes the place where a run of its
 * class starts and returns where it ends; between two runs only this struct remembers.
 */

#include <stdbool.h>
#include <stdint.h>

#include "count/offline/keys.h"
#include "count/offline/tokenizer.h"

struct reading {
    struct tokenizer *tokenizer;
    const uint8_t *start, *end;
    int64_t tokens;
    bool head_is_space;    /* what stands before start counts as a space */
    bool after_word_end;   /* the marked stream so far ends with a word-end */
    bool space_is_pending; /* a single space, free if the next run opens with a word-begin */
    bool takes_border;     /* the run before takes a marker of its own on its right */
    bool tiling_is_open;   /* the run before is in the tiling: pieces may span both */
    bool has_replacements; /* runs of U+FFFD cost by their length, whatever stands beside them */
};

/* Reads one run, of any class. */
const uint8_t *reading_run(struct reading *reading, const uint8_t *at);

/* A run of letters, or marks that open a word. */
const uint8_t *reading_word(struct reading *reading, const uint8_t *at);

/* A run of hard characters of one kind, with the punctuation after symbols that may join them. */
const uint8_t *reading_hard(struct reading *reading, const uint8_t *at);

/* Where a character of two or three bytes, which stands before at, comes no more. */
const uint8_t *reading_again_end(const struct reading *reading, const uint8_t *at, unsigned size);

/* Where a run of punctuation ends. */
const uint8_t *reading_punct_end(const struct reading *reading, const uint8_t *at);

/* After a lone apostrophe: the length of what makes a contraction with it, or 0. */
size_t reading_contraction(const struct reading *reading, const uint8_t *at);

/* Tokens of a run with its markers (enum vocab_sides), at once; what is already in the tiling comes
 * before it. */
int64_t reading_price_marked(struct tokenizer *tokenizer, unsigned sides, const uint8_t *at,
                             size_t size);

/* What is added below counts now, or when the group of newcomers is full, or at the end. */

/* Adds a word that is not remembered, and then is under its key; NULL: it has none. */
void reading_add_new_word(struct reading *reading, const uint8_t *at, size_t size,
                          const struct price_key *key);

/* Tokens of a contraction, from its apostrophe on; remembered. */
int64_t reading_price_contraction(struct reading *reading, const uint8_t *at, size_t size);

/* Adds a run of punctuation with its markers (enum vocab_sides). */
void reading_add_punct(struct reading *reading, unsigned sides, const uint8_t *at, size_t size);

/* Nothing more comes. */
void reading_finish(struct reading *reading);

/* A run starts: whether its marked form opens with a word-begin decides about a single space
 * before.
 */
static inline void reading_meet(struct reading *reading, bool opens_with_word_begin)
{
    reading->tokens += reading->space_is_pending && !opens_with_word_begin;
    reading->space_is_pending = false;
}

static inline bool reading_borders_left(const struct reading *reading, const uint8_t *at)
{
    return at == reading->start ? reading->head_is_space : at[-1] == ' ';
}

/* Only a single space: of more, the first is not the boundary of this run. */
static inline bool reading_borders_right(const struct reading *reading, const uint8_t *at)
{
    if (reading->end - at < 2)
        return at < reading->end && *at == ' ';
    return (at[0] == ' ') & (at[1] != ' '); /* which it is cannot be foretold */
}

/* Makes room for a stream of so many bytes, at most TILING_SHORT; returns where it starts. */
static inline uint8_t *reading_newcomer(struct reading *reading, size_t size)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    if (!tiling_group_fits(&tokenizer->newcomers.group, size))
        reading->tokens += newcomers_count(&tokenizer->newcomers, tokenizer->vocab,
                                           tokenizer->family, &tokenizer->prices);
    return tiling_group_next(&tokenizer->newcomers.group);
}

/* Adds the word of so many bytes at a place. */
static inline void reading_add_word(struct reading *reading, const uint8_t *at, size_t size)
{
    const struct prices *prices = &reading->tokenizer->prices;
    if (!keys_fit(size, KEYS_WORD)) {
        reading_add_new_word(reading, at, size, NULL);
        return;
    }
    const struct price_key key = keys_of(at, reading->end, size, KEYS_WORD);
    const int64_t tokens = prices_look(prices, &key);
    reading->tokens += tokens;
    if (!tokens)
        reading_add_new_word(reading, at, size, &key);
}

struct character {
    uint32_t value;
    unsigned size;
};

/* The character at a place of valid UTF-8. */
static inline struct character character_at(const uint8_t *at)
{
    if (at[0] < 0x80)
        return (struct character){ at[0], 1 };
    if (at[0] < 0xe0)
        return (struct character){ (at[0] & 0x1fU) << 6 | (at[1] & 0x3fU), 2 };
    if (at[0] < 0xf0)
        return (struct character){ (at[0] & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU),
                                   3 };
    return (struct character){
        (at[0] & 0x07U) << 18 | (at[1] & 0x3fU) << 12 | (at[2] & 0x3fU) << 6 | (at[3] & 0x3fU), 4
    };
}

/* Tokens of a hard letter of three bytes, remembered. */
static inline int64_t reading_hard_tokens(struct tokenizer *tokenizer, const uint8_t *at)
{
    enum { SIZE = 3, LEN = 1 << 16 };
    const size_t value = (at[0] & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
    if (!tokenizer->hard_prices)
        tokenizer->hard_prices = arena_alloc(tokenizer->arena, LEN, 1);
    uint8_t *price = tokenizer->hard_prices + value;
    if (!*price)
        *price = (uint8_t)tiling_character(tokenizer->vocab, tokenizer->family, at, SIZE);
    return *price;
}

static inline const struct char_traits *reading_traits(const struct reading *reading,
                                                       const uint8_t *at, unsigned *size)
{
    const struct character character = character_at(at);
    *size = character.size;
    return vocab_traits(reading->tokenizer->vocab, character.value);
}

static inline bool reading_at_class(const struct reading *reading, const uint8_t *at,
                                    enum char_class class)
{
    unsigned size;
    return at < reading->end && reading_traits(reading, at, &size)->class == class;
}

#endif
