#include "count/offline/blocks.h"

#include "count/offline/lanes.h"
#include "count/offline/lanes_places.h"
#include "count/offline/listed.h"
#include "count/offline/stretch.h"

/* A block while it is counted. What is bound is part of a contraction, which is counted with the
 * apostrophe. */
struct block {
    const uint8_t *at;
    const struct lanes_block *before, *here, *after;
    uint64_t counted;        /* the bytes that are in the stretch */
    uint64_t opening_quotes; /* lone apostrophes right before a word */
    uint64_t bound, next_bound;
    uint64_t words_before, runs_before; /* of the block before */
    uint64_t ones;                      /* bytes that are a token each */
};

static inline uint64_t put_place(uint16_t *out, uint64_t bits, size_t place)
{
    *out = (uint16_t)(place + lanes_first_of_any(bits));
    return bits & (bits - 1);
}

/* Four places at once; what is too much is written over. */
static inline uint64_t put_four(uint16_t *out, uint64_t bits, size_t place)
{
    bits = put_place(out, bits, place);
    bits = put_place(out + 1, bits, place);
    bits = put_place(out + 2, bits, place);
    return put_place(out + 3, bits, place);
}

/* Adds the places of bits, which are few. */
static inline void put_few(struct places *places, uint64_t bits, size_t place)
{
    uint16_t *out = places->items + places->len;
    places->len += lanes_count(bits);
    for (bits = put_four(out, bits, place); bits; bits = put_four(out, bits, place))
        out += 4;
}

/* The same for some 16, and seldom more than 24: that they are fewer need not be foretold. */
static inline void put_many(struct places *places, uint64_t bits, size_t place)
{
#ifdef LANES_AVX2
    places->len += lanes_places(bits, place, places->items + places->len);
#else
    uint16_t *out = places->items + places->len;
    places->len += lanes_count(bits);
    bits = put_four(out, bits, place);
    bits = put_four(out + 4, bits, place);
    bits = put_four(out + 8, bits, place);
    bits = put_four(out + 12, bits, place);
    bits = put_four(out + 16, bits, place);
    bits = put_four(out + 20, bits, place);
    for (out += 24; bits; out += 4)
        bits = put_four(out, bits, place);
#endif
}

/* A lone apostrophe before a word opens it; with some words it makes a contraction, which is then
 * counted here. */
static int64_t read_quotes(struct reading *reading, struct block *block)
{
    const struct lanes_block *before = block->before, *here = block->here, *after = block->after;
    const uint64_t after_symbols =
        stretch_after(here->symbols | here->replacements, before->symbols | before->replacements);
    int64_t tokens = 0;
    block->bound = block->next_bound;
    block->next_bound = 0;
    block->opening_quotes = here->quotes & ~stretch_after(here->puncts, before->puncts) &
                            ~stretch_before(here->puncts, after->puncts) &
                            stretch_before(here->letters, after->letters) & block->counted;
    for (uint64_t left = block->opening_quotes; left; left &= left - 1) {
        const unsigned first = lanes_first(left);
        const uint8_t *at = block->at + first;
        const bool has_border = after_symbols >> first & 1; /* which is the symbol's own */
        const size_t size = has_border ? 0 : reading_contraction(reading, at + 1);
        tokens += size ? reading_price_contraction(reading, at, size + 1) : 1;
        const uint64_t word = ((uint64_t)1 << size) - 1;
        block->bound |= word << first << 1;
        block->next_bound |= size && first + 1 + size > BLOCK ? word >> (BLOCK - 1 - first) : 0;
    }
    return tokens;
}

/* A mark alone is a token, but with markers its price is looked up. */
static inline void read_marks(struct stretch *stretch, struct block *block, uint64_t single)
{
    const struct lanes_block *before = block->before, *here = block->here, *after = block->after;
    const uint64_t bow = stretch_after(here->spaces, before->spaces);
    const uint64_t last_space = here->spaces & ~stretch_before(here->spaces, after->spaces);
    const uint64_t eow = stretch_before(last_space, after->spaces & ~(after->spaces >> 1));
    block->ones = single & ~(bow | eow);
    put_few(&stretch->marks, single & (bow | eow), (size_t)(block->at - stretch->at));
}

/* Bits of the first and the last byte of each run of more than one. */
static inline uint64_t ends_of_runs(uint64_t before, uint64_t here, uint64_t after)
{
    return here & (stretch_after(here, before) ^ stretch_before(here, after));
}

/* Bits of the runs of one. */
static inline uint64_t alone(uint64_t before, uint64_t here, uint64_t after)
{
    return here & ~(stretch_after(here, before) | stretch_before(here, after));
}

/* Bytes of runs that have markers at their borders. */
static inline uint64_t marked(const struct lanes_block *block)
{
    return block->letters | block->puncts | block->symbols | block->replacements;
}

/* A single space between two runs that have markers is free. */
static inline uint64_t paid_spaces(const struct block *block)
{
    const struct lanes_block *before = block->before, *here = block->here, *after = block->after;
    const uint64_t marked_before = stretch_after(marked(here), marked(before));
    const uint64_t next_opens =
        after->quotes & ~(after->puncts >> 1) & after->letters >> 1; /* of its first byte */
    const uint64_t marked_after =
        stretch_before(marked(here) & ~block->opening_quotes, marked(after) & ~next_opens);
    return alone(before->spaces, here->spaces, after->spaces) & ~(marked_before & marked_after);
}

/* Runs whose price is a matter of their length; one byte is a token. */
static inline void read_repeats(struct stretch *stretch, struct block *block)
{
    const struct lanes_block *before = block->before, *here = block->here, *after = block->after;
    const uint64_t ends = ends_of_runs(before->spaces, here->spaces, after->spaces) |
                          ends_of_runs(before->digits, here->digits, after->digits) |
                          ends_of_runs(before->newlines, here->newlines, after->newlines) |
                          ends_of_runs(before->tabs, here->tabs, after->tabs);
    const uint64_t ones = paid_spaces(block) | alone(before->digits, here->digits, after->digits) |
                          alone(before->newlines, here->newlines, after->newlines) |
                          alone(before->tabs, here->tabs, after->tabs);
    block->ones |= ones & block->counted;
    put_few(&stretch->repeats, ends & block->counted, (size_t)(block->at - stretch->at));
}

/* Places where a run of the class starts or has ended. */
static inline uint64_t borders(const struct block *block, uint64_t before, uint64_t here)
{
    return (here ^ stretch_after(here, before)) & block->counted;
}

/* Lists what is not ASCII beside words and punctuation. */
static inline void list_high(struct stretch *stretch, const struct block *block)
{
    const struct lanes_block *before = block->before, *here = block->here;
    const size_t place = (size_t)(block->at - stretch->at);
    put_many(&stretch->replacements, borders(block, before->replacements, here->replacements),
             place);
    if (here->symbols | before->symbols)
        put_few(&stretch->symbols, borders(block, before->symbols, here->symbols), place);
    if (here->hards)
        put_many(&stretch->hards, here->hards & block->counted, place);
}

/* The last run may end where the stretch does. */
static inline void close_last(struct places *places, size_t size)
{
    places->items[places->len] = (uint16_t)size;
    places->len += places->len & 1;
}

/* Counts what a look at the block is enough for, and lists the rest. */
static inline int64_t read_block(struct reading *reading, struct stretch *stretch,
                                 struct block *block)
{
    const struct lanes_block *before = block->before, *here = block->here, *after = block->after;
    const size_t place = (size_t)(block->at - stretch->at);
    const int64_t tokens = read_quotes(reading, block);
    const uint64_t words = here->letters & ~block->bound;
    const uint64_t puncts_before = stretch_after(here->puncts, before->puncts);
    const uint64_t puncts_after = stretch_before(here->puncts, after->puncts);
    const uint64_t runs = here->puncts & (puncts_before | puncts_after);
    const uint64_t single = here->puncts & ~runs & ~block->opening_quotes & block->counted;
    put_many(&stretch->words, borders(block, block->words_before, words), place);
    put_few(&stretch->puncts, borders(block, block->runs_before, runs), place);
    if (here->high | before->high)
        list_high(stretch, block);
    block->words_before = words;
    block->runs_before = runs;
    read_marks(stretch, block, single);
    read_repeats(stretch, block);
    return tokens + lanes_count(block->ones);
}

/* Symbols look at what stands before them. */
static inline bool may_start(const struct reading *reading, const struct stretch *stretch)
{
    const struct lanes_block *first = &stretch->blocks[1];
    const uint64_t starts = first->letters | first->digits | first->hards;
    const uint64_t others = first->symbols | first->replacements;
    return (starts | (stretch->at > reading->start ? others : 0)) & 1;
}

const uint8_t *blocks_read(struct reading *reading, const uint8_t *at, const uint8_t **next)
{
    struct stretch stretch;
    stretch.at = at;
    size_t known = stretch_classify(&stretch, reading);
    const size_t room = (size_t)(reading->end - at) - LANES; /* a key may be read */
    known = known < room ? known : room;
    const size_t size = may_start(reading, &stretch) ? stretch_last_start(&stretch, known) : 0;
    *next = known < STRETCH_SIZE ? at + known : at + size;
    if (size < BLOCKS_SIZE_MIN) {
        *next = at + (known < BLOCKS_SIZE_MIN ? BLOCKS_SIZE_MIN : known);
        return at;
    }
    reading_meet(reading, marked(&stretch.blocks[1]) & 1);
    stretch_empty(&stretch);
    struct block block = { .at = at };
    int64_t tokens = 0;
    for (size_t i = 0; i * BLOCK < size; i++, block.at += BLOCK) {
        const size_t left = size - i * BLOCK;
        block.before = &stretch.blocks[i];
        block.here = &stretch.blocks[i + 1];
        block.after = &stretch.blocks[i + 2];
        block.counted = left < BLOCK ? ((uint64_t)1 << left) - 1 : UINT64_MAX;
        tokens += read_block(reading, &stretch, &block);
    }
    close_last(&stretch.words, size);
    close_last(&stretch.puncts, size);
    close_last(&stretch.symbols, size);
    close_last(&stretch.replacements, size);
    reading->tokens += tokens;
    listed_add(reading, &stretch);
    reading->after_word_end = false;
    reading->takes_border = false;
    return at + size;
}
