#include "count/offline/estimate.h"

#include <stdbool.h>

#include "count/offline/changes.h"
#include "count/offline/estimate_table.h"

/*
 * The shape of this file follows the tokenizers: text falls into runs of one class, and each run
 * has its reader below, which adds to the features and returns the place after the run. Prices,
 * bounds, the blocks of Unicode and the letter-pair table are in estimate_table.h.
 */

enum byte_class {
    BYTE_DROPPED, /* controls: the tokenizers remove them */
    BYTE_DIGIT,
    BYTE_LETTER,
    BYTE_MULTI, /* of a sequence of two to four bytes, or invalid */
    BYTE_NEWLINE,
    BYTE_PUNCT,
    BYTE_SPACE, /* NUL too */
    BYTE_TAB,
    BYTE_CLASSES_LEN,
};

enum {
    LONG_WORD_LEN = 24,  /* letters after this many are counted, not priced by their pairs */
    SYMBOL_BOUNDARY = 0, /* 1 to 26 are the letters */
    SYMBOL_OTHER = 27,
};

struct span {
    const unsigned char *at, *end;
};

static const unsigned char byte_classes[128] = {
    6, 0, 0, 0, 0, 0, 0, 0, 0, 7, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 5,
    5, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 5, 5, 5, 5, 5,
    5, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 5, 5, 5, 5, 0,
};

static inline enum byte_class class_of(unsigned char byte)
{
    return byte < 0x80 ? (enum byte_class)byte_classes[byte] : BYTE_MULTI;
}

/* The character at the start of s: of bytes that are none, the same as the tokenizers count. */
static struct character decode(struct span s)
{
    return changes_character((struct str){ (const char *)s.at, (size_t)(s.end - s.at) }, 0);
}

static const struct estimate_block *block_of(uint32_t value)
{
    size_t low = 0, high = ESTIMATE_BLOCKS_LEN;
    while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        if (estimate_blocks[middle].first <= value)
            low = middle;
        else
            high = middle;
    }
    return &estimate_blocks[low];
}

/* A word, or the part of one between two changes from lower case to a capital. */
struct word {
    int64_t len;
    int64_t upper_len;
    int32_t price[2]; /* in 1/1000 token, per generation */
    unsigned last;    /* symbol */
    bool title;       /* starts with a capital */
};

static inline void word_grow(struct word *word, unsigned symbol)
{
    if (word->len++ < LONG_WORD_LEN) {
        word->price[0] += estimate_pairs[word->last][symbol][0];
        word->price[1] += estimate_pairs[word->last][symbol][1];
    }
    word->last = symbol;
}

static void word_add_case(const struct word *word, struct estimate_features *features)
{
    if (word->upper_len == 1 && word->title) {
        features->n[FEATURE_WORD_TITLE]++;
    } else if (word->upper_len == word->len) {
        features->n[word->len < 4 ? FEATURE_WORD_CAPS_SHORT : FEATURE_WORD_CAPS]++;
        features->n[FEATURE_LETTER_CAPS] += word->len;
    } else {
        features->n[FEATURE_WORD_MIXED]++;
        features->n[FEATURE_LETTER_MIXED] += word->upper_len;
    }
}

/* Books a finished word and starts the next one. No word costs less than a token. */
static inline void word_finish(struct word *word, struct estimate_features *features)
{
    if (!word->len)
        return;
    const int64_t priced_len = word->len < LONG_WORD_LEN ? word->len : LONG_WORD_LEN;
    const int64_t most = 1000 * (priced_len - 1);
    for (int g = 0; g < 2; g++) {
        const int64_t excess = word->price[g] + estimate_pairs[word->last][SYMBOL_BOUNDARY][g] +
                               estimate_lengths[priced_len][g] - 1000;
        features->n[FEATURE_WORD_EXCESS_V3 + g] += excess < 0 ? 0 : excess < most ? excess : most;
    }
    features->n[FEATURE_WORD]++;
    features->n[FEATURE_LETTER_LONG] += word->len - priced_len;
    if (word->upper_len)
        word_add_case(word, features);
    *word = (struct word){ 0 };
}

static bool feature_is_latin(unsigned feature)
{
    return feature >= FEATURE_LATIN_1 && feature <= FEATURE_LATIN_MARK;
}

/* A letter or mark above ASCII that may stand in a Latin word: its size in bytes, else 0. */
static unsigned word_grow_multi(struct word *word, struct estimate_features *features,
                                struct span rest)
{
    const struct character point = decode(rest);
    const unsigned feature = block_of(point.value)->feature;
    if (!feature_is_latin(feature))
        return 0;
    features->n[feature]++;
    word_grow(word, SYMBOL_OTHER);
    return point.size;
}

/* The lower case letters at the start of rest, with the prices in registers; where they end. */
static inline const unsigned char *word_grow_lower(struct word *word, struct span rest)
{
    const unsigned char *at = rest.at;
    const unsigned char *end = rest.end;
    const int64_t priced_len = word->len < LONG_WORD_LEN ? LONG_WORD_LEN - word->len : 0;
    const unsigned char *priced_end = end - at > priced_len ? at + priced_len : end;
    int32_t v3 = word->price[0], new = word->price[1];
    unsigned last = word->last, symbol;
    for (; at < priced_end && (symbol = *at - 0x60U) - 1 < 26; at++, last = symbol) {
        v3 += estimate_pairs[last][symbol][0];
        new += estimate_pairs[last][symbol][1];
    }
    if (at == priced_end)
        for (; at < end && (symbol = *at - 0x60U) - 1 < 26; at++)
            last = symbol;
    word->price[0] = v3;
    word->price[1] = new;
    word->last = last;
    word->len += at - rest.at;
    return at;
}

static const unsigned char *read_word(struct estimate_features *features, struct span rest)
{
    struct word word = { 0 };
    while (rest.at < rest.end) {
        const unsigned char byte = *rest.at;
        if (byte >= 'a' && byte <= 'z') {
            rest.at = word_grow_lower(&word, rest);
        } else if (byte >= 'A' && byte <= 'Z') {
            if (word.len && rest.at[-1] >= 'a' && rest.at[-1] <= 'z') {
                word_finish(&word, features);
                features->n[FEATURE_WORD_HUMP]++;
            }
            word.title |= !word.len;
            word.upper_len++;
            word_grow(&word, byte - 0x40U);
            rest.at++;
        } else {
            const unsigned size = byte < 0x80 ? 0 : word_grow_multi(&word, features, rest);
            if (!size)
                break;
            rest.at += size;
        }
    }
    word_finish(&word, features);
    return rest.at;
}

static const unsigned char *read_multi(struct estimate_features *features, struct span rest)
{
    unsigned word = 0;
    while (rest.at < rest.end && *rest.at >= 0x80) {
        const struct character point = decode(rest);
        const struct estimate_block *block = block_of(point.value);
        if (feature_is_latin(block->feature) && block->feature != FEATURE_LATIN_MARK)
            return read_word(features, rest);
        features->n[block->feature]++;
        if (block->word && block->word != word)
            features->n[block->word]++;
        word = block->word;
        rest.at += point.size;
    }
    return rest.at;
}

static const unsigned char *run_end(struct span rest)
{
    const enum byte_class class = class_of(*rest.at);
    while (rest.at < rest.end && class_of(*rest.at) == class)
        rest.at++;
    return rest.at;
}

static const unsigned char *read_punct(struct estimate_features *features, struct span rest)
{
    const unsigned char *at = rest.at + 1;
    int64_t repeats = 0;
    for (; at < rest.end && class_of(*at) == BYTE_PUNCT; at++)
        repeats += *at == at[-1];
    const int64_t len = at - rest.at;
    features->n[len == 1 ? FEATURE_PUNCT_1 : len == 2 ? FEATURE_PUNCT_2 : FEATURE_PUNCT_3]++;
    features->n[FEATURE_PUNCT_REPEAT] += repeats;
    features->n[FEATURE_PUNCT_MORE] += len - 1 - repeats;
    return at;
}

/* Classes whose runs cost a token for every so many bytes. */
static const unsigned char *read_counted(struct estimate_features *features, struct span rest)
{
    static const struct {
        unsigned char feature, piece_size;
    } counted[BYTE_CLASSES_LEN] = {
        [BYTE_DIGIT] = { FEATURE_DIGITS, 3 },      [BYTE_DROPPED] = { FEATURE_DROPPED, 1 },
        [BYTE_NEWLINE] = { FEATURE_NEWLINES, 16 }, [BYTE_SPACE] = { FEATURE_SPACES, 16 },
        [BYTE_TAB] = { FEATURE_TABS, 16 },
    };
    const enum byte_class class = class_of(*rest.at);
    const unsigned char *end = run_end(rest);
    const unsigned piece_size = counted[class].piece_size;
    features->n[counted[class].feature] += (end - rest.at + piece_size - 1) / piece_size;
    return end;
}

static void add_single_space(struct estimate_features *features, enum byte_class before,
                             enum byte_class after)
{
    if (before == BYTE_NEWLINE || after == BYTE_NEWLINE)
        features->n[FEATURE_SPACE_AT_NEWLINE]++;
    else if (before == BYTE_DIGIT || after == BYTE_DIGIT)
        features->n[FEATURE_SPACE_AT_DIGIT]++;
    else if (before == BYTE_PUNCT || after == BYTE_PUNCT)
        features->n[FEATURE_SPACE_AT_PUNCT]++;
}

static inline const unsigned char *read_run(struct estimate_features *features, struct span rest,
                                            enum byte_class class)
{
    switch (class) {
    case BYTE_LETTER:
        return read_word(features, rest);
    case BYTE_MULTI:
        return read_multi(features, rest);
    case BYTE_PUNCT:
        return read_punct(features, rest);
    default:
        return read_counted(features, rest);
    }
}

void estimate_features_add(struct estimate_features *features, const char *text, size_t len)
{
    if (!len)
        return;
    struct span rest = { (const unsigned char *)text, (const unsigned char *)text + len };
    enum byte_class before = BYTE_NEWLINE;
    while (rest.at < rest.end) {
        const enum byte_class class = class_of(*rest.at);
        const enum byte_class after = rest.end - rest.at > 1 ? class_of(rest.at[1]) : BYTE_NEWLINE;
        if (class == BYTE_SPACE && after != BYTE_SPACE) {
            add_single_space(features, before, after);
            rest.at++;
        } else {
            rest.at = read_run(features, rest, class);
        }
        before = class;
    }
}

/* The words' tokens above one each, in 1/1000; see struct estimate_stretch. */
static int64_t excess_stretched(const struct estimate_features *features,
                                enum estimate_generation generation)
{
    const struct estimate_stretch stretch = estimate_stretches[generation];
    const int64_t excess = features->n[FEATURE_WORD_EXCESS_V3 + (int)generation];
    const int64_t words_len = features->n[FEATURE_WORD];
    if (!words_len)
        return 0;
    const int64_t factor = stretch.at + stretch.slope * (excess / words_len) / 1000;
    return excess *
           (factor < stretch.least  ? stretch.least
            : factor > stretch.most ? stretch.most
                                    : factor) /
           1000;
}

struct estimate estimate_from_features(const struct estimate_features *features,
                                       enum estimate_generation generation)
{
    struct estimate_features priced = *features;
    priced.n[FEATURE_WORD_EXCESS_V3 + (int)generation] = excess_stretched(features, generation);
    int64_t low = 0, middle = 0, high = 0;
    for (int i = 0; i < ESTIMATE_FEATURES_LEN; i++) {
        const struct estimate_price price = estimate_prices[i][generation];
        low += priced.n[i] * price.low;
        middle += priced.n[i] * price.middle;
        high += priced.n[i] * price.high;
    }
    if (!high)
        return (struct estimate){ 0 };
    /* Excess is in 1/1000 token itself, so every sum is in millionths. */
    const int64_t tokens = (middle + 500000) / 1000000;
    const int64_t least = low / 1000000 - estimate_slack[generation];
    const int64_t most = (high + 999999) / 1000000 + estimate_slack[generation];
    struct estimate estimate = { least < 0 ? 0 : least, tokens, most };
    if (estimate.low > tokens)
        estimate.low = tokens;
    if (estimate.high < tokens)
        estimate.high = tokens;
    return estimate;
}
