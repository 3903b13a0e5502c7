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
    const struct passage_id id = passages_id(passages, passage);
    return passages_meet(passages, VOCAB_NEW, &id) != NULL;
}

/* Of so many bytes one in "one_in" was met before; returns for how many the next are not looked at.
 */
static size_t rest_after(struct passages *passages, unsigned one_in)
{
    enum { SIZE = 64 };
    size_t bytes = 0;
    for (uint32_t i = 0; i < PASSAGES_LOOKED / SIZE; i++) {
        char passage[SIZE] = { 0 };
        const uint32_t id = one_in && i % one_in == 1 ? 0 : i;
        memcpy(passage, &id, sizeof id);
        is_met(passages, (struct str){ passage, sizeof passage });
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
    ok(!rest_after(&passages, 0), "none when much was met by now");
    ok(!rest_after(&same, 4), "nor where a quarter was");
}

/* NH in its plainest form: bit by bit. */
struct number {
    uint64_t low, high;
};

static struct number plus_product(struct number sum, struct number a, uint64_t b)
{
    for (unsigned i = 0; i < 64; i++) {
        if (b >> i & 1) {
            sum.low += a.low;
            sum.high += a.high + (sum.low < a.low);
        }
        a.high = a.high << 1 | a.low >> 63;
        a.low <<= 1;
    }
    return sum;
}

static struct passage_hash hash_plainly(const struct passages *passages, struct str passage)
{
    static uint64_t words[PASSAGE_SIZE_MAX / 8 + 4];
    const uint64_t *key = passages->key;
    struct number sum = { .low = passage.len };
    memset(words, 0, sizeof words);
    memcpy(words, passage.ptr, passage.len);
    for (size_t i = 0; i < passage.len / 32 * 4 + 4; i += 2)
        sum = plus_product(sum, (struct number){ .low = words[i] + key[i + 2] },
                           words[i + 1] + key[i + 3]);
    struct number mixed = plus_product((struct number){ 0 }, sum, key[0]);
    mixed.high += plus_product((struct number){ 0 }, (struct number){ .low = sum.low }, key[1]).low;
    return (struct passage_hash){ mixed.high, (uint32_t)(mixed.low >> 32) };
}

static bool same_hash(struct passage_hash a, struct passage_hash b)
{
    return a.high == b.high && a.low == b.low;
}

static void test_hashes(void)
{
    static const size_t sizes[] = {
        0, 1, 7, 8, 31, 32, 33, 63, 64, 300, PASSAGE_SIZE_MAX - 1, PASSAGE_SIZE_MAX
    };
    const struct passages passages = started(), other = started();
    const struct str all = { text, sizeof text };
    bool same = true;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * i * 31 + i / 7);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const struct str passage = { text, sizes[i] };
        const struct passage_id id = passages_id(&passages, passage);
        same &= same_hash(id.hash, hash_plainly(&passages, passage)) && id.size == passage.len;
    }
    ok(same, "hashes are the mixed sums of NH");
    ok(!same_hash(passages_id(&passages, all).hash, passages_id(&other, all).hash),
       "each has a key of its own");
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
    ok(met > 150 && met <= 201, "and most are known again");
}

static void test_tokens(void)
{
    struct passages passages = started();
    const struct passage_id id = passages_id(&passages, STR("a"));
    ok(!passages_meet(&passages, VOCAB_NEW, &id), "a passage is new");
    uint16_t *tokens = passages_meet(&passages, VOCAB_NEW, &id);
    if (ok(tokens && !*tokens, "then met, and its tokens are not known"))
        *tokens = 7;
    tokens = passages_meet(&passages, VOCAB_V3, &id);
    ok(tokens && !*tokens, "nor are they in the other family");
    tokens = passages_meet(&passages, VOCAB_NEW, &id);
    ok(tokens && *tokens == 7, "where they are put they stay");
}

static uint16_t *meet_number(struct passages *passages, uint32_t number)
{
    const struct str passage = { (const char *)&number, sizeof number };
    const struct passage_id id = passages_id(passages, passage);
    return passages_meet(passages, VOCAB_NEW, &id);
}

static uint16_t tokens_of_number(uint32_t number)
{
    return (uint16_t)(number % 65535 + 1);
}

/* So many that most are forgotten; none is ever taken for another. */
static void test_many(void)
{
    enum { LEN = 500000, RECENT = 1000, OFTEN = 5000 };
    struct passages passages = started();
    size_t wrong = 0, recent = 0, often = 0;
    for (uint32_t i = 0; i < LEN; i++) {
        const uint32_t number = i % 5 ? i : i % OFTEN;
        uint16_t *tokens = meet_number(&passages, number);
        wrong += tokens && *tokens && *tokens != tokens_of_number(number);
        often += tokens != NULL;
        tokens = meet_number(&passages, number);
        wrong += !tokens;
        if (tokens)
            *tokens = tokens_of_number(number);
    }
    for (uint32_t i = LEN; i-- > 0;) {
        const uint16_t *tokens = meet_number(&passages, i);
        wrong += tokens && *tokens && *tokens != tokens_of_number(i);
        recent += i >= LEN - RECENT && i % 5 && tokens && *tokens == tokens_of_number(i);
    }
    ok(!wrong, "each has its own tokens");
    ok(recent > RECENT / 5 * 4 * 9 / 10, "those met last are known");
    ok(often > LEN / 5 / 2, "and those met often");
    ok(passages.bits == 13, "there are so many places and no more");
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
