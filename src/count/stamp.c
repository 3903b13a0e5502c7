#include "count/stamp.h"

#include <inttypes.h>
#include <stdio.h>

static uint64_t add_byte(uint64_t hash, unsigned byte)
{
    return (hash ^ byte) * 0x100000001b3U;
}

static uint64_t add_number(uint64_t hash, int64_t number)
{
    for (unsigned shift = 0; shift < 64; shift += 8)
        hash = add_byte(hash, (unsigned)((uint64_t)number >> shift & 0xff));
    return hash;
}

static uint64_t add_text(uint64_t hash, struct str text)
{
    hash = add_number(hash, (int64_t)text.len);
    for (size_t i = 0; i < text.len; i++)
        hash = add_byte(hash, (unsigned char)text.ptr[i]);
    return hash;
}

/* Bands are shares with few decimals. */
static uint64_t add_share(uint64_t hash, double share)
{
    return add_number(hash, (int64_t)(share * 1e6 + 0.5));
}

static uint64_t add_profile(uint64_t hash, const struct profile *profile)
{
    hash = add_number(hash, profile->tokenizer);
    hash = add_number(hash, profile->turns_are_words);
    hash = add_number(hash, profile->tools_escaped);
    hash = add_number(hash, profile->tail_free);
    for (int i = 0; i < TERMS_LEN; i++) {
        hash = add_number(hash, profile->terms[i].tokens);
        hash = add_number(hash, profile->terms[i].less);
        hash = add_number(hash, profile->terms[i].more);
    }
    return hash;
}

uint64_t stamp_of(const struct catalog *catalog, const struct model *model,
                  const struct vocab *vocab, struct str api_version, struct str betas)
{
    struct arena arena = { 0 };
    uint64_t hash = add_number(0xcbf29ce484222325U, COUNTING_REVISION);
    hash = add_profile(hash, model->profile);
    hash = add_number(hash, model->high_resolution_images);
    hash = add_number(hash, model->keeps_thinking);
    hash = add_share(hash, catalog->bands.more_than_text);
    hash = add_share(hash, catalog->bands.tools);
    hash = add_text(hash, vocab ? vocab_name(&arena, vocab) : STR("none"));
    hash = add_text(hash, api_version);
    hash = add_text(hash, betas);
    arena_free(&arena);
    return hash;
}

void stamp_write(uint64_t stamp, char text[STAMP_SIZE])
{
    snprintf(text, STAMP_SIZE, "%016" PRIx64, stamp);
}

bool stamp_read(struct str text, uint64_t *stamp)
{
    *stamp = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        const bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && !(c >= 'a' && c <= 'f'))
            return false;
        *stamp = *stamp << 4 | (unsigned)(is_digit ? c - '0' : c - 'a' + 10);
    }
    return text.len == STAMP_SIZE - 1;
}
