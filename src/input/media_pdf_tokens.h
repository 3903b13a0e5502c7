#ifndef TOKGATE_INPUT_MEDIA_PDF_TOKENS_H
#define TOKGATE_INPUT_MEDIA_PDF_TOKENS_H

/*
 * The bytes of a PDF in base64 as tokens (ISO 32000-1:2008, 7.2 and 7.3), in bounded memory and
 * linear time; for media_pdf.c. Any bytes are tokens of some kind.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/base64.h"

enum { PDF_WORD_LEN_MAX = 16, PDF_AT_END = -1 };

enum pdf_token_kind {
    PDF_TOKEN_CLOSE,
    PDF_TOKEN_NAME,
    PDF_TOKEN_OPEN,
    PDF_TOKEN_OPEN_LIST,
    PDF_TOKEN_STRING,
    PDF_TOKEN_WORD
};

struct pdf_token {
    enum pdf_token_kind kind;
    char text[PDF_WORD_LEN_MAX]; /* of a name or word; #45 in a name is an E */
    size_t len;                  /* one more than there is room for: it is longer */
};

struct pdf_stream;

/* Where reading is; starts as zeros with base64, or with a stream in another reading. */
struct pdf_reading {
    struct base64 *base64;
    struct pdf_stream *stream;
    unsigned char bytes[4096];
    size_t len, pos;
    size_t headers; /* comments that begin like a PDF, so far */
};

/* The next byte, or PDF_AT_END; take goes past it, skip past so many. */
int pdf_peek(struct pdf_reading *reading);
int pdf_take(struct pdf_reading *reading);
void pdf_skip(struct pdf_reading *reading, size_t size);

/* The next token, without white space and comments. False at the end. */
bool pdf_token(struct pdf_reading *reading, struct pdf_token *token);

/* Whether the text of the name or word is this. */
bool pdf_token_is(const struct pdf_token *token, const char *text);

#endif
