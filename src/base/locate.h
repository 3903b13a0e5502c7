#ifndef TOKGATE_BASE_LOCATE_H
#define TOKGATE_BASE_LOCATE_H

#include "base/str.h"

/* Where something is in a source: 1-based; columns count characters (Unicode code points). */
struct place {
    size_t line;
    size_t column;
};

/* The place of text[offset], when text starts at start. Lines end with LF. An offset past the end
 * is the place after the last byte. Linear in offset: for many places in one text, go on from the
 * last one with the rest of the text. */
struct place locate(struct place start, struct str text, size_t offset);

#endif
