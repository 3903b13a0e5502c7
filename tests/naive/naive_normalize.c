#include "naive_characters.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "naive_tokens.h"

/* Bytes and characters. */

uint32_t naive_decode(const uint8_t *bytes, size_t left, size_t *size)
{
    const uint8_t first = bytes[0];
    const size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint8_t low = 0x80, high = 0xbf;
    uint32_t value = len == 1 ? first : first & (0x7fU >> len);
    *size = 1;
    if (first >= 0x80 && (first < 0xc2 || first > 0xf4))
        return 0xfffd;
    if (first == 0xe0)
        low = 0xa0;
    if (first == 0xed)
        high = 0x9f;
    if (first == 0xf0)
        low = 0x90;
    if (first == 0xf4)
        high = 0x8f;
    for (; *size < len; ++*size) {
        if (*size == left || bytes[*size] < low || bytes[*size] > high)
            return 0xfffd;
        value = value << 6 | (bytes[*size] & 0x3fU);
        low = 0x80;
        high = 0xbf;
    }
    return value;
}

static struct characters decode_all(struct arena *arena, struct str text)
{
    struct characters out = { ARENA_ARRAY(arena, uint32_t, text.len + 1), 0 };
    for (size_t at = 0, size; at < text.len; at += size)
        out.items[out.len++] = naive_decode((const uint8_t *)text.ptr + at, text.len - at, &size);
    return out;
}

void naive_add_character(struct buf *out, uint32_t value)
{
    const size_t len = value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
    static const uint8_t leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = 0; i < len; i++) {
        const uint32_t bits = value >> 6 * (len - 1 - i);
        buf_add_char(out, (char)(i ? 0x80 | (bits & 0x3f) : leads[len] | bits));
    }
}

static struct str encode_all(struct arena *arena, struct characters text)
{
    struct buf out = { .arena = arena };
    for (size_t i = 0; i < text.len; i++)
        naive_add_character(&out, text.items[i]);
    return buf_str(&out);
}

/* Normalisation: nfc() of the package. */

static void compose_part(struct buf *out, struct str part)
{
    utf8proc_uint8_t *composed = NULL;
    const utf8proc_ssize_t len =
        utf8proc_map((const utf8proc_uint8_t *)part.ptr, (utf8proc_ssize_t)part.len, &composed,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (len < 0)
        abort();
    buf_add(out, (struct str){ (const char *)composed, (size_t)len });
    free(composed);
}

/* Part by part, each from a U+11A7 on: utf8proc loses one behind a Hangul syllable, though nothing
 * composes with it (Unicode 15.0, section 3.12: TIndex is above 0). */
static struct characters compose(struct arena *arena, struct characters text)
{
    struct buf out = { .arena = arena };
    for (size_t from = 0, to; from < text.len; from = to) {
        for (to = from + 1; to < text.len && text.items[to] != 0x11a7;)
            to++;
        compose_part(&out, encode_all(arena, (struct characters){ text.items + from, to - from }));
    }
    return decode_all(arena, buf_str(&out));
}

/* Removes controls, or all that is to be removed. */
static void drop(const struct naive *naive, struct characters *text, uint32_t below)
{
    size_t len = 0;
    for (size_t i = 0; i < text->len; i++)
        if (text->items[i] >= below || !naive_has(naive, text->items[i], CHAR_DROPPED))
            text->items[len++] = text->items[i];
    text->len = len;
}

static void compose_sara_am(struct characters *text)
{
    size_t len = 0;
    for (size_t i = 0; i < text->len; i++)
        if (text->items[i] == 0xe32 && len && text->items[len - 1] == 0xe4d)
            text->items[len - 1] = 0xe33;
        else
            text->items[len++] = text->items[i];
    text->len = len;
}

static void fold(const struct naive *naive, struct characters *text)
{
    const bool folds_quotes = naive->vocab->families[naive->family].folds_quotes;
    for (size_t i = 0; i < text->len; i++) {
        uint32_t *c = &text->items[i];
        if (naive_has(naive, *c, CHAR_AS_SPACE))
            *c = ' ';
        else if (folds_quotes && naive_has(naive, *c, CHAR_CURLY_QUOTE))
            *c = *c < 0x201c ? '\'' : '"';
    }
}

struct characters naive_normalized(const struct naive *naive, struct str bytes)
{
    struct characters text = compose(naive->arena, decode_all(naive->arena, bytes));
    drop(naive, &text, 0xa0);
    compose_sara_am(&text);
    drop(naive, &text, UINT32_MAX);
    fold(naive, &text);
    return text;
}

struct str naive_normalize(struct arena *arena, const struct vocab *vocab, enum vocab_family family,
                           struct str text)
{
    const struct naive naive = { arena, vocab, family, false };
    return encode_all(arena, naive_normalized(&naive, text));
}
