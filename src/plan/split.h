#ifndef TOKGATE_PLAN_SPLIT_H
#define TOKGATE_PLAN_SPLIT_H

#include <stdatomic.h>
#include <sys/stat.h>

#include "base/sha256.h"
#include "input/seen.h"
#include "plan/record.h"

/*
 * Manifests cut into chunks that can be submitted: split_init, every request, split_cut,
 * split_write. Of a request 56 bytes are kept, and 5 to 9 to tell ids apart; its bytes are read
 * from its source a second time. Every entry goes into one chunk, byte by byte as it is, or is left
 * out with a reason; entries keep their order, but those that read the same cache entry (their
 * longest prefixes are equal) stand together, in one chunk where they fit. Not thread safe.
 */
enum split_format { SPLIT_JSON, SPLIT_JSONL };

/* What is submitted in one way. */
struct split_family {
    const char *name;
    int64_t requests_max, bytes_max; /* of one chunk; 0: no limit */
    bool is_jsonl;                   /* it takes nothing else */
    bool one_model;                  /* all requests of a chunk must be for one model */
};
extern const struct split_family split_message_batches;

/* What the user asks for; 0: as much as the family takes. */
struct split_limits {
    int64_t requests_max, bytes_max, tokens_max;
    bool by_model;
    enum split_format format;
};

struct split_entry {
    uint64_t offset, hash;
    uint32_t id_hash; /* 0: it has no id */
    uint32_t size;
    uint32_t tokens; /* in the middle of the band */
    uint32_t high;   /* at most; what is not known is tokens */
    uint32_t index;  /* in its source */
    uint32_t line, column;
    uint32_t next;      /* number of the entry after it in its group, then in order; 0: none */
    uint32_t next_head; /* number of the first entry of the next group; 0: none */
    uint16_t source, model;
};

struct split_source {
    struct str path;
    bool is_stdin;
    int fd;             /* -1: not open */
    off_t start;        /* where its first byte is */
    struct stat status; /* when it was opened */
    size_t requests;    /* in chunks */
    uint8_t sha256[SHA256_SIZE];
};

struct split_sources {
    struct arena *arena;
    struct split_source *items;
    size_t len, cap;
};

/* An entry that is in no chunk. */
struct split_left {
    uint16_t source;
    uint32_t index, line, column;
    uint32_t reason; /* of reasons */
};

struct split_lefts {
    struct arena *arena;
    struct split_left *items;
    size_t len, cap;
};

/* Requests that may share a chunk. */
struct split_bucket {
    const struct split_family *family;
    uint16_t model; /* where chunks are by model, or must be */
    uint32_t first_head, last_head;
};

struct split_buckets {
    struct arena *arena;
    struct split_bucket *items;
    size_t len, cap;
};

enum { SPLIT_NAME_SIZE = 32 };

struct split_chunk {
    const struct split_family *family;
    uint32_t first; /* number of its first entry */
    int64_t requests, size_bytes, tokens, high;
    bool is_jsonl;
    char name[SPLIT_NAME_SIZE];
    bool is_kept; /* from an earlier run */
    uint8_t sha256[SHA256_SIZE];
};

struct split_chunks {
    struct arena *arena;
    struct split_chunk *items;
    size_t len, cap;
};

struct split {
    struct arena *arena;
    struct split_limits limits;
    struct split_pages {
        struct arena *arena;
        struct split_entry **items;
        size_t len, cap;
    } pages;
    size_t len; /* entries added */
    struct split_sources sources;
    struct strs models, reasons;
    struct seen reasons_seen;
    struct split_lefts lefts;
    struct split_buckets buckets;
    struct split_chunks chunks;
    struct arena groups_arena, ids_arena;
    struct split_group *groups;
    size_t groups_len, groups_cap;
    uint32_t *ids; /* numbers of entries by their id_hash */
    size_t ids_len, ids_cap;
    off_t stdin_start; /* where standard input is when reading begins; for the caller */
    size_t tail;       /* number of the last entry in order, while cutting */
};

void split_init(struct split *split, struct arena *arena, const struct split_limits *limits);
void split_free(struct split *split);

/* Adds a request; entry_hash is the fingerprint of its entry. One whose custom_id was there
 * before is left out. Fails when its source cannot be opened, and when there are too many
 * requests or sources. */
bool split_add(struct split *split, const struct plan_record *record, bool is_stdin,
               uint64_t entry_hash, const struct split_family *family, struct error *err);

/* Leaves an entry out. Fails like split_add. */
bool split_leave_out(struct split *split, struct str source, bool is_stdin, size_t index,
                     struct place place, struct str reason, struct error *err);

/* Makes the chunks. An entry that is larger than any chunk may be is left out. */
void split_cut(struct split *split);

/* An entry by its number, from 1. */
struct split_entry *split_entry_at(const struct split *split, size_t number);

struct split_writing {
    struct str directory; /* is made where it is not there */
    bool force;           /* files of another plan go */
    size_t threads;
    const atomic_bool *is_interrupted;
};

/* Writes the chunks and plan.json into the directory. Chunks of the same plan that are there are
 * kept. Fails (usage) when the directory has files of another plan; and when it cannot be written,
 * when a source changed since it was counted, and when it is interrupted: chunks that were finished
 * by then stay, and the next run goes on from them. */
bool split_write(struct split *split, const struct split_writing *writing, struct error *err);

/* What is in all chunks. */
struct split_tally {
    size_t kept; /* chunks that an earlier run wrote */
    int64_t requests, size_bytes;
};
void split_add_up(const struct split *split, struct split_tally *tally);

/* What plan.json says. plan: what identifies it. */
struct json_write;
void split_print(const struct split *split, struct str plan, struct json_write *json);

/* A hash in hexadecimal digits. */
enum { SPLIT_HEX_SIZE = 2 * SHA256_SIZE + 1 };
void split_hex(const uint8_t hash[SHA256_SIZE], char hex[SPLIT_HEX_SIZE]);

#endif
