#include "count/offline/replacement.h"

static const uint8_t bytes[] = { 0xef, 0xbf, 0xbd };
enum { SIZE = sizeof bytes };

/* Whether nothing goes on from this unit but the byte, and a word-end where that may be. */
static bool goes_on_with(const struct vocab *vocab, uint32_t unit, uint8_t byte, bool may_end)
{
    for (unsigned other = 1; other < 256; other++)
        if (other != byte && !(may_end && other == VOCAB_EOW) &&
            vocab_step(vocab, unit, (uint8_t)other))
            return false;
    return true;
}

/* Whether all pieces that begin like this go on with U+FFFD alone. */
static bool is_alone_from(const struct vocab *vocab, uint32_t unit)
{
    for (size_t len = 0; unit; len++) {
        if (len >= SIZE && !goes_on_with(vocab, unit, bytes[len % SIZE], len % SIZE == 0))
            return false;
        unit = vocab_step(vocab, unit, bytes[len % SIZE]);
    }
    return true;
}

/* Nothing that stands before such a run shares a piece with it: symbols come before punctuation in
 * pieces, never behind. */
static bool is_alone(const struct vocab *vocab)
{
    const struct char_traits *traits = vocab_traits(vocab, REPLACEMENT);
    const uint32_t root = vocab->trie[0];
    return traits->class == CHAR_HARD && traits->kind == CHAR_SYMBOL &&
           (traits->flags & (CHAR_BORDER | CHAR_SELECTOR)) == CHAR_BORDER &&
           is_alone_from(vocab, root) && is_alone_from(vocab, vocab_step(vocab, root, VOCAB_BOW));
}

/* A run too long to be remembered. */
static int64_t price_long(struct tokenizer *tokenizer, unsigned sides, size_t len)
{
    struct tiling *tiling = &tokenizer->tiling;
    if (sides & VOCAB_WITH_BOW)
        tiling_put_byte(tiling, VOCAB_BOW);
    for (size_t i = 0; i < len; i++)
        tiling_put(tiling, bytes, SIZE);
    if (sides & VOCAB_WITH_EOW)
        tiling_put_byte(tiling, VOCAB_EOW);
    return tiling_finish(tiling);
}

int64_t replacement_tokens(struct tokenizer *tokenizer, unsigned sides, size_t len)
{
    struct replacement *known = &tokenizer->replacement;
    if (len >= REPLACEMENT_LEN_MAX)
        return price_long(tokenizer, sides, len);
    if (!known->tokens[sides][len])
        known->tokens[sides][len] = (uint8_t)price_long(tokenizer, sides, len);
    return known->tokens[sides][len];
}

const uint8_t *replacement_read(struct reading *reading, const uint8_t *at)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    struct replacement *known = &tokenizer->replacement;
    const uint8_t *to = reading_again_end(reading, at + SIZE, SIZE);
    const size_t len = (size_t)(to - at) / SIZE;
    if (known->state == REPLACEMENT_UNKNOWN)
        known->state = is_alone(tokenizer->vocab) ? REPLACEMENT_ALONE : REPLACEMENT_JOINS;
    if (known->state == REPLACEMENT_JOINS || (to < reading->end && *to >= 0x80))
        return at;
    const bool bow = reading_borders_left(reading, at), eow = reading_borders_right(reading, to);
    const unsigned sides = (bow ? VOCAB_WITH_BOW : 0U) | (eow ? VOCAB_WITH_EOW : 0U);
    reading_meet(reading, bow);
    reading->tokens += replacement_tokens(tokenizer, sides, len);
    reading->after_word_end = eow;
    reading->takes_border = true;
    return to;
}
