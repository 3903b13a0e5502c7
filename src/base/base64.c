#include "base/base64.h"

enum {
    /* What a character is; values below are those of the 64 digits. */
    KIND_PAD = 64,
    KIND_SPACE = 65,
    KIND_OTHER = 66,

    BLOCK_SIZE = 64, /* so many digits are checked at once */
};

static const unsigned char kinds[128] = {
    66, 66, 66, 66, 66, 66, 66, 66, 66, 65, 65, 66, 66, 65, 66, 66, /* 0x00: tab, LF, CR */
    66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, /* 0x10 */
    65, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 62, 66, 66, 66, 63, /* 0x20: space + / */
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 66, 66, 66, 64, 66, 66, /* 0x30: digits = */
    66, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, /* 0x40: A to O */
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 66, 66, 66, 66, 66, /* 0x50: P to Z */
    66, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, /* 0x60: a to o */
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 66, 66, 66, 66, 66, /* 0x70: p to z */
};

static unsigned kind_of(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte < 0x80 ? kinds[byte] : KIND_OTHER;
}

/* Whether the next BLOCK_SIZE characters are digits all. Without a branch, so that compilers make
 * it vector code: the check passes over megabytes. */
static bool is_plain_block(const char *text)
{
    unsigned char others = 0;
    for (size_t i = 0; i < BLOCK_SIZE; i++) {
        unsigned char c = (unsigned char)text[i];
        unsigned char letter = (unsigned char)((c | 0x20) - 'a') < 26;
        unsigned char number = (unsigned char)(c - '0') < 10;
        unsigned char sign = (c | 4) == '/'; /* + or / */
        others |= (unsigned char)(letter | number | sign) ^ 1;
    }
    return !others;
}

/* What the check has seen so far. */
struct tally {
    size_t digits, pads;
};

/* Takes the character at the offset into account. */
static bool check_char(struct base64 *base64, struct tally *tally, size_t at, struct error *err)
{
    unsigned char byte = (unsigned char)base64->text.ptr[at];
    unsigned kind = kind_of(base64->text.ptr[at]);
    if (kind > KIND_SPACE)
        return error_set(err, "byte 0x%02x at %zu%s", byte, at,
                         byte == '-' || byte == '_' ? " (of the URL-safe alphabet)" : "");
    if (kind < KIND_PAD && tally->pads)
        return error_set(err, "byte 0x%02x at %zu after the padding", byte, at);
    if (kind == KIND_PAD && (tally->digits % 4 < 2 || tally->digits % 4 + tally->pads == 4))
        return error_set(err, "padding at %zu that pads nothing", at);
    if (kind == KIND_SPACE && base64->space_at == BASE64_NOWHERE)
        base64->space_at = at;
    if (kind >= KIND_PAD && base64->plain_end > at)
        base64->plain_end = at;
    tally->digits += kind < KIND_PAD;
    tally->pads += kind == KIND_PAD;
    return true;
}

bool base64_open(struct base64 *base64, struct str text, struct error *err)
{
    struct tally tally = { 0 };
    *base64 = (struct base64){ .text = text, .space_at = BASE64_NOWHERE, .plain_end = text.len };
    for (size_t at = 0; at < text.len;) {
        size_t end = text.len - at < BLOCK_SIZE ? text.len : at + BLOCK_SIZE;
        if (!tally.pads && end - at == BLOCK_SIZE && is_plain_block(text.ptr + at)) {
            tally.digits += BLOCK_SIZE;
            at = end;
        }
        for (; at < end; at++)
            if (!check_char(base64, &tally, at, err))
                return false;
    }
    if ((tally.digits + tally.pads) % 4)
        return error_set(err, "%zu characters, no multiple of 4", tally.digits + tally.pads);
    base64->size_bytes = tally.digits / 4 * 3 + tally.digits % 4 * 3 / 4;
    return true;
}

void base64_rewind(struct base64 *base64)
{
    base64->pos = 0;
    base64->bits_len = 0;
}

size_t base64_read(struct base64 *base64, unsigned char *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        while (base64->bits_len < 8) {
            unsigned kind = KIND_PAD;
            if (base64->pos < base64->text.len)
                kind = kind_of(base64->text.ptr[base64->pos]);
            if (kind == KIND_PAD)
                return i;
            base64->pos++;
            if (kind == KIND_SPACE)
                continue;
            base64->bits = base64->bits << 6 | kind;
            base64->bits_len += 6;
        }
        base64->bits_len -= 8;
        out[i] = (unsigned char)(base64->bits >> base64->bits_len);
    }
    return size;
}

/* How many groups of four characters, three bytes each, can be passed without a look at them. */
static size_t plain_groups(const struct base64 *base64)
{
    bool is_between = !base64->bits_len && base64->pos < base64->plain_end;
    return is_between ? (base64->plain_end - base64->pos) / 4 : 0;
}

size_t base64_skip(struct base64 *base64, size_t size)
{
    unsigned char byte;
    size_t done = 0;
    while (done < size) {
        size_t groups = plain_groups(base64);
        if (groups > (size - done) / 3)
            groups = (size - done) / 3;
        if (groups) {
            base64->pos += 4 * groups;
            done += 3 * groups;
        } else if (base64_read(base64, &byte, 1)) {
            done++;
        } else {
            break;
        }
    }
    return done;
}

void base64_add(struct buf *out, struct str bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t at = 0; at < bytes.len; at += 3) {
        const size_t len = bytes.len - at < 3 ? bytes.len - at : 3;
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (i < len ? (unsigned char)bytes.ptr[at + i] : 0);
        for (size_t i = 0; i < 4; i++)
            buf_add_char(out, i <= len ? digits[bits >> (18 - 6 * i) & 63] : '=');
    }
}
