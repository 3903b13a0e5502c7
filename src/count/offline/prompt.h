#ifndef TOKGATE_COUNT_OFFLINE_PROMPT_H
#define TOKGATE_COUNT_OFFLINE_PROMPT_H

/*
 * A request written out as the prompt it becomes, and counted. What is text is written and counted
 * as one text, for what stands side by side may share a token; what is known only as a number is a
 * term of the model's profile (rules/catalog/profiles.json). The reference is
 * tests/conformance/frame_model.py (2026-11-21).
 */

#include <stdbool.h>
#include <stdint.h>

#include "catalog/catalog.h"
#include "count/count.h"
#include "count/offline/estimate.h"
#include "count/offline/known_tools.h"
#include "count/offline/tokenizer.h"
#include "input/request.h"

/* Counts texts exactly, or gathers what an estimate is made of. */
struct texts {
    struct tokenizer *tokenizer; /* NULL: no vocabulary */
    enum estimate_generation generation;
    struct estimate_features features;
    int64_t tokens;
};

/* Tokens of the texts, and how far an estimate of them may be off. */
struct estimate texts_estimate(const struct texts *texts);

/* Parts of one kind, sorted by a name. */
struct prompt_name {
    struct str name;
    size_t index; /* of the part */
};

struct prompt_names {
    struct prompt_name *items;
    size_t len;
};

/* A part that ends a cached prefix. */
struct breakpoint {
    size_t part;
    bool is_pending; /* it was put, but is not counted yet */
    int64_t tokens;  /* up to there */
};

/* What the edits of a request may take out of its messages (edits.h); all zero: nothing. */
struct prompt_clears {
    bool messages, thinking, inputs;
    size_t results_to, calls_to; /* parts before them; 0: none */
};

struct prompt {
    struct arena *arena;
    const struct request *request;
    const struct profile *profile;
    struct texts texts;
    struct known_tools *known_tools; /* of the thread; NULL: none are remembered */
    struct buf run;                  /* text that is not counted yet */
    struct buf *json;                /* JSON as it is shown: room that is used again */
    int64_t tokens;                  /* that are no text: terms and images */
    int64_t less, more;
    int64_t doubtful; /* tokens of what may not be there at all: less has them, a share need not */
    struct str unbounded; /* what makes high infinite, else empty */
    bool refused_online;
    bool is_text_only; /* in messages and system, without tools or thinking */
    bool keeps_thinking;
    enum media_tier tier;
    struct breakpoint breakpoints[COUNT_PREFIXES_MAX]; /* in the order of the prompt */
    size_t breakpoints_len;
    struct count_shares shares;
    struct count_share owner;  /* of what is written now */
    int64_t shared_tokens;     /* already somebody's */
    bool owns_by_block;        /* blocks have shares: text on two sides of a block cannot join */
    bool ends_with_results;    /* the message does, as far as it is written */
    struct strs references;    /* deferred tools that results show */
    struct prompt_names calls; /* by id; made for the first results */
    bool has_calls;
    struct prompt_clears clears;
};

/* Text that runs on from the text before it. */
void prompt_put(struct prompt *prompt, struct str text);

/* Counts what was put so far: what follows does not join it. */
void prompt_flush(struct prompt *prompt);

/* Text that stands alone. */
void prompt_add_text(struct prompt *prompt, struct str text);

void prompt_add_term(struct prompt *prompt, enum profile_term term, int64_t times);

/* A token that is no text: text on its two sides cannot join. */
void prompt_cut(struct prompt *prompt, enum profile_term term, int64_t times);

/* There is something that can only be bounded from below. */
void prompt_bound(struct prompt *prompt, const struct part *part);

/* What is written from here on is the share of another. Text should be flushed. */
void prompt_own(struct prompt *prompt, struct count_share share);

/* A part was written; does nothing unless it ends a cached prefix. */
void prompt_part_done(struct prompt *prompt, size_t index);

/* Calls by their id, or tools by name; and the last part of a name before a part, or NULL. */
struct prompt_names prompt_names_of(const struct prompt *prompt, enum part_kind kind);
const struct prompt_name *prompt_names_find(const struct prompt_names *names, struct str name,
                                            size_t before);

/* The call before a part that has the id, or NULL. */
const struct prompt_name *prompt_call_of(struct prompt *prompt, size_t before, struct str id);

/* The sections of a request, in the order of a prompt's cache: tools, system, messages. */
void prompt_write_tools(struct prompt *prompt);
void prompt_write_system(struct prompt *prompt);
void prompt_write_messages(struct prompt *prompt);

/* The definitions of deferred tools that results referred to; to the others the band leaves room.
 */
void prompt_write_references(struct prompt *prompt);

/* The calls, or the results, of the message whose parts are from..to; and an image or a document
 * (index is of the part that starts it). */
void prompt_write_calls(struct prompt *prompt, size_t from, size_t to);
void prompt_write_results(struct prompt *prompt, size_t from, size_t to);
void prompt_write_image(struct prompt *prompt, const struct part *part);
size_t prompt_write_document(struct prompt *prompt, size_t index, size_t to);

#endif
