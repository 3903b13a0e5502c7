/* Remembered passages: what is met again is known, and nothing else is. */
#include "count/offline/passages.h"

#include "tap.h"

static struct arena arena;
static char text[PASSAGE_SIZE_MAX];

static struct passages started(void)
{
    struct passages passages = { .arena = &arena };
    passages_start(&passages, (struct str){ text, 0 });
    return passages;
}

static void test_start(void)
{
    struct passages passages = { .arena = &arena, .rest = PASSAGES_FROM };
    size_t bytes = 0;
    while (!passages_start(&passages, (struct str){ text, 1000 }))
        bytes += 1000;
    ok(bytes >= PASSAGES_FROM && bytes < PASSAGES_FROM + 1000, "not before so much was counted");
    ok(passages_start(&passages, (struct str){ text, PASSAGES_TEXT_MAX }), "for long texts");
    ok(!passages_start(&passages, (struct str){ text, PASSAGES_TEXT_MAX + 1 }), "not for longer");
}

static bool is_met(struct passages *passages, struct str passage)
{
    return passages_meet(passages, VOCAB_NEW, passages_hash(passages, passage)) != NULL;
}

/* Of so many passages one in "one_in" was met before; returns for how many bytes the next are not
 * looked at. */
static size_t rest_after(struct passages *passages, unsigned one_in)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < PASSAGES_LOOKED; i++) {
        const uint32_t id = one_in && i % one_in == 1 ? 0 : i;
        is_met(passages, (struct str){ (const char *)&id, sizeof id });
    }
    while (!passages_start(passages, (struct str){ text, 1000 }))
        bytes += 1000;
    return bytes;
}

static void test_worth(void)
{
    struct passages passages = started(), same = started();
    const size_t rest = rest_after(&passages, 0);
    ok(rest >= PASSAGES_REST && rest < PASSAGES_REST + 1000, "a rest where all is new");
    ok(!rest_after(&passages, 0), "none when it was met by now");
    ok(!rest_after(&same, 8), "nor where one in eight was");
}

/* NH in its plainest form: bit by bit. */
static void add_product(uint64_t sum[2], uint64_t a, uint64_t b)
{
    for (unsigned i = 0; i < 64; i++)
        if (b >> i & 1) {
            const uint64_t low = a << i, high = i ? a >> (64 - i) : 0;
            sum[0] += low;
            sum[1] += high + (sum[0] < low);
        }
}

static void hash_plainly(const struct passages *passages, struct str passage, uint64_t sum[2])
{
    static uint64_t words[PASSAGE_SIZE_MAX / 8 + 4];
    const size_t steps = passage.len / 32 + 1;
    memset(words, 0, sizeof words);
    memcpy(words, passage.ptr, passage.len);
    sum[0] = passage.len;
    sum[1] = 0;
    for (size_t i = 0; i < 4 * steps; i += 2)
        add_product(sum, words[i] + passages->key[i], words[i + 1] + passages->key[i + 1]);
}

static void test_hashes(void)
{
    static const size_t sizes[] = {
        0, 1, 7, 8, 31, 32, 33, 63, 64, 300, PASSAGE_SIZE_MAX - 1, PASSAGE_SIZE_MAX
    };
    const struct passages passages = started();
    bool same = true;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * i * 31 + i / 7);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const struct str passage = { text, sizes[i] };
        uint64_t want[2];
        hash_plainly(&passages, passage, want);
        const struct passage_hash hash = passages_hash(&passages, passage);
        same &= hash.words[0] == want[0] && hash.words[1] == want[1];
    }
    ok(same, "hashes are the sums of NH");
    const struct passages other = started();
    const struct str all = { text, sizeof text };
    const struct passage_hash here = passages_hash(&passages, all),
                              there = passages_hash(&other, all);
    ok(memcmp(&here, &there, sizeof here) != 0, "each has a key of its own");
}

/* NUL at the end, swapped words and halves of words, and the last byte. */
static void test_differences(void)
{
    struct passages passages = started();
    memset(text, 0, sizeof text);
    size_t met = 0;
    for (size_t len = 0; len <= 200; len++)
        met += is_met(&passages, (struct str){ text, len });
    for (size_t i = 0; i < 200; i++) {
        text[i] = 1;
        met += is_met(&passages, (struct str){ text, 200 });
        text[i] = 0;
    }
    ok(!met, "passages that differ are told apart");
    for (size_t len = 0; len <= 200; len++)
        met += is_met(&passages, (struct str){ text, len });
    ok(met > 100 && met <= 201, "and most are known again");
}

static void test_tokens(void)
{
    struct passages passages = started();
    const struct passage_hash hash = passages_hash(&passages, STR("a"));
    ok(!passages_meet(&passages, VOCAB_NEW, hash), "a passage is new");
    uint32_t *tokens = passages_meet(&passages, VOCAB_NEW, hash);
    if (ok(tokens && !*tokens, "then met, and its tokens are not known"))
        *tokens = 7;
    tokens = passages_meet(&passages, VOCAB_V3, hash);
    ok(tokens && !*tokens, "nor are they in the other family");
    tokens = passages_meet(&passages, VOCAB_NEW, hash);
    ok(tokens && *tokens == 7, "where they are put they stay");
}

/* So many that old ones go; none is ever taken for another. */
static void test_many(void)
{
    enum { LEN = 200000, RECENT = 1000 };
    struct passages passages = started();
    size_t wrong = 0, recent = 0;
    for (uint32_t i = 0; i < LEN; i++) {
        const struct passage_hash hash =
            passages_hash(&passages, (struct str){ (const char *)&i, sizeof i });
        wrong += passages_meet(&passages, VOCAB_NEW, hash) != NULL;
        uint32_t *tokens = passages_meet(&passages, VOCAB_NEW, hash);
        wrong += !tokens || *tokens;
        if (tokens)
            *tokens = i + 1;
    }
    for (uint32_t i = LEN; i-- > 0;) {
        const struct passage_hash hash =
            passages_hash(&passages, (struct str){ (const char *)&i, sizeof i });
        const uint32_t *tokens = passages_meet(&passages, VOCAB_NEW, hash);
        wrong += tokens && *tokens && *tokens != i + 1;
        recent += i >= LEN - RECENT && tokens && *tokens == i + 1;
    }
    ok(!wrong, "each has its own tokens");
    ok(recent > RECENT * 9 / 10, "those met last are known");
    ok(passages.bits == 16, "there are so many places and no more");
}

int main(void)
{
    test_start();
    test_worth();
    test_hashes();
    test_differences();
    test_tokens();
    test_many();
    arena_free(&arena);
    return tap_done();
}
