#include <string.h>

#include "count/offline/keys.h"
#include "count/offline/lanes.h"
#include "count/offline/reading.h"
#include "count/offline/replacement.h"

/* Where a run ends that is made of one byte. */
static const uint8_t *repeat_end(const struct reading *reading, const uint8_t *at)
{
    const uint8_t byte = *at;
    while (at < reading->end && *at == byte)
        at++;
    return at;
}

static int64_t ladder_tokens(const struct reading *reading, enum vocab_run run, size_t len)
{
    const struct tokenizer *tokenizer = reading->tokenizer;
    return vocab_ladder_tokens(&tokenizer->vocab->families[tokenizer->family].ladders[run], len);
}

static const uint8_t *read_ladder(struct reading *reading, const uint8_t *at, enum vocab_run run)
{
    const uint8_t *to = repeat_end(reading, at);
    reading_meet(reading, false);
    reading->tokens += ladder_tokens(reading, run, (size_t)(to - at));
    reading->after_word_end = false;
    reading->takes_border = false;
    return to;
}

static const uint8_t *read_spaces(struct reading *reading, const uint8_t *at)
{
    const bool is_single = reading->end - at == 1 || at[1] != ' ';
    if (!is_single || !reading->after_word_end)
        return read_ladder(reading, at, VOCAB_SPACES);
    reading->space_is_pending = true;
    reading->after_word_end = false;
    reading->takes_border = false;
    return at + 1;
}

static const uint8_t *read_tabs(struct reading *reading, const uint8_t *at)
{
    return read_ladder(reading, at, VOCAB_TABS);
}

static const uint8_t *read_newlines(struct reading *reading, const uint8_t *at)
{
    return read_ladder(reading, at, VOCAB_NEWLINES);
}

/* The only other white space that is left after normalisation is U+3000. */
static const uint8_t *read_wide_space(struct reading *reading, const uint8_t *at)
{
    const struct tokenizer *tokenizer = reading->tokenizer;
    unsigned size;
    reading_traits(reading, at, &size);
    reading_meet(reading, false);
    reading->tokens += tiling_character(tokenizer->vocab, tokenizer->family, at, size);
    reading->after_word_end = false;
    reading->takes_border = false;
    return at + size;
}

int64_t reading_price_marked(struct tokenizer *tokenizer, unsigned sides, const uint8_t *at,
                             size_t size)
{
    struct tiling *tiling = &tokenizer->tiling;
    if (sides & VOCAB_WITH_BOW)
        tiling_put_byte(tiling, VOCAB_BOW);
    tiling_put(tiling, at, size);
    if (sides & VOCAB_WITH_EOW)
        tiling_put_byte(tiling, VOCAB_EOW);
    return tiling_finish(tiling);
}

static const uint8_t *read_digits(struct reading *reading, const uint8_t *at)
{
    const struct vocab *vocab = reading->tokenizer->vocab;
    const uint8_t *to = at;
    const struct char_traits *first = vocab_traits(vocab, character_at(at).value), *last = first;
    bool is_ascii = true;
    while (reading_at_class(reading, to, CHAR_DIGIT)) {
        const struct character character = character_at(to);
        last = vocab_traits(vocab, character.value);
        is_ascii &= character.size == 1;
        to += character.size;
    }
    const bool bow = first->flags & CHAR_DIGIT_BORDER && reading_borders_left(reading, at);
    const bool eow = last->flags & CHAR_DIGIT_BORDER && reading_borders_right(reading, to);
    reading_meet(reading, bow);
    if (is_ascii)
        reading->tokens += ladder_tokens(reading, VOCAB_DIGITS, (size_t)(to - at));
    else
        reading->tokens += reading_price_marked(
            reading->tokenizer, (bow ? VOCAB_WITH_BOW : 0) | (eow ? VOCAB_WITH_EOW : 0), at,
            (size_t)(to - at));
    reading->after_word_end = eow;
    reading->takes_border = (last->flags & CHAR_DIGIT_BORDER) != 0;
    return to;
}

const uint8_t *reading_punct_end(const struct reading *reading, const uint8_t *at)
{
    uint8_t copy[LANES];
    unsigned size;
    for (;;) {
        const unsigned puncts = lanes_run(lanes_puncts(keys_lanes(at, reading->end, copy)));
        at += puncts;
        if (puncts == LANES)
            continue;
        if (at == reading->end || *at < 0x80 ||
            reading_traits(reading, at, &size)->class != CHAR_PUNCT)
            return at;
        at += size;
    }
}

/* The key of a run of one mark again and again, where it is too long for one of its own. */
static bool repeat_key(unsigned sides, const uint8_t *at, size_t size, struct price_key *key)
{
    if (*at >= 0x80 || memcmp(at, at + 1, size - 1) != 0)
        return false;
    *key = (struct price_key){ PRICES_LARGE, { (uint64_t)*at << 8, size } };
    key->words[PRICES_WORDS_MAX - 1] = (uint64_t)(KEYS_REPEAT + sides) << 56;
    return true;
}

/* Adds a run that is remembered under its key, or will be. */
static void add_tagged(struct reading *reading, unsigned sides, const struct price_key *key,
                       const uint8_t *at, size_t size)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    int64_t tokens = prices_look(&tokenizer->prices, key);
    if (!tokens && size + 2 <= TILING_SHORT) {
        uint8_t *out = reading_newcomer(reading, size + 2);
        size_t len = 0;
        if (sides & VOCAB_WITH_BOW)
            out[len++] = VOCAB_BOW;
        memcpy(out + len, at, size);
        len += size;
        if (sides & VOCAB_WITH_EOW)
            out[len++] = VOCAB_EOW;
        newcomers_add(&tokenizer->newcomers, len, key);
    } else if (!tokens) {
        tokens = reading_price_marked(tokenizer, sides, at, size);
        prices_keep(&tokenizer->prices, key, tokens);
    }
    reading->tokens += tokens;
}

void reading_add_punct(struct reading *reading, unsigned sides, const uint8_t *at, size_t size)
{
    const struct tokenizer *tokenizer = reading->tokenizer;
    const unsigned tag = KEYS_PUNCT + sides;
    struct price_key key;
    if (size == 1 && *at < 0x80) {
        reading->tokens += tokenizer->vocab->families[tokenizer->family].punct[sides][*at];
    } else if (keys_fit(size, tag)) {
        key = keys_of(at, reading->end, size, tag);
        add_tagged(reading, sides, &key, at, size);
    } else if (repeat_key(sides, at, size, &key)) {
        add_tagged(reading, sides, &key, at, size);
    } else {
        reading->tokens += reading_price_marked(reading->tokenizer, sides, at, size);
    }
}

int64_t reading_price_contraction(struct reading *reading, const uint8_t *at, size_t size)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    const struct price_key key = keys_of(at, reading->end, size, KEYS_CONTRACTION);
    int64_t tokens = prices_look(&tokenizer->prices, &key);
    if (!tokens) {
        tokens = reading_price_marked(tokenizer, VOCAB_WITH_EOW, at, size);
        prices_keep(&tokenizer->prices, &key, tokens);
    }
    return tokens;
}

/* An apostrophe that opens a word: it takes no word-begin itself. Returns the end of the
 * contraction, or NULL when it is none. */
static const uint8_t *read_contraction(struct reading *reading, const uint8_t *at)
{
    const size_t size = reading->takes_border ? 0 : reading_contraction(reading, at + 1);
    if (!size)
        return NULL;
    reading_meet(reading, false);
    reading->tokens += reading->tiling_is_open
                           ? reading_price_marked(reading->tokenizer, VOCAB_WITH_EOW, at, size + 1)
                           : reading_price_contraction(reading, at, size + 1);
    reading->tiling_is_open = false;
    reading->after_word_end = true;
    reading->takes_border = false;
    return at + 1 + size;
}

static const uint8_t *read_punct(struct reading *reading, const uint8_t *at)
{
    const uint8_t *to = reading_punct_end(reading, at);
    const size_t size = (size_t)(to - at);
    const bool opens_word = *at == '\'' && size == 1 && reading_at_class(reading, to, CHAR_WORDY);
    if (opens_word) {
        const uint8_t *end = read_contraction(reading, at);
        if (end)
            return end;
    }
    const bool bow = !opens_word && reading_borders_left(reading, at);
    const bool eow = reading_borders_right(reading, to);
    const unsigned sides = (bow ? VOCAB_WITH_BOW : 0) | (eow ? VOCAB_WITH_EOW : 0);
    reading_meet(reading, bow);
    if (reading->tiling_is_open)
        reading->tokens += reading_price_marked(reading->tokenizer, sides, at, size);
    else
        reading_add_punct(reading, sides, at, size);
    reading->tiling_is_open = false;
    reading->after_word_end = eow;
    reading->takes_border = true;
    return to;
}

static const uint8_t *read_high(struct reading *reading, const uint8_t *at)
{
    static const uint8_t *(*const readers[])(struct reading *, const uint8_t *) = {
        [CHAR_WORDY] = reading_word, [CHAR_DIGIT] = read_digits,     [CHAR_PUNCT] = read_punct,
        [CHAR_HARD] = reading_hard,  [CHAR_SPACE] = read_wide_space,
    };
    unsigned size;
    if (replacement_is_at(reading, at)) {
        const uint8_t *to = replacement_read(reading, at);
        if (to != at)
            return to;
    }
    return readers[reading_traits(reading, at, &size)->class](reading, at);
}

const uint8_t *reading_run(struct reading *reading, const uint8_t *at)
{
    const unsigned class = lane_classes[*at];
    if (class & LANE_LETTER)
        return reading_word(reading, at);
    if (class & LANE_PUNCT)
        return read_punct(reading, at);
    if (class & LANE_HIGH)
        return read_high(reading, at);
    return *at == ' '    ? read_spaces(reading, at)
           : *at == '\n' ? read_newlines(reading, at)
           : *at == '\t' ? read_tabs(reading, at)
                         : read_digits(reading, at);
}

void reading_finish(struct reading *reading)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    reading_meet(reading, false);
    reading->tokens += newcomers_count(&tokenizer->newcomers, tokenizer->vocab, tokenizer->family,
                                       &tokenizer->prices);
}
