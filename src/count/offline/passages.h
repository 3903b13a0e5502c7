#ifndef TOKGATE_COUNT_OFFLINE_PASSAGES_H
#define TOKGATE_COUNT_OFFLINE_PASSAGES_H

/*
 * Remembered passages: what stands in one text after another, as instructions, examples and
 * documents do in the requests of a manifest, is counted twice and then known. A passage is a part
 * of a text from one place where it may be cut (tokenizer_cut()) to another, so that its tokens
 * depend on nothing else. No text is kept, only hashes, whose key is random. One thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "count/offline/vocab.h"

/* Bytes: a passage ends at the first place after so many; a longer one is not remembered. */
enum { PASSAGE_SIZE_MIN = 256, PASSAGE_SIZE_MAX = 4096 };

/* Bytes: before so many were counted, nothing is remembered, for a few files are counted as fast;
 * and longer texts are not looked at, which are seldom met again. */
enum { PASSAGES_FROM = 64 * 1024, PASSAGES_TEXT_MAX = 256 * 1024 };

/* Bytes: when less than one part of so many that were looked at was met before, texts of so many
 * are not looked at. */
enum { PASSAGES_PARTS = 8, PASSAGES_LOOKED = 128 * 1024, PASSAGES_REST = 1024 * 1024 };

/* The upper 96 bits of what NH of 64-bit words and the length (Black, Halevi, Krawczyk, Krovetz,
 * Rogaway, "UMAC: Fast and Secure Message Authentication", 1999) make when multiplied by an odd
 * number (Dietzfelbinger, Hagerup, Katajainen, Penttonen, "A Reliable Randomized Algorithm for the
 * Closest-Pair Problem", 1997). Two passages have the same one with a probability of about 2^-64,
 * whatever they are, as nobody who wrote them knew the key. */
struct passage_hash {
    uint64_t high;
    uint32_t low;
};

/* Four of them are a line of the processor's cache. */
struct passage {
    uint64_t high; /* 0: none */
    uint32_t low;
    uint16_t tokens[VOCAB_FAMILIES_LEN]; /* 0: not known */
};

/* Initialize with { .arena = ..., .rest = PASSAGES_FROM }; the arena must outlive them. */
struct passages {
    struct arena *arena;
    size_t rest;           /* bytes of texts that are not looked at; PASSAGES_FROM at first */
    bool is_off;           /* there are no random numbers */
    size_t looked, met;    /* bytes, of the last ones */
    uint64_t *key;         /* of the hashes; NULL: nothing is remembered yet */
    struct passage *items; /* 2^bits lines of four; each passage may stand in one of the lines */
    unsigned bits;
    size_t kept;  /* since there are so many lines */
    void *memory; /* that the lines are in */
    size_t size_bytes;
};

/* Whether the next text is to be looked at passage by passage. */
bool passages_start(struct passages *passages, struct str text);

/* A passage of at most PASSAGE_SIZE_MAX bytes. */
struct passage_id {
    struct passage_hash hash;
    size_t size;
};

/* Its place is then on its way to the processor. */
struct passage_id passages_id(const struct passages *passages, struct str text);

/* Where the tokens of the passage are, or, when they are 0, are to be put; valid until the next
 * call. NULL when it was not met before, or was forgotten for another; from now on it was. */
uint16_t *passages_meet(struct passages *passages, enum vocab_family family,
                        const struct passage_id *id);

#endif
