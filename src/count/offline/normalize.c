#include "count/offline/normalize.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "base/utf8.h"
#include "count/offline/changes.h"
#include "count/offline/reading.h"

enum { SARA_AM = 0xe33, NIKHAHIT = 0xe4d };

/* The longest decomposition NFC knows has four code points. */
enum { DECOMPOSED_MAX = 4 };

/* Text on its way into tokenizer->normalized. */
struct writing {
    struct tokenizer *tokenizer;
    size_t len;
    bool folds_quotes;
    bool after_nikhahit;
    size_t characters_len; /* of the run of marks, in tokenizer->characters */
};

static uint8_t *room_for(struct writing *writing, size_t size)
{
    struct tokenizer *tokenizer = writing->tokenizer;
    if (tokenizer->normalized_cap - writing->len < size) {
        const size_t cap = 2 * (writing->len + size) + 4096;
        tokenizer->normalized =
            arena_grow(tokenizer->arena, tokenizer->normalized, writing->len, cap);
        tokenizer->normalized_cap = cap;
    }
    return tokenizer->normalized + writing->len;
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

/* Makes room for so many characters beside those gathered. */
static uint32_t *room_for_characters(struct writing *writing, size_t len)
{
    struct tokenizer *tokenizer = writing->tokenizer;
    const size_t item_size = sizeof *tokenizer->characters;
    if (tokenizer->characters_cap - writing->characters_len < len) {
        tokenizer->characters_cap = 2 * (writing->characters_len + len) + 256;
        tokenizer->characters =
            arena_grow(tokenizer->arena, tokenizer->characters, writing->characters_len * item_size,
                       tokenizer->characters_cap * item_size);
    }
    return tokenizer->characters + writing->characters_len;
}

static void push_character(struct writing *writing, uint32_t value)
{
    *room_for_characters(writing, 1) = value;
    writing->characters_len++;
}

static void push_decomposed(struct writing *writing, uint32_t value)
{
    utf8proc_int32_t parts[DECOMPOSED_MAX];
    int boundary = 0;
    const utf8proc_ssize_t len = utf8proc_decompose_char(
        (utf8proc_int32_t)value, parts, DECOMPOSED_MAX, UTF8PROC_DECOMPOSE, &boundary);
    if (len < 1 || len > DECOMPOSED_MAX) {
        push_character(writing, value);
        return;
    }
    for (utf8proc_ssize_t i = 0; i < len; i++)
        push_character(writing, (uint32_t)parts[i]);
}

static unsigned combining_class(const struct vocab *vocab, uint32_t value)
{
    return vocab_traits(vocab, value)->combining_class;
}

/* Marks in a row by combining class, equal ones as they were: in linear time, for a row may be the
 * whole text. */
static void sort_marks(const struct vocab *vocab, uint32_t *marks, size_t len, uint32_t *scratch)
{
    size_t places[257] = { 0 };
    unsigned class_before = 0;
    bool is_sorted = true;
    for (size_t i = 0; i < len; i++) {
        const unsigned class = combining_class(vocab, marks[i]);
        is_sorted &= class_before <= class;
        class_before = class;
        places[class + 1]++;
    }
    if (is_sorted)
        return;
    for (unsigned class = 0; class < 256; class ++)
        places[class + 1] += places[class];
    for (size_t i = 0; i < len; i++)
        scratch[places[combining_class(vocab, marks[i])]++] = marks[i];
    memcpy(marks, scratch, len * sizeof *marks);
}

/* Canonical order, then composition, of the characters gathered. Marks at the start have nothing to
 * compose with. */
static void write_composed(struct writing *writing)
{
    const struct vocab *vocab = writing->tokenizer->vocab;
    const size_t len = writing->characters_len;
    size_t marks = 0;
    uint32_t *scratch = room_for_characters(writing, len);
    uint32_t *characters = writing->tokenizer->characters;
    for (size_t from = 0, to; from < len; from = to) {
        to = from + 1;
        if (!combining_class(vocab, characters[from]))
            continue;
        while (to < len && combining_class(vocab, characters[to]))
            to++;
        sort_marks(vocab, characters + from, to - from, scratch);
        marks = from ? marks : to;
    }
    const utf8proc_ssize_t composed = utf8proc_normalize_utf32(
        (utf8proc_int32_t *)(void *)(characters + marks), (utf8proc_ssize_t)(len - marks),
        UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    const size_t kept = marks + (composed > 0 ? (size_t)composed : 0);
    for (size_t i = 0; i < kept; i++)
        write_character(writing, characters[i]);
}

/* A character with all that follows and may join it; returns where it ends. */
static size_t write_joined(struct writing *writing, struct str text, size_t at)
{
    const struct tokenizer *tokenizer = writing->tokenizer;
    const size_t from = at;
    unsigned class_before = 0, parts = 0;
    bool is_composed = true;
    size_t to = at;
    writing->characters_len = 0;
    while (to < text.len) {
        const struct character next = changes_character(text, to);
        if (parts && !changes_joins(tokenizer, next.value))
            break;
        const struct char_traits *traits = vocab_traits(tokenizer->vocab, next.value);
        is_composed &= !(traits->flags & CHAR_NFC) &&
                       (!traits->combining_class || traits->combining_class >= class_before);
        class_before = traits->combining_class;
        to += next.size;
        parts++;
    }
    for (at = from; at < to;) {
        const struct character next = changes_character(text, at);
        at += next.size;
        if (is_composed)
            write_character(writing, next.value);
        else
            push_decomposed(writing, next.value);
    }
    if (!is_composed)
        write_composed(writing);
    return to;
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
    struct writing writing = {
        .tokenizer = tokenizer,
        .folds_quotes = tokenizer->vocab->families[tokenizer->family].folds_quotes,
    };
    size_t at = 0;
    for (; change < text.len; change = changes_next(tokenizer, text, at))
        at = write_change(&writing, text, at, change);
    write_calm(&writing, text.ptr + at, text.len - at);
    return (struct str){ (const char *)tokenizer->normalized, writing.len };
}
