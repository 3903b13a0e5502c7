#ifndef TOKGATE_TESTS_VOCAB_TABLE_H
#define TOKGATE_TESTS_VOCAB_TABLE_H

/* A small valid vocabulary to damage: the struct is the file. Its pieces are "a", "ab", and as a
 * byte prefix E4. The newer family has an automaton for its words. */
#include <stdalign.h>
#include <string.h>

#include "count/offline/vocab.h"

enum { TABLE_CONTROL, TABLE_SPACE, TABLE_PUNCT, TABLE_DIGIT, TABLE_UPPER, TABLE_LOWER, TABLE_HARD };

struct vocab_table {
    alignas(8) struct vocab_header header;
    alignas(8) uint32_t trie[512];
    alignas(8) uint8_t index[VOCAB_INDEX_LEN];
    alignas(8) uint8_t blocks[512];
    alignas(8) struct char_traits traits[8];
    alignas(8) struct vocab_family_traits families[VOCAB_FAMILIES_LEN];
    alignas(8) struct vocab_automaton automata[VOCAB_FAMILIES_LEN];
    alignas(8) vocab_row rows[2];
    alignas(8) uint32_t slots[2 * VOCAB_ROW_LEN];
    alignas(8) uint8_t labels[2 * VOCAB_ROW_LEN];
    alignas(8) char licence[24];
};

/* Makes size and checksum those of the content. */
static inline void table_seal(struct vocab_table *table)
{
    const unsigned char *bytes = (const unsigned char *)table;
    uint64_t value = 0xcbf29ce484222325U;
    for (size_t i = offsetof(struct vocab_header, unicode); i < sizeof *table; i++)
        value = (value ^ bytes[i]) * 0x100000001b3U;
    table->header.size = (uint32_t)sizeof *table;
    table->header.checksum = value;
}

static inline uint8_t table_class(unsigned c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
        return c >= 'a' ? TABLE_LOWER : TABLE_UPPER;
    if (c == ' ' || c == '\t' || c == '\n')
        return TABLE_SPACE;
    return c < ' ' || c == 0x7f   ? TABLE_CONTROL
           : c > 0x7f             ? TABLE_HARD
           : c >= '0' && c <= '9' ? TABLE_DIGIT
                                  : TABLE_PUNCT;
}

static inline void table_fill_characters(struct vocab_table *table)
{
    table->traits[TABLE_CONTROL] =
        (struct char_traits){ .class = CHAR_PUNCT, .flags = CHAR_DROPPED };
    table->traits[TABLE_SPACE].class = CHAR_SPACE;
    table->traits[TABLE_PUNCT].class = CHAR_PUNCT;
    table->traits[TABLE_DIGIT].class = CHAR_DIGIT;
    table->traits[TABLE_UPPER] =
        (struct char_traits){ .class = CHAR_WORDY, .flags = CHAR_UPPER, .lower_delta = 32 };
    table->traits[TABLE_LOWER] = (struct char_traits){ .class = CHAR_WORDY, .flags = CHAR_LOWER };
    for (unsigned i = TABLE_HARD; i < 8; i++)
        table->traits[i].class = CHAR_HARD;
    for (unsigned c = 0; c < 256; c++) {
        table->blocks[c] = table_class(c);
        table->blocks[256 + c] = TABLE_HARD;
    }
    memset(table->index, 1, sizeof table->index);
    table->index[0] = 0;
}

static inline void table_fill_family(struct vocab_family_traits *family)
{
    for (unsigned run = 0; run < VOCAB_RUNS_LEN; run++) {
        const unsigned period = run == VOCAB_DIGITS ? 3 : 1;
        family->ladders[run].period = (uint16_t)period;
        for (unsigned len = 0; len < VOCAB_LADDER_LEN; len++)
            family->ladders[run].cost[len] = (uint8_t)((len + period - 1) / period);
    }
    for (unsigned sides = 0; sides < VOCAB_SIDES_LEN; sides++)
        for (unsigned c = 0; c < 128; c++) /* controls are of that class here */
            family->punct[sides][c] =
                table_class(c) == TABLE_PUNCT || table_class(c) == TABLE_CONTROL;
}

/* An edge of the automaton. */
static inline uint32_t table_edge(uint32_t base, uint32_t row, int tokens)
{
    return base | row << VOCAB_EDGE_ROW_SHIFT |
           (uint32_t)(tokens + VOCAB_EDGE_NO_TOKENS) << VOCAB_EDGE_TOKENS_SHIFT;
}

enum { TABLE_AFTER_A = VOCAB_ROW_LEN + 5, TABLE_SLOT_B = TABLE_AFTER_A ^ ('b' & 63) };

/* A letter, a marker and an end are a token each, but a b after an a, which has an edge of its own
 * for it in the second block of slots, is free. The second row is that of the state after it. */
static inline void table_fill_automaton(struct vocab_table *table)
{
    table->automata[VOCAB_NEW] = (struct vocab_automaton){
        .rows_len = 2,
        .slots_len = 2 * VOCAB_ROW_LEN,
        .openings = { table_edge(0, 0, 1), table_edge(0, 0, 2), 0 },
    };
    for (unsigned row = 0; row < 2; row++) {
        for (unsigned symbol = 0; symbol < VOCAB_ROW_LEN; symbol++)
            table->rows[row][symbol] = table_edge(0, 0, 1);
        table->rows[row]['a' & 63] = table_edge(TABLE_AFTER_A, 0, 1);
    }
    memset(table->labels, 0xff, sizeof table->labels);
    table->labels[TABLE_SLOT_B] = 'b' & 63;
    table->slots[TABLE_SLOT_B] = table_edge(0, 1, 0);
}

/* The unit for the child byte of base; both families have a piece there if it ends. */
static inline void table_add_unit(struct vocab_table *table, uint32_t base, uint32_t byte,
                                  bool ends, uint32_t own_base)
{
    table->trie[base ^ byte] =
        own_base << VOCAB_BASE_SHIFT | (ends ? 3U : 0U) << VOCAB_END_SHIFT | byte;
}

#define TABLE_SECTION(name)                                                                        \
    {                                                                                              \
        offsetof(struct vocab_table, name), sizeof((struct vocab_table *)0)->name                  \
    }

static inline void table_make(struct vocab_table *table)
{
    memset(table, 0, sizeof *table); /* the padding too */
    table->header = (struct vocab_header){
        .magic = { 't', 'o', 'k', 'v', 'o', 'c', 'a', 'b' },
        .format = VOCAB_FORMAT,
        .unicode = 15 << 16 | 1 << 8,
        .sections_len = VOCAB_SECTIONS_LEN,
        .package = "0.1",
        .trie = TABLE_SECTION(trie),
        .index = TABLE_SECTION(index),
        .blocks = TABLE_SECTION(blocks),
        .traits = TABLE_SECTION(traits),
        .families = TABLE_SECTION(families),
        .automata = TABLE_SECTION(automata),
        .rows = TABLE_SECTION(rows),
        .slots = TABLE_SECTION(slots),
        .labels = TABLE_SECTION(labels),
        .licence = TABLE_SECTION(licence),
    };
    table->trie[0] = 256 << VOCAB_BASE_SHIFT;
    table_add_unit(table, 256, 'a', true, 1);
    table_add_unit(table, 1, 'b', true, 0);
    table_add_unit(table, 256, VOCAB_PREFIX, false, 2);
    table_add_unit(table, 2, 0xe4, true, 0);
    table_fill_characters(table);
    for (unsigned i = 0; i < VOCAB_FAMILIES_LEN; i++)
        table_fill_family(&table->families[i]);
    table_fill_automaton(table);
    memcpy(table->licence, "Whoever reads this may.\n", sizeof table->licence);
    table_seal(table);
}

static inline struct str table_bytes(const struct vocab_table *table)
{
    return (struct str){ (const char *)table, sizeof *table };
}

#endif
