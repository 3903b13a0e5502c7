#ifndef TOKGATE_COUNT_COUNT_ANSWER_H
#define TOKGATE_COUNT_COUNT_ANSWER_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "count/count.h"
#include "net/transport.h"

/* How answers look, and what must not be told of them. */
struct count_answer_form {
    const char *tokens; /* the member with the count: "input_tokens" */
    const char *error;  /* the member with the error, which has a message; NULL: the body itself */
    const char *base_url; /* the environment variable that may name a wrong address */
    int64_t bytes_max;    /* of a request; for messages */
    bool ends_with_403;   /* it is about the caller, not about one request */
    struct strs secrets;
};

/*
 * What an answer means. COUNT_DONE and *tokens only for a 200 whose body is a JSON object with the
 * count, an integer from 1 to 2^53 written without sign, point or
 * exponent: whatever is not surely a count is none. COUNT_REFUSED when the API itself refuses this
 * very request, COUNT_ENDED when it would refuse every other one too (the key, the account, a spend
 * limit that is reached), else COUNT_UNAVAILABLE; err then has the status and the API's own words,
 * made printable and cut at 300 bytes. Where the answer repeats a secret, err has "[key]".
 */
enum count_result count_answer_read(struct arena *arena, const struct http_response *response,
                                    const struct count_answer_form *form, int64_t *tokens,
                                    struct error *err);

#endif
