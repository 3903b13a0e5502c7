#ifndef TOKGATE_COUNT_COUNT_BODY_H
#define TOKGATE_COUNT_COUNT_BODY_H

#include "base/arena.h"
#include "base/str.h"
#include "input/request.h"

/*
 * The body that asks /v1/messages/count_tokens for the tokens of this (readable) request, in the
 * arena. The endpoint takes fewer fields than /v1/messages and refuses the others, so the body is
 * made of the fields it takes, in the caller's order, each value byte for byte as it stands; the
 * fields that are in beta only go with betas (the anthropic-beta header; empty: none). The
 * request's model is added when the body names none.
 *
 * A prompt text becomes the one user message, or the system prompt before the smallest user message
 * there is. One with the role of the assistant is counted as a user message: the API counts no
 * conversation that the assistant begins, and the frame of a message costs the same for both. What
 * is not UTF-8 becomes U+FFFD, each maximal part of a character one (base/utf8.h).
 */
struct str count_body(struct arena *arena, const struct request *request, struct str betas);

#endif
