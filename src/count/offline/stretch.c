#include "count/offline/stretch.h"

#include <string.h>

/* Symbols may share a piece with punctuation after them, which is left to the tiling. */
static bool may_join_next(const struct reading *reading, const uint8_t *to)
{
    return to == reading->end || lane_classes[*to] & LANE_PUNCT ||
           (*to >= 0x80 && reading_at_class(reading, to, CHAR_PUNCT));
}

/* Whether a stretch may have this character, which stands before to. */
static inline bool is_usual(const struct reading *reading, const struct char_traits *traits,
                            bool after_letter, const uint8_t *to)
{
    if (traits->class == CHAR_WORDY)
        return !(traits->flags & CHAR_BORDER) && (after_letter || !(traits->flags & CHAR_STRAY));
    if (traits->class == CHAR_HARD)
        return traits->kind == CHAR_SYMBOL &&
               (traits->flags & (CHAR_BORDER | CHAR_SELECTOR)) == CHAR_BORDER &&
               !may_join_next(reading, to);
    return traits->class == CHAR_PUNCT;
}

/*
 * Gives the characters of a block that are not ASCII their class; the last may reach into the next
 * block. Returns the place of the first one that is not usual, or BLOCK.
 */
static unsigned mark_high(const struct reading *reading, const uint8_t *at,
                          struct lanes_block blocks[2])
{
    const struct vocab *vocab = reading->tokenizer->vocab;
    struct lanes_block *here = blocks, *after = blocks + 1;
    uint64_t left = here->high & ~here->letters & ~here->puncts & ~here->symbols;
    while (left) {
        const unsigned first = lanes_first(left);
        const struct character character = character_at(at + first);
        const struct char_traits *traits = vocab_traits(vocab, character.value);
        const uint64_t bits = ((uint64_t)1 << character.size) - 1;
        const uint64_t is_word = traits->class == CHAR_WORDY ? UINT64_MAX : 0;
        const uint64_t is_punct = traits->class == CHAR_PUNCT ? UINT64_MAX : 0;
        const uint64_t after_letter = stretch_after(here->letters, here[-1].letters) >> first & 1;
        if (!is_usual(reading, traits, after_letter, at + first + character.size))
            return first;
        here->letters |= bits << first & is_word;
        here->puncts |= bits << first & is_punct;
        here->symbols |= bits << first & ~is_word & ~is_punct;
        if (first + character.size > BLOCK) {
            after->letters = bits >> (BLOCK - first) & is_word;
            after->puncts = bits >> (BLOCK - first) & is_punct;
            after->symbols = bits >> (BLOCK - first) & ~is_word & ~is_punct;
        }
        left &= ~(bits << first);
    }
    return BLOCK;
}

/* What is not ASCII may have come over from the block before. */
static inline void load(const uint8_t *at, const uint8_t *end, struct lanes_block *block)
{
    uint8_t copy[BLOCK];
    const uint64_t letters = block->letters, puncts = block->puncts, symbols = block->symbols;
    if (end - at < BLOCK) {
        memset(copy, 0, sizeof copy);
        memcpy(copy, at, (size_t)(end - at));
        at = copy;
    }
    *block = lanes_block(at);
    block->letters |= letters;
    block->puncts |= puncts;
    block->symbols = symbols;
}

size_t stretch_classify(struct stretch *stretch, const struct reading *reading)
{
    const uint8_t *at = stretch->at;
    struct lanes_block *here = stretch->blocks;
    *here++ = (struct lanes_block){ 0 };
    *here = (struct lanes_block){ 0 };
    for (size_t i = 0; i < STRETCH_BLOCKS && at < reading->end; i++, here++, at += BLOCK) {
        load(at, reading->end, here);
        here[1].letters = here[1].puncts = here[1].symbols = 0;
        if (!here->high)
            continue;
        const unsigned known = mark_high(reading, at, here);
        if (known == BLOCK)
            continue;
        here[1] = (struct lanes_block){ 0 };
        return (size_t)(at - stretch->at) + known;
    }
    *here = (struct lanes_block){ 0 };
    return (size_t)((at < reading->end ? at : reading->end) - stretch->at);
}

size_t stretch_last_start(const struct stretch *stretch, size_t size)
{
    for (size_t i = size / BLOCK + 1; i-- > 0;) {
        const struct lanes_block *before = stretch->blocks + i, *here = before + 1;
        uint64_t starts =
            (here->letters | here->digits) &
            stretch_after(here->spaces | here->newlines, before->spaces | before->newlines);
        if (size - i * BLOCK < BLOCK)
            starts &= ((uint64_t)1 << (size - i * BLOCK)) - 1;
        if (starts)
            return i * BLOCK + lanes_last(starts);
    }
    return 0;
}
