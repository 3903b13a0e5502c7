#ifndef TOKGATE_TESTS_NAIVE_TOKENS_H
#define TOKGATE_TESTS_NAIVE_TOKENS_H

/*
 * The rules of the tokenizers once more, as plain and as slow as they come: what the engine in
 * src/count/offline is compared with. It follows the package step by step (ctok: normalize.py and
 * engine.py), so that both can be read side by side, and shares nothing with the engine but the
 * table it reads (vocab.h) and the type of its last argument.
 */
#include "base/arena.h"
#include "base/str.h"
#include "count/offline/tokenizer.h"
#include "count/offline/vocab.h"

/* The text normalised, in the arena; always valid UTF-8. */
struct str naive_normalize(struct arena *arena, const struct vocab *vocab, enum vocab_family family,
                           struct str text);

/* Tokens of a text. The arena is scratch. */
int64_t naive_tokens(struct arena *arena, const struct vocab *vocab, enum vocab_family family,
                     struct str text, struct text_edges edges);

#endif
