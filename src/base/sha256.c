#include "base/sha256.h"

#include <openssl/evp.h>
#include <pthread.h>

#include "base/library.h"

/* Loaded, not linked: a run that keeps no counts needs none of it. Name without "EVP_", result,
 * arguments; alphabetical. */
#define CRYPTO_FUNCTIONS(F)                                                                        \
    F(DigestFinal_ex, int, (EVP_MD_CTX *, unsigned char *, unsigned int *))                        \
    F(DigestInit_ex, int, (EVP_MD_CTX *, const EVP_MD *, ENGINE *))                                \
    F(DigestUpdate, int, (EVP_MD_CTX *, const void *, size_t))                                     \
    F(MD_CTX_free, void, (EVP_MD_CTX *))                                                           \
    F(MD_CTX_new, EVP_MD_CTX *, (void))                                                            \
    F(MD_fetch, EVP_MD *, (OSSL_LIB_CTX *, const char *, const char *))

/* The list says what evp.h says. */
#define CHECK(name, result, arguments)                                                             \
    _Static_assert(_Generic(&EVP_##name, LIBRARY_POINTER(, result, arguments) : 1, default : 0),   \
                   "EVP_" #name);
CRYPTO_FUNCTIONS(CHECK)
#undef CHECK

#define MEMBER(name, result, arguments) LIBRARY_POINTER(name, result, arguments);
struct crypto {
    CRYPTO_FUNCTIONS(MEMBER)
};
#undef MEMBER

#define ROW(name, result, arguments) { "EVP_" #name, offsetof(struct crypto, name) },
static const struct library_function crypto_functions[] = { CRYPTO_FUNCTIONS(ROW){ 0 } };
#undef ROW

static const char *const crypto_names[] = { "libcrypto.so.3", "libcrypto.3.dylib", NULL };

/* Written once a process, before any thread goes on. The algorithm is looked up only once: each
 * look-up costs as much as hashing a kilobyte. It is kept to the end of the process. */
static pthread_once_t crypto_once = PTHREAD_ONCE_INIT;
static struct crypto crypto;
static EVP_MD *crypto_sha256;
static struct error crypto_problem;

static void start_crypto(void)
{
    struct error cause = { 0 };
    if (!library_load(crypto_names, crypto_functions, &crypto, &cause)) {
        error_set(&crypto_problem, "libcrypto (OpenSSL 3) cannot be loaded: %s", cause.text);
        return;
    }
    crypto_sha256 = crypto.MD_fetch(NULL, "SHA2-256", NULL);
    if (!crypto_sha256)
        error_set(&crypto_problem, "libcrypto has no SHA-256");
}

bool sha256_load(struct error *err)
{
    if (pthread_once(&crypto_once, start_crypto))
        return error_set(err, "libcrypto cannot start");
    return !crypto_problem.kind || error_set(err, "%s", crypto_problem.text);
}

bool sha256_begin(struct sha256 *sha, struct error *err)
{
    sha->context = NULL;
    if (!sha256_load(err))
        return false;
    sha->context = crypto.MD_CTX_new();
    if (sha->context && crypto.DigestInit_ex(sha->context, crypto_sha256, NULL))
        return true;
    crypto.MD_CTX_free(sha->context);
    sha->context = NULL;
    return error_set(err, "libcrypto cannot begin a SHA-256");
}

static void give_up(struct sha256 *sha)
{
    crypto.MD_CTX_free(sha->context);
    sha->context = NULL;
}

void sha256_add(struct sha256 *sha, struct str piece)
{
    if (sha->context && piece.len && !crypto.DigestUpdate(sha->context, piece.ptr, piece.len))
        give_up(sha);
}

bool sha256_end(struct sha256 *sha, uint8_t hash[SHA256_SIZE], struct error *err)
{
    unsigned size = 0;
    bool is_done = sha->context && crypto.DigestFinal_ex(sha->context, hash, &size);
    if (sha->context)
        give_up(sha);
    return (is_done && size == SHA256_SIZE) || error_set(err, "libcrypto cannot end a SHA-256");
}
