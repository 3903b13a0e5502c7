#include "count/offline/stretch.h"

#include <string.h>

#include "count/offline/lanes_high.h"
#include "count/offline/replacement.h"

/* Symbols may share a piece with punctuation after them, which is left to the tiling. */
static bool may_join_next(const struct reading *reading, const uint8_t *to)
{
    return to == reading->end || lane_classes[*to] & LANE_PUNCT ||
           (*to >= 0x80 && reading_at_class(reading, to, CHAR_PUNCT));
}

/* A hard letter as stretches have them. */
enum { HARD_SIZE = 3 };
static inline bool is_usual_hard(const struct char_traits *traits, unsigned size)
{
    return traits->class == CHAR_HARD && traits->kind == CHAR_LETTER && size == HARD_SIZE &&
           !(traits->flags & LEADS_HARD_MARKED);
}

/* A symbol as stretches have them, which stands before to. */
static inline bool is_usual_symbol(const struct reading *reading, const struct char_traits *traits,
                                   const uint8_t *to)
{
    return traits->class == CHAR_HARD && traits->kind == CHAR_SYMBOL &&
           (traits->flags & (CHAR_BORDER | CHAR_SELECTOR)) == CHAR_BORDER &&
           !may_join_next(reading, to);
}

/* Adds bits to the mask of a class, from a place on; some may belong to the next block. */
static inline void add_bits(uint64_t *here, uint64_t *after, unsigned place, uint64_t bits)
{
    *here |= bits << place;
    *after |= bits >> 1 >> (BLOCK - 1 - place);
}

/* Gives a character of a block its class; false when it is not usual. */
static inline bool mark_character(const struct reading *reading, const uint8_t *at,
                                  struct character character, unsigned place,
                                  struct lanes_block blocks[2])
{
    const struct char_traits *traits = vocab_traits(reading->tokenizer->vocab, character.value);
    const uint64_t bits = ((uint64_t)1 << character.size) - 1;
    const bool is_punct = traits->class == CHAR_PUNCT;
    if (is_usual_hard(traits, character.size))
        blocks->hards |= (uint64_t)1 << place;
    else if (reading->has_replacements && character.value == REPLACEMENT)
        add_bits(&blocks[0].replacements, &blocks[1].replacements, place, bits);
    else if (!is_punct && !is_usual_symbol(reading, traits, at + place + character.size))
        return false;
    else if (is_punct)
        add_bits(&blocks[0].puncts, &blocks[1].puncts, place, bits);
    else
        add_bits(&blocks[0].symbols, &blocks[1].symbols, place, bits);
    return true;
}

/* Gives the characters of a block that start where left has a bit their class, until one is not
 * usual; returns its place, or BLOCK. */
static inline unsigned mark_characters(const struct reading *reading, const uint8_t *at,
                                       uint64_t left, struct lanes_block blocks[2])
{
    const struct vocab *vocab = reading->tokenizer->vocab;
    uint64_t letters = 0, letters_after = 0; /* most are; these stay in the processor */
    unsigned known = BLOCK;
    for (; left; left &= left - 1) {
        const unsigned place = lanes_first(left);
        const struct character character = character_at(at + place);
        const struct char_traits *traits = vocab_traits(vocab, character.value);
        if (traits->class == CHAR_WORDY && !(traits->flags & CHAR_BORDER)) {
            add_bits(&letters, &letters_after, place, ((uint64_t)1 << character.size) - 1);
        } else if (!mark_character(reading, at, character, place, blocks)) {
            known = place;
            break;
        }
    }
    blocks[0].letters |= letters;
    blocks[1].letters |= letters_after;
    return known;
}

/* Places where U+FFFD and another symbol meet. */
static inline uint64_t mixed_symbols(const struct lanes_block *here)
{
    return (here->replacements & stretch_after(here->symbols, here[-1].symbols)) |
           (here->symbols & stretch_after(here->replacements, here[-1].replacements));
}

/* Makes U+FFFD from a place on other symbols; returns where they end, in this block. */
static inline unsigned mix_after(struct lanes_block *here, unsigned place)
{
    const uint64_t end = (here->replacements + ((uint64_t)1 << place)) & ~here->replacements;
    const uint64_t below = end ? (end & -end) - 1 : UINT64_MAX;
    const uint64_t mixed = here->replacements & below & UINT64_MAX << place;
    here->symbols |= mixed;
    here->replacements &= ~mixed;
    return end ? lanes_first(end) : BLOCK;
}

/* Makes U+FFFD right before a place other symbols, in the blocks before too. */
static inline void mix_before(struct lanes_block *here, unsigned place)
{
    for (; place; here--) {
        const uint64_t others = ~here->replacements & (UINT64_MAX >> (BLOCK - place));
        const unsigned first = others ? lanes_last(others) + 1 : 0;
        if (first == place)
            return;
        const uint64_t mixed = UINT64_MAX >> (BLOCK - place) & UINT64_MAX << first;
        here->symbols |= mixed;
        here->replacements &= ~mixed;
        place = first ? 0 : BLOCK;
    }
}

/* U+FFFD beside other symbols does not cost by its length: such a run is made one of symbols.
 * Returns the place of the first that may join punctuation, or BLOCK. */
static unsigned mix_symbols(const struct reading *reading, const uint8_t *at,
                            struct lanes_block *here)
{
    for (uint64_t mixed = mixed_symbols(here); mixed; mixed = mixed_symbols(here)) {
        const unsigned place = lanes_first(mixed);
        if (here->symbols >> place & 1) {
            mix_before(place ? here : here - 1, place ? place : BLOCK);
            continue;
        }
        const uint8_t *to = at + mix_after(here, place);
        const bool goes_on = to < reading->end && (*to & 0xc0) == 0x80;
        if (!goes_on && may_join_next(reading, to))
            return place;
    }
    return BLOCK;
}

/*
 * Gives the characters of a block that are not ASCII their class; the last may reach into the next
 * block. bytes are those of the block, at is where they stand in the text. Returns the place of the
 * first one that is not usual, or BLOCK.
 */
static unsigned mark_high(const struct reading *reading, const uint8_t *at, const uint8_t *bytes,
                          struct lanes_block blocks[2])
{
    const struct leads *leads = &reading->tokenizer->leads;
    const uint64_t letters = lanes_in_set(bytes, &leads->letters);
    blocks->hards = lanes_in_set(bytes, &leads->hards);
    if (reading->has_replacements)
        blocks->replacements |= lanes_replacements(bytes);
    blocks[0].letters |= letters | letters << 1;
    blocks[1].letters |= letters >> (BLOCK - 1);
    const unsigned known = mark_characters(
        reading, at, lanes_leads(bytes) & ~(letters | blocks->hards | blocks->replacements),
        blocks);
    const unsigned mixed = mix_symbols(reading, at, blocks);
    return mixed < known ? mixed : known;
}

/* The bytes of a block, or a copy padded with NUL. */
static inline const uint8_t *block_bytes(const uint8_t *at, const uint8_t *end, uint8_t copy[BLOCK])
{
    if (end - at >= BLOCK)
        return at;
    memset(copy, 0, BLOCK);
    memcpy(copy, at, (size_t)(end - at));
    return copy;
}

/* What is not ASCII may have come over from the block before. */
static inline void load(const uint8_t *bytes, struct lanes_block *block)
{
    const struct lanes_block over = *block;
    *block = lanes_block(bytes);
    block->letters |= over.letters;
    block->puncts |= over.puncts;
    block->symbols = over.symbols;
    block->replacements = over.replacements;
}

size_t stretch_classify(struct stretch *stretch, const struct reading *reading)
{
    const uint8_t *at = stretch->at;
    struct lanes_block *here = stretch->blocks;
    uint8_t copy[BLOCK];
    *here++ = (struct lanes_block){ 0 };
    *here = (struct lanes_block){ 0 };
    for (size_t i = 0; i < STRETCH_BLOCKS && at < reading->end; i++, here++, at += BLOCK) {
        const uint8_t *bytes = block_bytes(at, reading->end, copy);
        load(bytes, here);
        here[1].letters = here[1].puncts = here[1].symbols = here[1].replacements = 0;
        if (!here->high)
            continue;
        const unsigned known = mark_high(reading, at, bytes, here);
        if (known == BLOCK)
            continue;
        here[1] = (struct lanes_block){ 0 };
        return (size_t)(at - stretch->at) + known;
    }
    *here = (struct lanes_block){ 0 };
    return (size_t)((at < reading->end ? at : reading->end) - stretch->at);
}

/* Where runs start that need no look at what stands before, but that a word after an apostrophe may
 * be part of a contraction. */
static inline uint64_t run_starts(const struct lanes_block *before, const struct lanes_block *here)
{
    const uint64_t symbols = here->symbols | here->replacements;
    const uint64_t others =
        here->letters | here->digits | here->puncts | here->spaces | here->newlines | here->tabs;
    const uint64_t others_before = before->letters | before->digits | before->puncts |
                                   before->spaces | before->newlines | before->tabs;
    return (here->letters &
            ~stretch_after(here->letters | here->quotes, before->letters | before->quotes)) |
           (here->digits & ~stretch_after(here->digits, before->digits)) |
           (symbols & ~stretch_after(symbols, before->symbols | before->replacements)) |
           (here->hards & stretch_after(others, others_before));
}

size_t stretch_last_start(const struct stretch *stretch, size_t size)
{
    for (size_t i = size / BLOCK + 1; i-- > 0;) {
        const struct lanes_block *here = stretch->blocks + i + 1;
        uint64_t starts = run_starts(here - 1, here);
        if (size - i * BLOCK < BLOCK)
            starts &= ((uint64_t)1 << (size - i * BLOCK)) - 1;
        if (starts)
            return i * BLOCK + lanes_last(starts);
    }
    return 0;
}
