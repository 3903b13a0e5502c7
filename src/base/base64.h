#ifndef TOKGATE_BASE_BASE64_H
#define TOKGATE_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/*
 * Base64 (RFC 4648, section 4: standard alphabet, padded), checked as a whole but decoded front to
 * back only as far as somebody reads. Nothing allocates; a struct base64 points into its text and
 * must not outlive it. Different structs may be used from several threads.
 */
struct base64 {
    struct str text;
    size_t size_bytes; /* of all that is encoded */
    size_t space_at;   /* offset of the first white space in the text; BASE64_NOWHERE: none */

    /* How far it was read; for base64.c alone. */
    size_t plain_end; /* the text starts with so many digits */
    size_t pos;       /* of the next character */
    uint32_t bits;    /* the lowest bits_len are decoded, and not yet given out */
    unsigned bits_len;
};

#define BASE64_NOWHERE SIZE_MAX

/*
 * Checks all of the text and stands before its first byte. White space (tab, LF, CR, space) may
 * stand anywhere: RFC 4648 forbids it, many decoders skip it, so who minds looks at space_at. Bits
 * behind the last byte may be anything. False for a byte that is none of base64, padding that is
 * missing or in the wrong place; err then names the first such place, as an offset in the text
 * ("byte 0x2a at 17"), and base64 is not to be read. The empty text is zero bytes. Linear.
 */
bool base64_open(struct base64 *base64, struct str text, struct error *err);

/* Stands before the first byte again. */
void base64_rewind(struct base64 *base64);

/* Decodes the next size bytes to out. Returns how many there were: fewer only at the end. */
size_t base64_read(struct base64 *base64, unsigned char *out, size_t size);

/* As base64_read(), but goes past the bytes: in constant time where there is no white space. */
size_t base64_skip(struct base64 *base64, size_t size);

/* Adds the bytes, encoded with padding and on one line; nothing for no bytes. */
void base64_add(struct buf *out, struct str bytes);

#endif
