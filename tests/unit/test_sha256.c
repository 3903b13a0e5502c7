/* SHA-256 against the examples of FIPS 180-4 and NIST's vectors, whole and in pieces. */
#include "base/sha256.h"

#include <pthread.h>
#include <stdlib.h>

#include "tap.h"

enum { MILLION = 1000000, THREADS = 4 };

static void hex(const uint8_t hash[SHA256_SIZE], char text[2 * SHA256_SIZE + 1])
{
    for (size_t i = 0; i < SHA256_SIZE; i++)
        snprintf(text + 2 * i, 3, "%02x", hash[i]);
}

/* The hash of the text in pieces of size bytes. */
static void hash_in_pieces(struct str text, size_t size, char hash[2 * SHA256_SIZE + 1])
{
    struct sha256 sha;
    struct error err = { 0 };
    uint8_t bytes[SHA256_SIZE];
    hash[0] = '\0';
    if (!sha256_begin(&sha, &err))
        return;
    for (size_t at = 0; at < text.len; at += size)
        sha256_add(&sha, str_slice(text, at, at + size < text.len ? at + size : text.len));
    if (sha256_end(&sha, bytes, &err))
        hex(bytes, hash);
}

static const struct {
    const char *text, *hash;
} examples[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static void *hash_some(void *failed)
{
    char hash[2 * SHA256_SIZE + 1];
    for (int i = 0; i < 200; i++) {
        hash_in_pieces(str_from_c(examples[1].text), 1, hash);
        *(int *)failed += strcmp(hash, examples[1].hash) != 0;
    }
    return NULL;
}

static void test_threads(void)
{
    pthread_t threads[THREADS];
    int failed[THREADS] = { 0 }, sum = 0, started = 0;
    while (started < THREADS &&
           pthread_create(&threads[started], NULL, hash_some, &failed[started]) == 0)
        started++;
    for (int i = 0; i < started; i++)
        sum += pthread_join(threads[i], NULL) + failed[i];
    ok(started > 1 && !sum, "threads hash side by side");
}

int main(void)
{
    char hash[2 * SHA256_SIZE + 1];
    struct error err = { 0 };
    ok(sha256_load(&err), "libcrypto is there");
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        for (size_t size = 1; size <= 64; size *= 8) {
            hash_in_pieces(str_from_c(examples[i].text), size, hash);
            ok(strcmp(hash, examples[i].hash) == 0, examples[i].text);
        }
    char *letters = malloc(MILLION);
    if (!letters)
        return 1;
    memset(letters, 'a', MILLION);
    hash_in_pieces((struct str){ letters, MILLION }, 4096, hash);
    ok(strcmp(hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0") == 0,
       "a million letters");
    free(letters);
    test_threads();
    return tap_done();
}
