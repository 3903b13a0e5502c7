#ifndef TOKGATE_INPUT_REQUEST_BLOCKS_H
#define TOKGATE_INPUT_REQUEST_BLOCKS_H

#include "input/request_json.h"

/* What holds a list of content blocks. */
enum block_holder {
    BLOCK_HOLDER_MESSAGE,
    BLOCK_HOLDER_RESULT, /* a tool_result */
    BLOCK_HOLDER_SOURCE, /* of a document */
    BLOCK_HOLDER_SEARCH_RESULT,
    BLOCK_HOLDER_SYSTEM,
};

/* A list of content blocks while it is read. */
struct block_reading {
    struct arena *arena;
    struct request *request;
    enum part_kind text_kind; /* what text blocks become */
    enum block_holder holder;
    const char *path; /* of the list, for messages: "messages.0.content" */
    int depth;        /* of blocks inside blocks */
    bool in_result, in_document;
};

/* Members of content blocks, as bits. */
enum block_member {
    BLOCK_MEMBER_CACHE_CONTROL = 1 << 0,
    BLOCK_MEMBER_CALLER = 1 << 1,
    BLOCK_MEMBER_CITATIONS = 1 << 2,
    BLOCK_MEMBER_CONTENT = 1 << 3,
    BLOCK_MEMBER_CONTEXT = 1 << 4,
    BLOCK_MEMBER_DATA = 1 << 5,
    BLOCK_MEMBER_ENCRYPTED_CONTENT = 1 << 6,
    BLOCK_MEMBER_FILE_ID = 1 << 7,
    BLOCK_MEMBER_ID = 1 << 8,
    BLOCK_MEMBER_INPUT = 1 << 9,
    BLOCK_MEMBER_IS_ERROR = 1 << 10,
    BLOCK_MEMBER_NAME = 1 << 11,
    BLOCK_MEMBER_SERVER_NAME = 1 << 12,
    BLOCK_MEMBER_SIGNATURE = 1 << 13,
    BLOCK_MEMBER_SOURCE = 1 << 14,
    BLOCK_MEMBER_TEXT = 1 << 15,
    BLOCK_MEMBER_THINKING = 1 << 16,
    BLOCK_MEMBER_TITLE = 1 << 17,
    BLOCK_MEMBER_TOOL = 1 << 18,
    BLOCK_MEMBER_TOOL_NAME = 1 << 19,
    BLOCK_MEMBER_TOOL_USE_ID = 1 << 20,
    BLOCK_MEMBER_TRANSFORMATIONS = 1 << 21,
    BLOCK_MEMBER_TYPE = 1 << 22,
    BLOCK_MEMBERS_ALL = (1 << 23) - 1,
};
enum { BLOCK_MEMBERS_LEN = 23 };

/* The members of a content block that matter; raw slices point into the entry. */
struct block {
    size_t at;
    struct json_text type, text, thinking, id, name, title, context;
    struct json_text odd;                 /* the first member that no type has */
    unsigned members;                     /* enum block_member: those it has */
    size_t members_at[BLOCK_MEMBERS_LEN]; /* where the names of those stand, in its walk */
    bool has_type, has_text, has_thinking, has_citations, cites, is_error;
    struct cache_mark mark;
    bool is_faulty;                                     /* a member of it was reported already */
    struct str source, content, input, transformations; /* raw JSON; empty: none */
};

/* Notes that the block has the member, or that no block has one of that name. */
void request_note_member(struct block *block, struct json_text key);

/* What a type of content block has, as bits of enum block_member. */
struct block_shape {
    unsigned members, required; /* required: beside what its reader asks for */
};

/* Adds a fault for each of the members that the block must have and has not, and for those that
 * only other types have, and notes its stray one. base: where the walk of the block is in the
 * entry. */
void request_check_members(const struct block_reading *reading, const struct block *block,
                           const struct block_shape *shape, size_t base);

/* Adds a part that knows what it is in. */
struct part *request_block_part(const struct block_reading *reading, enum part_kind kind,
                                struct str text, size_t at);

/* The offset in the entry of a slice of it. */
size_t request_block_offset(const struct request *request, struct str slice);

/* Reads blocks, or the string that stands for one, out of a raw slice that was walked before. */
void request_read_nested(const struct block_reading *reading, struct str raw);

/* The blocks whose data may be elsewhere. */
void request_read_image(const struct block_reading *reading, const struct block *block);
void request_read_document(const struct block_reading *reading, const struct block *block);

/* The blocks of which no more is known than that they are there. */
void request_read_opaque(const struct block_reading *reading, const struct block *block);

struct block_type {
    struct str type;
    void (*read)(const struct block_reading *reading, const struct block *block);
    unsigned holders; /* that take it: bits of enum block_holder */
    struct block_shape shape;
};

/* Ends with one that has no read. */
extern const struct block_type request_block_types[];

/* The one of that name, or NULL. */
const struct block_type *request_block_type(struct json_text name);

/* Says that the block's type is none of them: a fault where it is a slip or of another vendor's
 * API, else a doubt, for it may be newer than this program. */
void request_refuse_block(const struct block_reading *reading, const struct block *block);

/* Reads the array of blocks the walk is before: adds their parts and faults to the request. */
void request_read_blocks(const struct block_reading *reading, struct json_walk *walk);

/* True when the text has nothing but white space, which the API refuses. */
bool request_is_blank(struct str text);

#endif
