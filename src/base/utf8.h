#ifndef TOKGATE_BASE_UTF8_H
#define TOKGATE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Length in bytes (1 to 4) of the well-formed UTF-8 character at text[at] (Unicode 15.0, table 3-7:
 * no overlong forms, no surrogates, at most U+10FFFF), or 0. at must be below text.len. */
size_t utf8_char_len(struct str text, size_t at);

/* Where utf8_char_len() is 0: the length of the maximal part that could have begun a character,
 * which stands for one U+FFFD (Unicode 15.0, section 3.9, "U+FFFD substitution of maximal
 * subparts"). */
size_t utf8_invalid_len(struct str text, size_t at);

/* Offset of the first byte at or after from that is not well-formed UTF-8, or text.len. */
size_t utf8_invalid_at(struct str text, size_t from);

/* Characters in the text; each byte that is not a continuation byte counts as one. */
size_t utf8_len(struct str text);

/* At most max_len bytes of the beginning, in whole characters. */
struct str utf8_head(struct str text, size_t max_len);

/* Writes the character (up to 4 bytes) to out, returns its length. Surrogates become U+FFFD. */
size_t utf8_encode(uint32_t character, char out[4]);

/* The character at text[at] when it moves the cursor, hides text or reorders it (control and format
 * characters), else -1. */
int32_t utf8_unsafe_at(struct str text, size_t at);

/* The text made safe for terminals and logs: control characters, C1 controls, bidirectional and
 * other format controls, and invalid bytes become \xHH or \u{HHHH}. At most max_len bytes of text
 * are shown, then "...". */
struct str utf8_printable(struct arena *arena, struct str text, size_t max_len);

#endif
