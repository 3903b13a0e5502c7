/* The simulator equals the naive one exactly, what it says holds against a server that enforces the
 * limits, and small cases come out as reckoned by hand. */
#include "plan/simulate.h"

#include <stdlib.h>

#include "naive/naive_simulate.h"
#include "tap.h"

enum { CASES = 1500, LONG_CASES = 30 };

static const int64_t second = 1000000, minute = 60000000;

/* ---- random cases ---- */

static uint64_t chance = 88172645463325252;

static uint64_t any(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return chance;
}

static int64_t below(int64_t most)
{
    return most > 0 ? (int64_t)(any() % (uint64_t)most) : 0;
}

static int64_t pick(const int64_t *of, size_t len)
{
    return of[any() % len];
}

#define PICK(...)                                                                                  \
    pick((const int64_t[]){ __VA_ARGS__ },                                                         \
         sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))

struct random_case {
    struct simulate_options options;
    struct simulate_request requests[NAIVE_REQUESTS_MAX];
    struct plan_prefix prefixes[NAIVE_REQUESTS_MAX][PLAN_PREFIXES_MAX];
    size_t len;
};

static int64_t random_tokens(int64_t limit)
{
    const int64_t cap = limit < 0 ? 100000 : limit;
    return PICK(0, 1, below(10), below(cap / 20 + 2), below(cap / 3 + 2), below(cap + 2), cap,
                cap + 1);
}

static void random_request(struct random_case *c, size_t i)
{
    struct simulate_request *request = &c->requests[i];
    const int64_t slow = c->options.output_speed * 900;
    const int64_t longest = slow < SIMULATE_OUTPUT_MAX ? slow : SIMULATE_OUTPUT_MAX;
    int64_t before = 1, output = random_tokens(c->options.limits.otpm);
    if (any() % 3 == 0)
        output = below(200);
    *request = (struct simulate_request){
        .input_tokens = random_tokens(c->options.limits.itpm),
        .output_tokens = output < longest ? output : longest,
        .min_cacheable_tokens = PICK(0, 1, 50, 512),
        .prefixes = c->prefixes[i],
    };
    const size_t wanted = any() % 2 ? any() % (PLAN_PREFIXES_MAX + 1) : 0;
    while (request->prefixes_len < wanted && before <= request->input_tokens) {
        const int64_t tokens =
            before + (any() % 2 ? below(request->input_tokens - before + 1) : below(3));
        if (tokens > request->input_tokens)
            break;
        c->prefixes[i][request->prefixes_len++] =
            (struct plan_prefix){ .hash = any() % 5, .tokens = tokens, .is_1h = any() % 3 == 0 };
        before = tokens;
    }
}

static struct random_case random_case(size_t len_max)
{
    struct random_case c = { .options = simulate_defaults() };
    struct simulate_options *options = &c.options;
    const bool is_fast = any() % 3 == 0; /* every microsecond counts */
    options->limits.rpm =
        is_fast ? PICK(-1, minute, minute / 7, 3 * minute) : PICK(-1, 1, 2, 7, 60, 999, 100000);
    options->limits.itpm = is_fast ? PICK(-1, minute, minute / 7, 3 * minute)
                                   : PICK(-1, 1, 100, 4999, 1000000, 100000000);
    options->limits.otpm =
        is_fast ? PICK(-1, minute, minute / 7, 3 * minute) : PICK(-1, 1, 100, 4999, 60000, 400000);
    const uint64_t nothing = any() % 48;
    options->limits.rpm *= nothing != 0;
    options->limits.itpm *= nothing != 1;
    options->limits.otpm *= nothing != 2;
    options->reads_count = any() % 4 == 0;
    options->start_permille = PICK(0, 0, 1, 500, 999, 1000, 1000);
    options->burst = PICK(1, 1, 2, 17, 10000);
    options->concurrency = PICK(0, 0, 0, 1, 2, 5);
    options->latency_us = is_fast ? PICK(0, 1, 7, 300) : PICK(0, 1, 999, second, 300 * second);
    options->output_speed =
        is_fast ? PICK(100000, 333333, 1000000) : PICK(1, 7, 60, 61, 1000, 1000000);
    c.len = 1 + any() % len_max;
    return c;
}

struct run {
    struct simulate_sent sents[NAIVE_REQUESTS_MAX];
    struct simulate_point points[SIMULATE_POINTS_MAX];
    struct simulate_result result;
};

static void simulate_all(struct arena *arena, const struct random_case *c, struct run *run)
{
    struct simulate *simulate = simulate_new(arena, &c->options);
    for (size_t i = 0; i < c->len; i++)
        run->sents[i] = simulate_add(simulate, &c->requests[i]);
    simulate_end(simulate, &run->result);
}

static bool sent_equal(const struct simulate_sent *a, const struct simulate_sent *b)
{
    return a->outcome == b->outcome && a->send_us == b->send_us && a->end_us == b->end_us &&
           a->waited_us == b->waited_us && a->limit == b->limit &&
           a->read_tokens == b->read_tokens && a->write_5m_tokens == b->write_5m_tokens &&
           a->write_1h_tokens == b->write_1h_tokens;
}

static bool point_equal(const struct simulate_point *a, const struct simulate_point *b)
{
    return a->input_level == b->input_level && a->output_level == b->output_level &&
           a->sent_len == b->sent_len && a->concurrency == b->concurrency;
}

static bool result_equal(const struct simulate_result *a, const struct simulate_result *b)
{
    bool equal = memcmp(a->outcomes, b->outcomes, sizeof a->outcomes) == 0 &&
                 memcmp(a->first_index, b->first_index, sizeof a->first_index) == 0 &&
                 memcmp(a->waited_us, b->waited_us, sizeof a->waited_us) == 0;
    equal = equal && a->last_send_us == b->last_send_us && a->finish_us == b->finish_us &&
            a->binding == b->binding && a->stall.from_us == b->stall.from_us &&
            a->stall.waited_us == b->stall.waited_us && a->stall.index == b->stall.index &&
            a->stall.limit == b->stall.limit;
    equal = equal && a->concurrency == b->concurrency && a->input_low == b->input_low &&
            a->output_low == b->output_low && a->input_tokens == b->input_tokens &&
            a->read_tokens == b->read_tokens && a->write_5m_tokens == b->write_5m_tokens &&
            a->write_1h_tokens == b->write_1h_tokens && a->output_tokens == b->output_tokens &&
            a->cache_forgotten == b->cache_forgotten;
    equal = equal && a->point_us == b->point_us && a->points_len == b->points_len;
    for (size_t i = 0; equal && i < a->points_len; i++)
        equal = point_equal(&a->points[i], &b->points[i]);
    return equal;
}

static void show_sent(const char *who, const struct simulate_sent *sent)
{
    printf("#   %s: outcome %d at %lld to %lld, waited %lld for %s, read %lld, wrote %lld + %lld\n",
           who, (int)sent->outcome, (long long)sent->send_us, (long long)sent->end_us,
           (long long)sent->waited_us, simulate_limit_name(sent->limit),
           (long long)sent->read_tokens, (long long)sent->write_5m_tokens,
           (long long)sent->write_1h_tokens);
}

static void show_case(const struct random_case *c, const struct run *got, const struct run *want)
{
    const struct simulate_options *o = &c->options;
    printf("# rpm %lld itpm %lld otpm %lld reads %d start %lld burst %lld concurrency %lld latency "
           "%lld speed %lld\n",
           (long long)o->limits.rpm, (long long)o->limits.itpm, (long long)o->limits.otpm,
           o->reads_count, (long long)o->start_permille, (long long)o->burst,
           (long long)o->concurrency, (long long)o->latency_us, (long long)o->output_speed);
    for (size_t i = 0; i < c->len; i++) {
        printf("# %zu: input %lld output %lld, %zu prefixes\n", i,
               (long long)c->requests[i].input_tokens, (long long)c->requests[i].output_tokens,
               c->requests[i].prefixes_len);
        show_sent("got ", &got->sents[i]);
        if (!sent_equal(&got->sents[i], &want->sents[i]))
            show_sent("want", &want->sents[i]);
    }
    size_t shown = 0;
    const struct simulate_result *a = &got->result, *b = &want->result;
    printf("# points %zu of %lld, want %zu of %lld; concurrency %lld, want %lld\n", a->points_len,
           (long long)a->point_us, b->points_len, (long long)b->point_us, (long long)a->concurrency,
           (long long)b->concurrency);
    for (size_t i = 0; i < a->points_len && i < b->points_len; i++)
        if (!point_equal(&a->points[i], &b->points[i]) && shown++ < 3)
            printf("#   point %zu: %lld %lld %lld %lld, want %lld %lld %lld %lld\n", i,
                   (long long)a->points[i].input_level, (long long)a->points[i].output_level,
                   (long long)a->points[i].sent_len, (long long)a->points[i].concurrency,
                   (long long)b->points[i].input_level, (long long)b->points[i].output_level,
                   (long long)b->points[i].sent_len, (long long)b->points[i].concurrency);
}

/* ---- a server ---- */

struct arrival {
    int64_t at_us;
    int64_t input; /* tokens of a request; -1: an output token */
    size_t index;
};

static int by_arrival(const void *a, const void *b)
{
    const struct arrival *left = a, *right = b;
    if (left->at_us != right->at_us)
        return left->at_us < right->at_us ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

struct served {
    double requests, input, output; /* what is in the buckets */
    int64_t at_us;
};

static void serve_until(struct served *served, const struct simulate_options *options,
                        int64_t at_us)
{
    const double minutes = (double)(at_us - served->at_us) / 60e6;
    const double burst =
        (double)(options->burst < options->limits.rpm ? options->burst : options->limits.rpm);
    served->requests += minutes * (double)options->limits.rpm;
    served->input += minutes * (double)options->limits.itpm;
    served->output += minutes * (double)options->limits.otpm;
    if (served->requests > burst)
        served->requests = burst;
    if (served->input > (double)options->limits.itpm)
        served->input = (double)options->limits.itpm;
    if (served->output > (double)options->limits.otpm)
        served->output = (double)options->limits.otpm;
    served->at_us = at_us;
}

/*
 * Plays the schedule to a server that has the buckets and takes one output token after another as
 * each is produced. As the simulator has output flow, a token may come up to one token later here
 * in every response under way: so far the bucket may be overdrawn.
 */
static bool is_served(const struct random_case *c, const struct run *run, struct arrival *arrivals)
{
    const struct simulate_options *options = &c->options;
    const double start = (double)options->start_permille / 1000;
    struct served served = { 0 };
    serve_until(&served, options, minute * 2);
    served =
        (struct served){ served.requests * start, served.input * start, served.output * start, 0 };
    size_t len = 0;
    for (size_t i = 0; i < c->len; i++) {
        const struct simulate_sent *sent = &run->sents[i];
        if (sent->outcome != SIMULATE_SENT)
            continue;
        const int64_t free_tokens = options->reads_count ? 0 : sent->read_tokens;
        arrivals[len++] =
            (struct arrival){ sent->send_us, c->requests[i].input_tokens - free_tokens, i };
        for (int64_t t = 1; t <= c->requests[i].output_tokens; t++)
            arrivals[len++] = (struct arrival){
                sent->send_us + options->latency_us + t * second / options->output_speed, -1, i
            };
    }
    qsort(arrivals, len, sizeof *arrivals, by_arrival);
    for (size_t i = 0; i < len; i++) {
        serve_until(&served, options, arrivals[i].at_us);
        served.output -= arrivals[i].input < 0;
        served.requests -= arrivals[i].input >= 0;
        served.input -= arrivals[i].input >= 0 ? (double)arrivals[i].input : 0;
        if ((options->limits.rpm >= 0 && served.requests < -1e-6) ||
            (options->limits.itpm >= 0 && served.input < -1e-3) ||
            (options->limits.otpm >= 0 && served.output < -(double)run->result.concurrency - 1e-3))
            return false;
    }
    return true;
}

enum { ARRIVALS_MAX = 4000000 };

static bool is_playable(const struct random_case *c)
{
    int64_t tokens = 0;
    for (size_t i = 0; i < c->len; i++)
        tokens += c->requests[i].output_tokens + 1;
    return tokens < ARRIVALS_MAX / 20;
}

struct tally {
    size_t cases, played, refused, sents[SIMULATE_OUTCOMES_LEN], limits[SIMULATE_LIMITS_LEN], reads;
};

static bool agree_on_case(struct tally *tally, size_t len_max, struct arrival *arrivals)
{
    static struct run got, want;
    struct random_case c = random_case(len_max);
    for (size_t i = 0; i < c.len; i++)
        random_request(&c, i);
    struct arena arena = { 0 };
    simulate_all(&arena, &c, &got);
    naive_simulate(&c.options, c.requests, c.len, want.sents, want.points, &want.result);
    bool agrees = result_equal(&got.result, &want.result);
    for (size_t i = 0; i < c.len; i++) {
        agrees = agrees && sent_equal(&got.sents[i], &want.sents[i]);
        tally->sents[got.sents[i].outcome]++;
        tally->reads += got.sents[i].read_tokens > 0;
        if (got.sents[i].waited_us)
            tally->limits[got.sents[i].limit]++;
    }
    if (is_playable(&c)) {
        tally->played++;
        tally->refused += !is_served(&c, &got, arrivals);
    }
    if (!agrees)
        show_case(&c, &got, &want);
    tally->cases++;
    arena_free(&arena);
    return agrees;
}

static void test_random(void)
{
    struct tally tally = { 0 };
    struct arrival *arrivals = malloc(ARRIVALS_MAX * sizeof *arrivals);
    size_t different = 0;
    for (size_t i = 0; arrivals && i < CASES && different < 3; i++)
        different += !agree_on_case(&tally, i % (CASES / LONG_CASES) ? 9 : 40, arrivals);
    free(arrivals);
    printf(
        "# %zu cases, %zu of them played to a server: %zu requests sent, %zu read from the cache, "
        "%zu + %zu + %zu never pass; waited %zu, %zu, %zu, %zu\n",
        tally.cases, tally.played, tally.sents[SIMULATE_SENT], tally.reads,
        tally.sents[SIMULATE_NEVER_RPM], tally.sents[SIMULATE_NEVER_ITPM],
        tally.sents[SIMULATE_NEVER_OTPM], tally.limits[SIMULATE_RPM], tally.limits[SIMULATE_OTPM],
        tally.limits[SIMULATE_CONCURRENCY], tally.limits[SIMULATE_ITPM]);
    ok(tally.cases == CASES && different == 0, "the simulator equals the naive one on every case");
    ok(tally.played > CASES / 4 && tally.refused == 0,
       "a server that enforces the limits refuses nothing");
    bool is_wide = tally.reads > 100;
    for (size_t i = 0; i < SIMULATE_LIMITS_LEN; i++)
        is_wide = is_wide && tally.limits[i] > 100;
    for (size_t i = 0; i < SIMULATE_TOO_LATE; i++)
        is_wide = is_wide && tally.sents[i] > 100;
    ok(is_wide, "the cases have every limit and every outcome");
}

/* ---- reckoned by hand ---- */

enum { HAND_MAX = 128 };

struct hand {
    struct arena arena;
    struct simulate_options options;
    struct simulate *simulate;
    struct simulate_sent sents[HAND_MAX];
    size_t len;
    struct simulate_result result;
};

static struct hand hand_new(int64_t rpm, int64_t itpm, int64_t otpm)
{
    struct hand hand = { .options = simulate_defaults() };
    hand.options.limits = (struct rate_limit){ .rpm = rpm, .itpm = itpm, .otpm = otpm };
    return hand;
}

static struct simulate_sent hand_send(struct hand *hand, struct simulate_request request)
{
    if (!hand->simulate)
        hand->simulate = simulate_new(&hand->arena, &hand->options);
    return hand->sents[hand->len++] = simulate_add(hand->simulate, &request);
}

static void hand_end(struct hand *hand)
{
    if (!hand->simulate)
        hand->simulate = simulate_new(&hand->arena, &hand->options);
    simulate_end(hand->simulate, &hand->result);
}

static void test_none(void)
{
    struct hand hand = hand_new(60, 60, 60);
    hand_end(&hand);
    ok(hand.result.finish_us == 0 && hand.result.points_len == 0 && hand.result.concurrency == 0 &&
           hand.result.binding == SIMULATE_LIMITS_LEN,
       "nothing takes no time");
    arena_free(&hand.arena);
}

static void test_rpm(void)
{
    struct hand hand = hand_new(60, -1, -1);
    for (int i = 0; i < 3; i++)
        hand_send(&hand, (struct simulate_request){ .input_tokens = 1 });
    hand_end(&hand);
    ok(hand.sents[0].send_us == 0 && hand.sents[1].send_us == second &&
           hand.sents[2].send_us == 2 * second,
       "60 requests a minute are one a second");
    ok(hand.result.finish_us == 3 * second && hand.result.binding == SIMULATE_RPM &&
           hand.result.waited_us[SIMULATE_RPM] == 2 * second && hand.result.stall.index == 1,
       "and the last is answered a second later");
    arena_free(&hand.arena);
    hand = hand_new(60, -1, -1);
    hand.options.burst = 2;
    for (int i = 0; i < 3; i++)
        hand_send(&hand, (struct simulate_request){ .input_tokens = 1 });
    ok(hand.sents[1].send_us == 0 && hand.sents[2].send_us == second, "two may be saved up");
    arena_free(&hand.arena);
}

static void test_itpm(void)
{
    struct hand hand = hand_new(-1, 6000, -1);
    hand_send(&hand, (struct simulate_request){ .input_tokens = 6000 });
    hand_send(&hand, (struct simulate_request){ .input_tokens = 6001 });
    hand_send(&hand, (struct simulate_request){ .input_tokens = 6000 });
    hand_send(&hand, (struct simulate_request){ .input_tokens = 1 });
    hand_end(&hand);
    ok(hand.sents[0].send_us == 0 && hand.sents[2].send_us == minute &&
           hand.sents[3].send_us == minute + second / 100,
       "an empty bucket is full after a minute");
    ok(hand.sents[1].outcome == SIMULATE_NEVER_ITPM &&
           hand.result.outcomes[SIMULATE_NEVER_ITPM] == 1 &&
           hand.result.first_index[SIMULATE_NEVER_ITPM] == 1,
       "what is larger than the bucket never passes, and holds nothing up");
    ok(hand.result.stall.index == 2 && hand.result.stall.from_us == 0 &&
           hand.result.stall.waited_us == minute && hand.result.stall.limit == SIMULATE_ITPM &&
           hand.result.input_low == 0,
       "the stall is the minute");
    arena_free(&hand.arena);
    hand = hand_new(-1, 6000, -1);
    hand.options.start_permille = 0;
    hand_send(&hand, (struct simulate_request){ .input_tokens = 3000 });
    ok(hand.sents[0].send_us == minute / 2, "from an empty bucket");
    arena_free(&hand.arena);
}

/*
 * A bucket of 6,000 tokens that get back 100 a second; a response takes 60 a second for 100 s. One
 * costs nothing, two 20 a second, so 2,000 until they end. With a third from t on it is 20 t +
 * 80 (100 - t), which is 6,000 at 33 1/3 s.
 */
static void test_otpm(void)
{
    struct hand hand = hand_new(-1, -1, 6000);
    hand.options.latency_us = 0;
    for (int i = 0; i < 3; i++)
        hand_send(&hand, (struct simulate_request){ .output_tokens = 6000 });
    hand_end(&hand);
    ok(hand.sents[0].send_us == 0 && hand.sents[1].send_us == 0 &&
           hand.sents[2].send_us == 33333334,
       "the third response waits until the bucket lasts for it");
    ok(hand.result.output_low == 0 && hand.result.concurrency == 3 &&
           hand.result.finish_us == 133333334 && hand.result.binding == SIMULATE_OTPM,
       "which then is empty when the first two end");
    arena_free(&hand.arena);
    hand = hand_new(-1, -1, 60);
    hand_send(&hand, (struct simulate_request){ .output_tokens = 61 });
    hand_send(&hand, (struct simulate_request){ .output_tokens = 62 });
    ok(hand.sents[0].outcome == SIMULATE_SENT && hand.sents[0].end_us == 2016667,
       "61 tokens pass through a bucket of 60, which gets one back meanwhile");
    ok(hand.sents[1].outcome == SIMULATE_NEVER_OTPM, "62 never");
    arena_free(&hand.arena);
}

static void test_concurrency(void)
{
    struct hand hand = hand_new(-1, -1, -1);
    hand.options.concurrency = 2;
    for (int i = 0; i < 5; i++)
        hand_send(&hand, (struct simulate_request){ .output_tokens = 60 });
    hand_end(&hand);
    ok(hand.sents[1].send_us == 0 && hand.sents[2].send_us == 2 * second &&
           hand.sents[4].send_us == 4 * second && hand.result.concurrency == 2 &&
           hand.result.binding == SIMULATE_CONCURRENCY,
       "two at a time");
    arena_free(&hand.arena);
}

/* Two requests with 900 of 1,000 tokens in common, the second when the first has ended: after
 * output_tokens / 60 s and one more. The bucket is full again after a minute. */
static struct simulate_sent second_of(struct hand *hand, int64_t output_tokens, bool is_1h)
{
    static struct plan_prefix prefix;
    prefix = (struct plan_prefix){ .hash = 1, .tokens = 900, .is_1h = is_1h };
    const struct simulate_request request = { .input_tokens = 1000,
                                              .output_tokens = output_tokens,
                                              .min_cacheable_tokens = 900,
                                              .prefixes = &prefix,
                                              .prefixes_len = 1 };
    hand->options.concurrency = output_tokens ? 1 : 0;
    hand_send(hand, request);
    const struct simulate_sent sent = hand_send(hand, request);
    hand_end(hand);
    arena_free(&hand->arena);
    return sent;
}

static void test_cache(void)
{
    struct hand hand = hand_new(-1, 1000, -1);
    struct simulate_sent sent = second_of(&hand, 0, false);
    ok(hand.sents[0].write_5m_tokens == 900 && hand.sents[0].read_tokens == 0,
       "the first request writes");
    ok(sent.send_us == 6 * second && sent.read_tokens == 900 && sent.write_5m_tokens == 0,
       "the second one reads, and waits for 100 tokens alone");
    hand = hand_new(-1, 1000, -1);
    sent = second_of(&hand, 299 * 60 - 1, false);
    ok(sent.send_us == 299983334 && sent.read_tokens == 900, "an entry is there for five minutes");
    hand = hand_new(-1, 1000, -1);
    sent = second_of(&hand, 299 * 60, false);
    ok(sent.send_us == 300 * second && sent.read_tokens == 0, "and no longer");
    hand = hand_new(-1, 1000, -1);
    sent = second_of(&hand, 299 * 60, true);
    ok(sent.read_tokens == 900 && hand.sents[0].write_1h_tokens == 900, "or for an hour");
    hand = hand_new(-1, 1000, -1);
    hand.options.reads_count = true;
    sent = second_of(&hand, 0, false);
    ok(sent.send_us == minute && sent.read_tokens == 900, "reads count where they do");
    hand = hand_new(-1, 1000, -1);
    hand.options.cache_entries_max = 0;
    sent = second_of(&hand, 0, false);
    ok(sent.send_us == minute && sent.read_tokens == 0 && hand.result.cache_forgotten == 2,
       "what is not remembered is said");
}

/* More than the bucket, but only before it is in the cache. */
static void test_cache_lets_pass(void)
{
    struct plan_prefix prefix = { .hash = 1, .tokens = 900 };
    const struct simulate_request large = { .input_tokens = 1100,
                                            .prefixes = &prefix,
                                            .prefixes_len = 1 };
    const struct simulate_request small = { .input_tokens = 900,
                                            .prefixes = &prefix,
                                            .prefixes_len = 1 };
    struct hand hand = hand_new(-1, 1000, -1);
    ok(hand_send(&hand, large).outcome == SIMULATE_NEVER_ITPM, "a cold cache does not help");
    hand_send(&hand, small);
    const struct simulate_sent sent = hand_send(&hand, large);
    ok(sent.outcome == SIMULATE_SENT && sent.send_us == 6 * second && sent.read_tokens == 900,
       "a warm one does");
    arena_free(&hand.arena);
}

static void test_shared_prefixes(void)
{
    struct plan_prefix both[] = { { .hash = 1, .tokens = 300, .is_1h = true },
                                  { .hash = 2, .tokens = 700 } };
    struct plan_prefix other[] = { { .hash = 1, .tokens = 300, .is_1h = true },
                                   { .hash = 3, .tokens = 800 } };
    struct hand hand = hand_new(60, -1, -1);
    hand_send(&hand, (struct simulate_request){ 1000, 0, 0, both, 2 });
    hand_send(&hand, (struct simulate_request){ 1000, 0, 0, other, 2 });
    hand_send(&hand, (struct simulate_request){ 1000, 0, 0, other, 2 });
    hand_send(&hand, (struct simulate_request){ 1000, 0, 301, other, 1 });
    ok(hand.sents[0].write_1h_tokens == 300 && hand.sents[0].write_5m_tokens == 400,
       "what lies between two breakpoints is written for as long as the later one says");
    ok(hand.sents[1].read_tokens == 300 && hand.sents[1].write_5m_tokens == 500,
       "what is beyond the longest prefix that is there is written");
    ok(hand.sents[2].read_tokens == 800 && hand.sents[2].write_5m_tokens == 0, "and read then");
    ok(hand.sents[3].read_tokens == 0 && hand.sents[3].write_1h_tokens == 0,
       "a prefix that is too short is neither");
    arena_free(&hand.arena);
}

static void test_extremes(void)
{
    struct hand hand = hand_new(INT64_MAX, INT64_MAX, INT64_MAX);
    hand.options.burst = INT64_MIN;
    hand.options.start_permille = INT64_MAX;
    hand.options.latency_us = INT64_MAX;
    hand.options.output_speed = 0;
    hand.options.concurrency = 1;
    struct plan_prefix prefix = { .hash = 0, .tokens = INT64_MAX };
    for (int i = 0; i < 110; i++)
        hand_send(&hand, (struct simulate_request){ INT64_MIN, INT64_MAX, INT64_MIN, &prefix, 1 });
    hand_send(&hand, (struct simulate_request){ INT64_MAX, 0, 0, &prefix, 1 });
    hand_end(&hand);
    ok(hand.result.outcomes[SIMULATE_SENT] == 100 &&
           hand.result.outcomes[SIMULATE_TOO_LATE] == 10 &&
           hand.result.first_index[SIMULATE_TOO_LATE] == 100,
       "after 300 years nothing more is sent");
    ok(hand.sents[110].outcome == SIMULATE_NEVER_ITPM, "nor is what is larger than any limit");
    ok(hand.result.points_len <= SIMULATE_POINTS_MAX, "and the curve has room");
    arena_free(&hand.arena);
}

int main(void)
{
    test_none();
    test_rpm();
    test_itpm();
    test_otpm();
    test_concurrency();
    test_cache();
    test_cache_lets_pass();
    test_shared_prefixes();
    test_extremes();
    test_random();
    return tap_done();
}
