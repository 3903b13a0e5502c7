#ifndef TOKGATE_BASE_SHA256_H
#define TOKGATE_BASE_SHA256_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

enum { SHA256_SIZE = 32 };

/*
 * SHA-256 (FIPS 180-4) of a text that comes in pieces, by libcrypto, which is linked or, where
 * the build found no static one, loaded when it is first needed: sha256_begin, sha256_add any
 * number of times, sha256_end. It holds no memory of its own. Any thread may have one; one of them
 * belongs to one thread.
 */
struct sha256 {
    uint64_t state[16]; /* libcrypto's */
    bool has_failed;
};

/* Whether libcrypto is there; fails (ERROR_FAILED) with why not. */
bool sha256_load(struct error *err);

/* Fails (ERROR_FAILED) when libcrypto cannot be loaded. */
bool sha256_begin(struct sha256 *sha, struct error *err);

/* An empty piece adds nothing. What fails here is said by sha256_end. */
void sha256_add(struct sha256 *sha, struct str piece);

/* Writes the hash of all pieces. Fails (ERROR_FAILED) when libcrypto failed on the way. */
bool sha256_end(struct sha256 *sha, uint8_t hash[SHA256_SIZE], struct error *err);

#endif
