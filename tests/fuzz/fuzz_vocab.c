/* Vocabulary tables: what is accepted can be walked and counted with. The input is a file as it is,
 * and then a list of places and values that damage a small valid one, whose checksum is made right
 * so that the damage is looked at. */
#include "fuzz.h"

#include "count/offline/tokenizer.h"

#include "../vocab_table.h"

/* Every number leads to one inside; the sanitizer sees when not. */
static void walk_characters(const struct vocab *vocab)
{
    for (uint32_t c = 0; c <= 0x10ffff; c += c < 0x3000 ? 1 : 0x3f) {
        const struct char_traits *traits = vocab_traits(vocab, c);
        const int64_t lower = (int64_t)c + traits->lower_delta;
        fuzz_expect(traits->class <= CHAR_HARD && traits->kind <= CHAR_SYMBOL, "a known class");
        fuzz_expect(lower >= 0 && lower <= 0x10ffff, "a lower case that is a code point");
    }
}

static void walk_trie(const struct vocab *vocab, struct str bytes)
{
    uint32_t unit = vocab->trie[0], deepest = 0, depth = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        unit = bytes.ptr[i] ? vocab_step(vocab, unit, (uint8_t)bytes.ptr[i]) : 0;
        depth = unit ? depth + 1 : 0;
        deepest = depth > deepest ? depth : deepest;
        unit = unit ? unit : vocab->trie[0];
    }
    for (uint32_t i = 0; i < vocab->trie_len; i++)
        for (uint32_t byte = 1; byte < 256; byte += 17)
            (void)vocab_step(vocab, vocab->trie[i], (uint8_t)byte);
    fuzz_expect(deepest <= VOCAB_PIECE_MAX, "no longer piece");
}

static void walk_families(const struct vocab *vocab)
{
    for (size_t i = 0; i < VOCAB_FAMILIES_LEN; i++)
        for (size_t run = 0; run < VOCAB_RUNS_LEN; run++) {
            const struct vocab_ladder *ladder = &vocab->families[i].ladders[run];
            const size_t len = 1000003, periods = (len - VOCAB_LADDER_LEN) / ladder->period + 1;
            fuzz_expect(len - periods * ladder->period < VOCAB_LADDER_LEN, "a cost of any run");
        }
}

/* Of all kinds of text; which numbers come out does not matter. */
static void count_with(struct arena *arena, const struct vocab *vocab, struct str input)
{
    static const struct str sample = STR_INIT(
        "It's NASA's moonshot's, isn't it? 12345 ((x)) ==== ab aB Ab AB\n\n\n\t\t  end\x01 \0 "
        "\xc3\xa9t\xc3\xa9 E\xcc\x81 \xe2\x80\x9cq\xe2\x80\x9d \xe4\xb8\xad\xe6\x96\x87 "
        "\xed\x95\x9c "
        "\xe0\xb9\x8d\xe0\xb8\xb2 \xf0\x9f\x98\x80 \xee\x80\x80 \xff\xe4\xb8 a word of more than "
        "sixty-three "
        "letters: abababababababababababababababababababababababababababababababababababababab");
    const struct text_edges edges = { .after_word_begin = true, .tail = TEXT_TAIL_NEWLINES };
    struct tokenizer *tokenizer = ARENA_NEW(arena, struct tokenizer);
    for (unsigned family = 0; family < VOCAB_FAMILIES_LEN; family++) {
        tokenizer_init(tokenizer, vocab, (enum vocab_family)family, arena);
        fuzz_expect(tokenizer_count(tokenizer, sample, edges) >= 0 &&
                        tokenizer_count(tokenizer, input, edges) >= 0,
                    "no less than no token");
    }
}

static bool try_table(struct str bytes, struct str steps)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct vocab vocab;
    struct str copy = str_copy(&arena, bytes); /* aligned */
    const bool is_valid = vocab_from_bytes(copy, &vocab, &err);
    fuzz_expect(is_valid || err.kind == ERROR_USAGE, "what is refused has a reason");
    if (is_valid) {
        walk_characters(&vocab);
        walk_trie(&vocab, steps);
        walk_families(&vocab);
        count_with(&arena, &vocab, steps);
        fuzz_expect(vocab_name(&arena, &vocab).len > 0, "it has a name");
    }
    arena_free(&arena);
    return is_valid;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct vocab_table table;
    struct str input = fuzz_text(data, size);
    try_table(input, input);
    table_make(&table);
    unsigned char *bytes = (unsigned char *)&table;
    for (size_t i = 0; i + 3 <= size; i += 3)
        bytes[(data[i] | (size_t)data[i + 1] << 8) % sizeof table] = data[i + 2];
    table_seal(&table);
    fuzz_expect(try_table(table_bytes(&table), input) || size >= 3, "the small table is valid");
    return 0;
}
