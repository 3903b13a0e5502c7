#include "base/fingerprint.h"

static const uint64_t primes[] = { 0,
                                   0x9E3779B185EBCA87u,
                                   0xC2B2AE3D27D4EB4Fu,
                                   0x165667B19E3779F9u,
                                   0x85EBCA77C2B2AE63u,
                                   0x27D4EB2F165667C5u };

enum { LANES = 4, STRIPE = 8 * LANES };

static uint64_t rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

/* Little-endian; compilers make one load of each. */
static uint64_t load_half(const char *from)
{
    const unsigned char *bytes = (const unsigned char *)from;
    return bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 | (uint64_t)bytes[3] << 24;
}

static uint64_t load_word(const char *from)
{
    const unsigned char *bytes = (const unsigned char *)from;
    return bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 |
           (uint64_t)bytes[3] << 24 | (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40 |
           (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
}

static uint64_t add_word(uint64_t lane, uint64_t word)
{
    return rotate(lane + word * primes[2], 31) * primes[1];
}

/* Most of the work: four words at once, none of which waits for another. */
static uint64_t read_stripes(const char *at, size_t stripes)
{
    uint64_t a = primes[1] + primes[2], b = primes[2], c = 0, d = 0 - primes[1];
    for (; stripes; stripes--, at += STRIPE) {
        a = add_word(a, load_word(at));
        b = add_word(b, load_word(at + 8));
        c = add_word(c, load_word(at + 16));
        d = add_word(d, load_word(at + 24));
    }
    const uint64_t lanes[LANES] = { a, b, c, d };
    uint64_t hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
    for (int i = 0; i < LANES; i++)
        hash = (hash ^ add_word(0, lanes[i])) * primes[1] + primes[4];
    return hash;
}

static uint64_t read_rest(uint64_t hash, struct str text, size_t at)
{
    for (; text.len - at >= 8; at += 8)
        hash = rotate(hash ^ add_word(0, load_word(text.ptr + at)), 27) * primes[1] + primes[4];
    for (; text.len - at >= 4; at += 4)
        hash = rotate(hash ^ load_half(text.ptr + at) * primes[1], 23) * primes[2] + primes[3];
    for (; at < text.len; at++)
        hash = rotate(hash ^ (unsigned char)text.ptr[at] * primes[5], 11) * primes[1];
    return hash;
}

uint64_t fingerprint(struct str text)
{
    const size_t stripes = text.len / STRIPE;
    uint64_t hash = (stripes ? read_stripes(text.ptr, stripes) : primes[5]) + text.len;
    hash = read_rest(hash, text, stripes * STRIPE);
    hash = (hash ^ hash >> 33) * primes[2];
    hash = (hash ^ hash >> 29) * primes[3];
    return hash ^ hash >> 32;
}
