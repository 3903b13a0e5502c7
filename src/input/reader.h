#ifndef TOKGATE_INPUT_READER_H
#define TOKGATE_INPUT_READER_H

#include "base/error.h"
#include "base/stream.h"
#include "input/limits.h"
#include "input/request.h"

/*
 * A reader knows one way in which a source holds requests. It works in two steps: split, on one
 * thread, cuts the stream into entries without understanding them; parse, on any thread, makes a
 * request of one entry. To add a reader: one file reader_<name>.c and one line in READER_LIST, in
 * the order in which detection asks them.
 */
#define READER_LIST(X)                                                                             \
    X(openai)                                                                                      \
    X(bedrock)                                                                                     \
    X(vertex)                                                                                      \
    X(batch)                                                                                       \
    X(array)                                                                                       \
    X(request)                                                                                     \
    X(entry)                                                                                       \
    X(jsonl)                                                                                       \
    X(text)

/* No request the API takes is larger (32 MB; api/overview, 2026-08-22): what is over this is not
 * read into memory. */
#define ENTRY_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* A piece of a source that should be one request. */
struct entry {
    struct str bytes; /* valid until the next split; only the first bytes when it is too large */
    size_t offset;
    struct place start;
    size_t index;
    size_t size_bytes;   /* true size, also when it is too large */
    const char *problem; /* no request can be made of it; NULL: parse tells */
    size_t problem_at;   /* offset in bytes */
    bool is_all;         /* bytes are all of the stream's window, and nothing follows */

    /* No entry, but something to be said of the source at this place; NULL: an entry. */
    const char *remark;   /* valid until the next split */
    bool is_fault;        /* of a remark: the source is broken there, though what follows counts */
    bool begins_manifest; /* of a remark: what follows is submitted for itself */
    struct str member;    /* of a remark: it is about the member of that name beside the requests;
                           * the beginning of a long name. Valid until the next split */
    struct str near;      /* what it is a slip of; static */
};

enum { MEMBERS_MAX = 32, MEMBER_SHOWN_MAX = 100 };

/* What is said at its place the first times, and then counted. */
struct stray_tally {
    size_t len;
    struct place unsaid; /* the first that was not said at its place */
};

/* A source that is being cut. Set to { .stream = ... }; the rest is the reader's. */
struct splitting {
    struct stream stream;
    size_t index;
    int state;               /* of the way it is cut */
    bool is_array;           /* the list has no object around it */
    bool in_requests;        /* at the value of the member "requests" */
    bool is_glued;           /* one list of entries came before */
    size_t first_index;      /* of the entries of this list */
    struct place list_place; /* where its body or array begins */
    size_t looked_bytes;     /* looked at behind broken entries in vain */
    size_t glued_to;         /* up to this offset, objects may be glued together */
    struct {
        size_t from, to; /* offsets between which is no line end */
    } stretch;
    bool is_among_lines;                        /* the list stands among JSON lines */
    struct stray_tally commas, brackets, lists; /* in JSON lines, which have none */
    char member[MEMBER_SHOWN_MAX];              /* the name of the last that is none of a batch */
    char owed[160];                             /* a remark on what was not said one by one */
    size_t pending;                /* bytes of the last entry, still at the front of the window */
    uint64_t members[MEMBERS_MAX]; /* hashes of the names around the entries */
    size_t members_len;
};

enum match {
    MATCH_NO,
    MATCH_YES,
    MATCH_LONGER_HEAD, /* cannot tell yet */
};

/* What detection may look at: the beginning of the source (after a byte order mark). */
struct head {
    struct str bytes;
    bool is_whole;       /* there is no more */
    struct arena *arena; /* scratch */
};

struct reader {
    const char *name;                     /* for --format-in */
    const char *summary;                  /* one line for --help */
    bool is_json;                         /* a byte order mark is no part of it */
    bool is_manifest;                     /* holds many requests, each with a custom_id */
    const struct manifest_limits *limits; /* of a manifest, else NULL */

    enum match (*detect)(const struct head *head);

    /* Cuts the next entry off. False at the end of the source, and when reading failed (err). */
    bool (*split)(struct splitting *splitting, struct entry *entry, struct error *err);

    /* Makes the request; what is wrong with the entry becomes its faults. request has source,
     * entry, offset, start, index and the arenas of its lists set. */
    void (*parse)(struct arena *arena, const struct request_defaults *defaults,
                  struct request *request);
};

#define READER_DECLARE(name) extern const struct reader reader_##name;
READER_LIST(READER_DECLARE)
#undef READER_DECLARE

/* All readers; ends with NULL. */
extern const struct reader *const readers[];

/* The reader of that name, or NULL. */
const struct reader *reader_find(struct str name);

enum detected {
    DETECTED_READER,
    DETECTED_BINARY,  /* no text at all */
    DETECTED_FOREIGN, /* JSON, but nothing tokgate reads */
    DETECTED_EMPTY,   /* no byte, or only white space */
};

struct detection {
    enum detected what;
    const struct reader *reader; /* also set when there is nothing to read: to carry the finding */
    struct str why;              /* a finding's message, when there is nothing to read */
    struct place place;          /* and where it is about */
};

/* Chooses the reader by the content of the stream (which keeps its window) and, where content
 * leaves it open, by the ending of path: .json, .jsonl and .ndjson must be JSON. A byte order mark
 * before JSON is taken off. False when reading fails. */
bool reader_detect(struct arena *arena, struct stream *stream, struct str path,
                   struct detection *detection, struct error *err);

/* Prepares the stream for a reader that the user chose: takes a byte order mark off before JSON. */
bool reader_begin(const struct reader *reader, struct stream *stream, struct error *err);

/* split for readers whose source is one request. */
bool split_whole(struct splitting *splitting, struct entry *entry, struct error *err);

/* Takes the entry that was handed out last off the stream. */
void split_take_pending(struct splitting *splitting);

#endif
