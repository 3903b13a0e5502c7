#ifndef TOKGATE_COUNT_OFFLINE_PASSAGES_H
#define TOKGATE_COUNT_OFFLINE_PASSAGES_H

/*
 * Remembered passages: what stands in one text after another, as instructions, examples and
 * documents do in the requests of a manifest, is counted twice and then known. A passage is a part
 * of a text from one place where it may be cut (tokenizer_cut()) to another, so that its tokens
 * depend on nothing else. No text is kept, only hashes, whose key is random. Threads share what
 * they learn, without waiting for each other.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/*
 * Four of them are a line of the processor's cache; both zero: none. Two threads may write one at
 * the same time, each its half: the halves then belong to no passage, for the first is the upper
 * part of the hash ^ the second (Hyatt, Mann, "A lock-less transposition table implementation for
 * parallel search chess engines", 2002).
 */
struct passage {
    _Atomic uint64_t mark;
    _Atomic uint64_t rest; /* the lower part of the hash, and tokens of each family; 0: not known */
};

enum passages_state { PASSAGES_NONE, PASSAGES_BEING_MADE, PASSAGES_THERE, PASSAGES_NO_KEY };

/* Of all threads of a run. Zeroed, there are none yet, which takes no memory. */
struct passages {
    _Atomic int state;
    uint64_t *key;         /* of the hashes */
    struct passage *lines; /* each passage may stand in one of the lines */
    void *memory;          /* that both are in */
};

/* What one thread makes of them. Initialize with { .passages = ..., .rest = PASSAGES_FROM }. */
struct passage_reader {
    struct passages *passages;
    size_t rest;        /* bytes of texts that are not looked at; PASSAGES_FROM at first */
    size_t looked, met; /* bytes, of the last ones */
};

/* Gives their memory back, when no thread uses them any more. */
void passages_free(struct passages *passages);

/* Whether the next text is to be looked at passage by passage. */
bool passages_start(struct passage_reader *reader, struct str text);

/* A passage of at most PASSAGE_SIZE_MAX bytes. */
struct passage_id {
    struct passage_hash hash;
    size_t size;
};

/* Its place is then on its way to the processor. */
struct passage_id passages_id(const struct passages *passages, struct str text);

struct passage_known {
    bool is_met;     /* it was met before, and not forgotten for another; from now on it was */
    uint16_t tokens; /* 0: not known */
};

struct passage_known passages_meet(struct passage_reader *reader, enum vocab_family family,
                                   const struct passage_id *id);

/* Keeps the tokens of a passage that was met; other numbers than 1 to 65535 are not kept. */
void passages_keep(struct passages *passages, enum vocab_family family, const struct passage_id *id,
                   int64_t tokens);

#endif
