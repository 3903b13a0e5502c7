#include "count/offline/normalize.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"
#include "count/offline/changes.h"
#include "count/offline/compose.h"
#include "count/offline/reading.h"

enum { SARA_AM = 0xe33, NIKHAHIT = 0xe4d };

/* Text on its way into tokenizer->normalized. */
struct writing {
    struct tokenizer *tokenizer;
    size_t len;
    bool folds_quotes;
    bool after_nikhahit;
    struct composing *composing; /* without a tokenizer until it is needed */
};

static void grow(struct writing *writing, size_t size)
{
    struct tokenizer *tokenizer = writing->tokenizer;
    const size_t cap = 2 * (writing->len + size) + 4096;
    tokenizer->normalized = arena_grow(tokenizer->arena, tokenizer->normalized, writing->len, cap);
    tokenizer->normalized_cap = cap;
}

static inline uint8_t *room_for(struct writing *writing, size_t size)
{
    if (writing->tokenizer->normalized_cap - writing->len < size)
        grow(writing, size);
    return writing->tokenizer->normalized + writing->len;
}

/* What stays as it is. */
static void write_calm(struct writing *writing, const char *bytes, size_t size)
{
    static const char nikhahit[3] = "\xe0\xb9\x8d";
    if (!size)
        return;
    memcpy(room_for(writing, size), bytes, size);
    writing->len += size;
    writing->after_nikhahit = size >= sizeof nikhahit && memcmp(bytes + size - sizeof nikhahit,
                                                                nikhahit, sizeof nikhahit) == 0;
}

static uint32_t quote_of(uint32_t value)
{
    return value == 0x2018 || value == 0x2019 ? '\'' : '"';
}

/* One character that NFC is done with. */
static void write_character(struct writing *writing, uint32_t value)
{
    const struct char_traits *traits = vocab_traits(writing->tokenizer->vocab, value);
    if (traits->flags & CHAR_DROPPED) {
        /* private use goes after sara am was looked for, so it keeps the two apart */
        writing->after_nikhahit &= value < 0xa0;
        return;
    }
    if (traits->flags & CHAR_AS_SPACE)
        value = ' ';
    else if (traits->flags & CHAR_CURLY_QUOTE && writing->folds_quotes)
        value = quote_of(value);
    else if (traits->flags & CHAR_SARA_AA && writing->after_nikhahit) {
        writing->len -= 3;
        value = SARA_AM;
    }
    writing->after_nikhahit = value == NIKHAHIT;
    char *out = (char *)room_for(writing, 4);
    writing->len += utf8_encode(value, out);
}

/* A character with all that follows and may join it; returns where it ends. */
static size_t write_joined(struct writing *writing, struct str text, size_t at)
{
    struct tokenizer *tokenizer = writing->tokenizer;
    struct composing *composing = writing->composing;
    if (!composing->tokenizer)
        composing_init(composing, tokenizer);
    struct character next = changes_character(text, at);
    do {
        composing_add(composing, next.value);
        at += next.size;
        if (at == text.len)
            break;
        next = changes_character(text, at);
    } while (changes_joins(tokenizer, next.value));
    const size_t len = composing_finish(composing);
    for (size_t i = 0; i < len; i++)
        write_character(writing, tokenizer->characters[i]);
    return at;
}

/* Where what the character at a place may join starts; everything from from on stays as it is. */
static size_t joined_start(const struct tokenizer *tokenizer, struct str text, size_t from,
                           size_t at)
{
    const uint8_t *bytes = (const uint8_t *)text.ptr;
    bool is_joined = true;
    while (is_joined && at > from) {
        do
            at--;
        while ((bytes[at] & 0xc0) == 0x80);
        is_joined = vocab_traits(tokenizer->vocab, character_at(bytes + at).value)->combining_class;
    }
    return at;
}

/* What stays as it is from at up to a change, and the change; returns where that ends. What changes
 * but joins nothing has nothing joined to it either. */
static size_t write_change(struct writing *writing, struct str text, size_t at, size_t change)
{
    const struct character changed = changes_character(text, change);
    if (!changes_joins(writing->tokenizer, changed.value)) {
        write_calm(writing, text.ptr + at, change - at);
        write_character(writing, changed.value);
        return change + changed.size;
    }
    const size_t from = joined_start(writing->tokenizer, text, at, change);
    write_calm(writing, text.ptr + at, from - at);
    return write_joined(writing, text, from);
}

struct str normalize(struct tokenizer *tokenizer, struct str text)
{
    size_t change = changes_next(tokenizer, text, 0);
    if (change == text.len)
        return text;
    struct composing composing;
    composing.tokenizer = NULL;
    struct writing writing = {
        .tokenizer = tokenizer,
        .folds_quotes = tokenizer->vocab->families[tokenizer->family].folds_quotes,
        .composing = &composing,
    };
    size_t at = 0;
    for (; change < text.len; change = changes_next(tokenizer, text, at))
        at = write_change(&writing, text, at, change);
    write_calm(&writing, text.ptr + at, text.len - at);
    return (struct str){ (const char *)tokenizer->normalized, writing.len };
}
