#ifndef TOKGATE_PLAN_RECORD_LINE_H
#define TOKGATE_PLAN_RECORD_LINE_H

#include "check/finding.h"
#include "plan/record.h"

/*
 * Lines of records, as "tokgate count --records" writes them: JSON lines in parts. A part is what
 * one run counted: a header, a line for each request and one for each finding about them, a
 * trailer. Who runs many of them may glue their output together in any order of parts, for the
 * lines of a part stay together; a part without its trailer is one whose run was killed.
 *
 *     {"tokgate": "records", "version": 2, "part": "a.jsonl", "catalog": "2026-11-20",
 *      "vocabulary": "..."}
 *     {"index": 0, "line": 1, "column": 1, "custom_id": "a", "model": "claude-sonnet-5-5",
 *      "tokens": 12, "entry_bytes": 139, "max_tokens": 100, "origin": "offline"}
 *     {"finding": "sampling", "severity": "error", "verdict": "fail", "line": 1, "column": 60,
 *      "custom_id": "a", "message": "temperature is 3, but it must be from 0 to 1", "value": 3,
 *      "limit": 1}
 *     {"end": true, "requests": 1, "findings": 1, "failed": 0, "faulty": 0, "waived": 0,
 *      "hash": "0123456789abcdef"}
 *
 * Members with the usual value are left out: low and high where they are tokens, null for a high
 * that is not bounded, path where it is the part, or standard input. A custom_id or a model of more
 * than RECORD_NAME_MAX bytes is its beginning, "..." and its fingerprint. The hash is that of the
 * lines before, each without its line end (record_hash).
 *
 * Version 1 had no findings, but of requests that could not be counted or that the API would refuse
 * their number alone. Its parts are read, too.
 */
enum {
    RECORD_VERSION_FIRST = 1,
    RECORD_VERSION = 2,
    RECORD_LINE_MAX = 1024 * 1024,
    RECORD_NAME_MAX = 64 * 1024, /* six times as long in JSON, and two of them */
};

/* The part of a run on standard input that was given no name: many may have it. */
#define RECORD_STDIN "<stdin>"

/* What a line begins with, which tells the four apart. */
#define RECORD_HEADER  "{\"tokgate\": \"records\","
#define RECORD_REQUEST "{\"index\":"
#define RECORD_FINDING "{\"finding\":"
#define RECORD_TRAILER "{\"end\": true,"

struct record_header {
    int64_t version;
    struct str part, catalog, vocabulary; /* vocabulary empty: counts are estimates */
};

struct record_trailer {
    int64_t requests; /* lines of the part that are about one */
    int64_t findings; /* and about one of those */
    int64_t failed;   /* requests that could not be counted: there is no line for them */
    int64_t faulty;   /* of requests: those the API would refuse */
    int64_t waived;   /* findings that are known exceptions: there is no line for them */
    uint64_t hash;
};

/* What is wrong with a line. */
struct record_problem {
    size_t at; /* offset in it */
    char text[128];
};

/* The hash of a part, line by line; 0 before the first. */
uint64_t record_hash(uint64_t hash, struct str line);

/* Texts point into the line or live in the arena. False with *problem for what is no such line.
 * Unknown members are passed over: a later version may add some. */
bool record_header_read(struct arena *arena, struct str line, struct record_header *header,
                        struct record_problem *problem);
bool record_trailer_read(struct arena *arena, struct str line, struct record_trailer *trailer,
                         struct record_problem *problem);

/* source is empty where it is the part. */
bool record_line_read(struct arena *arena, struct str line, struct plan_record *record,
                      struct record_problem *problem);

/* path is empty where it is the part. */
bool record_finding_read(struct arena *arena, struct str line, struct finding *finding,
                         struct record_problem *problem);

#endif
