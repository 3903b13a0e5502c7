#ifndef TOKGATE_COUNT_CACHE_H
#define TOKGATE_COUNT_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

/*
 * Counts of the API that were asked for before, so that none is asked for twice: a file
 * counts.sqlite in a directory of the user's, shared safely by runs at the same time. It holds
 * hashes and numbers, no text. One struct cache a run; every function may be called from any
 * thread.
 */
struct cache;

/* SHA-256 of all that the count of a request depends on. */
struct cache_key {
    uint8_t bytes[32];
};

/* Beyond this no count is believed: the largest whole number that JSON keeps everywhere. Nor is 0:
 * there is no request without tokens. */
#define CACHE_TOKENS_MAX ((int64_t)1 << 53)

/*
 * The directory of the cache: chosen (--cache) if it is not empty, else tokgate in XDG_CACHE_HOME
 * (which must be absolute, else it does not count: XDG Base Directory Specification 0.8), else
 * .cache/tokgate in HOME. Empty when there is none of them. In the arena.
 */
struct str cache_directory(struct arena *arena, struct str chosen, struct str xdg_cache_home,
                           struct str home);

/*
 * Opens the cache in the directory, making both where they are missing (0700 and 0600). NULL with
 * err (ERROR_FAILED) when it cannot be used at all: no directory, nothing that can be read or
 * written, a library missing. A damaged file, or one of another version, is put aside as
 * counts.sqlite.damaged and made anew; *said then is a sentence about it in the arena, else empty.
 * Where nothing can be written (a read-only directory, a full disk), what is there is still read.
 * Where there is an index, the file is only opened when a count is not in it: what is wrong then is
 * said by cache_close.
 * The caller closes it.
 */
struct cache *cache_open(struct str dir, struct str *said, struct arena *arena, struct error *err);

/* Its file, for others who keep something there; empty when it can only be read, or not at all. */
struct str cache_path(struct cache *cache);

/* Whether there is a count for the key: *tokens, 1 to CACHE_TOKENS_MAX. What cannot be read is not
 * there. */
bool cache_get(struct cache *cache, const struct cache_key *key, int64_t *tokens);

/* The same, with the mark that the count has; 0: none. */
bool cache_find(struct cache *cache, const struct cache_key *key, int64_t *tokens, uint32_t *mark);

/*
 * Says that a run has used this count, and what for: runs that come find it, and the mark, without
 * opening the file of the cache (count/cache_index.h). A mark is not kept as safely as a count.
 */
void cache_mark(struct cache *cache, const struct cache_key *key, int64_t tokens, uint32_t mark);

/*
 * Remembers a count for the key; one out of range is left aside. Counts are written together: when
 * there are 256, with the first call a second after the oldest of them came, and by cache_close;
 * cache_get knows them at once.
 */
void cache_put(struct cache *cache, const struct cache_key *key, int64_t tokens);

/*
 * Writes what is left and closes; NULL is fine. *said is a sentence in the arena about what could
 * not be kept and why, or about damage that was found on the way, else empty. When no other run
 * has the cache open, all of it is then in the one file.
 */
void cache_close(struct cache *cache, struct str *said, struct arena *arena);

/*
 * The key of a count: SHA-256 (libcrypto) over the endpoint (scheme, host and path of the base
 * URL), API version, betas, model and the body as it is sent, without the white space between JSON
 * tokens; each part but the last with its length before it, so that no two can run together. The
 * body is valid JSON. Fails (ERROR_FAILED) only where libcrypto does.
 */
bool cache_key_of(struct cache_key *key, struct str endpoint, struct str api_version,
                  struct str betas, struct str model, struct str body, struct error *err);

#endif
