#include "naive_tokens.h"

#include <string.h>

#include "naive_characters.h"

/* Runs: _runs() of the package. */

/* The classes of characters, and one more. */
enum run_class {
    RUN_WORDY = CHAR_WORDY,
    RUN_DIGIT = CHAR_DIGIT,
    RUN_PUNCT = CHAR_PUNCT,
    RUN_SPACE = CHAR_SPACE,
    RUN_HARD = CHAR_HARD,
    RUN_STRAY, /* marks without a letter before them */
};

struct run {
    enum run_class class;
    const uint32_t *at;
    size_t len;
};

struct runs {
    struct run *items;
    size_t len;
};

static bool goes_on(const struct naive *naive, const struct run *run, uint32_t c)
{
    const enum run_class class = (enum run_class)naive_traits(naive, c)->class;
    if (run->class == RUN_STRAY)
        return class == RUN_WORDY && naive_has(naive, c, CHAR_STRAY);
    return class == run->class;
}

static bool is_same_kind(const struct naive *naive, const struct run *run, uint32_t c)
{
    return run->class != RUN_HARD || naive_has(naive, c, CHAR_SELECTOR) ||
           naive_traits(naive, c)->kind == naive_traits(naive, run->at[0])->kind;
}

static struct runs split(const struct naive *naive, struct characters text)
{
    struct runs runs = { ARENA_ARRAY(naive->arena, struct run, text.len + 1), 0 };
    for (size_t i = 0; i < text.len; i++) {
        const uint32_t c = text.items[i];
        struct run *last = runs.len ? &runs.items[runs.len - 1] : NULL;
        if (last && goes_on(naive, last, c) && is_same_kind(naive, last, c)) {
            last->len++;
            continue;
        }
        struct run run = { (enum run_class)naive_traits(naive, c)->class, text.items + i, 1 };
        if (run.class == RUN_WORDY && naive_has(naive, c, CHAR_STRAY))
            run.class = RUN_STRAY;
        runs.items[runs.len++] = run;
    }
    return runs;
}

/* Markers: stream_norm() of the package. */

static uint32_t first_of(const struct run *run)
{
    return run->at[0];
}

static uint32_t last_of(const struct run *run)
{
    return run->at[run->len - 1];
}

static bool has_mark_border(const struct naive *naive, uint32_t c)
{
    return naive_has(naive, c, CHAR_BORDER | CHAR_SELECTOR);
}

/* All Nd, or all No. */
static bool is_number(const struct naive *naive, const struct run *run)
{
    const unsigned numbers = CHAR_DECIMAL | CHAR_OTHER_NUMBER;
    const unsigned number = naive_traits(naive, first_of(run))->flags & numbers;
    bool holds = number && (run->class == RUN_DIGIT || run->class == RUN_HARD);
    for (size_t i = 0; i < run->len; i++)
        holds &= (naive_traits(naive, run->at[i])->flags & numbers) == number;
    return holds;
}

static bool has_number_border(const struct naive *naive, const struct run *run, uint32_t c)
{
    return is_number(naive, run) && naive_has(naive, c, CHAR_DIGIT_BORDER);
}

static bool is_text(const struct run *run, const char *text)
{
    bool same = run->len == strlen(text);
    for (size_t i = 0; same && i < run->len; i++)
        same = run->at[i] == (unsigned char)text[i];
    return same;
}

static bool borders_left(const struct naive *naive, const struct runs *runs, size_t i)
{
    return i ? last_of(&runs->items[i - 1]) == ' ' : naive->after_word_begin;
}

static bool borders_right(const struct runs *runs, size_t i)
{
    if (i + 1 == runs->len)
        return false;
    const struct run *next = &runs->items[i + 1];
    return next->at[0] == ' ' && (next->len == 1 || next->at[1] != ' ');
}

/* A lone apostrophe before a word. */
static bool opens_word(const struct runs *runs, size_t i)
{
    return i + 1 < runs->len && is_text(&runs->items[i], "'") &&
           (runs->items[i + 1].class == RUN_WORDY || runs->items[i + 1].class == RUN_STRAY);
}

static bool takes_right_border(const struct naive *naive, const struct run *run)
{
    return run->class == RUN_PUNCT || has_mark_border(naive, last_of(run)) ||
           has_number_border(naive, run, last_of(run));
}

/* A word whose word-begin is the apostrophe before it. */
static bool is_contracted(const struct naive *naive, const struct runs *runs, size_t i)
{
    static const char *const suffixes[] = { "s", "t", "d", "m", "ll", "re", "ve" };
    bool is_suffix = false;
    for (size_t j = 0; j < sizeof suffixes / sizeof *suffixes; j++)
        is_suffix |= is_text(&runs->items[i], suffixes[j]);
    return is_suffix && i && is_text(&runs->items[i - 1], "'") &&
           (i < 2 || !takes_right_border(naive, &runs->items[i - 2]));
}

/* The marker of a word that is then written in lower case; 0: it stays as it is. */
static uint8_t case_marker(const struct naive *naive, const struct run *run)
{
    const unsigned caps_min = naive->vocab->families[naive->family].caps_min;
    size_t uppers = 0, lowers = 0;
    bool keeps = false, has_caseless = false, has_dotted = false;
    for (size_t i = 0; i < run->len; i++) {
        const bool is_dotted = naive_has(naive, run->at[i], CHAR_NO_CAPITAL);
        uppers += !is_dotted && naive_has(naive, run->at[i], CHAR_UPPER);
        lowers += naive_has(naive, run->at[i], CHAR_LOWER);
        keeps |= naive_has(naive, run->at[i], CHAR_KEEPS_CASE);
        has_caseless |= naive_has(naive, run->at[i], CHAR_CASELESS);
        has_dotted |= is_dotted;
    }
    const bool starts_upper =
        naive_has(naive, run->at[0], CHAR_UPPER) && !naive_has(naive, run->at[0], CHAR_NO_CAPITAL);
    if (keeps)
        return 0;
    if (caps_min && run->len >= caps_min && uppers && !lowers && !has_caseless && !has_dotted)
        return VOCAB_CAPS;
    return starts_upper && uppers == 1 ? VOCAB_SHIFT : 0;
}

static void write_run(struct buf *out, const struct run *run)
{
    for (size_t i = 0; i < run->len; i++)
        naive_add_character(out, run->at[i]);
}

static void write_marked(struct buf *out, const struct run *run, bool bow, bool eow)
{
    if (bow)
        buf_add_char(out, (char)VOCAB_BOW);
    write_run(out, run);
    if (eow)
        buf_add_char(out, (char)VOCAB_EOW);
}

static void write_word(const struct naive *naive, struct buf *out, const struct runs *runs,
                       size_t i)
{
    const struct run *run = &runs->items[i];
    const bool after_marks = i && runs->items[i - 1].class == RUN_STRAY;
    const uint8_t marker = after_marks ? 0 : case_marker(naive, run);
    if (marker)
        buf_add_char(out, (char)marker);
    if (!after_marks && !is_contracted(naive, runs, i))
        buf_add_char(out, (char)VOCAB_BOW);
    for (size_t j = 0; j < run->len; j++) {
        const int32_t delta = marker && !naive_has(naive, run->at[j], CHAR_NO_CAPITAL)
                                  ? naive_traits(naive, run->at[j])->lower_delta
                                  : 0;
        naive_add_character(out, (uint32_t)((int32_t)run->at[j] + delta));
    }
    buf_add_char(out, (char)VOCAB_EOW);
}

static void write_next(const struct naive *naive, struct buf *out, const struct runs *runs,
                       size_t i)
{
    const struct run *run = &runs->items[i];
    const bool left = borders_left(naive, runs, i), right = borders_right(runs, i);
    const bool first = has_mark_border(naive, first_of(run));
    const bool last = has_mark_border(naive, last_of(run));
    if (run->class == RUN_WORDY)
        write_word(naive, out, runs, i);
    else if (run->class == RUN_STRAY)
        write_marked(out, run, true, i + 1 == runs->len || runs->items[i + 1].class != RUN_WORDY);
    else if (run->class == RUN_PUNCT)
        write_marked(out, run, left && !opens_word(runs, i), right);
    else if (first || last)
        write_marked(out, run, left && first, right && last);
    else
        write_marked(out, run, left && has_number_border(naive, run, first_of(run)),
                     right && has_number_border(naive, run, last_of(run)));
}

/* The word-begin before the text, where its first run has none of its own. */
static void write_head(const struct naive *naive, struct buf *out, const struct runs *runs)
{
    const struct run *first = runs->len ? &runs->items[0] : NULL;
    if (!naive->after_word_begin)
        return;
    if (first && opens_word(runs, 0))
        buf_add_char(out, ' ');
    else if (!first || !(first->class == RUN_WORDY || first->class == RUN_PUNCT ||
                         first->class == RUN_STRAY || has_mark_border(naive, first_of(first)) ||
                         has_number_border(naive, first, first_of(first)) || first->at[0] == ' '))
        buf_add_char(out, (char)VOCAB_BOW);
}

/* A single space between a word-end and a word-begin is free. */
static struct str without_free_spaces(struct arena *arena, struct str stream)
{
    struct buf out = { .arena = arena };
    for (size_t i = 0; i < stream.len; i++) {
        size_t next = i + 1;
        while (next < stream.len && ((uint8_t)stream.ptr[next] == VOCAB_SHIFT ||
                                     (uint8_t)stream.ptr[next] == VOCAB_CAPS))
            next++;
        const bool is_free = stream.ptr[i] == ' ' && i && (uint8_t)stream.ptr[i - 1] == VOCAB_EOW &&
                             next < stream.len && (uint8_t)stream.ptr[next] == VOCAB_BOW;
        if (!is_free)
            buf_add_char(&out, stream.ptr[i]);
    }
    return buf_str(&out);
}

static struct str marked_stream(const struct naive *naive, struct characters text)
{
    const struct runs runs = split(naive, text);
    struct buf out = { .arena = naive->arena };
    write_head(naive, &out, &runs);
    for (size_t i = 0; i < runs.len; i++)
        write_next(naive, &out, &runs, i);
    return without_free_spaces(naive->arena, buf_str(&out));
}

/* Tiling: engine.py of the package. */

static bool is_byte_prefix(const struct naive *naive, const uint8_t *bytes, size_t len)
{
    uint32_t unit = vocab_step(naive->vocab, naive->vocab->trie[0], VOCAB_PREFIX);
    for (size_t i = 0; unit && i < len; i++)
        unit = vocab_step(naive->vocab, unit, bytes[i]);
    return unit && vocab_ends(unit, naive->family);
}

/* A character that is no piece: the fewest parts of its bytes that are known, or single. */
static int64_t price_by_bytes(const struct naive *naive, const uint8_t *bytes, size_t len)
{
    int64_t best[5] = { 0 };
    for (size_t to = 1; to <= len; to++) {
        best[to] = best[to - 1] + 1;
        for (size_t from = 0; from < to; from++)
            if (best[from] + 1 < best[to] && is_byte_prefix(naive, bytes + from, to - from))
                best[to] = best[from] + 1;
    }
    return best[len];
}

static void lower(int64_t *best, int64_t price)
{
    if (price < *best)
        *best = price;
}

/* The fewest pieces that cover the stream: best[n] is that of its first n bytes. */
static int64_t tile(const struct naive *naive, struct str stream)
{
    const uint8_t *bytes = (const uint8_t *)stream.ptr;
    int64_t *best = ARENA_ARRAY(naive->arena, int64_t, stream.len + 1);
    for (size_t at = 1; at <= stream.len; at++)
        best[at] = INT64_MAX;
    for (size_t at = 0; at < stream.len; at++) {
        if (best[at] == INT64_MAX) /* inside a character */
            continue;
        uint32_t unit = naive->vocab->trie[0];
        for (size_t to = at; to < stream.len && unit; to++) {
            unit = vocab_step(naive->vocab, unit, bytes[to]);
            if (unit && vocab_ends(unit, naive->family))
                lower(&best[to + 1], best[at] + 1);
        }
        size_t size = 1;
        if (bytes[at] < VOCAB_BOW)
            naive_decode(bytes + at, stream.len - at, &size);
        lower(&best[at + size], best[at] + price_by_bytes(naive, bytes + at, size));
    }
    return best[stream.len];
}

/* A text with its edges. */

static struct str without_space_at_end(struct str text)
{
    while (text.len && memchr(" \t\n\v\f\r", text.ptr[text.len - 1], 6))
        text.len--;
    return text;
}

/* Newlines at the end stand before two of the frame; the last piece of them is the frame's. */
static int64_t take_newlines(const struct naive *naive, struct characters *text)
{
    struct buf newlines = { .arena = naive->arena };
    while (text->len && text->items[text->len - 1] == '\n') {
        text->len--;
        buf_add_char(&newlines, '\n');
    }
    if (!newlines.len)
        return 0;
    buf_add(&newlines, STR("\n\n"));
    return tile(naive, buf_str(&newlines)) - 1;
}

int64_t naive_tokens(struct arena *arena, const struct vocab *vocab, enum vocab_family family,
                     struct str text, struct text_edges edges)
{
    const struct naive naive = { arena, vocab, family, edges.after_word_begin };
    int64_t tokens = 0;
    if (edges.tail == TEXT_TAIL_FREE)
        text = without_space_at_end(text);
    struct characters shown = naive_normalized(&naive, text);
    if (edges.tail == TEXT_TAIL_NEWLINES)
        tokens += take_newlines(&naive, &shown);
    if (edges.after_word_begin && text.len && text.ptr[0] == ' ' && shown.len &&
        shown.items[0] == ' ' && (shown.len == 1 || shown.items[1] != ' ')) {
        shown.items++;
        shown.len--;
    }
    return tokens + tile(&naive, marked_stream(&naive, shown));
}
