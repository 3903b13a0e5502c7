#ifndef TOKGATE_INPUT_REQUEST_H
#define TOKGATE_INPUT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/locate.h"
#include "base/str.h"
#include "input/limits.h"
#include "input/media.h"
#include "input/media_pdf.h"

/*
 * One Messages API request as it would be sent, and the place it came from. Readers fill it,
 * counters and rules only look. Offsets are 0-based bytes in entry; everything lives as long as the
 * chunk.
 */
enum role { ROLE_USER, ROLE_ASSISTANT, ROLE_SYSTEM };

/* Where a source's bytes come from. */
struct source {
    struct str path;     /* as shown in reports */
    struct str absolute; /* for the globs of a rule file */
    bool named;          /* given by name, not found in a directory */
    bool is_stdin;
};

/* What a request is made of, as far as counting cares; in the order of its JSON. */
enum part_kind {
    PART_MESSAGE,        /* a message starts: what follows is its, up to the next */
    PART_TEXT,           /* of a message, a document or a tool result */
    PART_SYSTEM,         /* of the system prompt */
    PART_TOOL,           /* one tool definition: its JSON */
    PART_API_TOOL,       /* a tool whose definition the API adds: id is its type, text says that */
    PART_TOOL_USE,       /* one call: its input as JSON */
    PART_TOOL_RESULT,    /* a tool result starts; what is in it is marked in_result */
    PART_TOOL_REFERENCE, /* in a result: the name of a deferred tool */
    PART_DOCUMENT,       /* a document starts; text is its title and context */
    PART_THINKING,       /* text of a thinking block */
    PART_SCHEMA,         /* of structured output: its JSON */
    PART_IMAGE,          /* base64 data */
    PART_PDF,            /* base64 data */
    PART_OPAQUE,         /* cannot be counted offline: text says what it is ("a container") */
    PART_UNCOUNTABLE,    /* nor does the API count it before sending: text says what it is */
};

/* A request may have a million of them: 64 bytes. */
struct part {
    struct str text;
    union {
        struct {
            struct str name; /* of a tool, a called one too */
            struct str id;   /* of a call, and of the call a result is for; the type of a
                              * PART_API_TOOL */
        };
        const struct media_image *image; /* of a PART_IMAGE; NULL: of a size that is not known */
        const struct media_pdf *pdf;     /* of a PART_PDF; NULL: nothing is known of it */
    };
    size_t at;      /* offset in the entry */
    uint32_t block; /* its number among the blocks of its message (an image by URL is two parts),
                     * or among the tools; of a PART_MESSAGE among the messages */
    enum part_kind kind : 8;
    enum role role : 4;   /* of a message */
    bool ends_prefix : 1; /* a cache breakpoint (cache_control) stands here */
    bool is_1h : 1;       /* ... whose entry lives an hour, else five minutes */
    bool in_result : 1;   /* inside a tool result */
    bool in_document : 1;
    bool is_error : 1;     /* of a tool result */
    bool keeps_size : 1;   /* of an image: one that the model would see smaller is refused */
    bool cites : 1;        /* of a text block: it has citations */
    bool is_blank : 1;     /* ... of a message: it has white space alone */
    bool is_pdf : 1;       /* of a document: given as a file, not as text */
    bool may_be_text : 1;  /* ... by its id, so that what it is cannot be seen */
    bool is_tool : 1;      /* a tool definition, of whatever kind */
    bool is_deferred : 1;  /* ... */
    bool has_examples : 1; /* of a tool */
    bool is_altered : 1;   /* of a PART_API_TOOL: what its definition says may change what the API
                            * adds */
    bool is_search : 1;    /* of a tool: tool_search_tool_bm25, the one whose tokens are known */
    bool drops_before : 1; /* a compaction: what stands before it in the messages is not in the
                            * prompt */
};

struct parts {
    struct arena *arena;
    struct part *items;
    size_t len, cap;
};

/* A member of a JSON body as it stands there. */
struct request_member {
    struct str name; /* decoded */
    struct str value;
    size_t at;     /* offset of the name in the entry */
    bool is_known; /* the Messages API has a member of that name, or a cloud's form of it */
};

struct request_members {
    struct arena *arena;
    struct request_member *items;
    size_t len, cap;
};

/* A member of an object that has no member of that name. */
struct stray {
    struct str name;    /* decoded */
    struct str near;    /* what it is a slip of, or an empty text */
    const char *holder; /* what has it: "a message"; lives as long as the chunk */
    size_t at;          /* offset of the name in the entry */
};

struct strays {
    struct arena *arena;
    struct stray *items; /* STRAYS_MAX of them */
    size_t len, cap;
    size_t more; /* than are in items */
};

enum { STRAYS_MAX = 20 };

/* The parts of a prompt, in its order. */
enum request_section {
    REQUEST_TOOLS, /* and all else that is neither of the others */
    REQUEST_SYSTEM,
    REQUEST_MESSAGES,
    REQUEST_SECTIONS_LEN,
};

/* A cache_control that was set. */
struct cache_point {
    size_t at; /* offset of its value in the entry */
    enum request_section section;
    bool is_1h;
    const char *holder; /* what it may not stand on, "a thinking block", or NULL */
};

struct cache_points {
    struct arena *arena;
    struct cache_point *items;
    size_t len, cap;
};

/* Something that keeps the request from being one. */
struct fault {
    size_t at;
    struct str text; /* a finding's message: lower case, no full stop */
};

struct faults {
    struct arena *arena;
    struct fault *items;
    size_t len, cap;
};

/* So many members that the API has none of are kept. */
enum { REQUEST_UNKNOWN_MAX = 1000 };

/* A member of the body that a Message Batch refuses, though it is fine online. */
struct unbatchable {
    struct str name;   /* static */
    const char *value; /* what must not be: "true"; NULL: any value */
    size_t at;         /* offset of its value in the entry */
};

enum { UNBATCHABLE_MAX = 8 };

/* So many faults of one request are kept; finding the place of each costs a look at the whole. */
enum { REQUEST_FAULTS_MAX = 50 };

/* What an edit of context_management may take out of the messages before they are counted. */
enum request_edit_kind {
    REQUEST_EDIT_RESULTS,  /* clear_tool_uses: results of tools */
    REQUEST_EDIT_THINKING, /* clear_thinking */
    REQUEST_EDIT_OTHER,    /* of an unknown type: any of them */
};

#define REQUEST_KEEPS_ALL INT64_MAX

struct request_edit {
    enum request_edit_kind kind;
    bool clears_inputs;             /* of calls too */
    bool says_keep;                 /* else keep is what is documented */
    int64_t over_tokens, over_uses; /* only a prompt over one of them; REQUEST_UNSET: not by it */
    int64_t keep;                   /* so many uses, or turns with thinking, are left */
};

struct request_edits {
    struct arena *arena;
    struct request_edit *items;
    size_t len, cap;
};

enum { REQUEST_UNSET = -1 };
#define REQUEST_NOWHERE SIZE_MAX

enum tool_choice { TOOL_CHOICE_AUTO, TOOL_CHOICE_ANY, TOOL_CHOICE_TOOL };
enum thinking {
    THINKING_UNSET,
    THINKING_DISABLED,
    THINKING_ENABLED,
    THINKING_ADAPTIVE,
    THINKING_BETWEEN_TOOLS,
};

struct request {
    const struct source *source;
    struct str entry;   /* the bytes of it in its source */
    size_t offset;      /* of entry in the source */
    struct place start; /* of entry in the source */
    size_t index;       /* 0-based among the requests of its source */

    bool is_prompt;                       /* a prompt text: the request it would become */
    enum role role;                       /* of a prompt text */
    bool in_manifest;                     /* one of many, with a custom_id */
    const struct manifest_limits *limits; /* of that manifest; NULL: in none */
    bool unreadable;                      /* no request could be made out; faults says why */
    struct str chat; /* the Chat Completions body in entry that body stands for; empty: none */
    struct str body; /* the JSON of the request body in entry; a prompt text: the text */

    struct str other; /* not empty: the record is not for Claude's Messages API, but for this */

    struct str custom_id; /* a manifest's id of it, by whatever name */
    size_t custom_id_at;  /* REQUEST_NOWHERE: none */
    struct str model;     /* empty: none */
    size_t model_at;      /* also when its type is wrong; REQUEST_NOWHERE: none */
    bool has_no_model;    /* there is something in its place that is none */
    int64_t max_tokens;   /* REQUEST_UNSET: none */
    size_t max_tokens_at;
    size_t size_bytes; /* of the body as it would be serialised without spaces */

    size_t entry_size_bytes; /* of the entry in the same way; what cannot be read: as it is */
    struct request_members members; /* of the body, in order; of a prompt text none */
    size_t unknown_len;             /* of members the API has none of, ... */
    size_t more_unknown;            /* ... and how many of them are not in the list */
    struct strays strays;
    bool is_around; /* no request: strays is what a batch has beside its requests */
    struct parts parts;
    struct request_edits edits;
    struct faults faults;
    struct faults doubts; /* what may only be newer than this program; REQUEST_FAULTS_MAX of them */
    size_t more_faults;   /* than are in faults */
    struct unbatchable unbatchable[UNBATCHABLE_MAX];
    size_t unbatchable_len;
    size_t messages_len;
    size_t messages_from, messages_to; /* their parts */
    size_t tools_len, strict_len, images_len, documents_len;
    size_t optional_len, unions_len; /* parameters of schemas that the API compiles */
    bool has_system;                 /* "" too */
    bool has_citations;
    enum tool_choice tool_choice;
    struct str tool_choice_name;
    bool no_parallel_tools; /* disable_parallel_tool_use */
    enum thinking thinking;
    struct cache_points cache_points; /* explicit ones, as they stand there */
    bool caches_all; /* top-level cache_control: the last block is the breakpoint */
    bool caches_all_1h;
    size_t caches_all_at;
    bool is_us;   /* inference_geo "us", which costs more */
    bool is_fast; /* speed "fast" */
    bool has_task_budget;
    bool has_citing_results; /* search results with citations */
    bool searches_web;       /* it has the web search tool, of which each use costs */
};

/* The section of a part, by its index. */
enum request_section request_section(const struct request *request, size_t part);

/* What a request gets where it names nothing itself: from the rule file and the command line. */
struct request_defaults {
    enum role role;      /* of prompt texts */
    struct str model;    /* never empty */
    bool model_declared; /* by the user; else it is the catalog's default */
    int64_t max_tokens;  /* of prompt texts; REQUEST_UNSET: none */
};

/* Adds a fault with printf text, or counts it when there are enough. at is an offset in the entry.
 */
void request_fault(struct request *request, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Counts a fault and is true when there are enough: the text of one more is not needed. */
bool request_fault_is_enough(struct request *request);

/* Adds a doubt in the same way, unless there are enough. */
void request_doubt(struct request *request, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The member of the body, or NULL. */
const struct request_member *request_member(const struct request *request, struct str name);

/* Adds a stray member, or counts it when there are enough. */
void request_add_stray(struct arena *arena, struct request *request, const struct stray *stray);

/* The member that the API has with a name for which this is a slip, or an empty text. */
struct str request_member_slip(struct str name);

/* How many faults there are, with those that are only counted. */
size_t request_faults_len(const struct request *request);

/* Adds a part; it may be filled in until the next one is added. */
struct part *request_add_part(struct request *request, enum part_kind kind, struct str text,
                              size_t at);

/* The place of an offset of the entry, in its source. Linear in the offset. */
struct place request_place(const struct request *request, size_t at);

#endif
