#ifndef TOKGATE_COUNT_OFFLINE_VOCAB_CHECK_H
#define TOKGATE_COUNT_OFFLINE_VOCAB_CHECK_H

/*
 * What vocab_from_bytes asks of a table's content, once every section lies within the bytes. The
 * counter looks at none of it again: a number that could lead it out of the table, or keep it from
 * going on, is refused here. All fail with a sentence (ERROR_USAGE).
 */

#include "count/offline/vocab.h"

/* Version and licence are text that a terminal can show. */
bool vocab_check_texts(const struct vocab *vocab, struct error *err);

/* Every code point has traits, and they are such as the readers of runs take for granted. */
bool vocab_check_characters(const struct vocab *vocab, struct error *err);

/* Costs of runs and of single punctuation marks. */
bool vocab_check_families(const struct vocab *vocab, struct error *err);

/* Every edge of an automaton leads to one of its states, every state has a row of capitals. */
bool vocab_check_automata(const struct vocab *vocab, struct error *err);

/* Every unit but the root is the child of exactly one other, at most VOCAB_PIECE_MAX deep, and no
 * byte leads out of the trie. */
bool vocab_check_trie(const struct vocab *vocab, struct error *err);

#endif
