#include "count/offline/compose.h"

#include <string.h>
#include <utf8proc.h>

/* The longest decomposition NFC knows has four code points. */
enum { DECOMPOSED_MAX = 4 };

/* Marks in a row that are sorted without counting. */
enum { FEW_MARKS = 16 };

/* So many characters in a row may go on to the end of the text. */
enum { MANY_CHARACTERS = 16 * 1024 };

void composing_init(struct composing *composing, struct tokenizer *tokenizer)
{
    *composing = (struct composing){ .tokenizer = tokenizer };
}

static unsigned class_of(uint32_t character)
{
    return character >> COMPOSING_CLASS_SHIFT;
}

static uint32_t value_of(uint32_t character)
{
    return character & (((uint32_t)1 << COMPOSING_CLASS_SHIFT) - 1);
}

/* Of many there is room for all at once, so that they are not copied again and again: two bytes of
 * text are a character, and to sort them as many are needed beside them. */
static uint32_t *grow(struct composing *composing, size_t len)
{
    struct tokenizer *tokenizer = composing->tokenizer;
    const size_t item_size = sizeof *tokenizer->characters;
    size_t cap = 2 * (composing->len + len) + 256;
    if (composing->len >= MANY_CHARACTERS && cap < composing->rest)
        cap = composing->rest;
    tokenizer->characters_cap = cap;
    tokenizer->characters =
        arena_grow(tokenizer->arena, tokenizer->characters, composing->len * item_size,
                   tokenizer->characters_cap * item_size);
    return tokenizer->characters + composing->len;
}

/* Makes room for so many characters beside those gathered. */
static inline uint32_t *room_for(struct composing *composing, size_t len)
{
    const struct tokenizer *tokenizer = composing->tokenizer;
    return tokenizer->characters_cap - composing->len < len
               ? grow(composing, len)
               : tokenizer->characters + composing->len;
}

static inline void push(struct composing *composing, uint32_t value, unsigned class)
{
    *room_for(composing, 1) = value | (uint32_t) class << COMPOSING_CLASS_SHIFT;
    composing->len++;
}

static void push_parts(struct composing *composing, uint32_t value, unsigned class)
{
    const struct vocab *vocab = composing->tokenizer->vocab;
    utf8proc_int32_t parts[DECOMPOSED_MAX];
    int boundary = 0;
    const utf8proc_ssize_t len = utf8proc_decompose_char(
        (utf8proc_int32_t)value, parts, DECOMPOSED_MAX, UTF8PROC_DECOMPOSE, &boundary);
    const bool is_whole =
        len < 1 || len > DECOMPOSED_MAX || (len == 1 && (uint32_t)parts[0] == value);
    if (is_whole) {
        composing->whole[value % COMPOSING_WHOLE_LEN] = value;
        push(composing, value, class);
        return;
    }
    for (utf8proc_ssize_t i = 0; i < len; i++)
        push(composing, (uint32_t)parts[i],
             vocab_traits(vocab, (uint32_t)parts[i])->combining_class);
}

void composing_add_any(struct composing *composing, uint32_t value,
                       const struct char_traits *traits)
{
    const unsigned class = traits->combining_class;
    if (value < COMPOSING_FIRST || (class && !(traits->flags & CHAR_NFC)))
        push(composing, value, class);
    else
        push_parts(composing, value, class);
}

static void sort_few(uint32_t *marks, size_t len)
{
    for (size_t i = 1; i < len; i++) {
        const uint32_t mark = marks[i];
        size_t place = i;
        for (; place && class_of(marks[place - 1]) > class_of(mark); place--)
            marks[place] = marks[place - 1];
        marks[place] = mark;
    }
}

/* In linear time, for a row may be the whole text. */
static void sort_many(uint32_t *marks, size_t len, uint32_t *scratch)
{
    size_t places[257] = { 0 };
    for (size_t i = 0; i < len; i++)
        places[class_of(marks[i]) + 1]++;
    for (unsigned class = 0; class < 256; class ++)
        places[class + 1] += places[class];
    for (size_t i = 0; i < len; i++)
        scratch[places[class_of(marks[i])]++] = marks[i];
    memcpy(marks, scratch, len * sizeof *marks);
}

/* Marks in a row by combining class, equal ones as they were. */
static void sort_rows(struct composing *composing)
{
    const size_t len = composing->len;
    uint32_t *characters = composing->tokenizer->characters;
    for (size_t from = 0, to; from < len; from = to) {
        bool is_sorted = true;
        for (to = from + 1; to < len && class_of(characters[to]); to++)
            is_sorted &= class_of(characters[to - 1]) <= class_of(characters[to]);
        if (is_sorted)
            continue;
        from += !class_of(characters[from]);
        if (to - from <= FEW_MARKS) {
            sort_few(characters + from, to - from);
            continue;
        }
        uint32_t *scratch = room_for(composing, to - from);
        characters = composing->tokenizer->characters; /* which may have moved */
        sort_many(characters + from, to - from, scratch);
    }
}

/* The two characters as one, or 0. */
static uint32_t compose_pair(struct composing *composing, uint32_t first, uint32_t second)
{
    struct composed_pair *pair =
        &composing
             ->pairs[((first * 0x9e3779b1U ^ second * 0x85ebca6bU) >> 16) % COMPOSING_PAIRS_LEN];
    if (pair->first == first && pair->second == second)
        return pair->composed;
    utf8proc_int32_t both[] = { (utf8proc_int32_t)first, (utf8proc_int32_t)second };
    const utf8proc_ssize_t len =
        utf8proc_normalize_utf32(both, 2, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    *pair = (struct composed_pair){ first, second, len == 1 ? (uint32_t)both[0] : 0 };
    return pair->composed;
}

/* A character joins the last one of class 0 unless one between them is of its class or a higher
 * one, or of class 0. */
size_t composing_finish(struct composing *composing)
{
    sort_rows(composing);
    uint32_t *characters = composing->tokenizer->characters;
    uint32_t *starter = NULL;
    size_t kept = 0;
    int class_between = -1;
    for (size_t i = 0; i < composing->len; i++) {
        const uint32_t value = value_of(characters[i]);
        const int class = (int)class_of(characters[i]);
        if (starter && class > class_between) {
            const uint32_t composed = compose_pair(composing, *starter, value);
            if (composed) {
                *starter = composed;
                continue;
            }
        }
        if (!class)
            starter = characters + kept;
        class_between = class ? class : -1;
        characters[kept++] = value;
    }
    composing->len = 0;
    return kept;
}
