#ifndef TOKGATE_INPUT_LIMITS_H
#define TOKGATE_INPUT_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

/* What the ids of a manifest's requests may be. */
enum id_form {
    ID_FORM_ANY,
    ID_FORM_MESSAGE_BATCHES, /* ^[a-zA-Z0-9_-]{1,64}$ */
};

/*
 * What a manifest of one vendor may hold, whatever way it is written down. 0: no number is
 * documented, or it is a quota of each account, so that nothing can be checked. MB is 10^6 bytes,
 * as everywhere here.
 */
struct manifest_limits {
    const char *name;         /* for messages: "a Message Batch" */
    const char *id_name;      /* the member that names a request: "custom_id" */
    size_t requests_max;      /* requests in one manifest */
    size_t bytes_max;         /* of a manifest as it is sent: of a file, or of the body */
    size_t request_bytes_max; /* of one request body */
    size_t image_base64_max;  /* of one image as base64, where it is less than online */
    enum id_form id_form;
    bool base64_only;          /* images and PDFs may not be given by URL or file id */
    bool documents_are_images; /* when it is asked how many images there are (build-with-claude/
                                * vision, 2026-08-22) */
    bool id_required;
    bool id_unique;       /* one id in two requests is refused, or mixes their results up */
    bool one_model;       /* all requests must be for one model */
    bool model_is_of_job; /* and none of them names it */
    bool max_tokens_optional;
    const char *source; /* document and date of these facts */
};

extern const struct manifest_limits manifest_limits_message_batches;
extern const struct manifest_limits manifest_limits_openai;
extern const struct manifest_limits manifest_limits_bedrock;
extern const struct manifest_limits manifest_limits_vertex;

#endif
