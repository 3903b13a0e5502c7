/* A text: the first byte chooses family and edges; the engine must count what the naive one does.
 */
#include "fuzz.h"

#include "naive/agree.h"

/* The naive one is slow. */
enum { TEXT_SIZE_MAX = 2048 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena arena;
    static struct tokenizer tokenizers[VOCAB_FAMILIES_LEN];
    const struct vocab *vocab = vocab_embedded();
    if (!vocab || !size)
        return 0;
    for (unsigned i = 0; i < VOCAB_FAMILIES_LEN; i++)
        if (!tokenizers[i].vocab)
            tokenizer_init(&tokenizers[i], vocab, (enum vocab_family)i, &arena);
    const struct text_edges edges = { .after_word_begin = data[0] & 2,
                                      .tail = (enum text_tail)((data[0] >> 2) % 3) };
    const struct str text =
        fuzz_text(data + 1, size - 1 < TEXT_SIZE_MAX ? size - 1 : TEXT_SIZE_MAX);
    struct tokenizer *tokenizer = &tokenizers[data[0] & 1];
    fuzz_expect(agree(tokenizer, text, edges), "as many tokens as the naive one counts");
    const size_t cut = tokenizer_cut(text, text.len / 2);
    const struct text_edges inside = { .tail = TEXT_TAIL_INSIDE };
    fuzz_expect(tokenizer_count(tokenizer, str_slice(text, 0, cut), inside) +
                        tokenizer_count(tokenizer, str_slice(text, cut, text.len), inside) ==
                    tokenizer_count(tokenizer, text, inside),
                "two sides of a cut cost what the whole does");
    return 0;
}
