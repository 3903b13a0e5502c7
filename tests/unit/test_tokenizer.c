/* The tokenizers: equal to the naive one (tests/naive) on texts made to find differences, the same
 * whatever was counted before, and additive where texts may be cut. */
#include "count/offline/tokenizer.h"

#include "naive/agree.h"
#include "naive/random_text.h"
#include "tap.h"

static struct arena arena;
static struct tokenizer tokenizers[VOCAB_FAMILIES_LEN];

static void add(struct buf *out, const char *text)
{
    buf_add(out, str_from_c(text));
}

/* The engine against the naive one. */

static const struct text_edges all_edges[] = {
    { false, TEXT_TAIL_INSIDE },  { true, TEXT_TAIL_INSIDE }, { false, TEXT_TAIL_NEWLINES },
    { true, TEXT_TAIL_NEWLINES }, { false, TEXT_TAIL_FREE },  { true, TEXT_TAIL_FREE },
};
enum { EDGES_LEN = sizeof all_edges / sizeof *all_edges };

static bool agrees(struct str text, unsigned edges)
{
    bool same = true;
    for (unsigned family = 0; family < VOCAB_FAMILIES_LEN; family++)
        same &= agree(&tokenizers[family], text, all_edges[edges]);
    return same;
}

static bool agrees_everywhere(struct str text)
{
    bool same = true;
    for (unsigned edges = 0; edges < EDGES_LEN; edges++)
        same &= agrees(text, edges);
    return same;
}

static void test_fragments(void)
{
    bool same = agrees_everywhere(STR(""));
    for (size_t i = 0; i < RANDOM_FRAGMENTS_LEN; i++) {
        struct arena scratch = { 0 };
        static const char *const frames[][2] = {
            { "", "" },   { " ", "" },   { "", " " },    { "a ", " a" }, { "a", "a" },
            { ".", "." }, { "1 ", "1" }, { "\n", "\n" }, { "  ", "  " }, { "' ", " 's" },
        };
        for (size_t j = 0; j < sizeof frames / sizeof *frames; j++) {
            struct buf text = { .arena = &scratch };
            add(&text, frames[j][0]);
            add(&text, random_fragments[i]);
            add(&text, frames[j][1]);
            same &= agrees_everywhere(buf_str(&text));
        }
        arena_free(&scratch);
    }
    ok(same, "every fragment alone and framed, with all edges");
}

static void test_random(void)
{
    bool same = true;
    for (int i = 0; same && i < 4000; i++) {
        struct arena scratch = { 0 };
        const struct str text = random_text(&scratch);
        same &= i % 10 ? agrees(text, random_below(EDGES_LEN)) : agrees_everywhere(text);
        arena_free(&scratch);
    }
    ok(same, "4000 random texts");
}

static void test_uniform(void)
{
    static const uint32_t others[] = { 0xb7,   0x2014, 0x2026, 0x2500, 0x2550, 0x2588,
                                       0x2022, 0x3002, 'a',    'A',    '0',    ' ',
                                       '\t',   '\n',   0x4e2d, 0x301,  0x1f600 };
    bool same = true;
    for (uint32_t i = '!'; i < 0x7f + sizeof others / sizeof *others; i++) {
        struct arena scratch = { 0 };
        const uint32_t c = i < 0x7f ? i : others[i - 0x7f];
        if (i < 0x7f && (c >= '0' && c <= '9' ? c > '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            continue;
        for (unsigned len = 1; len <= 5000; len += len < 34 ? 1 : 1 + random_below(len / 2 + 30)) {
            struct buf text = { .arena = &scratch };
            add(&text, random_below(3) ? "" : "a ");
            for (unsigned j = 0; j < len; j++)
                random_add_character(&text, c);
            add(&text, random_below(3) ? "" : " a");
            same &= agrees(buf_str(&text), len % EDGES_LEN);
        }
        arena_free(&scratch);
    }
    ok(same, "runs of each punctuation mark and some others, up to 5000");
}

/* Bytes that are no UTF-8, and U+FFFD itself, by length and by what stands around them. */
static void test_replacements(void)
{
    static const char *const around[] = {
        "",
        " ",
        "a",
        "  ",
        "7",
        "\n",
        "'",
        "'s",
        "' ",
        "\"",
        ".",
        "...",
        "(",
        ")",
        "\xc3\xa9",
        "\xcc\x81",
        "\xe4\xb8\xad",
        "\xef\xbc\x81",
        "\xe2\x80\x94",
        "\xef\xb8\x8f",
        "\xe2\x96\xa0",
        "\x01",
        "e\x01\xcc\x81",
        "\xc3\xa9\xcc\x81",
        "\xe0\xb9\x8d\xe0\xb8\xb2",
        "\xe2\x80\x99",
    };
    enum { AROUND_LEN = sizeof around / sizeof *around };
    static const char *const parts[] = { "\xff", "\xef\xbf\xbd", "\xe4\xb8" };
    bool same = true;
    for (unsigned i = 0; i < AROUND_LEN * AROUND_LEN * 3; i++) {
        struct arena scratch = { 0 };
        struct buf text = { .arena = &scratch };
        for (int runs = 0; runs < 3; runs++) {
            add(&text, around[i / 3 / AROUND_LEN]);
            const uint32_t len = 1 + random_below(random_below(4) ? 4 : 80);
            for (uint32_t j = 0; j < len; j++)
                add(&text, parts[random_below(8) ? i % 3 : random_below(3)]);
            add(&text, around[i / 3 % AROUND_LEN]);
        }
        same &= agrees(buf_str(&text), i % EDGES_LEN);
        arena_free(&scratch);
    }
    ok(same, "runs of what is no UTF-8");
}

/* Something odd at each place of a block of plain words. */
static void test_blocks(void)
{
    static const char *const odd[] = { "'",
                                       "'s ",
                                       " 'll ",
                                       ".",
                                       "  ",
                                       "\n",
                                       "\t",
                                       "1",
                                       "Q",
                                       " (",
                                       "' ",
                                       "\xc3\xa9",
                                       "\x01",
                                       "x'",
                                       "\"'",
                                       "...",
                                       "\xe4\xb8\xad",
                                       "\xe2\x80\x94",
                                       " \xe2\x80\x9c",
                                       "\xcc\x81",
                                       " \xcc\x81",
                                       "\xe2\x93\x90's",
                                       "\xf0\x9f\x98\x80",
                                       "'\xc3\xa9",
                                       "\xe0\xa5\x8d",             /* virama: a symbol */
                                       "\xe0\xa5\xa4 ",            /* danda before a space */
                                       " \xe0\xa5\xa4",            /* and after one */
                                       "\xe0\xa5\xa4.",            /* symbols join punctuation */
                                       "\xe0\xa5\xa4\xe2\x80\x94", /* beyond ASCII too */
                                       "\xe0\xa5\xa4'",
                                       ".\xe0\xa5\xa4",
                                       "\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa5\xa4  ",
                                       "\xe0\xa5\x8d\xe0\xa4\xbe" };
    bool same = true;
    for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++)
        for (unsigned at = 0; at < 140; at++) {
            struct arena scratch = { 0 };
            struct buf text = { .arena = &scratch };
            while (text.len < at)
                add(&text, text.len % 7 == 6 ? " " : "e");
            add(&text, odd[i]);
            while (text.len < 300)
                add(&text, text.len % 5 == 4 ? " " : "n");
            same &= agrees(buf_str(&text), at % EDGES_LEN);
            arena_free(&scratch);
        }
    ok(same, "something odd at each place of two blocks");
}

/* Letters, marks, symbols and punctuation of scripts that put symbols into words. */
static void test_symbols_in_words(void)
{
    static const char *const parts[] = {
        "\xe0\xa4\x95",
        "\xe0\xa4\xb0",
        "\xe0\xa4\xbe",
        "\xe0\xa5\x8d",
        "\xe0\xa4\x95",
        "\xe0\xa4\xa8",
        "\xe0\xa5\xa4",
        "\xd9\x85",
        "\xd8\x8c",
        "\xdb\x94",
        "\xe2\x80\x8c",
        " ",
        " ",
        " ",
        "  ",
        ".",
        ", ",
        "'",
        "\n",
        "a",
        "12",
        "\xe2\x80\x94",
        "\xe2\x82\xac",
        "\xe0\xa4\xa4",
        "\xe0\xa4\xaf",
    };
    bool same = true;
    for (unsigned i = 0; i < 400; i++) {
        struct arena scratch = { 0 };
        struct buf text = { .arena = &scratch };
        const unsigned many = 6 + random_below(sizeof parts / sizeof *parts - 5);
        while (text.len < 400)
            add(&text, parts[random_below(many)]);
        same &= agrees(buf_str(&text), i % EDGES_LEN);
        arena_free(&scratch);
    }
    ok(same, "symbols in words");
}

/* What is remembered of one must not be taken for another: words that differ in their last byte
 * only, in a table that is still small, so that some have the same slots. */
static void test_neighbours(void)
{
    static const unsigned sizes[] = { 1, 2, 7, 8, 9, 14, 15, 16, 17, 24, 30, 31, 32 };
    bool same = true;
    for (unsigned i = 0; i < 40 * sizeof sizes / sizeof *sizes; i++) {
        struct arena scratch = { 0 };
        struct tokenizer *fresh = ARENA_NEW(&scratch, struct tokenizer);
        const enum vocab_family family = (enum vocab_family)(i % VOCAB_FAMILIES_LEN);
        struct buf word = { .arena = &scratch };
        tokenizer_init(fresh, tokenizers[family].vocab, family, &scratch);
        while (word.len < sizes[i / 40])
            buf_add_char(&word, (char)('a' + random_below(26)));
        for (char last = '!'; last < 0x7f; last++) {
            word.ptr[word.len - 1] = last;
            same &= agree(fresh, buf_str(&word), all_edges[0]);
        }
        arena_free(&scratch);
    }
    ok(same, "words that differ in their last byte");
}

/* Long texts are counted in pieces of 32 KB, cut after a newline. */
static void test_pieces(void)
{
    static const char *const ends[] = { "\nabc", "\n\nAbc", "\n abc",   "\n'abc",
                                        "\n",    "x\ny",    " \nThe",   "\n\xcc\x81",
                                        "'\ns",  "\r\nabc", "\n\x01yz", "\xff\nq" };
    bool same = true;
    for (unsigned i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct arena scratch = { 0 };
        struct buf text = { .arena = &scratch };
        const size_t first = 32 * 1024 - 4 + random_below(8);
        add(&text, random_below(2) ? " " : "");
        while (text.len < first)
            add(&text, text.len % 6 == 5 ? " " : "s");
        add(&text, ends[i]);
        while (text.len < 2 * first)
            random_add_mixture(&text, 3);
        add(&text, ends[i]);
        random_add_prose(&text, 60);
        same &= agrees(buf_str(&text), i % EDGES_LEN);
        arena_free(&scratch);
    }
    ok(same, "texts of several pieces");
}

static void test_cuts(void)
{
    const struct text_edges inside = { .tail = TEXT_TAIL_INSIDE };
    bool additive = true, in_order = true;
    size_t cuts = 0;
    for (int i = 0; i < 600; i++) {
        struct arena scratch = { 0 };
        const struct str text = random_text(&scratch);
        struct tokenizer *tokenizer = &tokenizers[i % VOCAB_FAMILIES_LEN];
        const int64_t whole = tokenizer_count(tokenizer, text, inside);
        for (size_t at = tokenizer_cut(text, 0); at < text.len; at = tokenizer_cut(text, at)) {
            additive &= tokenizer_count(tokenizer, str_slice(text, 0, at), inside) +
                            tokenizer_count(tokenizer, str_slice(text, at, text.len), inside) ==
                        whole;
            in_order &= at > 0;
            cuts++;
        }
        in_order &= tokenizer_cut(text, text.len) == text.len;
        arena_free(&scratch);
    }
    ok(additive, "two sides of a cut cost what the whole does");
    if (!ok(cuts > 150, "there were cuts"))
        printf("# %zu\n", cuts);
    ok(in_order, "cuts are inside the text");
}

/* A text of parts that are met again and again, and of others. */
static struct str text_of_parts(struct arena *scratch, const struct str *parts, unsigned len)
{
    struct buf text = { .arena = scratch };
    for (unsigned i = random_below(12); i > 0; i--) {
        if (random_below(3))
            buf_add(&text, parts[random_below(len)]);
        else
            random_add_mixture(&text, random_below(40));
        if (random_below(2))
            add(&text, "\n");
    }
    return buf_str(&text);
}

/* What passages cost is remembered, in both families, and changes nothing. */
static void test_passages(void)
{
    enum { PARTS_LEN = 20, TEXTS_LEN = 1000 };
    struct arena kept = { 0 };
    struct passages shared = { 0 };
    struct passage_reader passages = { .passages = &shared };
    struct str parts[PARTS_LEN];
    bool same = true;
    for (unsigned i = 0; i < PARTS_LEN; i++) {
        struct buf part = { .arena = &kept };
        while (part.len < i * 60)
            random_add_mixture(&part, 20);
        parts[i] = buf_str(&part);
    }
    for (unsigned i = 0; same && i < TEXTS_LEN; i++) {
        struct arena scratch = { 0 };
        const struct str text = text_of_parts(&scratch, parts, PARTS_LEN);
        struct tokenizer *tokenizer = &tokenizers[i % VOCAB_FAMILIES_LEN];
        const struct text_edges edges = all_edges[i % 10 ? 0 : random_below(EDGES_LEN)];
        tokenizer->passages = &passages;
        same = agree(tokenizer, text, edges);
        tokenizer->passages = NULL;
        arena_free(&scratch);
    }
    ok(same, "texts with passages that are met again");
    ok(passages.met > passages.looked / 2, "most were met before");
    passages_free(&shared);
    arena_free(&kept);
}

/* A stream of characters and markers, as long as it may be or shorter. */
static struct str random_stream(struct arena *scratch, size_t size_max)
{
    const size_t size = 1 + random_below((uint32_t)size_max);
    struct buf stream = { .arena = scratch };
    for (size_t kind = random_below(4), len = 0;; len = stream.len) {
        if (random_below(6) == 0)
            buf_add_char(&stream, (char)(VOCAB_BOW + random_below(4)));
        else if (kind == 0)
            random_add_character(&stream, 0x80 + random_below(random_below(2) ? 0x900 : 0x1f000));
        else if (kind == 1)
            random_add_word(&stream, 1 + random_below(3));
        else
            buf_add_char(&stream, (char)('a' + random_below(kind == 2 ? 26 : 4)));
        if (stream.len > size) {
            stream.len = len;
            return buf_str(&stream);
        }
    }
}

/* As many as fit, the last one to the last byte in some. */
static void fill_group(struct arena *scratch, struct tiling_group *group)
{
    static const size_t sizes[] = { 4, 12, 30, TILING_SHORT };
    const size_t size_max = sizes[random_below(sizeof sizes / sizeof *sizes)];
    tiling_group_clear(group);
    for (;;) {
        const struct str stream = random_stream(scratch, size_max);
        if (!stream.len)
            continue;
        if (!tiling_group_fits(group, stream.len))
            return;
        memcpy(tiling_group_next(group), stream.ptr, stream.len);
        tiling_group_add(group, stream.len);
    }
}

/* Each stream of a group costs what it costs alone, by the long way. */
static bool groups_agree(struct tokenizer *tokenizer, const struct tiling_group *group,
                         const struct tiling_group *narrow, const struct tiling_group *wide)
{
    bool same = true;
    size_t start = 0;
    for (size_t stop = 0; stop < group->len; stop++) {
        if (group->bytes[stop] != TILING_STOP)
            continue;
        for (size_t i = 0; i < TILING_SIZE - TILING_SHORT; i++) /* too long for the short way */
            tiling_put_byte(&tokenizer->tiling, '\t');
        tiling_put(&tokenizer->tiling, group->bytes + start, stop - start);
        int64_t tokens = tiling_finish(&tokenizer->tiling);
        for (size_t i = 0; i < TILING_SIZE - TILING_SHORT; i++)
            tiling_put_byte(&tokenizer->tiling, '\t');
        tokens -= tiling_finish(&tokenizer->tiling);
        same &= narrow->tokens[stop] == tokens && wide->tokens[stop] == tokens;
        start = stop + 1;
    }
    return same;
}

/* What is remembered hides them from the tests above. */
static void test_groups(void)
{
    bool same = true;
    size_t full = 0;
    for (int i = 0; i < 8000; i++) {
        struct arena scratch = { 0 };
        struct tokenizer *tokenizer = &tokenizers[i % VOCAB_FAMILIES_LEN];
        struct tiling_group group, narrow, wide;
        fill_group(&scratch, &group);
        narrow = wide = group;
        tiling_group_count(tokenizer->vocab, tokenizer->family, &narrow);
        tokenizer->newcomers.count(tokenizer->vocab, tokenizer->family, &wide);
        same &= groups_agree(tokenizer, &group, &narrow, &wide);
        full += group.len == TILING_GROUP_SIZE;
        arena_free(&scratch);
    }
    ok(same, "groups of short streams, as any processor and as this one counts them");
    ok(full > 100, "full groups are among them");
}

/* Words in another order cost the same, and so they do when they have been seen. */
static void test_history(void)
{
    enum { WORDS = 60000 };
    const struct text_edges inside = { .tail = TEXT_TAIL_INSIDE };
    for (unsigned family = 0; family < VOCAB_FAMILIES_LEN; family++) {
        struct arena scratch = { 0 };
        struct tokenizer *fresh = ARENA_NEW(&scratch, struct tokenizer);
        struct str *words = ARENA_ARRAY(&scratch, struct str, WORDS);
        struct buf forth = { .arena = &scratch }, back = { .arena = &scratch };
        for (size_t i = 0; i < WORDS; i++) {
            struct buf word = { .arena = &scratch };
            random_add_word(&word, 1 + random_below(9));
            words[i] = buf_str(&word);
        }
        for (size_t i = 0; i < WORDS; i++) {
            buf_add(&forth, words[i]);
            buf_add(&back, words[WORDS - 1 - i]);
            buf_add(&forth, STR("\n\n"));
            buf_add(&back, STR("\n\n"));
        }
        tokenizer_init(fresh, tokenizers[family].vocab, (enum vocab_family)family, &scratch);
        const int64_t cold = tokenizer_count(fresh, buf_str(&forth), inside);
        const int64_t other = tokenizer_count(fresh, buf_str(&back), inside);
        const int64_t warm = tokenizer_count(fresh, buf_str(&forth), inside);
        const int64_t used = tokenizer_count(&tokenizers[family], buf_str(&forth), inside);
        ok(cold == warm && cold == used, "what was counted before does not matter");
        ok(cold == other, "nor does the order of words");
        arena_free(&scratch);
    }
}

static void test_fresh(void)
{
    bool same = true;
    for (int i = 0; i < 300; i++) {
        struct arena scratch = { 0 };
        struct tokenizer *fresh = ARENA_NEW(&scratch, struct tokenizer);
        const enum vocab_family family = (enum vocab_family)(i % VOCAB_FAMILIES_LEN);
        const struct text_edges edges = all_edges[random_below(EDGES_LEN)];
        const struct str text = random_text(&scratch);
        tokenizer_init(fresh, tokenizers[family].vocab, family, &scratch);
        same &= tokenizer_count(fresh, text, edges) ==
                tokenizer_count(&tokenizers[family], text, edges);
        arena_free(&scratch);
    }
    ok(same, "a fresh tokenizer counts as a used one");
}

int main(void)
{
    const struct vocab *vocab = vocab_embedded();
    if (!vocab) {
        ok(true, "the tokenizers # SKIP this build has no vocabulary");
        return tap_done();
    }
    for (unsigned family = 0; family < VOCAB_FAMILIES_LEN; family++)
        tokenizer_init(&tokenizers[family], vocab, (enum vocab_family)family, &arena);
#ifdef TOKGATE_PORTABLE
    ok(!blocks_wide && !changes_wide && !tiling_group_wide, "nothing is compiled for AVX2");
#endif
    test_fragments();
    test_random();
    test_uniform();
    test_replacements();
    test_blocks();
    test_symbols_in_words();
    test_neighbours();
    test_pieces();
    test_cuts();
    test_passages();
    test_groups();
    test_history();
    test_fresh();
    arena_free(&arena);
    return tap_done();
}
