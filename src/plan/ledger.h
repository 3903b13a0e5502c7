#ifndef TOKGATE_PLAN_LEDGER_H
#define TOKGATE_PLAN_LEDGER_H

#include "base/error.h"
#include "plan/record.h"

/*
 * The requests of a manifest by their custom_id, until their results come in any order. Memory a
 * request: 56 bytes, 8 to 16 more to find it by its id, and the id. Not thread safe. Set the arena,
 * all else starts as 0; ledger_free gives the rest back.
 */
enum { LEDGER_ID_MAX = 128, LEDGER_PAGE_LEN = 4096 };

/* Tokens in 32 bits: more than that, also COUNT_UNBOUNDED, and REQUEST_UNSET. */
#define LEDGER_MORE  UINT32_MAX
#define LEDGER_UNSET UINT32_MAX

enum ledger_state {
    LEDGER_OPEN,
    LEDGER_BROKEN, /* all there is of its result cannot be read */
    LEDGER_ANSWERED,
    LEDGER_FAILED,
};

struct ledger_entry {
    const char *id;
    uint32_t number; /* from 0, in the order they were added */
    uint8_t id_len;
    bool is_fast : 1, is_us : 1; /* asked for in fast mode, with inference_geo "us" */
    uint16_t source, model;      /* numbers of the caller */
    uint8_t origin;              /* enum count_origin */
    uint8_t state;               /* enum ledger_state */
    uint32_t line, column;
    uint32_t low, tokens, high; /* high may be LEDGER_MORE */
    uint32_t max_tokens;        /* or LEDGER_UNSET */
    uint32_t input, output;     /* of the answer */
    uint32_t label;             /* of the answer */
};

struct ledger {
    struct arena *arena;
    struct arena slots_arena;
    uint32_t *slots; /* a hash table of numbers of entries, from 1; 0 is free */
    size_t slots_len;
    struct ledger_pages {
        struct arena *arena;
        struct ledger_entry **items; /* LEDGER_PAGE_LEN entries each */
        size_t len, cap;
    } pages;
    size_t len;
    char *text; /* room for ids */
    size_t text_left;
};

/* What an id is kept as: itself, or of one longer than LEDGER_ID_MAX bytes (which no API takes) its
 * beginning and a hash of 128 bits, made in the arena. */
struct str ledger_key(struct arena *arena, struct str id);

/* Adds an entry, whose id is a key and is copied, and whose number is made. When there is one of
 * that id already, *first is that one and nothing is added. Fails when there are 2^32 entries. */
bool ledger_add(struct ledger *ledger, struct str key, const struct ledger_entry *entry,
                struct ledger_entry **first, struct error *err);

/* The entry of the key, or NULL. It stays where it is. */
struct ledger_entry *ledger_find(const struct ledger *ledger, struct str key);

/* The entries in the order they were added. */
struct ledger_entry *ledger_at(const struct ledger *ledger, size_t index);

/* A number of tokens in 32 bits: LEDGER_MORE when it needs more. A negative one is LEDGER_UNSET. */
uint32_t ledger_tokens(int64_t tokens);

void ledger_free(struct ledger *ledger);

#endif
