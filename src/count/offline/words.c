#include "count/offline/keys.h"
#include "count/offline/lanes.h"
#include "count/offline/reading.h"

/* What the case rules ask of a word. */
struct word {
    const uint8_t *from, *to;
    size_t letters;
    bool starts_upper, has_later_upper, has_upper, has_lower, has_caseless;
    bool keeps_case, has_no_capital;
    bool starts_stray; /* with marks that no letter stands before: the letters are but their rest */
};

static void look_at(struct word *word, const struct char_traits *traits)
{
    const bool is_no_capital = traits->flags & CHAR_NO_CAPITAL;
    const bool is_upper = traits->flags & CHAR_UPPER && !is_no_capital;
    if (!word->letters) {
        word->starts_upper = is_upper;
        word->starts_stray = traits->flags & CHAR_STRAY;
    } else {
        word->has_later_upper |= is_upper;
    }
    word->letters++;
    word->has_upper |= is_upper;
    word->has_lower |= (traits->flags & CHAR_LOWER) != 0;
    word->has_caseless |= (traits->flags & CHAR_CASELESS) != 0;
    word->keeps_case |= (traits->flags & CHAR_KEEPS_CASE) != 0;
    word->has_no_capital |= is_no_capital;
}

static const uint8_t *look_at_ascii(struct word *word, const uint8_t *at, const uint8_t *end)
{
    const uint8_t *const from = at;
    const bool starts = !word->letters;
    uint8_t copy[LANES];
    unsigned len;
    do {
        const uint8_t *lanes = keys_lanes(at, end, copy);
        len = lanes_run(lanes_letters(lanes));
        const uint32_t all = (1U << len) - 1, uppers = ~lanes_lowers(lanes) & all;
        const uint32_t first = starts && at == from;
        word->starts_upper |= uppers & first;
        word->has_later_upper |= (uppers & ~first) != 0;
        word->has_upper |= uppers != 0;
        word->has_lower |= uppers != all;
        at += len;
    } while (len == LANES);
    word->letters += (size_t)(at - from);
    return at;
}

static struct word scan_word(const struct reading *reading, const uint8_t *at)
{
    struct word word = { .from = at };
    while (at < reading->end) {
        if (lane_classes[*at] & LANE_LETTER) {
            at = look_at_ascii(&word, at, reading->end);
            continue;
        }
        unsigned size;
        const struct char_traits *traits = reading_traits(reading, at, &size);
        if (traits->class != CHAR_WORDY)
            break;
        look_at(&word, traits);
        at += size;
    }
    word.to = at;
    return word;
}

/* The marker before a word whose letters are then written in lower case, or 0: it stays as it is.
 */
static uint8_t case_marker(const struct word *word, unsigned caps_min)
{
    if (word->keeps_case || word->starts_stray)
        return 0;
    const bool is_caps =
        word->has_upper && !word->has_lower && !word->has_caseless && !word->has_no_capital;
    if (is_caps && caps_min && word->letters >= caps_min)
        return VOCAB_CAPS;
    return word->starts_upper && !word->has_later_upper ? VOCAB_SHIFT : 0;
}

static void put_character(struct tiling *tiling, uint32_t value)
{
    uint8_t bytes[4];
    size_t len = 1;
    if (value < 0x80) {
        bytes[0] = (uint8_t)value;
    } else if (value < 0x800) {
        bytes[0] = (uint8_t)(0xc0 | value >> 6);
        bytes[1] = (uint8_t)(0x80 | (value & 0x3f));
        len = 2;
    } else { /* every letter with two cases is in the first plane */
        bytes[0] = (uint8_t)(0xe0 | value >> 12);
        bytes[1] = (uint8_t)(0x80 | (value >> 6 & 0x3f));
        bytes[2] = (uint8_t)(0x80 | (value & 0x3f));
        len = 3;
    }
    tiling_put(tiling, bytes, len);
}

static void put_lower(struct tokenizer *tokenizer, const uint8_t *at, const uint8_t *to)
{
    while (at < to) {
        uint8_t lower[LANES];
        size_t len = 0;
        while (at < to && *at < 0x80 && len < sizeof lower)
            lower[len++] = *at++ | 0x20;
        tiling_put(&tokenizer->tiling, lower, len);
        if (at == to || *at < 0x80)
            continue;
        const struct character character = character_at(at);
        const int32_t delta = vocab_traits(tokenizer->vocab, character.value)->lower_delta;
        put_character(&tokenizer->tiling, (uint32_t)((int32_t)character.value + delta));
        at += character.size;
    }
}

/* Its marked stream is in the tiling then. */
static void put_word(struct tokenizer *tokenizer, const struct word *word)
{
    struct tiling *tiling = &tokenizer->tiling;
    const uint8_t marker =
        case_marker(word, tokenizer->vocab->families[tokenizer->family].caps_min);
    if (marker)
        tiling_put_byte(tiling, marker);
    tiling_put_byte(tiling, VOCAB_BOW);
    if (marker)
        put_lower(tokenizer, word->from, word->to);
    else
        tiling_put(tiling, word->from, (size_t)(word->to - word->from));
    tiling_put_byte(tiling, VOCAB_EOW);
}

static const uint8_t *word_end(const struct reading *reading, const uint8_t *at)
{
    uint8_t copy[LANES];
    unsigned size;
    for (;;) {
        const unsigned letters = lanes_run(lanes_letters(keys_lanes(at, reading->end, copy)));
        at += letters;
        if (letters == LANES)
            continue;
        if (at == reading->end || *at < 0x80 ||
            reading_traits(reading, at, &size)->class != CHAR_WORDY)
            return at;
        at += size;
    }
}

/* Some letters are symbols too (circled ones), which take a border marker. */
static bool ends_in_border(const struct reading *reading, const uint8_t *to)
{
    unsigned size;
    if (*--to < 0x80)
        return false;
    while ((*to & 0xc0) == 0x80)
        to--;
    return (reading_traits(reading, to, &size)->flags & CHAR_BORDER) != 0;
}

/* The marker of a word of ASCII letters, of which these are upper case, or 0. */
static inline uint8_t plain_marker(uint32_t uppers, uint32_t all, size_t size, unsigned caps_min)
{
    const bool is_caps = (uppers == all) & (caps_min - 1 < size);
    return is_caps ? VOCAB_CAPS : uppers == 1 ? VOCAB_SHIFT : 0;
}

enum { WORD_MARKERS_MAX = 3 };

static enum vocab_opening opening_of(uint8_t marker)
{
    return marker == VOCAB_SHIFT  ? VOCAB_SHIFTED
           : marker == VOCAB_CAPS ? VOCAB_IN_CAPS
                                  : VOCAB_PLAIN;
}

/* Adds a word of ASCII letters in a family that has an automaton, and remembers it where it has a
 * key; false in another family. */
static bool add_by_letters(struct reading *reading, const uint8_t *at, size_t size, uint8_t marker,
                           const struct price_key *key)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    const struct vocab_automaton *automaton = &tokenizer->vocab->automata[tokenizer->family];
    if (!automaton->rows_len)
        return false;
    const int64_t tokens =
        vocab_word_tokens(tokenizer->vocab, automaton, opening_of(marker), at, size);
    reading->tokens += tokens;
    if (key)
        prices_keep(&tokenizer->prices, key, tokens);
    return true;
}

/* A word of at most sixteen bytes, all ASCII letters. */
static void add_plain_word(struct reading *reading, const uint8_t *lanes, size_t size,
                           const struct price_key *key)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    const uint32_t all = (1U << size) - 1, uppers = ~lanes_lowers(lanes) & all;
    const uint8_t marker =
        plain_marker(uppers, all, size, tokenizer->vocab->families[tokenizer->family].caps_min);
    if (add_by_letters(reading, lanes, size, marker, key))
        return;
    uint8_t *const out = reading_newcomer(reading, size + WORD_MARKERS_MAX), *to = out;
    *to = marker;
    to += marker != 0;
    *to++ = VOCAB_BOW;
    lanes_copy_letters(to, lanes, marker != 0);
    to += size;
    *to++ = VOCAB_EOW;
    newcomers_add(&tokenizer->newcomers, (size_t)(to - out), key);
}

/* Any other word. */
static void add_mixed_word(struct reading *reading, const uint8_t *at, const struct price_key *key)
{
    struct tokenizer *tokenizer = reading->tokenizer;
    struct tiling *tiling = &tokenizer->tiling;
    const struct word word = scan_word(reading, at);
    const size_t word_size = (size_t)(word.to - word.from);
    const unsigned caps_min = tokenizer->vocab->families[tokenizer->family].caps_min;
    if (word.letters == word_size &&
        add_by_letters(reading, at, word_size, case_marker(&word, caps_min), key))
        return;
    put_word(tokenizer, &word);
    if (!tiling_is_short(tiling)) {
        reading->tokens += tiling_finish(tiling);
        return;
    }
    const size_t size = tiling->len;
    memcpy(reading_newcomer(reading, size), tiling->bytes, size);
    newcomers_add(&tokenizer->newcomers, size, key);
    tiling_clear(tiling);
}

void reading_add_new_word(struct reading *reading, const uint8_t *at, size_t size,
                          const struct price_key *key)
{
    uint8_t copy[LANES];
    const uint8_t *lanes = keys_lanes(at, reading->end, copy);
    if (size <= LANES && lanes_run(lanes_letters(lanes)) >= size)
        add_plain_word(reading, lanes, size, key);
    else
        add_mixed_word(reading, at, key);
}

const uint8_t *reading_word(struct reading *reading, const uint8_t *at)
{
    const uint8_t *to = word_end(reading, at);
    const size_t size = (size_t)(to - at);
    reading_meet(reading, true);
    reading_add_word(reading, at, size);
    reading->takes_border = ends_in_border(reading, to);
    reading->after_word_end = true;
    return to;
}

size_t reading_contraction(const struct reading *reading, const uint8_t *at)
{
    static const char one[] = "dmst", two[][2] = { { 'l', 'l' }, { 'r', 'e' }, { 'v', 'e' } };
    const uint8_t *to = word_end(reading, at);
    const size_t size = (size_t)(to - at);
    if (size == 1)
        return memchr(one, *at, sizeof one - 1) ? size : 0;
    for (size_t i = 0; size == 2 && i < sizeof two / sizeof *two; i++)
        if (memcmp(at, two[i], size) == 0)
            return size;
    return 0;
}
