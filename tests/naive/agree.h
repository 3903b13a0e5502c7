#ifndef TOKGATE_TESTS_AGREE_H
#define TOKGATE_TESTS_AGREE_H

/* Whether the engine counts as the naive one does; where it does not, the difference is printed
 * with the smallest text that still shows it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count/offline/blocks.h"
#include "count/offline/changes.h"
#include "naive/naive_tokens.h"

/* Run by run, and in blocks as any processor and as this one reads them, with what is learned of
 * first bytes for long texts only: all the same. */
static inline int64_t agree_count_all(struct tokenizer *tokenizer, struct str text,
                                      struct text_edges edges, int64_t want)
{
    blocks_reader *const chosen = tokenizer->read_blocks;
    changes_finder *const chosen_finder = tokenizer->next_change;
    const struct leads unknown = { 0 };
    struct leads known;
    leads_learn(&known, tokenizer->vocab);
    const struct {
        blocks_reader *read_blocks;
        changes_finder *next_change;
        const struct leads *leads;
    } ways[] = {
        { NULL, changes_next, &unknown },
        { blocks_read, changes_next, &known },
        { chosen, chosen_finder, &unknown },
        { chosen, chosen_finder, &known },
    };
    int64_t got = want;
    for (size_t i = 0; got == want && i < sizeof ways / sizeof *ways; i++) {
        tokenizer->read_blocks = ways[i].read_blocks;
        tokenizer->next_change = ways[i].next_change;
        tokenizer->leads = *ways[i].leads;
        got = tokenizer_count(tokenizer, text, edges);
    }
    tokenizer->read_blocks = chosen;
    tokenizer->next_change = chosen_finder;
    return got;
}

static inline bool agree_counts(struct tokenizer *tokenizer, struct str text,
                                struct text_edges edges, int64_t *got, int64_t *want)
{
    struct arena scratch = { 0 };
    *want = naive_tokens(&scratch, tokenizer->vocab, tokenizer->family, text, edges);
    *got = agree_count_all(tokenizer, text, edges, *want);
    arena_free(&scratch);
    return *got == *want;
}

/* Leaves out what can be left out, in place; returns how much is left. */
static inline size_t agree_shrink(struct tokenizer *tokenizer, char *bytes, size_t len,
                                  struct text_edges edges)
{
    int64_t got, want;
    char *without = malloc(len ? len : 1);
    for (size_t part = len / 2; without && part > 0; part /= 2)
        for (size_t at = 0; at + part <= len;) {
            memcpy(without, bytes, at);
            memcpy(without + at, bytes + at + part, len - at - part);
            if (agree_counts(tokenizer, (struct str){ without, len - part }, edges, &got, &want)) {
                at += part;
                continue;
            }
            len -= part;
            memcpy(bytes, without, len);
        }
    free(without);
    return len;
}

static inline void agree_show(struct tokenizer *tokenizer, char *bytes, size_t len,
                              struct text_edges edges)
{
    int64_t got, want;
    len = agree_shrink(tokenizer, bytes, len, edges);
    agree_counts(tokenizer, (struct str){ bytes, len }, edges, &got, &want);
    printf("# %lld tokens, naive %lld: family %d, after_word_begin %d, tail %d, %zu bytes: \"",
           (long long)got, (long long)want, (int)tokenizer->family, edges.after_word_begin,
           (int)edges.tail, len);
    for (size_t i = 0; i < len && i < 600; i++)
        if (bytes[i] >= ' ' && bytes[i] < 0x7f && bytes[i] != '"' && bytes[i] != '\\')
            putchar(bytes[i]);
        else
            printf("\\x%02x\"\"", (unsigned char)bytes[i]);
    printf("\"\n");
    fflush(stdout);
}

static inline bool agree(struct tokenizer *tokenizer, struct str text, struct text_edges edges)
{
    int64_t got, want;
    char *exact = malloc(text.len ? text.len : 1); /* so that a sanitizer sees a byte too far */
    if (!exact)
        return false;
    if (text.len)
        memcpy(exact, text.ptr, text.len);
    const bool agrees =
        agree_counts(tokenizer, (struct str){ exact, text.len }, edges, &got, &want);
    if (!agrees)
        agree_show(tokenizer, exact, text.len, edges);
    free(exact);
    return agrees;
}

#endif
