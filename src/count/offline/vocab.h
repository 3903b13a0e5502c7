#ifndef TOKGATE_COUNT_OFFLINE_VOCAB_H
#define TOKGATE_COUNT_OFFLINE_VOCAB_H

/*
 * The vocabulary of both tokenizer generations as one read-only table: made by
 * cmd/mkvocab/mkvocab.py from the package ctok (unofficial, MIT), embedded in the binary, or read
 * from a file (--vocab). Nothing is done to it at start-up: the structs below are the bytes of the
 * file, little-endian, every section at a multiple of 8 from its start.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum {
    VOCAB_FORMAT = 3,
    VOCAB_SECTIONS_LEN = 10,
    VOCAB_INDEX_LEN = 0x110000 / 256,
    VOCAB_PIECE_MAX = 256, /* bytes of the longest piece */
};

enum vocab_family { VOCAB_V3, VOCAB_NEW, VOCAB_FAMILIES_LEN };

/* Where a section lies, in bytes from the start of the table. */
struct vocab_section {
    uint32_t at, size;
};

struct vocab_header {
    char magic[8]; /* "tokvocab" */
    uint32_t format;
    uint32_t size;     /* of the whole table */
    uint64_t checksum; /* FNV-1a of all that follows */
    uint32_t unicode;  /* version of the classes and of NFC: major << 16 | minor << 8 | patch */
    uint32_t sections_len;
    uint32_t reserved;
    char package[20]; /* version of the package it was made from, padded with NUL */
    struct vocab_section trie, index, blocks, traits, families, automata, rows, slots, labels,
        licence;
};

/* Bytes of the trie that stand for markers; no UTF-8 text holds them. */
enum {
    VOCAB_BOW = 0xf8,
    VOCAB_EOW = 0xf9,
    VOCAB_SHIFT = 0xfa,
    VOCAB_CAPS = 0xfb,
    VOCAB_PREFIX = 0xfc, /* what follows is a byte prefix, not a piece */
};

/* What a unit of the trie holds: the byte of the edge to it, a bit for each family that has a piece
 * ending here, and the base of its children: the child for byte b is unit base ^ b, if that has
 * byte b. Unit 0 is the root. */
enum { VOCAB_END_SHIFT = 8, VOCAB_BASE_SHIFT = 10 };

enum char_class { CHAR_WORDY, CHAR_DIGIT, CHAR_PUNCT, CHAR_SPACE, CHAR_HARD };
enum char_kind { CHAR_LETTER, CHAR_NUMBER, CHAR_SYMBOL }; /* of a hard character */

enum char_flag {
    CHAR_STRAY = 1 << 0,        /* a mark that opens a word where no letter stands before it */
    CHAR_UPPER = 1 << 1,        /* has a lower case */
    CHAR_LOWER = 1 << 2,        /* is a lower case */
    CHAR_CASELESS = 1 << 3,     /* a letter or mark that has no case */
    CHAR_BORDER = 1 << 4,       /* takes a marker on a side that borders a space */
    CHAR_SELECTOR = 1 << 5,     /* a variation selector: rides the character before it */
    CHAR_DIGIT_BORDER = 1 << 6, /* takes markers as part of a run of numbers */
    CHAR_DECIMAL = 1 << 7,      /* Nd of the first plane */
    CHAR_OTHER_NUMBER = 1 << 8, /* No of the first plane */
    CHAR_NFC = 1 << 9,          /* NFC may change it, or join it to what stands before */
    CHAR_DROPPED = 1 << 10,     /* controls, private use: removed before counting */
    CHAR_AS_SPACE = 1 << 11,    /* counted as U+0020 */
    CHAR_CURLY_QUOTE = 1 << 12, /* counted as ' or " where the family folds quotes */
    CHAR_KEEPS_CASE = 1 << 13,  /* U+1E9E: no word with it gets a case marker */
    CHAR_NO_CAPITAL = 1 << 14,  /* U+0130: no capital, but stays as it is */
    CHAR_SARA_AA = 1 << 15,     /* U+0E32: with U+0E4D before it, it is U+0E33 */
};

/* What a code point is to the tokenizers. */
struct char_traits {
    uint8_t class, kind, combining_class, reserved;
    uint16_t flags, reserved_too;
    int32_t lower_delta; /* its lower case minus itself */
};

/* Tokens of a run of len equal bytes: cost[len], and past its end one more for every period. */
enum { VOCAB_LADDER_LEN = 256 };
struct vocab_ladder {
    uint16_t period;
    uint8_t cost[VOCAB_LADDER_LEN];
};

enum vocab_run { VOCAB_SPACES, VOCAB_TABS, VOCAB_NEWLINES, VOCAB_DIGITS, VOCAB_RUNS_LEN };
enum vocab_sides { VOCAB_WITH_BOW = 1, VOCAB_WITH_EOW = 2, VOCAB_SIDES_LEN = 4 };

struct vocab_family_traits {
    uint8_t folds_quotes;
    uint8_t caps_min; /* letters of a word in capitals that get a caps marker; 0: none does */
    uint8_t reserved[2];
    struct vocab_ladder ladders[VOCAB_RUNS_LEN];
    uint8_t punct[VOCAB_SIDES_LEN][128]; /* tokens of one ASCII punctuation mark, by its markers */
};

/* What stands before the letters of a word: word-begin, after a case marker or alone. */
enum vocab_opening { VOCAB_PLAIN, VOCAB_SHIFTED, VOCAB_IN_CAPS, VOCAB_OPENINGS_LEN };

/*
 * Words of ASCII letters, one step a letter (cmd/mkvocab/states.h). An edge leads to the next state
 * and says by how much the letter changes the least tokens of what was read so far. Most of a
 * state's edges are those of a row, which it shares with others; its own are in slots: the one of a
 * symbol, which is letter & 63, or VOCAB_SYMBOL_END, at base ^ symbol, if that has the symbol as
 * its label. An edge is the base of the next state, its row, and tokens + VOCAB_EDGE_NO_TOKENS. The
 * tokens of an opening, of all letters and of the end are the price of the word.
 */
enum {
    VOCAB_ROW_LEN = 64,
    VOCAB_SYMBOL_END = 0,
    VOCAB_EDGE_ROW_SHIFT = 18,
    VOCAB_EDGE_TOKENS_SHIFT = 28,
    VOCAB_EDGE_NO_TOKENS = 8,
    VOCAB_SLOTS_MAX = 1 << VOCAB_EDGE_ROW_SHIFT,
    VOCAB_ROWS_MAX = 1 << (VOCAB_EDGE_TOKENS_SHIFT - VOCAB_EDGE_ROW_SHIFT),
};
typedef uint32_t vocab_row[VOCAB_ROW_LEN];

struct vocab_automaton {
    uint32_t rows_at, rows_len;            /* of no length where a family has no automaton */
    uint32_t slots_at, slots_len;          /* multiples of VOCAB_ROW_LEN */
    uint32_t openings[VOCAB_OPENINGS_LEN]; /* edges; 0 where the family has no such marker */
    uint32_t reserved;
};

/* A table by its parts. */
struct vocab {
    const struct vocab_header *header;
    const uint32_t *trie;
    size_t trie_len;
    const uint8_t *index;  /* block of 256 code points, by code point / 256 */
    const uint8_t *blocks; /* number of traits, by block * 256 + code point % 256 */
    const struct char_traits *traits;
    const struct vocab_family_traits *families; /* VOCAB_FAMILIES_LEN */
    const struct vocab_automaton *automata;     /* VOCAB_FAMILIES_LEN */
    const vocab_row *rows;
    const uint32_t *slots;
    const uint8_t *labels; /* of the slots */
    struct str licence;    /* of the package */
};

/* The table in the binary (made by cmd/mkvocab/embed.c), or NULL in a build without one. */
const struct vocab *vocab_embedded(void);

/*
 * The table in bytes, after looking at magic, format, bounds, checksum and every value the counter
 * will follow: whatever passes can be counted with safely. bytes must be aligned to 8 and outlive
 * the table. Fails with what is wrong (ERROR_USAGE), and always where bytes of a number are not in
 * the order of the file, little-endian; the embedded table works there too.
 */
bool vocab_from_bytes(struct str bytes, struct vocab *vocab, struct error *err);

/* The table in a file of at most 16 MB; it lives in the arena. Fails as vocab_from_bytes, or when
 * the file cannot be read, with the path in front (ERROR_USAGE). */
bool vocab_read(struct arena *arena, struct str path, struct vocab *vocab, struct error *err);

/* What a reader needs to know of the table: "ctok 1.3.0, Unicode 15.1". */
struct str vocab_name(struct arena *arena, const struct vocab *vocab);

/* Of any number up to 0x10ffff. */
static inline const struct char_traits *vocab_traits(const struct vocab *vocab, uint32_t character)
{
    const size_t block = vocab->index[character >> 8];
    return &vocab->traits[vocab->blocks[block << 8 | (character & 0xff)]];
}

/* The unit reached by byte, which is not NUL, from unit; 0 when no piece goes on so. */
static inline uint32_t vocab_step(const struct vocab *vocab, uint32_t unit, uint8_t byte)
{
    const uint32_t next = vocab->trie[unit >> VOCAB_BASE_SHIFT ^ byte];
    return (next & 0xff) == byte ? next : 0;
}

/* Tokens of a run of len equal bytes. */
static inline int64_t vocab_ladder_tokens(const struct vocab_ladder *ladder, size_t len)
{
    if (len < VOCAB_LADDER_LEN)
        return ladder->cost[len];
    const size_t periods = (len - VOCAB_LADDER_LEN) / ladder->period + 1;
    return (int64_t)periods + ladder->cost[len - periods * ladder->period];
}

/* Tokens of a word of ASCII letters in a family that has an automaton; those of a word with a case
 * marker are read in lower case. One at least, whatever a table from a file says. */
static inline int64_t vocab_word_tokens(const struct vocab *vocab,
                                        const struct vocab_automaton *automaton,
                                        enum vocab_opening opening, const uint8_t *letters,
                                        size_t len)
{
    enum { LOWER = 0x20, BASE = VOCAB_SLOTS_MAX - 1, ROW = VOCAB_ROWS_MAX - 1 };
    const vocab_row *rows = vocab->rows + automaton->rows_at;
    const uint32_t *slots = vocab->slots + automaton->slots_at;
    const uint8_t *labels = vocab->labels + automaton->slots_at;
    const unsigned folded = opening == VOCAB_PLAIN ? 0 : LOWER;
    uint32_t edge = automaton->openings[opening];
    int64_t tokens = edge >> VOCAB_EDGE_TOKENS_SHIFT;
    for (size_t i = 0; i <= len; i++) {
        const uint32_t symbol =
            i < len ? (letters[i] | folded) & (VOCAB_ROW_LEN - 1) : VOCAB_SYMBOL_END;
        const uint32_t slot = (edge & BASE) ^ symbol;
        const uint32_t usual = rows[edge >> VOCAB_EDGE_ROW_SHIFT & ROW][symbol];
        const uint32_t is_own = -(uint32_t)(labels[slot] == symbol); /* cannot be foretold */
        edge = usual ^ ((usual ^ slots[slot]) & is_own);
        tokens += edge >> VOCAB_EDGE_TOKENS_SHIFT;
    }
    tokens -= (int64_t)(len + 2) * VOCAB_EDGE_NO_TOKENS;
    return tokens > 0 ? tokens : 1;
}

static inline bool vocab_ends(uint32_t unit, enum vocab_family family)
{
    return unit >> (VOCAB_END_SHIFT + (unsigned)family) & 1;
}

#endif
