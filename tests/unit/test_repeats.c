/* Which texts occur more than once: against a plain comparison of all with all, and in files. */
#include "base/repeats.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "scratch.h"
#include "tap.h"

enum { SMALL = 1 }; /* as little memory as there can be: 256 texts */

static struct repeats *open_small(size_t memory_bytes, size_t kept_max)
{
    const struct repeats_options options = {
        .directory = STR("."),
        .memory_bytes = memory_bytes,
        .kept_max = kept_max,
    };
    return repeats_open(&options);
}

static void add(struct repeats *repeats, struct str text, uint64_t at)
{
    struct error err = { 0 };
    if (!repeats_add(repeats, text, at, &err))
        ok(false, err.text);
}

static struct repeats_found find(struct repeats *repeats)
{
    struct error err = { 0 };
    struct repeats_found found = { 0 };
    if (!repeats_find(repeats, &found, &err))
        ok(false, err.text);
    return found;
}

static struct str text_of(const struct repeat *repeat)
{
    return (struct str){ repeat->text, repeat->len };
}

static void test_few(void)
{
    struct repeats *repeats = open_small(0, 10);
    struct repeats_found found = find(repeats);
    ok(!found.len && !found.more, "nothing added: nothing repeats");
    repeats_close(repeats);
    repeats_close(NULL);
    repeats = open_small(0, 10);
    add(repeats, STR("a"), 1);
    ok(find(repeats).len == 0, "one text does not repeat");
    repeats_close(repeats);
    repeats = open_small(0, 10);
    add(repeats, STR("a"), 11);
    add(repeats, STR("b"), 12);
    add(repeats, STR("a"), 13);
    add(repeats, STR("A"), 14);
    add(repeats, STR("a"), 15);
    found = find(repeats);
    ok(found.len == 2 && !found.more, "two repeats");
    ok(found.items[0].index == 2 && found.items[0].at == 13 && found.items[0].first_at == 11,
       "the second time is told with the first");
    ok(found.items[1].index == 4 && found.items[1].at == 15 && found.items[1].first_at == 11,
       "so is the third");
    is_str(text_of(&found.items[0]), "a", "with the text");
    repeats_close(repeats);
}

static void test_any_bytes(void)
{
    char wide[200];
    for (size_t i = 0; i < sizeof wide; i++)
        wide[i] = "\xE2\x82\xAC"[i % 3];
    struct repeats *repeats = open_small(0, 10);
    add(repeats, STR("a\0b"), 1);
    add(repeats, STR("a\0c"), 2);
    add(repeats, STR("a"), 3);
    add(repeats, STR("a\0"), 4);
    add(repeats, (struct str){ 0 }, 5);
    add(repeats, STR("a\0c"), 6);
    add(repeats, STR(""), 7);
    add(repeats, (struct str){ wide, 198 }, 8);
    add(repeats, (struct str){ wide, 195 }, 9);
    add(repeats, (struct str){ wide, 198 }, 10);
    struct repeats_found found = find(repeats);
    ok(found.len == 3, "texts may be any bytes, also none");
    ok(found.items[0].at == 6 && found.items[0].first_at == 2, "NUL does not end a text");
    ok(str_equal(text_of(&found.items[0]), STR("a\0c")), "nor what is kept of it");
    ok(found.items[1].at == 7 && found.items[1].first_at == 5 && !found.items[1].len,
       "the empty text repeats");
    ok(found.items[2].at == 10 && found.items[2].first_at == 8,
       "texts with the same beginning are told apart behind what is kept");
    ok(found.items[2].len == 126, "what is kept ends with a whole character");
    repeats_close(repeats);
}

/* The same hash for different texts, as far as 64 bits go. */
static void equal_low(struct str text, const uint64_t seed[2], uint64_t hash[2])
{
    hash[0] = str_hash(text, seed[0]);
    hash[1] = 7;
}

static void equal_high(struct str text, const uint64_t seed[2], uint64_t hash[2])
{
    hash[0] = 7;
    hash[1] = str_hash(text, seed[1]);
}

/* n texts, of which those with an even number come again. */
static void test_crafted(void (*hash)(struct str, const uint64_t *, uint64_t *), size_t n,
                         const char *what)
{
    const struct repeats_options options = {
        .directory = STR("."), .memory_bytes = SMALL, .kept_max = n, .hash = hash
    };
    struct repeats *repeats = repeats_open(&options);
    char text[32];
    for (size_t i = 0; i < n; i++)
        add(repeats, (struct str){ text, (size_t)snprintf(text, sizeof text, "id-%zu", i) }, i);
    for (size_t i = 0; i < n; i += 2)
        add(repeats, (struct str){ text, (size_t)snprintf(text, sizeof text, "id-%zu", i) }, n + i);
    struct repeats_found found = find(repeats);
    bool same = found.len == n / 2 && !found.more;
    for (size_t i = 0; same && i < found.len; i++)
        same = found.items[i].first_at == 2 * i && found.items[i].at == n + 2 * i;
    ok(same, what);
    repeats_close(repeats);
}

/* Against a table of what came first, for random numbers as texts. */
static void test_random(size_t len, unsigned range, size_t kept_max, size_t memory_bytes,
                        const char *what)
{
    struct repeats *repeats = open_small(memory_bytes, kept_max);
    uint64_t *first = calloc(range, sizeof *first), state = 42, want = 0;
    struct repeat *wanted = calloc(len + 1, sizeof *wanted);
    char text[32];
    if (!first || !wanted)
        exit(1);
    for (size_t i = 0; i < len; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        unsigned number = (unsigned)(state >> 33) % range;
        size_t size = (size_t)snprintf(text, sizeof text, "request-%u", number);
        add(repeats, (struct str){ text, size }, 1000 + i);
        if (first[number])
            wanted[want++] = (struct repeat){ .index = i, .first_at = first[number], .len = size };
        else
            first[number] = 1000 + i;
    }
    struct repeats_found found = find(repeats);
    size_t kept = want < kept_max ? (size_t)want : kept_max;
    bool same = found.len == kept && found.more == want - kept;
    for (size_t i = 0; same && i < kept; i++)
        same = found.items[i].index == wanted[i].index && found.items[i].len == wanted[i].len &&
               found.items[i].first_at == wanted[i].first_at &&
               found.items[i].at == 1000 + wanted[i].index;
    if (!ok(same, what))
        printf("# got %zu and %llu more, want %llu\n", found.len, (unsigned long long)found.more,
               (unsigned long long)want);
    repeats_close(repeats);
    free(wanted);
    free(first);
}

static bool fails(struct repeats *repeats, size_t len, struct error *err)
{
    char text[32];
    struct repeats_found found;
    for (size_t i = 0; i < len; i++)
        if (!repeats_add(repeats,
                         (struct str){ text, (size_t)snprintf(text, sizeof text, "%zu", i) }, i,
                         err))
            return true;
    return !repeats_find(repeats, &found, err);
}

static void test_failures(void)
{
    const struct repeats_options options = { .directory = STR("not/there"), .memory_bytes = SMALL };
    struct error err = { 0 };
    struct repeats *repeats = repeats_open(&options);
    ok(!fails(repeats, 256, &err), "without files, no directory is needed");
    repeats_close(repeats);
    repeats = repeats_open(&options);
    ok(fails(repeats, 257, &err) && err.kind == ERROR_FAILED, "with them, it is");
    is_str(str_from_c(err.text),
           "cannot make a temporary file in not/there (TMPDIR): No such file or directory",
           "it is said");
    repeats_close(repeats);

    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    const struct rlimit none = { 10000, before.rlim_max };
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    struct error full = { 0 };
    repeats = open_small(SMALL, 10);
    bool failed = fails(repeats, 100000, &full);
    setrlimit(RLIMIT_FSIZE, &before);
    ok(failed && full.kind == ERROR_FAILED, "a file that cannot grow fails");
    is_str(str_from_c(full.text), "cannot write a temporary file in . (TMPDIR): File too large",
           "and why");
    repeats_close(repeats);
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    test_few();
    test_any_bytes();
    test_crafted(equal_low, 2000, "texts with the same half of a hash are told apart");
    test_crafted(equal_high, 2000, "so are those with the other half the same, in one part");
    test_crafted(NULL, 2000, "and those of the keyed hash");
    test_random(1000, 100000, 1000, 0, "few repeats in memory");
    test_random(100000, 1000, 100000, SMALL, "many repeats of few texts, in files");
    test_random(100000, 1, 100000, SMALL, "all texts are equal");
    test_random(100000, 1, 10, SMALL, "all texts are equal, and the first 10 kept");
    test_random(30000, 25000, 100000, SMALL, "repeats in parts of parts");
    test_random(30000, 25000, 1000, SMALL, "of them the first 1000");
    test_random(30000, 25000, 0, SMALL, "of them none, but counted");
    test_random(30000, 25000, 100000, 0, "the same in memory");
    test_random(1000000, 100000000, 1000000, 0, "a million texts");
    test_failures();
    ok(system("test -z \"$(ls -A)\"") == 0, "no file is left");
    scratch_remove(&scratch);
    return tap_done();
}
