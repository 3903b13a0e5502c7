#include <string.h>

#include "count/offline/keys.h"
#include "count/offline/lanes.h"
#include "count/offline/reading.h"

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

/* A run with its markers, at once; what is already in the tiling comes before it. */
static int64_t price_marked(struct tokenizer *tokenizer, unsigned sides, const uint8_t *at,
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
        reading->tokens += price_marked(reading->tokenizer,
                                        (bow ? VOCAB_WITH_BOW : 0) | (eow ? VOCAB_WITH_EOW : 0), at,
                                        (size_t)(to - at));
    reading->after_word_end = eow;
    reading->takes_border = (last->flags & CHAR_DIGIT_BORDER) != 0;
    return to;
}

static const uint8_t *punct_end(const struct reading *reading, const uint8_t *at)
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
        tokens = price_marked(tokenizer, sides, at, size);
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
        reading->tokens += price_marked(reading->tokenizer, sides, at, size);
    }
}

int64_t reading_price_contraction(struct reading *reading, const uint8_t *at, size_t size)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    const struct price_key key = keys_of(at, reading->end, size, KEYS_CONTRACTION);
    int64_t tokens = prices_look(&tokenizer->prices, &key);
    if (!tokens) {
        tokens = price_marked(tokenizer, VOCAB_WITH_EOW, at, size);
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
                           ? price_marked(reading->tokenizer, VOCAB_WITH_EOW, at, size + 1)
                           : reading_price_contraction(reading, at, size + 1);
    reading->tiling_is_open = false;
    reading->after_word_end = true;
    reading->takes_border = false;
    return at + 1 + size;
}

static const uint8_t *read_punct(struct reading *reading, const uint8_t *at)
{
    const uint8_t *to = punct_end(reading, at);
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
        reading->tokens += price_marked(reading->tokenizer, sides, at, size);
    else
        reading_add_punct(reading, sides, at, size);
    reading->tiling_is_open = false;
    reading->after_word_end = eow;
    reading->takes_border = true;
    return to;
}

/* A part of a hard run: characters of one kind, with the variation selectors that ride them. */
struct hard_run {
    const uint8_t *to;
    enum char_kind kind;
    unsigned first_flags, last_flags;
    bool is_number; /* all of one category of numbers */
    int64_t letters_tokens;
};

/* Whether a character of three bytes comes again; the last one differs most. */
static inline bool comes_again(const struct reading *reading, const uint8_t *at, unsigned size)
{
    return size == 3 && reading->end - at >= 3 && at[2] == at[-1] && at[1] == at[-2] &&
           at[0] == at[-3];
}

/* Where it comes no more. */
static const uint8_t *again_end(const struct reading *reading, const uint8_t *at)
{
    enum { SIZE = 3 };
    while (reading->end - at >= LANES) {
        const unsigned same = lanes_run(lanes_same(at - SIZE, at)) / SIZE;
        at += same * SIZE;
        if (same < LANES / SIZE)
            return at;
    }
    while (comes_again(reading, at, SIZE))
        at += SIZE;
    return at;
}

static struct hard_run scan_hard(const struct reading *reading, const uint8_t *at)
{
    const struct tokenizer *tokenizer = reading->tokenizer;
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
        const int32_t tokens = run.kind == CHAR_LETTER
                                   ? tiling_character(tokenizer->vocab, tokenizer->family, at, size)
                                   : 0;
        run.letters_tokens += tokens;
        at += size;
        if (comes_again(reading, at, size)) {
            const uint8_t *const to = again_end(reading, at);
            run.letters_tokens += tokens * ((to - at) / 3);
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
        return price_marked(tokenizer, sides, at, size);
    const struct price_key key = keys_recent(at, reading->end, size, KEYS_PUNCT + sides);
    struct tiling_recent *recent = tiling_recent(&tokenizer->tiling, &key);
    if (recent->words[0] != key.words[0] || recent->words[1] != key.words[1])
        *recent = (struct tiling_recent){ { key.words[0], key.words[1] },
                                          price_marked(tokenizer, sides, at, size) };
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
        to = punct_end(reading, to);
        reading->takes_border = true;
        sides |= reading_borders_right(reading, to) ? VOCAB_WITH_EOW : 0;
    }
    reading->after_word_end = sides & VOCAB_WITH_EOW;
    reading->tokens += price_hard(reading, sides, at, (size_t)(to - at));
    return to;
}

static const uint8_t *read_hard(struct reading *reading, const uint8_t *at)
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

static const uint8_t *read_high(struct reading *reading, const uint8_t *at)
{
    static const uint8_t *(*const readers[])(struct reading *, const uint8_t *) = {
        [CHAR_WORDY] = reading_word, [CHAR_DIGIT] = read_digits,     [CHAR_PUNCT] = read_punct,
        [CHAR_HARD] = read_hard,     [CHAR_SPACE] = read_wide_space,
    };
    unsigned size;
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
