#ifndef TOKGATE_COUNT_COUNT_ANSWER_H
#define TOKGATE_COUNT_COUNT_ANSWER_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "count/count.h"
#include "net/transport.h"

/*
 * What an answer of /v1/messages/count_tokens means. COUNT_DONE and *tokens only for a 200 whose
 * body is a JSON object with input_tokens, an integer from 0 to 2^53 written without sign, point or
 * exponent: whatever is not surely a count is none. COUNT_REFUSED when the API itself refuses this
 * very request, COUNT_ENDED when it would refuse every other one too (the key, the account, a spend
 * limit that is reached), else COUNT_UNAVAILABLE; err then has the status and the API's own words,
 * made printable and cut at 300 bytes. Where the answer repeats the secret (empty: none), err has
 * "[key]".
 */
enum count_result count_answer_read(struct arena *arena, const struct http_response *response,
                                    struct str secret, int64_t *tokens, struct error *err);

#endif
