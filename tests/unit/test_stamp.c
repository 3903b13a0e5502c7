/* What a correction was learned with. */
#include "count/stamp.h"

#include <inttypes.h>

#include "count/count.h"
#include "random_request.h"
#include "tap.h"

static struct arena arena;
static struct catalog catalog;
static const struct str version = STR_INIT("2023-06-01");

static uint64_t stamp_with(const struct model *model)
{
    return stamp_of(&catalog, model, NULL, version, (struct str){ 0 });
}

static void test_stamp(void)
{
    const struct model *model = catalog.default_model;
    const uint64_t stamp = stamp_with(model);
    struct profile profile = *model->profile;
    struct model changed = *model;
    ok(stamp == stamp_with(model), "of the same it is the same");
    changed.profile = &profile;
    ok(stamp == stamp_with(&changed), "by what is in a profile");
    profile.terms[TERM_TOOLS_AUTO].tokens++;
    ok(stamp != stamp_with(&changed), "a number of the profile");
    profile = *model->profile;
    profile.terms[TERMS_LEN - 1].more++;
    ok(stamp != stamp_with(&changed), "the slack of another");
    profile = *model->profile;
    profile.tail_free = !profile.tail_free;
    ok(stamp != stamp_with(&changed), "how it is written");
    changed = *model;
    changed.keeps_thinking = !changed.keeps_thinking;
    ok(stamp != stamp_with(&changed), "what the model does");
    ok(stamp != stamp_of(&catalog, model, NULL, STR("2026-10-21"), (struct str){ 0 }),
       "the API version");
    ok(stamp != stamp_of(&catalog, model, NULL, version, STR("x")), "betas");
    ok(stamp_of(&catalog, model, NULL, STR("ab"), STR("c")) !=
           stamp_of(&catalog, model, NULL, STR("a"), STR("bc")),
       "texts do not run together");
    if (vocab_embedded())
        ok(stamp != stamp_of(&catalog, model, vocab_embedded(), version, (struct str){ 0 }),
           "the vocabulary");
}

static void test_text(void)
{
    static const char *const bad[] = { "",
                                       "0123456789abcde",
                                       "0123456789abcdef0",
                                       "0123456789abcdeF",
                                       "0123456789abcdeg",
                                       "-123456789abcdef" };
    char text[STAMP_SIZE];
    uint64_t stamp;
    stamp_write(0x0123456789abcdefU, text);
    is_str(str_from_c(text), "0123456789abcdef", "written");
    ok(stamp_read(STR("0123456789abcdef"), &stamp) && stamp == 0x0123456789abcdefU, "read");
    ok(stamp_read(STR("ffffffffffffffff"), &stamp) && stamp == UINT64_MAX, "the largest");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ok(!stamp_read(str_from_c(bad[i]), &stamp), bad[i]);
}

static uint64_t fold(uint64_t hash, int64_t number)
{
    return (hash ^ (uint64_t)number) * 0x100000001b3U;
}

/* Offline counts of requests of every kind, in one number. */
static uint64_t counts_hash(void)
{
    const struct counter_options options = { .vocab = vocab_embedded() };
    uint64_t hash = 0xcbf29ce484222325U;
    unsigned state = 17;
    struct offline *offline = offline_open(&options);
    for (int i = 0; i < 2000; i++) {
        struct arena scratch = { 0 };
        struct request request;
        struct count count;
        random_request(&request, &scratch, &state);
        offline_count(offline, &scratch, &request, &catalog, &count);
        hash = fold(fold(fold(hash, count.low), count.tokens), count.high);
        arena_free(&scratch);
    }
    offline_close(offline);
    return hash;
}

/* When this fails, offline counts have changed. By the code: raise COUNTING_REVISION, so that
 * nobody corrects the new counts by what the old ones taught. By catalog or vocabulary: the stamp
 * knows. In both cases the new hash goes here. */
static void test_revision(void)
{
    static const struct {
        int revision;
        uint64_t exact, estimated;
    } known = { 3, 0xc83d93dca8010fdeU, 0x39477146a6a7dc9aU };
    const uint64_t hash = counts_hash();
    if (!ok(known.revision == COUNTING_REVISION &&
                hash == (vocab_embedded() ? known.exact : known.estimated),
            "offline counts are those of COUNTING_REVISION"))
        printf("# revision %d, hash 0x%016" PRIx64 "\n", COUNTING_REVISION, hash);
}

int main(void)
{
    struct error err = { 0 };
    if (!catalog_load(&arena, &catalog, &err))
        return 1;
    test_stamp();
    test_text();
    test_revision();
    arena_free(&arena);
    return tap_done();
}
