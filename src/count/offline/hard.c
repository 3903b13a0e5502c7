/* Hard runs: letters without words (Han, Hangul and others), numbers, symbols and emoji. */
#include <string.h>

#include "count/offline/keys.h"
#include "count/offline/lanes.h"
#include "count/offline/reading.h"

/* A part of a hard run: characters of one kind, with the variation selectors that ride them. */
struct hard_run {
    const uint8_t *to;
    enum char_kind kind;
    unsigned first_flags, last_flags;
    bool is_number; /* all of one category of numbers */
    int64_t letters_tokens;
};

/* Whether a character of two or three bytes comes again; the last one differs most. */
static inline bool comes_again(const struct reading *reading, const uint8_t *at, unsigned size)
{
    if (size - 2 > 1 || reading->end - at < (ptrdiff_t)size)
        return false;
    return at[size - 1] == at[-1] && at[size - 2] == at[-2] && at[0] == *(at - size);
}

const uint8_t *reading_again_end(const struct reading *reading, const uint8_t *at, unsigned size)
{
    while (reading->end - at >= LANES) {
        const unsigned same = lanes_run(lanes_same(at - size, at));
        at += same - same % size;
        if (same + size <= LANES)
            return at;
    }
    while (comes_again(reading, at, size))
        at += size;
    return at;
}

static int64_t letter_tokens(struct tokenizer *tokenizer, const uint8_t *at, unsigned size)
{
    return size == 3 ? reading_hard_tokens(tokenizer, at)
                     : tiling_character(tokenizer->vocab, tokenizer->family, at, size);
}

static struct hard_run scan_hard(const struct reading *reading, const uint8_t *at)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    const unsigned number = CHAR_DECIMAL | CHAR_OTHER_NUMBER;
    unsigned size;
    const struct char_traits *traits = reading_traits(reading, at, &size);
    struct hard_run run = { .kind = (enum char_kind)traits->kind, .first_flags = traits->flags };
    run.is_number = traits->flags & number;
    while (at < reading->end && *at >= 0x80) {
        traits = reading_traits(reading, at, &size);
        if (traits->class != CHAR_HARD ||
            (!(traits->flags & CHAR_SELECTOR) && traits->kind != run.kind))
            break;
        run.last_flags = traits->flags;
        run.is_number &= (traits->flags & number) == (run.first_flags & number);
        const int64_t tokens = run.kind == CHAR_LETTER ? letter_tokens(tokenizer, at, size) : 0;
        run.letters_tokens += tokens;
        at += size;
        if (comes_again(reading, at, size)) {
            const uint8_t *const to = reading_again_end(reading, at, size);
            run.letters_tokens += tokens * ((to - at) / size);
            at = to;
        }
    }
    run.to = at;
    return run;
}

/* Short runs are remembered for a while, near at hand: a text with many kinds of symbols would fill
 * the table of words with runs that never come again. */
static int64_t price_hard(struct reading *reading, unsigned sides, const uint8_t *at, size_t size)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    if (size >= PRICES_MEDIUM_MAX)
        return reading_price_marked(tokenizer, sides, at, size);
    const struct price_key key = keys_recent(at, reading->end, size, KEYS_PUNCT + sides);
    struct tiling_recent *recent = tiling_recent(&tokenizer->tiling, &key);
    if (recent->words[0] != key.words[0] || recent->words[1] != key.words[1])
        *recent = (struct tiling_recent){ { key.words[0], key.words[1] },
                                          reading_price_marked(tokenizer, sides, at, size) };
    return recent->tokens;
}

/* Into the tiling, for what follows to join. */
static void put_open(struct reading *reading, unsigned sides, const uint8_t *at, size_t size)
{
    struct tiling *tiling = &reading->tokenizer->tiling;
    if (sides & VOCAB_WITH_BOW)
        tiling_put_byte(tiling, VOCAB_BOW);
    tiling_put(tiling, at, size);
    reading->tiling_is_open = true;
}

/* Symbols and numbers may share a piece with the punctuation that follows; returns where that ends.
 * An apostrophe that may open a word is left to read_punct(). */
static const uint8_t *price_symbols(struct reading *reading, const struct hard_run *run,
                                    unsigned sides, const uint8_t *at)
{
    const uint8_t *to = run->to;
    if (!(sides & VOCAB_WITH_EOW) && to < reading->end &&
        (*to < 0x80 ? lane_classes[*to] & LANE_PUNCT : reading_at_class(reading, to, CHAR_PUNCT))) {
        if (*to == '\'') {
            put_open(reading, sides, at, (size_t)(to - at));
            return to;
        }
        to = reading_punct_end(reading, to);
        reading->takes_border = true;
        sides |= reading_borders_right(reading, to) ? VOCAB_WITH_EOW : 0;
    }
    reading->after_word_end = sides & VOCAB_WITH_EOW;
    reading->tokens += price_hard(reading, sides, at, (size_t)(to - at));
    return to;
}

const uint8_t *reading_hard(struct reading *reading, const uint8_t *at)
{
    const struct hard_run run = scan_hard(reading, at);
    const unsigned border = CHAR_BORDER | CHAR_SELECTOR;
    const bool has_border = (run.first_flags | run.last_flags) & border;
    const unsigned marked = has_border ? border : run.is_number ? CHAR_DIGIT_BORDER : 0;
    /* what a frame ends in is there in any case, and "１" has a piece with it */
    const bool is_head = at == reading->start && run.kind == CHAR_NUMBER;
    const bool bow = (run.first_flags & marked || is_head) && reading_borders_left(reading, at);
    const bool eow = run.last_flags & marked && reading_borders_right(reading, run.to);
    reading_meet(reading, bow);
    reading->takes_border =
        run.last_flags & border || (run.is_number && run.last_flags & CHAR_DIGIT_BORDER);
    reading->after_word_end = eow;
    if (run.kind != CHAR_LETTER)
        return price_symbols(reading, &run, (bow ? VOCAB_WITH_BOW : 0) | (eow ? VOCAB_WITH_EOW : 0),
                             at);
    reading->tokens += run.letters_tokens + bow + eow; /* no piece holds two, nor a marker */
    return run.to;
}
