#ifndef TOKGATE_COUNT_OFFLINE_NORMALIZE_H
#define TOKGATE_COUNT_OFFLINE_NORMALIZE_H

/*
 * What the tokenizers do to a text before anything else: NFC; controls but tab and newline go, NUL
 * becomes a space, private use goes; decomposed Thai sara am is composed; other spaces become
 * U+0020; one family folds curly quotes. The traits of the vocabulary say which characters are
 * concerned; utf8proc composes (Unicode 15.0 and 15.1 have the same NFC).
 */

#include "base/str.h"
#include "count/offline/tokenizer.h"

/*
 * The text normalised: itself when nothing has to change, else bytes in tokenizer->normalized,
 * which the next call overwrites. Valid UTF-8 in any case. Linear in its size.
 */
struct str normalize(struct tokenizer *tokenizer, struct str text);

#endif
