#include "count/offline/blocks.h"

#include "count/offline/keys.h"
#include "count/offline/lanes.h"
#include "count/offline/stretch.h"

/* Words that are looked up together. */
enum { WORDS_AT_ONCE = 64 };

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

static inline void put_edges(struct edges *edges, uint64_t bits, size_t place)
{
    uint16_t *out = edges->places + edges->len;
    edges->len += lanes_count(bits);
    for (; bits; out += EDGES_AT_ONCE) /* so often that it can be foretold */
        for (unsigned i = 0; i < EDGES_AT_ONCE; i++, bits &= bits - 1)
            out[i] = (uint16_t)(place + lanes_first(bits | (uint64_t)1 << 63));
}

/* A lone apostrophe before a word opens it; with some words it makes a contraction, which is then
 * counted here. */
static int64_t read_quotes(struct reading *reading, struct block *block)
{
    const struct lanes_block *before = block->before, *here = block->here, *after = block->after;
    int64_t tokens = 0;
    block->bound = block->next_bound;
    block->next_bound = 0;
    block->opening_quotes = here->quotes & ~stretch_after(here->puncts, before->puncts) &
                            ~stretch_before(here->puncts, after->puncts) &
                            stretch_before(here->letters, after->letters) & block->counted;
    for (uint64_t left = block->opening_quotes; left; left &= left - 1) {
        const unsigned first = lanes_first(left);
        const uint8_t *at = block->at + first;
        const size_t size = reading_contraction(reading, at + 1);
        tokens += size ? reading_price_contraction(reading, at, size + 1) : 1;
        const uint64_t word = ((uint64_t)1 << size) - 1;
        block->bound |= word << first << 1;
        block->next_bound |= size && first + 1 + size > BLOCK ? word >> (BLOCK - 1 - first) : 0;
    }
    return tokens;
}

/* A mark alone is a token, but with markers its price is looked up. */
static int64_t read_marks(const struct reading *reading, struct block *block, uint64_t single)
{
    const struct tokenizer *tokenizer = reading->tokenizer;
    const struct lanes_block *before = block->before, *here = block->here, *after = block->after;
    const uint64_t bow = stretch_after(here->spaces, before->spaces);
    const uint64_t last_space = here->spaces & ~stretch_before(here->spaces, after->spaces);
    const uint64_t eow = stretch_before(last_space, after->spaces & ~(after->spaces >> 1));
    int64_t tokens = 0;
    block->ones = single & ~(bow | eow);
    for (uint64_t left = single & (bow | eow); left; left &= left - 1) {
        const unsigned first = lanes_first(left);
        const unsigned sides = (unsigned)(bow >> first & 1) | (unsigned)(eow >> first & 1) << 1;
        tokens += tokenizer->vocab->families[tokenizer->family].punct[sides][block->at[first]];
    }
    return tokens;
}

/* Length of the run that starts at bit first, wherever it ends. */
static inline size_t run_size(const struct block *block, uint64_t here, uint64_t after,
                              unsigned first, enum lane_class class)
{
    const uint64_t gap = ~(here >> first);
    size_t size = gap ? lanes_first(gap) : BLOCK;
    if (first + size < BLOCK)
        return size;
    if (~after)
        return size + lanes_first(~after);
    for (size += BLOCK; lane_classes[block->at[first + size]] & (unsigned)class;)
        size++;
    return size;
}

/* Runs whose price is a matter of their length; one byte is a token. */
static inline int64_t read_repeats(const struct reading *reading, struct block *block,
                                   uint64_t starts, uint64_t here, uint64_t after,
                                   enum lane_class class, enum vocab_run run)
{
    const struct tokenizer *tokenizer = reading->tokenizer;
    const struct vocab_ladder *ladder = &tokenizer->vocab->families[tokenizer->family].ladders[run];
    const uint64_t several = starts & stretch_before(here, after);
    int64_t tokens = 0;
    block->ones |= starts & ~several;
    for (uint64_t left = several; left; left &= left - 1) {
        const size_t size = run_size(block, here, after, lanes_first(left), class);
        tokens += vocab_ladder_tokens(ladder, size);
    }
    return tokens;
}

/* A single space between two runs that have markers is free. */
static int64_t read_spaces(const struct reading *reading, struct block *block)
{
    const struct lanes_block *before = block->before, *here = block->here, *after = block->after;
    const uint64_t starts = here->spaces & ~stretch_after(here->spaces, before->spaces);
    const uint64_t several = starts & stretch_before(here->spaces, after->spaces) & block->counted;
    const uint64_t marked_before =
        stretch_after(here->letters | here->puncts, before->letters | before->puncts);
    const uint64_t next_opens =
        after->quotes & ~(after->puncts >> 1) & after->letters >> 1; /* of its first byte */
    const uint64_t marked_after =
        stretch_before((here->letters | here->puncts) & ~block->opening_quotes,
                       (after->letters | after->puncts) & ~next_opens);
    block->ones |= starts & ~(marked_before & marked_after) & block->counted & ~several;
    return read_repeats(reading, block, several, here->spaces, after->spaces, LANE_SPACE,
                        VOCAB_SPACES);
}

static int64_t read_others(const struct reading *reading, struct block *block)
{
    const struct lanes_block *before = block->before, *here = block->here, *after = block->after;
    const uint64_t counted = block->counted;
    int64_t tokens = 0;
    if (here->digits)
        tokens += read_repeats(
            reading, block, here->digits & ~stretch_after(here->digits, before->digits) & counted,
            here->digits, after->digits, LANE_DIGIT, VOCAB_DIGITS);
    if (here->newlines)
        tokens += read_repeats(reading, block,
                               here->newlines & ~stretch_after(here->newlines, before->newlines) &
                                   counted,
                               here->newlines, after->newlines, LANE_NEWLINE, VOCAB_NEWLINES);
    if (here->tabs)
        tokens += read_repeats(reading, block,
                               here->tabs & ~stretch_after(here->tabs, before->tabs) & counted,
                               here->tabs, after->tabs, LANE_TAB, VOCAB_TABS);
    return tokens;
}

/* Counts what a look at the block is enough for, and lists the rest. */
static int64_t read_block(struct reading *reading, struct stretch *stretch, struct block *block)
{
    const struct lanes_block *before = block->before, *here = block->here, *after = block->after;
    const size_t place = (size_t)(block->at - stretch->at);
    int64_t tokens = read_quotes(reading, block);
    const uint64_t words = here->letters & ~block->bound;
    const uint64_t puncts_before = stretch_after(here->puncts, before->puncts);
    const uint64_t puncts_after = stretch_before(here->puncts, after->puncts);
    const uint64_t runs = here->puncts & (puncts_before | puncts_after);
    const uint64_t single = here->puncts & ~runs & ~block->opening_quotes & block->counted;
    put_edges(&stretch->words, (words ^ stretch_after(words, block->words_before)) & block->counted,
              place);
    put_edges(&stretch->puncts, (runs ^ stretch_after(runs, block->runs_before)) & block->counted,
              place);
    block->words_before = words;
    block->runs_before = runs;
    tokens += read_marks(reading, block, single);
    tokens += read_spaces(reading, block);
    tokens += read_others(reading, block);
    return tokens + lanes_count(block->ones);
}

/* All slots are fetched before the first is read: the table is larger than the nearest caches. When
 * it moves in between, the old one is still there (arena) and still right. */
static int64_t read_words(struct reading *reading, const struct stretch *stretch)
{
    const struct prices *prices = &reading->tokenizer->prices;
    const uint16_t *places = stretch->words.places;
    const size_t len = stretch->words.len / 2;
    int64_t tokens = 0;
    for (size_t from = 0; from < len; from += WORDS_AT_ONCE) {
        const size_t to = len - from < WORDS_AT_ONCE ? len : from + WORDS_AT_ONCE;
        struct price_key keys[WORDS_AT_ONCE];
        const struct price_key *slots[WORDS_AT_ONCE];
        for (size_t i = from; i < to; i++) {
            uint8_t copy[LANES];
            const uint8_t *at = stretch->at + places[2 * i];
            const size_t size = (size_t)(places[2 * i + 1] - places[2 * i]);
            const struct price_key key =
                keys_of(keys_lanes(at, reading->end, copy), size <= PRICES_KEY_MAX ? size : 0);
            keys[i - from] = key;
            slots[i - from] = prices->slots + prices_slot(prices, key);
            lanes_prefetch(slots[i - from]);
        }
        for (size_t i = from; i < to; i++) {
            const int64_t price = prices_in(slots[i - from], keys[i - from]);
            tokens += price ? price
                            : reading_price_word(reading, stretch->at + places[2 * i],
                                                 (size_t)(places[2 * i + 1] - places[2 * i]));
        }
    }
    return tokens;
}

static int64_t read_puncts(struct reading *reading, const struct stretch *stretch)
{
    const uint16_t *places = stretch->puncts.places;
    int64_t tokens = 0;
    for (size_t i = 0; i < stretch->puncts.len; i += 2) {
        const uint8_t *at = stretch->at + places[i], *to = stretch->at + places[i + 1];
        const unsigned sides = (at[-1] == ' ' ? VOCAB_WITH_BOW : 0) |
                               (reading_borders_right(reading, to) ? VOCAB_WITH_EOW : 0);
        tokens += reading_price_punct(reading, sides, at, (size_t)(to - at));
    }
    return tokens;
}

const uint8_t *blocks_read(struct reading *reading, const uint8_t *at, const uint8_t **next)
{
    struct stretch stretch;
    stretch.at = at;
    const size_t known = stretch_classify(&stretch, reading);
    const size_t size = stretch.blocks[1].letters & 1 ? stretch_last_word(&stretch, known) : 0;
    *next = known < STRETCH_SIZE || size < BLOCKS_SIZE_MIN ? at + known : at + size;
    if (size < BLOCKS_SIZE_MIN)
        return at;
    reading_meet(reading, true);
    stretch.words.len = stretch.puncts.len = 0;
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
    reading->tokens += tokens + read_words(reading, &stretch) + read_puncts(reading, &stretch);
    reading->after_word_end = false;
    reading->takes_border = false;
    return at + size;
}
