#ifndef TOKGATE_COUNT_DOOR_H
#define TOKGATE_COUNT_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "catalog/catalog.h"
#include "count/count_answer.h"
#include "input/request.h"
#include "net/url.h"

/*
 * The doors to the Token Counting API: the Claude API itself, Amazon Bedrock, Google Cloud and
 * Microsoft Foundry. A door is one row of data (door_table.c): where it is, what it takes for a
 * credential, how body and answer look. Nothing here reads the environment, opens a connection or
 * knows the time. Sources and dates are with the rows; what they do not say is refused, not
 * guessed.
 */

/* The environment variables that a door may ask for; alphabetical. Name, whether it is a secret. */
#define DOOR_VARIABLE_LIST(X)                                                                      \
    X(ANTHROPIC_API_KEY, true)                                                                     \
    X(ANTHROPIC_AUTH_TOKEN, true)                                                                  \
    X(ANTHROPIC_BASE_URL, false)                                                                   \
    X(ANTHROPIC_FOUNDRY_API_KEY, true)                                                             \
    X(ANTHROPIC_FOUNDRY_BASE_URL, false)                                                           \
    X(ANTHROPIC_FOUNDRY_RESOURCE, false)                                                           \
    X(ANTHROPIC_VERTEX_BASE_URL, false)                                                            \
    X(ANTHROPIC_VERTEX_PROJECT_ID, false)                                                          \
    X(AWS_ACCESS_KEY_ID, true)                                                                     \
    X(AWS_ENDPOINT_URL_BEDROCK_RUNTIME, false)                                                     \
    X(AWS_REGION, false)                                                                           \
    X(AWS_SECRET_ACCESS_KEY, true)                                                                 \
    X(AWS_SESSION_TOKEN, true)                                                                     \
    X(GOOGLE_OAUTH_ACCESS_TOKEN, true)

enum door_variable {
    DOOR_VARIABLE_NONE,
#define DOOR_VARIABLE_ENUM(name, is_secret) DOOR_##name,
    DOOR_VARIABLE_LIST(DOOR_VARIABLE_ENUM)
#undef DOOR_VARIABLE_ENUM
        DOOR_VARIABLES_LEN,
};

struct door_variable_name {
    const char *name; /* NULL for DOOR_VARIABLE_NONE */
    bool is_secret;
};

extern const struct door_variable_name door_variables[DOOR_VARIABLES_LEN];

/* Their values; empty: unset. */
struct door_environment {
    struct str values[DOOR_VARIABLES_LEN];
};

/* What a rule file may say of a door, beside its name and its models. */
enum door_member {
    DOOR_PROJECT,
    DOOR_REGION,
    DOOR_RESOURCE,
    DOOR_MEMBERS_LEN,
};

extern const char *const door_members[DOOR_MEMBERS_LEN]; /* their names */

struct door_need {
    const char *example;         /* NULL: the door knows no such member */
    enum door_variable variable; /* says it, when the rule file does not */
    bool is_pinned;     /* both may not differ: a rule file must not choose who gets the key */
    bool is_in_address; /* needed for the address alone: not when a variable names that */
};

enum { DOOR_BASES_MAX = 4, DOOR_CREDENTIALS_MAX = 2, DOOR_HEADERS_MAX = 6 };

/* Templates: {project}, {region}, {resource} and {model} stand for their values. */
struct door_base {
    const char *region; /* for this region; NULL: for all others, and the last one */
    const char *url;    /* without a final '/' */
};

struct door_credential {
    enum door_variable variable;
    const char *header, *prefix; /* "authorization", "Bearer " */
    const char *what;            /* "key" or "token", for messages */
    bool refuses_oauth;          /* OAuth tokens of Claude plans do not belong there */
};

struct door {
    const char *name;    /* in rule files */
    const char *summary; /* one line */
    const char *vendor;  /* whose door it is; NULL: the Claude API, with its limits and batches */
    struct door_need needs[DOOR_MEMBERS_LEN];
    enum door_variable base_url; /* names another address */
    struct door_base bases[DOOR_BASES_MAX];
    const char *path;
    struct door_credential credentials[DOOR_CREDENTIALS_MAX]; /* the first that is set is sent */
    const char *service;  /* signed with SigV4 for it, by AWS_...; NULL: by the credentials */
    const char *version;  /* anthropic_version in the body; NULL: API version and betas are headers,
                           * and only then a rule file may choose them */
    bool is_invocation;   /* the body is that of InvokeModel, in base64 inside another */
    const char *model;    /* what an id starts with; NULL: any */
    const char *cloud_id; /* the member of cloud_ids in the catalog; NULL: none */
    int64_t bytes_max;    /* of a body; 0: what the catalog says of the Claude API */
    /* A 403 says that these credentials may not count here at all: they are expired, signed
     * wrongly, or not allowed the one resource or action that every request of a run uses. The
     * Claude API says that of a key with 401, and 403 of what one request names: its model, its
     * files. */
    bool ends_with_403;
    const char *tokens, *error; /* of the answer: struct count_answer_form */
};

/* All doors, the Claude API first; ends with a row without a name. */
extern const struct door doors[];

struct door_model { /* what the rule file calls a model, and what the door does */
    struct str name, id;
};

/* "endpoint" of a rule file. { 0 } is the Claude API. */
struct door_config {
    const struct door *door; /* NULL: the first */
    struct str members[DOOR_MEMBERS_LEN];
    const struct door_model *models;
    size_t models_len;
};

/* What a run chooses beside the door. */
struct door_choices {
    struct str api_version, betas;
    enum url_plain plain; /* where an address of plain http may be */
};

/* A door as one run uses it. */
struct door_way {
    const struct door *door;
    const struct door_config *config;
    struct str members[DOOR_MEMBERS_LEN]; /* of the rule file, else of the environment */
    struct str base_url;                  /* without a final '/' */
    struct str betas;
    struct str headers[DOOR_HEADERS_MAX]; /* "name: value" */
    size_t headers_len;
    struct str sigv4, key_id, key_secret; /* struct http_options */
    struct strs secrets;
};

/* One call. */
struct door_call {
    struct str url, body;
};

/* The door of that name, or NULL. */
const struct door *door_find(struct str name);

/* That of the configuration. */
const struct door *door_of(const struct door_config *config);

/* Whether a header can have the text as its value: printable ASCII. */
bool door_is_header_value(struct str text);

/* Whether the text is of letters, digits and these signs, and not empty. A member may be of those
 * below alone, so that no part of an address ends early. */
bool door_is_made_of(struct str text, const char *signs);
#define DOOR_MEMBER_SIGNS "-"

/* Whether the environment has (the first part of) a credential for the door. */
bool door_has_credential(const struct door_config *config,
                         const struct door_environment *environment);

/* Whether the credential that is set can be sent, whatever becomes of the rest. Fails
 * (ERROR_FAILED) with why not; no message shows any of it. */
bool door_check_credential(const struct door_config *config,
                           const struct door_environment *environment, struct error *err);

/* What the door needs from rule file and environment. Fails (usage) when something is missing or
 * the two contradict each other: "the door ... needs ...". */
bool door_read_members(const struct door_config *config, const struct door_environment *environment,
                       struct str members[DOOR_MEMBERS_LEN], struct error *err);

/*
 * Where the door is, in the arena. Fails with ERROR_USAGE when a variable names an address to which
 * no key may be sent (net/url.h; the sentence has the variable's name), or when
 * door_read_members() does; with ERROR_FAILED when an unusual address cannot be judged.
 */
bool door_address(struct arena *arena, const struct door_config *config,
                  const struct door_environment *environment, enum url_plain plain,
                  struct str *base_url, struct error *err);

/*
 * Everything that is the same for all calls; lives in the arena, and points to config, which must
 * outlive it. Fails as door_address() does, and when there is no credential or one that no header
 * can hold (ERROR_FAILED), or when a version or a beta cannot be one (ERROR_USAGE). No message
 * shows any of a secret.
 */
bool door_open(struct arena *arena, const struct door_config *config,
               const struct door_environment *environment, const struct door_choices *choices,
               struct door_way *way, struct error *err);

/* A template of the table, filled in. */
struct str door_expand(struct arena *arena, const char *template,
                       const struct str members[DOOR_MEMBERS_LEN], struct str model);

/* The call that counts the request, in the arena. Fails when the door does not count such a
 * model or such a size; then the request is refused, not the door. */
bool door_call(struct arena *arena, const struct door_way *way, const struct request *request,
               const struct catalog *catalog, struct door_call *call, struct error *err);

/* How to read its answers. */
struct count_answer_form door_answer_form(const struct door_way *way,
                                          const struct catalog *catalog);

#endif
