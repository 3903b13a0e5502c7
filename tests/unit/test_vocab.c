/* Vocabulary tables: every kind of damage is refused; the one built in passes, and agrees with
 * utf8proc about normalisation. */
#include <stdlib.h>
#include <utf8proc.h>

#include "catalog/embedded.h"
#include "count/offline/tokenizer.h"
#include "scratch.h"
#include "tap.h"
#include "vocab_table.h"

enum { EMBEDDED_BYTES_MAX = 1536 * 1024, CODE_POINTS_LEN = 0x110000 };

static struct arena arena;
static struct vocab_table table;

static void is_error(bool passed, const struct error *err, const char *sentence, const char *what)
{
    const bool holds = !passed && err->kind == ERROR_USAGE && strcmp(err->text, sentence) == 0;
    if (!ok(holds, what))
        printf("# got  '%s'\n# want '%s'\n", passed ? "" : err->text, sentence);
}

static void refuses_bytes(struct str bytes, const char *sentence, const char *what)
{
    struct error err = { 0 };
    struct vocab vocab;
    is_error(vocab_from_bytes(bytes, &vocab, &err), &err, sentence, what);
}

/* The damage is done to a fresh table, whose checksum is then made right. */
#define REFUSES(damage, sentence)                                                                  \
    do {                                                                                           \
        table_make(&table);                                                                        \
        damage;                                                                                    \
        table_seal(&table);                                                                        \
        refuses_bytes(table_bytes(&table), sentence, #damage);                                     \
    } while (0)

static void test_small(void)
{
    struct error err = { 0 };
    struct vocab vocab = { 0 };
    table_make(&table);
    if (!ok(vocab_from_bytes(table_bytes(&table), &vocab, &err), "a small table passes"))
        printf("# %s\n", err.text);
    const uint32_t a = vocab_step(&vocab, vocab.trie[0], 'a'), ab = vocab_step(&vocab, a, 'b');
    ok(vocab_ends(a, VOCAB_V3) && vocab_ends(ab, VOCAB_NEW), "its pieces are found");
    ok(!vocab_step(&vocab, vocab.trie[0], 'b') && !vocab_step(&vocab, ab, 'a'), "and no others");
    ok(vocab_traits(&vocab, 'A')->lower_delta == 32, "its characters have traits");
    ok(vocab_traits(&vocab, 0x10ffff)->class == CHAR_HARD, "to the last one");
    is_str(vocab_name(&arena, &vocab), "ctok 0.1, Unicode 15.1", "it has a name");
    is_str(str_slice(vocab.licence, 0, 7), "Whoever", "and a licence");
}

static void test_header(void)
{
    table_make(&table);
    refuses_bytes((struct str){ 0 }, "not a vocabulary of tokgate", "nothing");
    refuses_bytes(str_slice(table_bytes(&table), 0, sizeof table.header - 1),
                  "not a vocabulary of tokgate", "less than a header");
    char cut[80];
    snprintf(cut, sizeof cut, "damaged: %zu bytes, but %zu by its header", sizeof table - 1,
             sizeof table);
    refuses_bytes(str_slice(table_bytes(&table), 0, sizeof table - 1), cut, "cut by a byte");
    table.licence[3] ^= 1;
    refuses_bytes(table_bytes(&table), "damaged: the checksum is wrong", "a bit is another");
    table_make(&table);
    table.header.checksum ^= 1;
    refuses_bytes(table_bytes(&table), "damaged: the checksum is wrong", "so is one of the sum");
    REFUSES(table.header.magic[7] = 'c', "not a vocabulary of tokgate");
    REFUSES(table.header.format = 1, "a vocabulary of format 1, but this tokgate reads 3");
    REFUSES(table.header.sections_len = 7, "damaged: 7 sections, not 10");
    REFUSES(table.header.package[0] = '\0', "damaged: no version of the package or of Unicode");
    REFUSES(table.header.package[1] = '\n', "damaged: no version of the package or of Unicode");
    REFUSES(table.header.package[19] = '1', "damaged: no version of the package or of Unicode");
    REFUSES(table.header.unicode = 1 << 24, "damaged: no version of the package or of Unicode");
    REFUSES(table.licence[0] = '\x1b', "damaged: the licence is no text");
    REFUSES(table.licence[0] = '\xff', "damaged: the licence is no text");
}

static void test_sections(void)
{
    REFUSES(table.header.trie.at = 0, "damaged: the section trie is out of place");
    REFUSES(table.header.trie.at += 4, "damaged: the section trie is out of place");
    REFUSES(table.header.index.at = UINT32_MAX - 7, "damaged: the section index is out of place");
    REFUSES(table.header.traits.size = UINT32_MAX, "damaged: the section traits is out of place");
    REFUSES(table.header.licence.size++, "damaged: the section licence is out of place");
    REFUSES(table.header.licence.size = 0, "damaged: the section licence has 0 bytes");
    REFUSES(table.header.trie.size -= 4, "damaged: the section trie has 2044 bytes");
    REFUSES(table.header.trie.size = 0, "damaged: the section trie has 0 bytes");
    REFUSES(table.header.index.size--, "damaged: the section index has 4351 bytes");
    REFUSES(table.header.blocks.size = 0, "damaged: the section blocks has 0 bytes");
    REFUSES(table.header.traits.size -= 1, "damaged: the section traits has 95 bytes");
    REFUSES(table.header.families.size /= 2, "damaged: the section families has 1548 bytes");
    REFUSES(table.header.blocks.at = table.header.index.at + 8,
            "damaged: the sections index and blocks overlap");
    REFUSES(table.header.licence = table.header.trie,
            "damaged: the sections trie and licence overlap");
}

static void test_characters(void)
{
    REFUSES(table.index[VOCAB_INDEX_LEN - 1] = 2, "damaged: no block 2 of code points");
    REFUSES(table.blocks[511] = 8, "damaged: no traits 8");
    REFUSES(table.traits[7].class = CHAR_HARD + 1, "damaged: traits 7 are none");
    REFUSES(table.traits[7].kind = CHAR_SYMBOL + 1, "damaged: traits 7 are none");
    REFUSES(table.traits[7].reserved = 1, "damaged: traits 7 are none");
    REFUSES(table.traits[7].reserved_too = 1, "damaged: traits 7 are none");
    REFUSES(table.blocks['a'] = TABLE_PUNCT, "damaged: U+0061 cannot have such traits");
    REFUSES(table.blocks['7'] = TABLE_LOWER, "damaged: U+0037 cannot have such traits");
    REFUSES(table.blocks[' '] = TABLE_PUNCT, "damaged: U+0020 cannot have such traits");
    REFUSES(table.blocks[0x7f] = TABLE_PUNCT, "damaged: U+007F cannot have such traits");
    REFUSES(table.blocks[0] = TABLE_DIGIT, "damaged: U+0000 cannot have such traits");
    REFUSES(table.traits[TABLE_UPPER].lower_delta = 1, "damaged: U+0041 cannot have such traits");
    REFUSES(table.traits[TABLE_LOWER].flags |= CHAR_NFC, "damaged: U+0061 cannot have such traits");
    REFUSES(table.traits[TABLE_HARD].flags = CHAR_SARA_AA,
            "damaged: U+0080 cannot have such traits");
    REFUSES(table.index[0x100] = 0, "damaged: U+10000 cannot have such traits");
    REFUSES((table.blocks[0xc0] = 7, table.traits[7].lower_delta = -0xc0),
            "damaged: U+00C0 cannot have such traits");
    REFUSES((table.blocks[0xc0] = 7, table.traits[7].lower_delta = 0xd800 - 0xc0),
            "damaged: U+00C0 cannot have such traits");
    REFUSES((table.blocks[0xc0] = 7, table.traits[7].lower_delta = INT32_MIN),
            "damaged: U+00C0 cannot have such traits");
    REFUSES((table.blocks[0xc0] = 7, table.traits[7].lower_delta = INT32_MAX),
            "damaged: U+00C0 cannot have such traits");
}

static void test_families(void)
{
    REFUSES(table.families[1].folds_quotes = 2, "damaged: family 1 is none");
    REFUSES(table.families[0].reserved[1] = 1, "damaged: family 0 is none");
    REFUSES(table.families[0].ladders[1].period = 0, "damaged: costs of runs, 1 of family 0");
    REFUSES(table.families[0].ladders[1].period = 257, "damaged: costs of runs, 1 of family 0");
    REFUSES(table.families[1].ladders[3].period = 2, "damaged: costs of runs, 3 of family 1");
    REFUSES(table.families[0].ladders[0].cost[0] = 1, "damaged: costs of runs, 0 of family 0");
    REFUSES(table.families[0].ladders[0].cost[9] = 0, "damaged: costs of runs, 0 of family 0");
    REFUSES(table.families[0].ladders[0].cost[9] = 10, "damaged: costs of runs, 0 of family 0");
    REFUSES(table.families[1].punct[3]['.'] = 0, "damaged: costs of punctuation marks of family 1");
    REFUSES(table.families[1].punct[0]['.'] = 17,
            "damaged: costs of punctuation marks of family 1");
    REFUSES(table.families[0].punct[2]['a'] = 1, "damaged: costs of punctuation marks of family 0");
}

static int64_t tokens_of(const struct vocab *vocab, enum vocab_family family, const char *text)
{
    struct tokenizer *tokenizer = ARENA_NEW(&arena, struct tokenizer);
    tokenizer_init(tokenizer, vocab, family, &arena);
    return tokenizer_count(tokenizer, str_from_c(text), (struct text_edges){ 0 });
}

/* Letter by letter it comes to the same as by the pieces. */
static void test_automata(void)
{
    static const char *const words[] = { "a",  "ab",   "b",    "aab", "abab", "Ab",  "aB",
                                         "AB", "baba", "aBab", "x",   "xaby", "ABab" };
    struct error err = { 0 };
    struct vocab vocab;
    const char *nowhere = "damaged: the automaton of family 1 leads nowhere";
    table_make(&table);
    bool same = vocab_from_bytes(table_bytes(&table), &vocab, &err);
    for (size_t i = 0; same && i < sizeof words / sizeof *words; i++)
        same = tokens_of(&vocab, VOCAB_NEW, words[i]) == tokens_of(&vocab, VOCAB_V3, words[i]);
    ok(same, "words cost the same by letters and by pieces");
    ok(tokens_of(&vocab, VOCAB_NEW, "abab") == 4, "which is what they cost");
    REFUSES(table.rows[0][26] = table_edge(0, 2, 1), nowhere);
    REFUSES(table.rows[1][63] = table_edge(2 * VOCAB_ROW_LEN, 0, 1), nowhere);
    REFUSES(table.slots[0] = table_edge(2 * VOCAB_ROW_LEN, 0, 1), nowhere);
    REFUSES(table.slots[TABLE_SLOT_B] = table_edge(0, 2, 0), nowhere);
    REFUSES(table.automata[1].openings[2] = 2 * VOCAB_ROW_LEN, nowhere);
    REFUSES(table.automata[1].rows_at = 1, nowhere);
    REFUSES(table.automata[1].rows_at = UINT32_MAX, nowhere);
    REFUSES(table.automata[1].slots_at = 1, nowhere);
    REFUSES(table.automata[1].slots_len = 0, nowhere);
    REFUSES(table.automata[1].slots_len -= 1, nowhere);
    REFUSES(table.automata[1].reserved = 1, nowhere);
    REFUSES(table.header.rows.size = 0, nowhere);
    REFUSES(table.header.labels.size -= 1, nowhere);
    REFUSES(table.header.slots.size -= 4, nowhere);
    REFUSES(table.header.slots.size -= 2, "damaged: the section slots has 510 bytes");
    REFUSES(table.header.rows.size -= 4, "damaged: the section rows has 508 bytes");
    REFUSES(table.header.automata.size /= 2, "damaged: the section automata has 32 bytes");
    table_make(&table);
    memset(table.rows, 0xff, sizeof table.rows);
    table.automata[1].rows_len = 0;
    table_seal(&table);
    ok(vocab_from_bytes(table_bytes(&table), &vocab, &err), "a family without rows asks nothing");
    ok(tokens_of(&vocab, VOCAB_NEW, "abab") == 4, "and counts by pieces");
}

/* A chain of so many bytes from the root: a piece of that length. */
static void make_chain(uint32_t len)
{
    memset(table.trie, 0, sizeof table.trie);
    table.trie[0] = 2 << VOCAB_BASE_SHIFT;
    for (uint32_t base = 2; base < 2 + len; base++)
        table_add_unit(&table, base, 1, true, base < 1 + len ? base + 1 : 0);
}

static void test_trie(void)
{
    REFUSES(table.trie[0] = 0, "damaged: the trie has no root");
    REFUSES(table.trie[0x163] |= 512U << VOCAB_BASE_SHIFT,
            "damaged: unit 355 leads out of the trie");
    REFUSES(table.trie[0x63] |= 2U << VOCAB_BASE_SHIFT, "damaged: units 99 and 508 share children");
    REFUSES(table.trie[0x64] = 'c', "damaged: unit 100 of the trie has no parent");
    REFUSES(table.trie['b'] = 'b', "damaged: unit 98 of the trie has no parent");
    REFUSES(table.trie[0x100] = 5 << VOCAB_BASE_SHIFT,
            "damaged: unit 256 of the trie has no parent");
    REFUSES(table.trie[9] = 8 << VOCAB_BASE_SHIFT | 1, "damaged: a piece at unit 9 is too long");
    REFUSES(make_chain(257), "damaged: a piece at unit 259 is too long");
    struct error err = { 0 };
    struct vocab vocab;
    table_make(&table);
    make_chain(256);
    table_seal(&table);
    if (!ok(vocab_from_bytes(table_bytes(&table), &vocab, &err), "a piece of 256 bytes passes"))
        printf("# %s\n", err.text);
}

static void test_files(void)
{
    struct scratch scratch;
    struct error err = { 0 };
    struct vocab vocab;
    scratch_make(&scratch);
    scratch_write("text", "tokvocab or what");
    scratch_write("empty", "");
    is_error(vocab_read(&arena, STR("nowhere"), &vocab, &err), &err,
             "nowhere: No such file or directory", "a file that is not there");
    is_error(vocab_read(&arena, STR("."), &vocab, &err), &err, ".: Is a directory", "a directory");
    is_error(vocab_read(&arena, STR("empty"), &vocab, &err), &err,
             "empty: not a vocabulary of tokgate", "an empty file");
    is_error(vocab_read(&arena, STR("text"), &vocab, &err), &err,
             "text: not a vocabulary of tokgate", "some text");
    is_error(vocab_read(&arena, STR("/dev/zero"), &vocab, &err), &err,
             "/dev/zero: larger than 16777216 bytes", "a file without end");
    table_make(&table);
    FILE *file = fopen("table", "wb");
    ok(file && fwrite(&table, sizeof table, 1, file) == 1 && fclose(file) == 0 &&
           vocab_read(&arena, STR("table"), &vocab, &err) && vocab.trie_len == 512,
       "a table is read");
    scratch_remove(&scratch);
}

/* The file that an embedded table was made from. */
static struct str to_bytes(const struct vocab *vocab)
{
    const struct vocab_header *header = vocab->header;
    char *bytes = arena_alloc(&arena, header->size, 1);
    memcpy(bytes, header, sizeof *header);
    memcpy(bytes + header->trie.at, vocab->trie, header->trie.size);
    memcpy(bytes + header->index.at, vocab->index, header->index.size);
    memcpy(bytes + header->blocks.at, vocab->blocks, header->blocks.size);
    memcpy(bytes + header->traits.at, vocab->traits, header->traits.size);
    memcpy(bytes + header->families.at, vocab->families, header->families.size);
    memcpy(bytes + header->automata.at, vocab->automata, header->automata.size);
    memcpy(bytes + header->rows.at, vocab->rows, header->rows.size);
    memcpy(bytes + header->slots.at, vocab->slots, header->slots.size);
    memcpy(bytes + header->labels.at, vocab->labels, header->labels.size);
    memcpy(bytes + header->licence.at, vocab->licence.ptr, header->licence.size);
    return (struct str){ bytes, header->size };
}

static bool is_piece(const struct vocab *vocab, struct str piece, enum vocab_family family)
{
    uint32_t unit = vocab->trie[0];
    for (size_t i = 0; unit && i < piece.len; i++)
        unit = vocab_step(vocab, unit, (uint8_t)piece.ptr[i]);
    return unit && vocab_ends(unit, family);
}

static uint64_t random_of(uint64_t *state, uint64_t len)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (*state >> 33) % len;
}

/* A word like those people write, up to one of any letters at all. */
static size_t make_word(uint64_t *state, uint8_t *word)
{
    static const char common[] = "etaoinshrdlucmfwypvbgkjqxz";
    const uint64_t letters = 2 + random_of(state, 25), capitals = random_of(state, 4);
    const size_t len = 1 + random_of(state, random_of(state, 8) ? 12 : 60);
    for (size_t i = 0; i < len; i++) {
        word[i] = (uint8_t)common[random_of(state, letters)];
        if (capitals == 3 || (capitals == 2 && !random_of(state, 4)))
            word[i] ^= 0x20;
    }
    return len;
}

static int64_t tokens_by_pieces(struct tiling *tiling, enum vocab_opening opening,
                                const uint8_t *word, size_t len)
{
    if (opening != VOCAB_PLAIN)
        tiling_put_byte(tiling, opening == VOCAB_SHIFTED ? VOCAB_SHIFT : VOCAB_CAPS);
    tiling_put_byte(tiling, VOCAB_BOW);
    for (size_t i = 0; i < len; i++)
        tiling_put_byte(tiling, word[i] | (opening == VOCAB_PLAIN ? 0 : 0x20));
    tiling_put_byte(tiling, VOCAB_EOW);
    return tiling_finish(tiling);
}

static void test_embedded_automata(const struct vocab *vocab)
{
    enum { ROUNDS = 200000, WORD_MAX = 64 };
    struct tiling *tiling = ARENA_NEW(&arena, struct tiling);
    size_t wrong = 0;
    ok(vocab->automata[VOCAB_V3].rows_len && vocab->automata[VOCAB_NEW].rows_len,
       "both families have an automaton");
    for (unsigned family = 0; family < VOCAB_FAMILIES_LEN; family++) {
        const struct vocab_automaton *automaton = &vocab->automata[family];
        const bool has_caps = vocab->families[family].caps_min != 0;
        uint64_t state = family;
        tiling_init(tiling, vocab, (enum vocab_family)family);
        for (size_t i = 0; i < ROUNDS; i++) {
            uint8_t word[WORD_MAX];
            const size_t len = make_word(&state, word);
            const enum vocab_opening opening = (enum vocab_opening)random_of(&state, 2U + has_caps);
            wrong += vocab_word_tokens(vocab, automaton, opening, word, len) !=
                     tokens_by_pieces(tiling, opening, word, len);
        }
    }
    ok(!wrong, "by letters all words cost what they cost by pieces");
}

static bool has_notice(struct str licence)
{
    for (const struct embedded_file *file = embedded_notices; file->name; file++)
        for (size_t at = 0; at + licence.len <= file->size_bytes; at++)
            if (memcmp(file->bytes + at, licence.ptr, licence.len) == 0)
                return true;
    return false;
}

static void test_embedded(const struct vocab *vocab)
{
    struct error err = { 0 };
    struct vocab again;
    if (!ok(vocab_from_bytes(to_bytes(vocab), &again, &err), "the embedded table passes"))
        printf("# %s\n", err.text);
    ok(vocab->header->size <= EMBEDDED_BYTES_MAX, "it has at most 1.5 MB");
    is_str(vocab_name(&arena, vocab), "ctok 1.3.0, Unicode 15.1", "it is the pinned one");
    ok(has_notice(vocab->licence), "THIRD_PARTY_NOTICES has its licence");
    ok(is_piece(vocab, STR("\xf8the\xf9"), VOCAB_V3) &&
           is_piece(vocab, STR("\xf8the\xf9"), VOCAB_NEW),
       "both families have a word as one piece");
    ok(!is_piece(vocab, STR("\xf8thqx\xf9"), VOCAB_NEW), "and do not have another");
}

static bool is_surrogate(uint32_t c)
{
    return c >= 0xd800 && c <= 0xdfff;
}

/* needs[c]: NFC may change c, or join it to what stands before. */
static void find_nfc(bool *needs)
{
    const utf8proc_option_t compose = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    for (uint32_t c = 0; c < CODE_POINTS_LEN; c++) {
        utf8proc_int32_t parts[32];
        int bounds = 0;
        if (is_surrogate(c))
            continue;
        const utf8proc_ssize_t len =
            utf8proc_decompose_char((utf8proc_int32_t)c, parts, 32, compose, &bounds);
        const utf8proc_int32_t last = len > 0 ? parts[len - 1] : 0;
        const utf8proc_ssize_t new_len = utf8proc_normalize_utf32(parts, len, compose);
        const bool is_same = new_len == 1 && parts[0] == (utf8proc_int32_t)c;
        needs[c] |= !is_same;
        if (is_same && len > 1)
            needs[last] = true;
    }
}

static void test_unicode(const struct vocab *vocab)
{
    bool *needs = ARENA_ARRAY(&arena, bool, CODE_POINTS_LEN);
    size_t missing = 0, needless = 0, other_classes = 0;
    find_nfc(needs);
    for (uint32_t c = 0; c < CODE_POINTS_LEN; c++) {
        const struct char_traits *traits = vocab_traits(vocab, c);
        const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)c);
        const bool is_flagged = traits->flags & CHAR_NFC;
        const bool is_assigned = property->category != UTF8PROC_CATEGORY_CN;
        const bool is_other = is_assigned && property->combining_class != traits->combining_class;
        if (is_surrogate(c))
            continue;
        if (needs[c] != is_flagged || is_other)
            printf("# U+%04X: NFC %d, not %d; class %d, not %d\n", (unsigned)c, is_flagged,
                   needs[c], traits->combining_class, property->combining_class);
        missing += needs[c] && !is_flagged;
        needless += !needs[c] && is_flagged;
        other_classes += is_other;
    }
    printf("# utf8proc %s, Unicode %s\n", utf8proc_version(), utf8proc_unicode_version());
    ok(!missing, "whatever utf8proc's NFC changes or composes is flagged");
    ok(!needless, "and nothing else is");
    ok(!other_classes, "combining classes are those of utf8proc");
}

int main(void)
{
    const struct vocab *vocab = vocab_embedded();
    test_small();
    test_header();
    test_sections();
    test_characters();
    test_families();
    test_automata();
    test_trie();
    test_files();
    if (vocab) {
        test_embedded(vocab);
        test_embedded_automata(vocab);
        test_unicode(vocab);
    } else {
        ok(true, "the embedded table # SKIP no vocabulary in this build");
    }
    arena_free(&arena);
    return tap_done();
}
