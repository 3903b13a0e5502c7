#ifndef TOKGATE_CATALOG_CATALOG_H
#define TOKGATE_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "catalog/facts.h"

/*
 * Dated facts about models, limits and prices, read from the JSON files of rules/catalog
 * (embedded). Every row there names its sources with dates; here a number that no source gives is
 * CATALOG_UNKNOWN. Units: tokens, bytes, requests or tokens a minute, USD per million tokens. All
 * texts live as long as the arena the catalog was loaded into.
 */
enum { CATALOG_UNKNOWN = -1 };

enum model_status {
    MODEL_STATUS_ACTIVE,
    MODEL_STATUS_LEGACY,
    MODEL_STATUS_DEPRECATED,
    MODEL_STATUS_RETIRED,
};

/* Which of temperature, top_p and top_k a model takes, beside values out of range. */
enum model_sampling {
    SAMPLING_FREE,  /* as far as is known */
    SAMPLING_ONE,   /* not temperature and top_p together */
    SAMPLING_FIXED, /* temperature and top_p at their defaults, no top_k */
};

enum tokenizer_generation {
    TOKENIZER_V3,  /* Claude 3 to Opus and Sonnet 4.6, Haiku 4.5 */
    TOKENIZER_NEW, /* Opus 4.7 and later, Sonnet 5 and later, Haiku 5.5, Fable, Mythos */
};

/* What a request costs beside its texts. The names are those of rules/catalog/profiles.json. */
#define PROFILE_TERM_LIST(X)                                                                       \
    X(AFTER_RESULT, "after_result")               /* what follows the results in a user turn */    \
    X(ALWAYS, "always")                           /* once, unless there is but text */             \
    X(BASE, "base")                               /* once */                                       \
    X(BLOCK_JOIN, "block_join")                   /* a text block after another */                 \
    X(CALL, "call")                               /* the calls of a turn */                        \
    X(CALL_AFTER_RESULT, "call_after_result")     /* ... without text, after a turn of results */  \
    X(CITATIONS, "citations")                     /* once, when a document has them */             \
    X(DEFERRED, "deferred")                       /* once, when tools are deferred */              \
    X(DOCUMENT, "document")                       /* each document given as text */                \
    X(FORCED_AFTER_RESULT, "forced_after_result") /* a forced tool after results */                \
    X(FORCED_NAME, "forced_name")                 /* tool_choice tool, beside the name */          \
    X(IMAGE, "image")                             /* each image, beside its patches */             \
    X(IMAGE_FIRST, "image_first")                 /* text right after an image */                  \
    X(INPUT_EXAMPLES, "input_examples")           /* each tool with examples, beside them */       \
    X(NO_PARALLEL_AUTO, "no_parallel_auto")       /* disable_parallel_tool_use */                  \
    X(NO_PARALLEL_FORCED, "no_parallel_forced")                                                    \
    X(PDF_PAGE, "pdf_page")                                                                        \
    X(RESULT, "result")                       /* the only result of a turn */                      \
    X(RESULTS, "results")                     /* the results of a turn with several */             \
    X(RESULT_DOCUMENT, "result_document")     /* each document in a result */                      \
    X(RESULT_ERROR, "result_error")           /* each result with is_error */                      \
    X(RESULT_IMAGE, "result_image")           /* each image in a result */                         \
    X(RESULT_MIXED_TEXT, "result_mixed_text") /* each text beside other blocks in a result */      \
    X(RESULT_MORE, "result_more")             /* each result after the first of a turn */          \
    X(RESULT_REFERENCE, "result_reference")   /* each tool_reference */                            \
    X(SCHEMA, "schema")                       /* structured output, beside its schema */           \
    X(SYSTEM_EMPTY, "system_empty")           /* a system prompt that is "" */                     \
    X(SYSTEM_JOIN, "system_join")             /* each part of the system block but one */          \
    X(THINKING_ADAPTIVE, "thinking_adaptive")                                                      \
    X(THINKING_ENABLED, "thinking_enabled")                                                        \
    X(THINKING_KEPT, "thinking_kept")         /* each thinking block that is counted */            \
    X(TOOLS_AUTO, "tools_auto")               /* the tool prompt: tool_choice auto or none */      \
    X(TOOLS_FORCED, "tools_forced")           /* ... any, or one tool by name */                   \
    X(TOOL_BASH, "tool_bash")                 /* each bash tool */                                 \
    X(TOOL_BROWSER, "tool_browser")           /* each browser toolset */                           \
    X(TOOL_COMPUTER, "tool_computer")         /* each computer tool */                             \
    X(TOOL_COMPUTERS, "tool_computers")       /* each computer toolset */                          \
    X(TOOL_EDITOR, "tool_editor")             /* each text editor of 20250429 */                   \
    X(TOOL_EDITOR_OTHER, "tool_editor_other") /* ... of another version */                         \
    X(TOOL_MEMORY, "tool_memory")             /* each memory tool */                               \
    X(TOOL_SEARCH, "tool_search")             /* each tool_search tool */

enum profile_term {
#define PROFILE_TERM_ENUM(id, name) TERM_##id,
    PROFILE_TERM_LIST(PROFILE_TERM_ENUM)
#undef PROFILE_TERM_ENUM
        TERMS_LEN,
};

struct term {
    int64_t tokens;
    int64_t less, more; /* how far it may be off, in tokens */
};

/* How a request becomes the prompt that is counted (rules/catalog/profiles.json). */
struct profile {
    struct str id;
    enum tokenizer_generation tokenizer;
    bool turns_are_words; /* "Human:" and "Assistant:"; else single tokens */
    bool tools_escaped;   /* tool definitions have \u escapes in the prompt */
    bool tail_free;       /* white space at the end of a turn costs nothing */
    struct term terms[TERMS_LEN];
};

/* How far counts may be off beside the slack of their terms, as shares of their tokens
 * (rules/catalog/profiles.json). */
struct bands {
    double more_than_text; /* in messages and system prompt */
    double tools;
    double unknown_model; /* not in the catalog */
};

struct price { /* USD per million tokens; negative: unknown */
    double input, output, cache_write_5m, cache_write_1h, cache_read;
};

struct model {
    struct str id, name, pool; /* pool empty: none known */
    const struct fact *aliases, *sources, *notes;
    const struct fact
        *cloud_ids; /* by the door it is counted through (count/door.h); may be NULL */
    enum model_status status;
    struct str released, deprecated, retired, retires_not_before, end_of_life; /* dates or empty */
    int64_t context_window, max_output, max_output_batch_beta, min_cacheable_tokens;
    int64_t max_images, max_pdf_pages; /* in a request */
    const struct profile *profile;
    enum model_sampling sampling;
    const struct fact *refuses;  /* what the API answers 400 to (catalog_refuses); may be NULL */
    bool high_resolution_images; /* 2576 px and 4784 tokens, else 1568 and 1568 */
    bool keeps_thinking;         /* thinking blocks of earlier turns are counted (token-counting,
                                    2026-09-26) */
    struct price price;
    int64_t
        long_prompt_over; /* prompts over this many tokens cost price_long; CATALOG_UNKNOWN: none */
    struct price price_long;
    struct price price_fast; /* with speed "fast"; unknown where there is none, or no price of it */
    double batch_factor, us_factor; /* of all prices: in a Message Batch, with inference_geo "us" */
};

struct rate_limit { /* CATALOG_UNKNOWN where not published */
    int64_t rpm, itpm, otpm;
};

struct catalog {
    struct arena *arena;
    struct str as_of; /* of models.json */
    struct model *models;
    size_t models_len;
    uint32_t *names; /* models by id and alias, hashed: index + 1 */
    size_t names_cap;
    struct profile *profiles;
    size_t profiles_len;
    const struct profile *newest_profile;
    struct bands bands;
    const struct model *default_model;
    const struct fact *limits, *limits_2025, *sources; /* whole files, for look-ups and display */
    double web_search_usd;                             /* of one search, beside its tokens */
    int64_t request_bytes_max, batch_bytes_max, batch_requests_max, messages_max;
    int64_t pdf_pages_max; /* in a request, of models with a context of a million tokens */
};

/* Reads the embedded files. Fails only when they are damaged, which the tests exclude. */
bool catalog_load(struct arena *arena, struct catalog *catalog, struct error *err);

/* The model of that id, alias or cloud id (Bedrock with region prefix and version suffix, Google
 * with
 * '@'; models.json, cloud_ids of 2026-11-20), or NULL. */
const struct model *catalog_model(const struct catalog *catalog, struct str id);

/* Of an id that is not in the catalog, but is one of it with another date at its end
 * ("claude-sonnet-5-5-20261101"): the model of the id without the date; else NULL. What the catalog
 * says of that model holds of its other snapshots as far as anybody knows. */
const struct model *catalog_undated_model(const struct catalog *catalog, struct str id);

/* Whether the API refuses that of a request for the model, by its name in models.json: "prefill",
 * "thinking.enabled". What no source says is not refused. */
bool catalog_refuses(const struct model *model, struct str what);

/* The id or alias nearest to a mistyped one, or an empty text. */
struct str catalog_nearest_model(const struct catalog *catalog, struct str id);

/* True for a tier of limits.json or limits-2025.json; also "evaluation" and "custom", which have no
 * published numbers. */
bool catalog_has_tier(const struct catalog *catalog, struct str tier);
bool catalog_has_pool(const struct catalog *catalog, struct str pool);

/* Limits of a pool at a tier (api/rate-limits, 2026-08-22 to 2026-10-08; tier-1 to tier-4: 2025).
 */
struct rate_limit catalog_rate_limit(const struct catalog *catalog, struct str pool,
                                     struct str tier);

/* Requests a minute of the Token Counting API at a tier (build-with-claude/token-counting,
 * 2026-09-26; tier-1 to tier-4: 2025); for a tier without a published number, or none, that of
 * Start. */
int64_t catalog_count_rpm(const struct catalog *catalog, struct str tier);

/* True when reads from the cache count toward the pool's ITPM (only Haiku 3.5; 2026-08-22). */
bool catalog_cache_reads_count(const struct catalog *catalog, struct str pool);

/* What the limit of counting is called among those of the pools. */
#define CATALOG_COUNTING "token-counting"

/* All names a rule file may use, for suggestions: *len texts in the arena of the catalog. */
const struct str *catalog_tiers(const struct catalog *catalog, size_t *len);
const struct str *catalog_pools(const struct catalog *catalog, size_t *len);

#endif
