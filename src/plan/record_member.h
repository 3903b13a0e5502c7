#ifndef TOKGATE_PLAN_RECORD_MEMBER_H
#define TOKGATE_PLAN_RECORD_MEMBER_H

#include "plan/record_line.h"

/* How the value of a member is read, and into what. */
enum member_type {
    MEMBER_TEXT,     /* struct str */
    MEMBER_COUNT,    /* int64_t, 0 or more; null: COUNT_UNBOUNDED */
    MEMBER_INTEGER,  /* int64_t, 0 or more */
    MEMBER_NUMBER,   /* size_t */
    MEMBER_ORDINAL,  /* size_t, 1 or more */
    MEMBER_REAL,     /* double, finite */
    MEMBER_FLAG,     /* bool */
    MEMBER_HASH,     /* uint64_t as 16 hexadecimal digits */
    MEMBER_ORIGIN,   /* enum count_origin */
    MEMBER_RULE,     /* const char *, the name of a rule kind */
    MEMBER_SEVERITY, /* enum severity, not SEVERITY_OFF */
    MEMBER_VERDICT,  /* enum verdict, not VERDICT_PASS */
    MEMBER_PREFIXES, /* of a plan_record */
};

struct member {
    size_t offset; /* in the struct */
    struct str name;
    enum member_type type;
    bool is_required;
};

#define MEMBER(type, name, kind, member, required)                                                 \
    {                                                                                              \
        offsetof(struct type, member), STR_INIT(name), kind, required                              \
    }

/* Reads a line that is one JSON object into the struct that the members are of (at most 64 of
 * them); others are passed over, and what is not there stays as it was. Texts point into the line
 * or live in the arena. False with *problem for what is no such line. */
bool record_members_read(struct arena *arena, struct str line, const struct member *members,
                         size_t len, void *into, struct record_problem *problem);

#endif
