#ifndef TOKGATE_BASE_UTF8_WIDE_H
#define TOKGATE_BASE_UTF8_WIDE_H

/* UTF-8 checked 64 bytes at a time, compiled for some processors only (base/wide.h). */

#include "base/str.h"

/* Where blocks of well-formed UTF-8 end that start at a place, where a character does: in front of
 * something malformed, or less than 64 bytes before the end of the text. */
typedef size_t utf8_block_finder(struct str text, size_t at);

/* NULL where the compiler makes no such code. */
extern utf8_block_finder *const utf8_blocks_wide;

#endif
