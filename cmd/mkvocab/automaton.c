/*
 * Build tool: words of ASCII letters as an automaton, one step a letter instead of a shortest path
 * (src/count/offline/ALGORITHM.md has the idea, src/count/offline/vocab.h the layout). Usage:
 *
 *     mkautomaton < STREAMS > AUTOMATON
 *
 * Each line of STREAMS is one: an opening of words after "o", a piece after "p", in letters and
 * markers. AUTOMATON is numbers of 32 bits, the lowest byte first: how many rows and slots, an edge
 * for each opening; then rows, the edges of the slots, and the labels of the slots, a byte each.
 * The same streams give the same bytes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "count/offline/vocab.h"
#include "memory.h"
#include "slots.h"

struct streams {
    struct symbols *items;
    size_t len, cap;
};

static uint8_t symbol_of(int byte)
{
    switch (byte) {
    case VOCAB_BOW:
        return SYMBOL_BOW;
    case VOCAB_EOW:
        return SYMBOL_END;
    case VOCAB_SHIFT:
        return SYMBOL_SHIFT;
    case VOCAB_CAPS:
        return SYMBOL_CAPS;
    default:
        return (uint8_t)(byte & (VOCAB_ROW_LEN - 1));
    }
}

static void add_stream(struct streams *streams, const char *bytes, size_t len)
{
    uint8_t *symbols = memory_new(len, 1);
    for (size_t i = 0; i < len; i++)
        symbols[i] = symbol_of((unsigned char)bytes[i]);
    if (streams->len == streams->cap) {
        streams->cap = 2 * streams->cap + 1;
        streams->items = memory_more(streams->items, streams->cap, sizeof *streams->items);
    }
    streams->items[streams->len++] = (struct symbols){ symbols, len };
}

static void read_streams(struct streams *openings, struct streams *pieces)
{
    char *line = NULL;
    size_t cap = 0;
    for (ssize_t len; (len = getline(&line, &cap, stdin)) > 0;) {
        len -= line[len - 1] == '\n';
        if (len < 2 || (line[0] != 'o' && line[0] != 'p'))
            memory_refuse("a line is no stream");
        add_stream(line[0] == 'o' ? openings : pieces, line + 1, (size_t)len - 1);
    }
    free(line);
    if (ferror(stdin) || !openings->len || openings->len > OPENINGS_MAX)
        memory_refuse("no streams");
}

static void free_streams(struct streams *streams)
{
    for (size_t i = 0; i < streams->len; i++)
        free((void *)streams->items[i].items);
    free(streams->items);
}

static void put_number(uint32_t number)
{
    for (unsigned i = 0; i < 4; i++)
        putchar((int)(number >> 8 * i & 0xff));
}

/* An edge as the counter reads it: where the next state has its edges, and the tokens. */
static void put_edge(const struct rows *rows, const struct slots *slots, uint32_t edge)
{
    const uint32_t state = edge >> EDGE_TOKENS_BITS;
    const uint32_t tokens = edge & ((1U << EDGE_TOKENS_BITS) - 1);
    put_number(slots->bases[state] | rows->of_states[state] << VOCAB_EDGE_ROW_SHIFT |
               tokens << VOCAB_EDGE_TOKENS_SHIFT);
}

static void put_automaton(const struct states *states, const struct rows *rows,
                          const struct slots *slots)
{
    put_number((uint32_t)rows->len);
    put_number((uint32_t)slots->len);
    for (size_t i = 0; i < states->openings_len; i++)
        put_edge(rows, slots, states->openings[i]);
    for (size_t i = states->openings_len; i < OPENINGS_MAX; i++)
        put_number(0);
    for (size_t row = 0; row < rows->len; row++)
        for (unsigned symbol = 0; symbol < SYMBOLS_LEN; symbol++)
            put_edge(rows, slots, rows->items[row][symbol]);
    for (size_t i = 0; i < slots->len; i++)
        put_edge(rows, slots, slots->edges[i]);
    fwrite(slots->labels, 1, slots->len, stdout);
}

int main(void)
{
    struct streams openings = { 0 }, pieces = { 0 };
    read_streams(&openings, &pieces);
    struct states states = states_make(pieces.items, pieces.len, openings.items, openings.len);
    struct rows rows =
        rows_choose(&states, VOCAB_ROWS_MAX, sizeof(vocab_row), sizeof(uint32_t) + sizeof(uint8_t));
    struct slots slots = slots_place(&states, &rows);
    if (slots.len > VOCAB_SLOTS_MAX)
        memory_refuse("an edge cannot point to so many slots");
    put_automaton(&states, &rows, &slots);
    slots_free(&slots);
    rows_free(&rows);
    free(states.edges);
    free_streams(&openings);
    free_streams(&pieces);
    return fflush(stdout) != 0 || ferror(stdout) ? 1 : 0;
}
