#include "count/offline/normalize.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"
#include "count/offline/changes.h"
#include "count/offline/compose.h"
#include "count/offline/lanes_high.h"
#include "count/offline/reading.h"
#include "count/offline/replacement.h"
#include "count/offline/rough.h"

enum { SARA_AM = 0xe33, NIKHAHIT = 0xe4d };

/* Text on its way into tokenizer->normalized. */
struct writing {
    struct tokenizer *tokenizer;
    size_t len;
    size_t text_len; /* which it will have, too, as a rule */
    bool folds_quotes;
    bool after_nikhahit;
    struct composing *composing; /* without a tokenizer until it is needed */
    struct rough *rough;         /* not known until it is needed */
};

static void grow(struct writing *writing, size_t size)
{
    struct tokenizer *tokenizer = writing->tokenizer;
    size_t cap = 2 * (writing->len + size) + 4096;
    if (cap < writing->text_len)
        cap = writing->text_len;
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

/* The same for one that nothing is to be done with, as with most. */
static inline void write_composed(struct writing *writing, uint32_t value)
{
    const unsigned changing = CHAR_DROPPED | CHAR_AS_SPACE | CHAR_CURLY_QUOTE | CHAR_SARA_AA;
    const struct char_traits *traits = vocab_traits(writing->tokenizer->vocab, value);
    if (traits->flags & changing || value < 0x80 || value >= 0x10000) {
        write_character(writing, value);
        return;
    }
    uint8_t *out = room_for(writing, 3);
    const bool is_long = value >= 0x800;
    if (is_long)
        *out++ = (uint8_t)(0xe0 | value >> 12);
    out[0] = (uint8_t)(is_long ? 0x80 | (value >> 6 & 0x3f) : 0xc0 | value >> 6);
    out[1] = (uint8_t)(0x80 | (value & 0x3f));
    writing->len += is_long ? 3 : 2;
    writing->after_nikhahit = value == NIKHAHIT;
}

static inline struct character character_in(struct str text, size_t at)
{
    const struct character common = changes_common((const uint8_t *)text.ptr + at, text.len - at);
    return common.size ? common : changes_character(text, at);
}

/* A character with all that follows and may join it; returns where it ends. */
static size_t write_joined(struct writing *writing, struct str text, size_t at)
{
    struct tokenizer *tokenizer = writing->tokenizer;
    struct composing *composing = writing->composing;
    if (!composing->tokenizer)
        composing_init(composing, tokenizer);
    composing->rest = text.len - at;
    struct character next = character_in(text, at);
    const struct char_traits *traits = vocab_traits(tokenizer->vocab, next.value);
    do {
        composing_add(composing, next.value, traits);
        at += next.size;
        if (at == text.len)
            break;
        next = character_in(text, at);
        traits = vocab_traits(tokenizer->vocab, next.value);
    } while (changes_joins(traits));
    const size_t len = composing_finish(composing);
    for (size_t i = 0; i < len; i++)
        write_composed(writing, tokenizer->characters[i]);
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

/* Whether the next bytes, in sight at once, need nothing. */
static inline bool is_calm(const uint8_t *at, const uint8_t *end)
{
    return end - at >= LANES && lanes_run(lanes_plain(at)) == LANES;
}

/* Writes bytes that may not begin a character of several; returns where they end. */
static const uint8_t *write_bytes(struct writing *writing, const uint8_t *at, const uint8_t *end)
{
    uint8_t *const start = room_for(writing, ROUGH_ROOM), *out = start;
    const uint8_t *to = rough_write(writing->rough, at, end, &out);
    writing->after_nikhahit &= out == start;
    writing->len += (size_t)(out - start);
    return to;
}

/* Writes the character at a place, or U+FFFD for what is none, if nothing is to be done with it and
 * it joins nothing before; returns it, or of size 0. */
static struct character write_simple(struct writing *writing, struct str text, size_t at)
{
    const unsigned changing =
        CHAR_NFC | CHAR_DROPPED | CHAR_AS_SPACE | CHAR_SARA_AA | CHAR_CURLY_QUOTE;
    const struct character character = character_in(text, at);
    const struct char_traits *traits = vocab_traits(writing->tokenizer->vocab, character.value);
    if (traits->flags & changing || traits->combining_class)
        return (struct character){ 0, 0 };
    uint8_t *out = room_for(writing, 4);
    const uint8_t *from = (const uint8_t *)text.ptr + at;
    const bool is_replaced = character.value == REPLACEMENT;
    for (unsigned i = 0; i < character.size; i++)
        out[i] = from[i];
    if (is_replaced)
        memcpy(out, writing->rough->bytes[UINT8_MAX].bytes, 3);
    writing->len += is_replaced ? 3 : character.size;
    writing->after_nikhahit = character.value == NIKHAHIT;
    return character;
}

/* Bytes that are no UTF-8 and controls, with what needs nothing between them, until sixteen bytes
 * need nothing or a character comes that does; returns where. */
static size_t write_rough(struct writing *writing, struct str text, size_t from)
{
    const uint8_t *bytes = (const uint8_t *)text.ptr, *end = bytes + text.len;
    const uint8_t *at = bytes + from, *simple_end = at;
    struct character simple = { 0, 0 };
    if (at < end && !is_calm(at, end) && !writing->rough->is_known)
        rough_learn(writing->rough, writing->tokenizer->vocab);
    while (at < end && !is_calm(at, end)) {
        const uint8_t *to = write_bytes(writing, at, end);
        size_t back = 0;
        if (end - to < 2 || !lanes_is_pair(to)) {
            at = to;
            continue;
        }
        if (to > bytes + from) /* what stands before a mark is looked at again with it */
            back = to == simple_end ? simple.size : lane_classes[to[-1]] & LANE_PLAIN ? 1 : 0;
        at = to;
        simple = write_simple(writing, text, (size_t)(at - bytes));
        if (!simple.size) {
            writing->len -= back;
            return (size_t)(at - bytes) - back;
        }
        at += simple.size;
        simple_end = at;
        if (simple.value == REPLACEMENT)
            simple.size = 0;
    }
    return (size_t)(at - bytes);
}

/* What stays as it is from at up to a change, and the change; returns where that ends. What changes
 * but joins nothing has nothing joined to it either. */
static size_t write_change(struct writing *writing, struct str text, size_t at, size_t change)
{
    const struct character changed = changes_character(text, change);
    if (!changes_joins(vocab_traits(writing->tokenizer->vocab, changed.value))) {
        write_calm(writing, text.ptr + at, change - at);
        write_character(writing, changed.value);
        return changed.value < 0x80 || changed.value == REPLACEMENT
                   ? write_rough(writing, text, change + changed.size)
                   : change + changed.size;
    }
    const size_t from = joined_start(writing->tokenizer, text, at, change);
    write_calm(writing, text.ptr + at, from - at);
    return write_joined(writing, text, from);
}

struct str normalize(struct tokenizer *tokenizer, struct str text)
{
    size_t change = tokenizer->next_change(tokenizer, text, 0);
    if (change == text.len)
        return text;
    struct composing composing;
    struct rough rough;
    composing.tokenizer = NULL;
    rough.is_known = false;
    struct writing writing = {
        .tokenizer = tokenizer,
        .text_len = text.len,
        .folds_quotes = tokenizer->vocab->families[tokenizer->family].folds_quotes,
        .composing = &composing,
        .rough = &rough,
    };
    size_t at = 0;
    for (; change < text.len; change = tokenizer->next_change(tokenizer, text, at))
        at = write_change(&writing, text, at, change);
    write_calm(&writing, text.ptr + at, text.len - at);
    /* where nothing is left nothing may have been written, anywhere */
    return writing.len ? (struct str){ (const char *)tokenizer->normalized, writing.len }
                       : str_slice(text, 0, 0);
}
