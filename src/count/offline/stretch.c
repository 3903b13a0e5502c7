#include "count/offline/stretch.h"

#include <string.h>

/*
 * Gives the characters of a block that are not ASCII their class; the last may reach into the next
 * block. Returns the place of the first one that is neither a usual letter nor punctuation, or
 * BLOCK.
 */
static unsigned mark_high(const struct reading *reading, const uint8_t *at,
                          struct lanes_block blocks[2])
{
    const struct vocab *vocab = reading->tokenizer->vocab;
    struct lanes_block *here = blocks, *after = blocks + 1;
    uint64_t left = here->high & ~here->letters & ~here->puncts;
    while (left) {
        const unsigned first = lanes_first(left);
        const struct character character = character_at(at + first);
        const struct char_traits *traits = vocab_traits(vocab, character.value);
        const uint64_t bits = ((uint64_t)1 << character.size) - 1;
        const uint64_t is_word = traits->class == CHAR_WORDY ? UINT64_MAX : 0;
        const uint64_t after_letter = stretch_after(here->letters, here[-1].letters) >> first & 1;
        if (traits->class == CHAR_WORDY
                ? traits->flags & CHAR_BORDER || (traits->flags & CHAR_STRAY && !after_letter)
                : traits->class != CHAR_PUNCT)
            return first;
        here->letters |= bits << first & is_word;
        here->puncts |= bits << first & ~is_word;
        if (first + character.size > BLOCK) {
            after->letters = bits >> (BLOCK - first) & is_word;
            after->puncts = bits >> (BLOCK - first) & ~is_word;
        }
        left &= ~(bits << first);
    }
    return BLOCK;
}

/* Letters and punctuation may have come over from the block before. */
static inline void load(const uint8_t *at, const uint8_t *end, struct lanes_block *block)
{
    uint8_t copy[BLOCK];
    const uint64_t letters = block->letters, puncts = block->puncts;
    if (end - at < BLOCK) {
        memset(copy, 0, sizeof copy);
        memcpy(copy, at, (size_t)(end - at));
        at = copy;
    }
    *block = lanes_block(at);
    block->letters |= letters;
    block->puncts |= puncts;
}

size_t stretch_classify(struct stretch *stretch, const struct reading *reading)
{
    const uint8_t *at = stretch->at;
    struct lanes_block *here = stretch->blocks;
    *here++ = (struct lanes_block){ 0 };
    *here = (struct lanes_block){ 0 };
    for (size_t i = 0; i < STRETCH_BLOCKS && at < reading->end; i++, here++, at += BLOCK) {
        load(at, reading->end, here);
        here[1].letters = here[1].puncts = 0;
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

size_t stretch_last_word(const struct stretch *stretch, size_t size)
{
    for (size_t i = size / BLOCK + 1; i-- > 0;) {
        const struct lanes_block *before = stretch->blocks + i, *here = before + 1;
        uint64_t starts = here->letters & stretch_after(here->spaces | here->newlines,
                                                        before->spaces | before->newlines);
        if (size - i * BLOCK < BLOCK)
            starts &= ((uint64_t)1 << (size - i * BLOCK)) - 1;
        if (starts)
            return i * BLOCK + lanes_last(starts);
    }
    return 0;
}
