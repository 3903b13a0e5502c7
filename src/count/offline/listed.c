#include "count/offline/listed.h"

#include "count/offline/keys.h"
#include "count/offline/lanes.h"
#include "count/offline/replacement.h"

/* Words of a stretch, by where their places stand in the list. */
struct words {
    size_t len;
    uint16_t items[STRETCH_SIZE / 2];
};

static inline size_t size_of(const uint16_t *places)
{
    return (size_t)places[1] - places[0];
}

/* Words on their way to their slots, which are not in the nearest caches: all slots are fetched
 * before the first is looked at. */
enum { WAITING_MAX = 64 };

static inline size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Most words are in the small table. Which are not need not be foretold: all are written down as
 * one that is not, and only those stay. A longer one has the key 0, of no text, so that all of them
 * fetch the same slots. */
static int64_t price_short(const struct prices *prices, const struct stretch *stretch,
                           struct words *others)
{
    const struct price_table table = prices->tables[PRICES_SMALL];
    uint64_t keys[WAITING_MAX];
    int64_t tokens = 0;
    others->len = 0;
    for (size_t word = 0, len; word < stretch->words.len; word += 2 * len) {
        const uint16_t *places = stretch->words.items + word;
        len = lesser((stretch->words.len - word) / 2, WAITING_MAX);
        for (size_t i = 0; i < len; i++) {
            const size_t size = size_of(places + 2 * i);
            const uint64_t is_short = size <= PRICES_SMALL_MAX;
            keys[i] = keys_short(keys_load(stretch->at + places[2 * i]), size) & -is_short;
            lanes_prefetch(prices_pair(&table, PRICES_SMALL, keys[i]));
        }
        for (size_t i = 0; i < len; i++) {
            const int64_t price =
                prices_among_short(prices_pair(&table, PRICES_SMALL, keys[i]), keys[i]);
            tokens += price;
            others->items[others->len] = (uint16_t)(word + 2 * i);
            others->len += !price;
        }
    }
    return tokens;
}

/* Takes those of medium size out. */
static void part_medium(const struct stretch *stretch, struct words *others, struct words *medium)
{
    size_t left = 0;
    medium->len = 0;
    for (size_t i = 0; i < others->len; i++) {
        const uint16_t word = others->items[i];
        const size_t size = size_of(stretch->words.items + word);
        const bool is_medium = size - PRICES_SMALL_MAX - 1 < PRICES_MEDIUM_MAX - PRICES_SMALL_MAX;
        others->items[left] = medium->items[medium->len] = word;
        medium->len += is_medium;
        left += !is_medium;
    }
    others->len = left;
}

/* Leaves those that are not remembered. */
static int64_t price_medium(const struct prices *prices, const struct stretch *stretch,
                            struct words *words)
{
    const struct price_table table = prices->tables[PRICES_MEDIUM];
    const uint64_t *slots[WAITING_MAX];
    uint64_t firsts[WAITING_MAX], seconds[WAITING_MAX];
    int64_t tokens = 0;
    size_t left = 0;
    for (size_t word = 0, len; word < words->len; word += len) {
        len = lesser(words->len - word, WAITING_MAX);
        for (size_t i = 0; i < len; i++) {
            const uint16_t *places = stretch->words.items + words->items[word + i];
            const uint8_t *at = stretch->at + places[0];
            firsts[i] = keys_medium_first(at);
            seconds[i] = keys_medium_second(at, size_of(places));
            slots[i] = prices_pair(&table, PRICES_MEDIUM, prices_mix(firsts[i], seconds[i]));
            lanes_prefetch(slots[i]);
        }
        for (size_t i = 0; i < len; i++) {
            const int64_t price = prices_among_medium(slots[i], firsts[i], seconds[i]);
            tokens += price;
            words->items[left] = words->items[word + i];
            left += !price;
        }
    }
    words->len = left;
    return tokens;
}

static void add_each(struct reading *reading, const struct stretch *stretch,
                     const struct words *words)
{
    for (size_t i = 0; i < words->len; i++) {
        const uint16_t *places = stretch->words.items + words->items[i];
        reading_add_word(reading, stretch->at + places[0], size_of(places));
    }
}

static void add_words(struct reading *reading, const struct stretch *stretch)
{
    const struct prices *prices = &reading->tokenizer->prices;
    struct words medium, others;
    int64_t tokens = price_short(prices, stretch, &others);
    part_medium(stretch, &others, &medium);
    tokens += price_medium(prices, stretch, &medium);
    reading->tokens += tokens;
    add_each(reading, stretch, &medium);
    add_each(reading, stretch, &others);
}

static inline unsigned sides_of(const struct reading *reading, const uint8_t *at, const uint8_t *to)
{
    return (at[-1] == ' ' ? VOCAB_WITH_BOW : 0U) |
           (reading_borders_right(reading, to) ? VOCAB_WITH_EOW : 0U);
}

/* Runs of punctuation, or of symbols. */
static void add_runs(struct reading *reading, const struct stretch *stretch,
                     const struct places *runs)
{
    const struct price_table *table = &reading->tokenizer->prices.tables[PRICES_SMALL];
    const uint16_t *places = runs->items;
    uint16_t others[STRETCH_SIZE / 2];
    size_t others_len = 0;
    int64_t tokens = 0;
    for (size_t i = 0; i < runs->len; i += 2) {
        const uint8_t *at = stretch->at + places[i], *to = stretch->at + places[i + 1];
        const size_t size = (size_t)(to - at);
        const uint64_t key =
            keys_short_tagged(keys_load(at), size, KEYS_PUNCT + sides_of(reading, at, to));
        const int64_t price = prices_look_short(table, key, size + 1);
        tokens += price;
        others[others_len] = (uint16_t)i;
        others_len += !price;
    }
    reading->tokens += tokens;
    for (size_t i = 0; i < others_len; i++) {
        const uint8_t *at = stretch->at + places[others[i]];
        const uint8_t *to = stretch->at + places[others[i] + 1];
        reading_add_punct(reading, sides_of(reading, at, to), at, (size_t)(to - at));
    }
}

static int64_t price_marks(const struct reading *reading, const struct stretch *stretch)
{
    const struct tokenizer *tokenizer = reading->tokenizer;
    const struct vocab_family_traits *family = &tokenizer->vocab->families[tokenizer->family];
    int64_t tokens = 0;
    for (size_t i = 0; i < stretch->marks.len; i++) {
        const uint8_t *at = stretch->at + stretch->marks.items[i];
        tokens += family->punct[sides_of(reading, at, at + 1)][*at];
    }
    return tokens;
}

static int64_t price_repeats(const struct reading *reading, const struct stretch *stretch)
{
    static const uint8_t runs[0x40] = {
        [' '] = VOCAB_SPACES, ['\t'] = VOCAB_TABS,  ['\n'] = VOCAB_NEWLINES, ['0'] = VOCAB_DIGITS,
        ['1'] = VOCAB_DIGITS, ['2'] = VOCAB_DIGITS, ['3'] = VOCAB_DIGITS,    ['4'] = VOCAB_DIGITS,
        ['5'] = VOCAB_DIGITS, ['6'] = VOCAB_DIGITS, ['7'] = VOCAB_DIGITS,    ['8'] = VOCAB_DIGITS,
        ['9'] = VOCAB_DIGITS,
    };
    const struct tokenizer *tokenizer = reading->tokenizer;
    const struct vocab_ladder *ladders = tokenizer->vocab->families[tokenizer->family].ladders;
    const uint16_t *places = stretch->repeats.items;
    int64_t tokens = 0;
    for (size_t i = 0; i < stretch->repeats.len; i += 2) {
        const unsigned run = runs[stretch->at[places[i]] & 0x3f];
        tokens += vocab_ladder_tokens(ladders + run, (size_t)places[i + 1] - places[i] + 1);
    }
    return tokens;
}

static int64_t price_replacements(struct reading *reading, const struct stretch *stretch)
{
    enum { SIZE = 3 };
    const uint16_t *places = stretch->replacements.items;
    int64_t tokens = 0;
    for (size_t i = 0; i < stretch->replacements.len; i += 2) {
        const unsigned sides =
            sides_of(reading, stretch->at + places[i], stretch->at + places[i + 1]);
        const size_t len = size_of(places + i) / SIZE;
        tokens += replacement_tokens(reading->tokenizer, sides, len);
    }
    return tokens;
}

static int64_t price_hards(const struct reading *reading, const struct stretch *stretch)
{
    int64_t tokens = 0;
    for (size_t i = 0; i < stretch->hards.len; i++)
        tokens += reading_hard_tokens(reading->tokenizer, stretch->at + stretch->hards.items[i]);
    return tokens;
}

void listed_add(struct reading *reading, const struct stretch *stretch)
{
    const int64_t tokens = price_marks(reading, stretch) + price_repeats(reading, stretch) +
                           price_replacements(reading, stretch) + price_hards(reading, stretch);
    reading->tokens += tokens;
    add_words(reading, stretch);
    add_runs(reading, stretch, &stretch->puncts);
    add_runs(reading, stretch, &stretch->symbols);
}
