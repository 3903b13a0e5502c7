#ifndef TOKGATE_PLAN_RECORD_PARTS_H
#define TOKGATE_PLAN_RECORD_PARTS_H

#include "input/seen.h"
#include "plan/hashes.h"
#include "plan/record_line.h"

/*
 * Which parts of records are to be taken. Whoever reads records looks at all lines twice: first to
 * learn which parts are whole, then to take those. What is kept is 48 bytes a part, and its name.
 */
enum record_part_state {
    RECORD_PART_WHOLE,
    RECORD_PART_REPEATED, /* a part of the same name and content came before: a run that was done
                             again */
    RECORD_PART_RENEWED,  /* not whole, but a part of that name is */
    RECORD_PART_CUT,      /* no trailer: its run was killed */
    RECORD_PART_DAMAGED,  /* its lines are not those that were written */
    RECORD_PART_CONFLICT, /* another part has its name, with other content */
    RECORD_PART_FOREIGN,  /* its header cannot be read, or is of a later version */
    RECORD_PART_STATES_LEN,
};

struct record_part {
    enum record_part_state state;
    size_t name;       /* index in the names of parts */
    size_t file, line; /* of its header */
    int64_t version;   /* of the records */
    int64_t failed, faulty, waived;
};

struct record_part_list {
    struct arena *arena;
    struct record_part *items; /* in the order in which they come */
    size_t len, cap;
};

/* Set the arenas (record_parts_init), then look at all lines. */
struct record_parts {
    struct arena *arena;
    struct record_part_list list;
    struct strs names;
    size_t last_name;               /* that was asked for */
    struct seen seen;               /* names */
    struct hashes whole;            /* of whole parts: name and content */
    struct hashes whole_names;      /* of names that have a whole part */
    struct str catalog, vocabulary; /* of the first whole part */
    size_t different;               /* parts that were counted with others */
    size_t old_len;                 /* whole parts of a version without findings */
    size_t old_first;               /* index of the first of them */
    bool has_whole;

    bool is_open; /* a part is being looked at */
    uint64_t hash;
    int64_t requests, findings;
    struct record_header header; /* its texts live in the arena */
    bool is_foreign;
};

void record_parts_init(struct record_parts *parts, struct arena *arena);

/* Looks at a line. False: it stands outside of any part (blank lines do not). */
bool record_parts_look(struct record_parts *parts, struct str line, size_t file, size_t number);

/* A file ends: so does the part that is open. */
void record_parts_end_file(struct record_parts *parts);

/* After the last file: says of what is not whole whether it came again. */
void record_parts_end(struct record_parts *parts);

/* Where a header begins in the line: after what a killed run left without a line end; or line.len.
 */
size_t record_header_at(struct str line);

/* The index of a name, which is kept. */
size_t record_parts_name(struct record_parts *parts, struct str name);

/* What a line is. */
enum record_kind {
    RECORD_IS_BLANK,
    RECORD_IS_FINDING,
    RECORD_IS_HEADER,
    RECORD_IS_REQUEST, /* or nothing of records */
    RECORD_IS_TRAILER,
};
enum record_kind record_kind_of(struct str line);

#endif
