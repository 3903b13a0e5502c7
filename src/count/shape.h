#ifndef TOKGATE_COUNT_SHAPE_H
#define TOKGATE_COUNT_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "input/request.h"

/*
 * What a request is made of, as far as the frame around its texts goes: requests of one shape cost
 * the same frame, or nearly. Nothing of their texts is in it. As a text it is the words below that
 * hold, in this order, joined by '+': "turns(1)+system+tools(auto,2-3)". Words are never renamed or
 * moved, for files hold them; new ones go to the end.
 *
 * A group of words of which at most one holds has a number, else 0.
 */
#define SHAPE_WORDS(X)                                                                             \
    X(TURNS_1, 1, "turns(1)") /* messages */                                                       \
    X(TURNS_FEW, 1, "turns(2-3)")                                                                  \
    X(TURNS_MANY, 1, "turns(over-3)")                                                              \
    X(SYSTEM, 0, "system")                                                                         \
    X(TOOLS_AUTO_1, 2, "tools(auto,1)") /* by tool_choice (none is as auto), and their number */   \
    X(TOOLS_AUTO_FEW, 2, "tools(auto,2-3)")                                                        \
    X(TOOLS_AUTO_MANY, 2, "tools(auto,over-3)")                                                    \
    X(TOOLS_ANY_1, 2, "tools(any,1)")                                                              \
    X(TOOLS_ANY_FEW, 2, "tools(any,2-3)")                                                          \
    X(TOOLS_ANY_MANY, 2, "tools(any,over-3)")                                                      \
    X(TOOLS_TOOL_1, 2, "tools(tool,1)")                                                            \
    X(TOOLS_TOOL_FEW, 2, "tools(tool,2-3)")                                                        \
    X(TOOLS_TOOL_MANY, 2, "tools(tool,over-3)")                                                    \
    X(NO_PARALLEL, 0, "no-parallel") /* disable_parallel_tool_use */                               \
    X(DEFERRED, 0, "deferred")       /* a deferred tool */                                         \
    X(TOOL_SEARCH, 0, "tool-search")                                                               \
    X(EXAMPLES, 0, "examples") /* a tool with input_examples */                                    \
    X(CALLS, 0, "calls")                                                                           \
    X(RESULTS, 0, "results")                                                                       \
    X(RESULT_ERRORS, 0, "result-errors")                                                           \
    X(RESULT_MEDIA, 0, "result-media") /* images or documents in them */                           \
    X(REFERENCES, 0, "references")     /* to deferred tools */                                     \
    X(THINKING_OFF, 3, "thinking(disabled)")                                                       \
    X(THINKING_ON, 3, "thinking(enabled)")                                                         \
    X(THINKING_ADAPTIVE, 3, "thinking(adaptive)")                                                  \
    X(THOUGHTS, 0, "thoughts") /* thinking blocks in messages */                                   \
    X(IMAGES_1, 4, "images(1)")                                                                    \
    X(IMAGES_FEW, 4, "images(2-3)")                                                                \
    X(IMAGES_MANY, 4, "images(over-3)")                                                            \
    X(DOCUMENTS, 0, "documents")                                                                   \
    X(CITATIONS, 0, "citations")                                                                   \
    X(SCHEMA, 0, "schema")       /* structured output */                                           \
    X(API_TOOLS, 0, "api-tools") /* tools whose definitions the API adds */

enum shape_word {
#define SHAPE_ENUM(id, group, text) SHAPE_##id,
    SHAPE_WORDS(SHAPE_ENUM)
#undef SHAPE_ENUM
        SHAPE_WORDS_LEN,
};

/* The words that hold, as bits: 1 << enum shape_word. Never 0 for a request. */
struct shape {
    uint64_t words;
};

/* The shape of a request. Linear in its parts. */
struct shape shape_of(const struct request *request);

/* As a text in the arena. */
struct str shape_text(struct arena *arena, struct shape shape);

/* The shape with this text. False when there is none: an unknown word, words in another order, two
 * of a group, or no number of turns. */
bool shape_parse(struct str text, struct shape *shape);

#endif
