#ifndef TOKGATE_COUNT_COUNT_BODY_H
#define TOKGATE_COUNT_COUNT_BODY_H

#include "base/arena.h"
#include "base/str.h"
#include "input/request.h"

/* What a body is for, beside its request; { 0 } for the Claude API without betas. */
struct count_body_form {
    struct str betas;   /* the anthropic-beta header; empty: none */
    struct str version; /* anthropic_version as a member, as Amazon and Google want it; or empty */
    struct str model;   /* the id that stands for the request's model; empty: that stays */
    bool is_invocation; /* the body of Bedrock's InvokeModel: with max_tokens, and without model and
                         * the cache_control of the whole request */
};

/*
 * The body that asks /v1/messages/count_tokens for the tokens of this (readable) request, in the
 * arena. The endpoint takes fewer fields than /v1/messages and refuses the others, so the body is
 * made of the fields it takes, in the caller's order, each value byte for byte as it stands; the
 * fields that are in beta only go with betas. The request's model is added when the body names
 * none. max_tokens, where it is wanted, is the request's own, since a thinking budget must be below
 * it, else 1: it does not change the count.
 *
 * A prompt text becomes the one user message, or the system prompt before the smallest user message
 * there is. One with the role of the assistant is counted as a user message: the API counts no
 * conversation that the assistant begins, and the frame of a message costs the same for both. What
 * is not UTF-8 becomes U+FFFD, each maximal part of a character one (base/utf8.h).
 */
struct str count_body(struct arena *arena, const struct request *request,
                      const struct count_body_form *form);

/* Whether all that such a body is to count would be in it: not where output_format or
 * context_management need a beta, and there is none. */
bool count_body_is_whole(const struct request *request, struct str betas);

#endif
