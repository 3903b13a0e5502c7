#include "base/sha256.h"

/* EVP, which stands for these functions since 3.0, first starts all of libcrypto and then takes as
 * long to begin and end as to hash a kilobyte, most of what there is of a short request. They stay
 * as long as libcrypto.so.3 is called so. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <pthread.h>

#include "base/library.h"

/* Linked where the build has found a static libcrypto, else loaded when it is needed. Name without
 * "SHA256_", result, arguments; alphabetical. */
#define CRYPTO_FUNCTIONS(F)                                                                        \
    F(Final, int, (unsigned char *, SHA256_CTX *))                                                 \
    F(Init, int, (SHA256_CTX *))                                                                   \
    F(Update, int, (SHA256_CTX *, const void *, size_t))

/* The list says what sha.h says. */
#define CHECK(name, result, arguments)                                                             \
    _Static_assert(                                                                                \
        _Generic(&SHA256_##name, LIBRARY_POINTER(, result, arguments) : 1, default : 0),           \
        "SHA256_" #name);
CRYPTO_FUNCTIONS(CHECK)
#undef CHECK

#define MEMBER(name, result, arguments) LIBRARY_POINTER(name, result, arguments);
struct crypto {
    CRYPTO_FUNCTIONS(MEMBER)
};
#undef MEMBER

_Static_assert(sizeof(SHA256_CTX) <= sizeof((struct sha256 *)0)->state, "the state has room");
_Static_assert(_Alignof(SHA256_CTX) <= _Alignof(uint64_t), "and is aligned");

#ifdef TOKGATE_CRYPTO_LINKED
#define ROW(name, result, arguments) .name = SHA256_##name,
static const struct crypto crypto = { CRYPTO_FUNCTIONS(ROW) };
#undef ROW

bool sha256_load(struct error *err)
{
    (void)err;
    return true;
}
#else
#define ROW(name, result, arguments) { "SHA256_" #name, offsetof(struct crypto, name) },
static const struct library_function crypto_functions[] = { CRYPTO_FUNCTIONS(ROW){ 0 } };
#undef ROW

static const char *const crypto_names[] = { "libcrypto.so.3", "libcrypto.3.dylib", NULL };

/* Written once a process, before any thread goes on. */
static pthread_once_t crypto_once = PTHREAD_ONCE_INIT;
static struct crypto crypto;
static struct error crypto_problem;

static void start_crypto(void)
{
    struct error cause = { 0 };
    if (!library_load(crypto_names, crypto_functions, &crypto, &cause))
        error_set(&crypto_problem, "libcrypto (OpenSSL 3) cannot be loaded: %s", cause.text);
}

bool sha256_load(struct error *err)
{
    if (pthread_once(&crypto_once, start_crypto))
        return error_set(err, "libcrypto cannot start");
    return !crypto_problem.kind || error_set(err, "%s", crypto_problem.text);
}
#endif

static SHA256_CTX *context_of(struct sha256 *sha)
{
    return (SHA256_CTX *)(void *)sha->state;
}

bool sha256_begin(struct sha256 *sha, struct error *err)
{
    if (!sha256_load(err))
        return false;
    sha->has_failed = !crypto.Init(context_of(sha));
    return true;
}

void sha256_add(struct sha256 *sha, struct str piece)
{
    if (piece.len)
        sha->has_failed |= !crypto.Update(context_of(sha), piece.ptr, piece.len);
}

bool sha256_end(struct sha256 *sha, uint8_t hash[SHA256_SIZE], struct error *err)
{
    sha->has_failed |= !crypto.Final(hash, context_of(sha));
    return !sha->has_failed || error_set(err, "libcrypto cannot make a SHA-256");
}
