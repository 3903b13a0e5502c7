/*
 * Prints the tokens of texts, for package.py: reads records of a decimal length, a newline and that
 * many bytes from standard input, writes a line for each: as the only message of a request to a
 * model of the version 3.0, 4.7 and 4.8, without the tokens of its frame.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "count/offline/tokenizer.h"

static void print_record(struct tokenizer tokenizers[], struct str text)
{
    const struct text_edges after = { true, TEXT_TAIL_NEWLINES };
    const struct text_edges alone = { false, TEXT_TAIL_NEWLINES };
    printf("%" PRId64 " %" PRId64 " %" PRId64 "\n",
           tokenizer_count(&tokenizers[VOCAB_V3], text, after),
           tokenizer_count(&tokenizers[VOCAB_NEW], text, after),
           tokenizer_count(&tokenizers[VOCAB_NEW], text, alone));
}

int main(void)
{
    static struct tokenizer tokenizers[VOCAB_FAMILIES_LEN];
    struct arena arena = { 0 };
    const struct vocab *vocab = vocab_embedded();
    size_t len = 0;
    if (!vocab)
        return 3;
    for (int i = 0; i < VOCAB_FAMILIES_LEN; i++)
        tokenizer_init(&tokenizers[i], vocab, (enum vocab_family)i, &arena);
    while (scanf("%zu", &len) == 1 && getchar() == '\n') {
        char *text = malloc(len + 1);
        if (!text || fread(text, 1, len, stdin) != len)
            return 1;
        print_record(tokenizers, (struct str){ text, len });
        free(text);
    }
    arena_free(&arena);
    return fflush(stdout) == 0 ? 0 : 1;
}
