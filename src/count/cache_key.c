/* What a count is remembered under. */
#include <string.h>

#include "base/sha256.h"
#include "count/cache.h"

_Static_assert(sizeof(struct cache_key) == SHA256_SIZE, "a key is a hash");

enum { PIECES_SIZE = 4096, LENGTH_SIZE = 8 };

/* Short pieces are hashed together: one by one, each would cost more than its bytes. */
struct pieces {
    struct sha256 sha;
    size_t len;
    char bytes[PIECES_SIZE];
};

static void flush(struct pieces *pieces)
{
    sha256_add(&pieces->sha, (struct str){ pieces->bytes, pieces->len });
    pieces->len = 0;
}

static void add(struct pieces *pieces, struct str text)
{
    if (text.len > PIECES_SIZE - pieces->len)
        flush(pieces);
    if (text.len > PIECES_SIZE) {
        sha256_add(&pieces->sha, text);
    } else if (text.len) {
        memcpy(pieces->bytes + pieces->len, text.ptr, text.len);
        pieces->len += text.len;
    }
}

static void add_part(struct pieces *pieces, struct str part)
{
    char length[LENGTH_SIZE];
    for (size_t i = 0; i < LENGTH_SIZE; i++)
        length[i] = (char)(unsigned char)((uint64_t)part.len >> (8 * i));
    add(pieces, (struct str){ length, LENGTH_SIZE });
    add(pieces, part);
}

/* Where the string that begins at text[at] ends: after its closing quote, or with the text. */
static size_t string_end(struct str text, size_t at)
{
    for (size_t from = at + 1;;) {
        size_t quote = str_find(text, '"', from), slashes = 0;
        if (quote == text.len)
            return quote;
        while (quote - slashes > at + 1 && text.ptr[quote - slashes - 1] == '\\')
            slashes++;
        from = quote + 1;
        if (slashes % 2 == 0)
            return from;
    }
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Adds JSON without the white space between its tokens. */
static void add_canonical(struct pieces *pieces, struct str json)
{
    size_t from = 0, at = 0;
    while (at < json.len) {
        if (json.ptr[at] == '"') {
            at = string_end(json, at);
        } else if (is_space(json.ptr[at])) {
            add(pieces, str_slice(json, from, at));
            from = ++at;
        } else {
            at++;
        }
    }
    add(pieces, str_slice(json, from, json.len));
}

bool cache_key_of(struct cache_key *key, struct str endpoint, struct str api_version,
                  struct str betas, struct str model, struct str body, struct error *err)
{
    struct pieces pieces;
    pieces.len = 0;
    if (!sha256_begin(&pieces.sha, err))
        return false;
    add(&pieces, STR("tokgate 1")); /* another way to make keys takes another number */
    add_part(&pieces, endpoint);
    add_part(&pieces, api_version);
    add_part(&pieces, betas);
    add_part(&pieces, model);
    add_canonical(&pieces, body);
    flush(&pieces);
    return sha256_end(&pieces.sha, key->bytes, err);
}
