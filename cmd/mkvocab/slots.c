#include "slots.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* Bits of a block: slots that are taken, and places in it that are the base of a state. */
struct block {
    uint64_t taken, bases;
};

/* So many of the blocks with room are tried. */
enum { OPEN_MAX = 64 };

struct placing {
    struct block *blocks;
    size_t len, cap;
    size_t open[OPEN_MAX]; /* the last ones with room */
    size_t open_len;
};

/* The symbols of the edges that are not those of the row. */
static uint64_t own_symbols(const struct states *states, const struct rows *rows, size_t state)
{
    const uint32_t *row = rows->items[rows->of_states[state]];
    uint64_t symbols = 0;
    for (unsigned symbol = 0; symbol < SYMBOLS_LEN; symbol++)
        symbols |= (uint64_t)(states->edges[state][symbol] != row[symbol]) << symbol;
    return symbols;
}

/* Each bit goes to its place ^ symbol. */
static uint64_t moved(uint64_t bits, unsigned symbol)
{
    static const uint64_t lower[] = {
        0x5555555555555555U, 0x3333333333333333U, 0x0f0f0f0f0f0f0f0fU,
        0x00ff00ff00ff00ffU, 0x0000ffff0000ffffU, 0x00000000ffffffffU,
    };
    for (unsigned bit = 0; bit < sizeof lower / sizeof *lower; bit++)
        if (symbol >> bit & 1)
            bits = (bits & lower[bit]) << (1 << bit) | (bits >> (1 << bit) & lower[bit]);
    return bits;
}

/* Bits of the bases in a block that are free, as are the slots of the symbols. */
static uint64_t free_bases(const struct block *block, uint64_t symbols)
{
    uint64_t busy = block->bases;
    for (unsigned symbol = 0; symbol < SYMBOLS_LEN; symbol++)
        if (symbols >> symbol & 1)
            busy |= moved(block->taken, symbol);
    return ~busy;
}

static void add_block(struct placing *placing)
{
    if (placing->len == placing->cap) {
        placing->cap = 2 * placing->cap + OPEN_MAX;
        placing->blocks = memory_more(placing->blocks, placing->cap, sizeof *placing->blocks);
    }
    placing->blocks[placing->len++] = (struct block){ 0 };
    if (placing->open_len == OPEN_MAX)
        memmove(placing->open, placing->open + 1, --placing->open_len * sizeof *placing->open);
    placing->open[placing->open_len++] = placing->len - 1;
}

static void close_full(struct placing *placing)
{
    size_t len = 0;
    for (size_t i = 0; i < placing->open_len; i++)
        if (~placing->blocks[placing->open[i]].taken)
            placing->open[len++] = placing->open[i];
    placing->open_len = len;
}

static uint32_t place(struct placing *placing, uint64_t symbols)
{
    uint64_t bases = 0;
    size_t i = 0;
    for (; !bases && i < placing->open_len; i++)
        bases = free_bases(&placing->blocks[placing->open[i]], symbols);
    if (!bases) {
        add_block(placing);
        i = placing->open_len;
        bases = UINT64_MAX;
    }
    const size_t number = placing->open[i - 1];
    unsigned base = 0;
    while (!(bases >> base & 1))
        base++;
    placing->blocks[number].bases |= (uint64_t)1 << base;
    placing->blocks[number].taken |= moved(symbols, base);
    close_full(placing);
    return (uint32_t)(number * BLOCK_LEN + base);
}

/* In the order in which they were found: those that the first letters of words lead to, which are
 * met most, lie near each other. */
static uint32_t *place_all(const struct states *states, const uint64_t *symbols,
                           struct placing *placing)
{
    uint32_t *bases = memory_new(states->len, sizeof *bases);
    for (size_t state = 0; state < states->len; state++)
        if (symbols[state])
            bases[state] = place(placing, symbols[state]);
    return bases;
}

struct slots slots_place(const struct states *states, const struct rows *rows)
{
    struct placing placing = { 0 };
    uint64_t *symbols = memory_new(states->len, sizeof *symbols);
    for (size_t state = 0; state < states->len; state++)
        symbols[state] = own_symbols(states, rows, state);
    add_block(&placing);
    placing.blocks[0].taken = placing.blocks[0].bases = UINT64_MAX;
    close_full(&placing);
    struct slots slots = { .bases = place_all(states, symbols, &placing) };
    slots.len = placing.len * BLOCK_LEN;
    slots.edges = memory_new(slots.len, sizeof *slots.edges);
    slots.labels = memset(memory_new(slots.len, 1), LABEL_NONE, slots.len);
    for (size_t state = 0; state < states->len; state++)
        for (unsigned symbol = 0; symbol < SYMBOLS_LEN; symbol++)
            if (symbols[state] >> symbol & 1) {
                slots.edges[slots.bases[state] ^ symbol] = states->edges[state][symbol];
                slots.labels[slots.bases[state] ^ symbol] = (uint8_t)symbol;
            }
    free(symbols);
    free(placing.blocks);
    return slots;
}

void slots_free(struct slots *slots)
{
    free(slots->bases);
    free(slots->edges);
    free(slots->labels);
}
