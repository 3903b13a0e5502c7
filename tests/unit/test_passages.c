/* Remembered passages: what is met again is known, and nothing else is. */
#include "count/offline/passages.h"

#include <pthread.h>
#include <sched.h>

#include "tap.h"

static char text[PASSAGE_SIZE_MAX];

/* Of a thread that looks at the next text. */
static struct passage_reader started(struct passages *passages)
{
    struct passage_reader reader = { .passages = passages };
    passages_start(&reader, (struct str){ text, 0 });
    return reader;
}

static void test_start(void)
{
    struct passages passages = { 0 };
    struct passage_reader reader = { .passages = &passages, .rest = PASSAGES_FROM };
    const struct passage_reader none = { 0 };
    size_t bytes = 0;
    while (!passages_start(&reader, (struct str){ text, 1000 }))
        bytes += 1000;
    ok(bytes >= PASSAGES_FROM && bytes < PASSAGES_FROM + 1000, "not before so much was counted");
    ok(passages_start(&reader, (struct str){ text, PASSAGES_TEXT_MAX }), "for long texts");
    ok(!passages_start(&reader, (struct str){ text, PASSAGES_TEXT_MAX + 1 }), "not for longer");
    passages_free(reader.passages);
    reader = none;
    ok(!passages_start(&reader, (struct str){ text, 1000 }), "nor where nothing is remembered");
}

static struct passage_known meet(struct passage_reader *reader, enum vocab_family family,
                                 struct str passage)
{
    const struct passage_id id = passages_id(reader->passages, passage);
    return passages_meet(reader, family, &id);
}

static void keep(struct passages *passages, enum vocab_family family, struct str passage,
                 int64_t tokens)
{
    const struct passage_id id = passages_id(passages, passage);
    passages_keep(passages, family, &id, tokens);
}

/* Of so many bytes one in "one_in" was met before; returns for how many the next are not looked at.
 */
static size_t rest_after(struct passage_reader *reader, unsigned one_in)
{
    enum { SIZE = 64 };
    size_t bytes = 0;
    for (uint32_t i = 0; i < PASSAGES_LOOKED / SIZE; i++) {
        char passage[SIZE] = { 0 };
        const uint32_t id = one_in && i % one_in == 1 ? 0 : i;
        memcpy(passage, &id, sizeof id);
        meet(reader, VOCAB_NEW, (struct str){ passage, sizeof passage });
    }
    while (!passages_start(reader, (struct str){ text, 1000 }))
        bytes += 1000;
    return bytes;
}

static void test_worth(void)
{
    struct passages first = { 0 }, second = { 0 };
    struct passage_reader reader = started(&first), same = started(&second);
    const size_t rest = rest_after(&reader, 0);
    ok(rest >= PASSAGES_REST && rest < PASSAGES_REST + 1000, "a rest where all is new");
    ok(!rest_after(&reader, 0), "none when much was met by now");
    ok(!rest_after(&same, 4), "nor where a quarter was");
    passages_free(reader.passages);
    passages_free(same.passages);
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
    struct passages first = { 0 }, second = { 0 };
    const struct passage_reader reader = started(&first), other = started(&second);
    const struct str all = { text, sizeof text };
    bool same = true;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * i * 31 + i / 7);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const struct str passage = { text, sizes[i] };
        const struct passage_id id = passages_id(reader.passages, passage);
        same &=
            same_hash(id.hash, hash_plainly(reader.passages, passage)) && id.size == passage.len;
    }
    ok(same, "hashes are the mixed sums of NH");
    ok(!same_hash(passages_id(reader.passages, all).hash, passages_id(other.passages, all).hash),
       "each has a key of its own");
    passages_free(reader.passages);
    passages_free(other.passages);
}

/* NUL at the end, swapped words and halves of words, and the last byte. */
static void test_differences(void)
{
    struct passages passages = { 0 };
    struct passage_reader reader = started(&passages);
    memset(text, 0, sizeof text);
    size_t met = 0;
    for (size_t len = 0; len <= 200; len++)
        met += meet(&reader, VOCAB_NEW, (struct str){ text, len }).is_met;
    for (size_t i = 0; i < 200; i++) {
        text[i] = 1;
        met += meet(&reader, VOCAB_NEW, (struct str){ text, 200 }).is_met;
        text[i] = 0;
    }
    ok(!met, "passages that differ are told apart");
    for (size_t len = 0; len <= 200; len++)
        met += meet(&reader, VOCAB_NEW, (struct str){ text, len }).is_met;
    ok(met == 201, "and are known again");
    passages_free(reader.passages);
}

static void test_tokens(void)
{
    struct passages passages = { 0 };
    struct passage_reader reader = started(&passages);
    const struct str passage = STR("a");
    keep(reader.passages, VOCAB_NEW, passage, 5);
    ok(!meet(&reader, VOCAB_NEW, passage).is_met, "a passage is new");
    struct passage_known known = meet(&reader, VOCAB_NEW, passage);
    ok(known.is_met && !known.tokens, "then met, and its tokens are not known");
    keep(reader.passages, VOCAB_NEW, passage, 65535);
    known = meet(&reader, VOCAB_V3, passage);
    ok(known.is_met && !known.tokens, "nor are they in the other family");
    keep(reader.passages, VOCAB_V3, passage, 7);
    ok(meet(&reader, VOCAB_NEW, passage).tokens == 65535, "where they are kept they stay");
    ok(meet(&reader, VOCAB_V3, passage).tokens == 7, "in each family its own");
    keep(reader.passages, VOCAB_V3, passage, 65536);
    keep(reader.passages, VOCAB_NEW, passage, 0);
    ok(meet(&reader, VOCAB_V3, passage).tokens == 7 &&
           meet(&reader, VOCAB_NEW, passage).tokens == 65535,
       "what has no room is not kept");
    passages_free(reader.passages);
}

static struct str text_of_number(const uint32_t *number)
{
    return (struct str){ (const char *)number, sizeof *number };
}

static uint16_t tokens_of_number(uint32_t number)
{
    return (uint16_t)(number % 65535 + 1);
}

/* So many that most are forgotten; none is ever taken for another. */
static void test_many(void)
{
    enum { LEN = 500000, RECENT = 1000, OFTEN = 5000 };
    struct passages passages = { 0 };
    struct passage_reader reader = started(&passages);
    size_t wrong = 0, recent = 0, often = 0;
    for (uint32_t i = 0; i < LEN; i++) {
        const uint32_t number = i % 5 ? i : i % OFTEN;
        const struct str passage = text_of_number(&number);
        struct passage_known known = meet(&reader, VOCAB_NEW, passage);
        wrong += known.tokens && known.tokens != tokens_of_number(number);
        often += known.is_met;
        wrong += !meet(&reader, VOCAB_NEW, passage).is_met;
        keep(reader.passages, VOCAB_NEW, passage, tokens_of_number(number));
    }
    for (uint32_t i = LEN; i-- > 0;) {
        const struct passage_known known = meet(&reader, VOCAB_NEW, text_of_number(&i));
        wrong += known.tokens && known.tokens != tokens_of_number(i);
        recent += i >= LEN - RECENT && i % 5 && known.tokens == tokens_of_number(i);
    }
    ok(!wrong, "each has its own tokens");
    ok(recent > RECENT / 5 * 4 * 9 / 10, "those met last are known");
    ok(often > LEN / 5 / 2, "and those met often");
    passages_free(reader.passages);
}

struct thread {
    pthread_t thread;
    struct passages *passages;
    uint32_t seed;
    size_t wrong, known;
};

/* Meets some of a few passages, both families in turn, which all threads do. */
static void *meet_some(void *context)
{
    enum { ROUNDS = 200000, LEN = 40000 };
    struct thread *thread = context;
    struct passage_reader reader = { .passages = thread->passages };
    while (!passages_start(&reader, (struct str){ text, 0 })) /* another thread makes them */
        sched_yield();
    for (unsigned i = 0; i < ROUNDS; i++) {
        thread->seed = thread->seed * 1664525 + 1013904223;
        const uint32_t number = (thread->seed >> 8) % LEN;
        const enum vocab_family family = (enum vocab_family)(i % VOCAB_FAMILIES_LEN);
        const uint16_t tokens = tokens_of_number(number + family);
        const struct str passage = text_of_number(&number);
        const struct passage_known known = meet(&reader, family, passage);
        thread->wrong += known.tokens && known.tokens != tokens;
        thread->known += known.tokens != 0;
        if (known.is_met && !known.tokens)
            keep(thread->passages, family, passage, tokens);
    }
    return NULL;
}

/* Whatever they write over, no thread reads what is wrong. */
static void test_threads(void)
{
    enum { THREADS = 4 };
    struct thread threads[THREADS] = { 0 };
    struct passages passages = { 0 };
    size_t started_len = 0, wrong = 0, known = 0;
    for (uint32_t i = 0; i < THREADS; i++) {
        threads[i] = (struct thread){ .passages = &passages, .seed = i };
        if (pthread_create(&threads[i].thread, NULL, meet_some, &threads[i]) != 0)
            break;
        started_len++;
    }
    for (size_t i = 0; i < started_len; i++) {
        pthread_join(threads[i].thread, NULL);
        wrong += threads[i].wrong;
        known += threads[i].known;
    }
    ok(started_len == THREADS && !wrong, "threads that share them read nothing wrong");
    ok(known > 100000, "and learn from each other");
    passages_free(&passages);
}

int main(void)
{
    test_start();
    test_worth();
    test_hashes();
    test_differences();
    test_tokens();
    test_many();
    test_threads();
    return tap_done();
}
