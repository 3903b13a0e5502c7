#ifndef TOKGATE_COUNT_OFFLINE_LEADS_H
#define TOKGATE_COUNT_OFFLINE_LEADS_H

/*
 * What the first byte of a character says about it, where all characters that begin with that byte
 * are alike: of Cyrillic and most of Han no more than the byte has to be looked at.
 */

#include "count/offline/vocab.h"

/* First bytes of two or three byte characters (0xC0 to 0xEF), by their lower half: a bit for each
 * upper half. */
enum { LEADS_ROW = 16, LEADS_LONG = 4 };
struct lead_set {
    uint8_t rows[LEADS_ROW];
};

struct leads {
    bool are_known;
    struct lead_set calm;    /* normalisation leaves them alone, and none is a combining mark */
    struct lead_set letters; /* of two bytes: letters, or marks, that take no marker */
    struct lead_set hards;   /* of three bytes: hard letters that take no marker */
};

/* Hard letters cost what each of them does when none has one of these flags. */
enum { LEADS_HARD_MARKED = CHAR_BORDER | CHAR_SELECTOR | CHAR_DECIMAL | CHAR_OTHER_NUMBER };

/* Learns them from the vocabulary, which is worth it for some KB of text. */
void leads_learn(struct leads *leads, const struct vocab *vocab);

#endif
