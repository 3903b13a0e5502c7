/* What true counts teach: statistics with known answers. */
#include "count/fit.h"

#include "count/count.h"
#include "tap.h"

enum { MANY = 400 };

static struct arena arena;
static struct observation observations[3 * MANY];
static size_t observations_len;

/* A request of so many tokens, +-reach, whose true count is off by so much. */
static void observe(int64_t tokens, int64_t reach, int64_t off)
{
    struct observation *observation = &observations[observations_len];
    *observation =
        (struct observation){ tokens - reach, tokens, tokens + reach, tokens + off, { 0 } };
    observation->body[0] = (uint8_t)observations_len;
    observation->body[15] = (uint8_t)(observations_len >> 8);
    observations_len++;
}

static struct fit learn(void)
{
    struct fit fit;
    fit_learn(&arena, observations, observations_len, &fit);
    observations_len = 0;
    return fit;
}

static struct fit learn_of(const int64_t *offs, size_t len)
{
    for (size_t i = 0; i < len; i++)
        observe(1000 + (int64_t)i, 6, offs[i]);
    return learn();
}

#define LEARN(...)                                                                                 \
    learn_of((const int64_t[]){ __VA_ARGS__ },                                                     \
             sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))

static void test_median(void)
{
    struct fit fit = LEARN(40, 43, 41);
    ok(fit.verdict == FIT_USED && fit.correction.shift == 41, "the median of three");
    ok(fit.correction.answers == 3 && fit.correction.held_out.judged == 3 &&
           !fit.correction.outliers,
       "of all three");
    /* without 40: (41 + 43) / 2 = 42; without 43: 40; without 41: 41 */
    ok(fit.correction.below == 2 && fit.correction.above == 3,
       "how far the held-out ones were off");
    ok(fit.correction.held_out.inside_before == 0 && fit.correction.held_out.inside_after == 3,
       "coverage before and after");
    ok(fit.width_before == 12 && fit.width_after == 12, "the band keeps its width");
    fit = LEARN(40, 43, 41, 42);
    ok(fit.correction.shift == 41, "the mean of the two in the middle, toward 0");
    fit = LEARN(-40, -43, -41, -42);
    ok(fit.correction.shift == -41, "also below 0");
    ok(fit.spread == 1, "the spread");
}

static void test_too_few(void)
{
    struct fit fit = learn();
    ok(fit.verdict == FIT_TOO_FEW && !fit.observations, "nothing");
    fit = LEARN(40);
    ok(fit.verdict == FIT_TOO_FEW, "one");
    fit = LEARN(40, 40);
    ok(fit.verdict == FIT_TOO_FEW && fit.correction.answers == 2, "two");
    for (int i = 0; i < 5; i++)
        observe(1000, 6, 40);
    for (int i = 0; i < 5; i++)
        observations[i].body[0] = (uint8_t)(i % 2);
    fit = learn();
    ok(fit.verdict == FIT_TOO_FEW && fit.observations == 2, "five of two bodies");
    fit = LEARN(40, 40, 900);
    ok(fit.verdict == FIT_DROPPED, "two and one that is far off");
}

static void test_same_body(void)
{
    for (int i = 0; i < 4; i++)
        observe(1000, 6, i ? 40 : 600);
    observations[3].body[0] = 0;
    const struct fit fit = learn();
    ok(fit.observations == 3 && fit.correction.shift == 40, "of a body the newest counts");
}

static void test_outlier(void)
{
    struct fit fit = LEARN(40, 700, 41, 40, 40);
    ok(fit.verdict == FIT_USED && fit.correction.shift == 40, "an outlier changes nothing");
    ok(fit.correction.answers == 4 && fit.correction.outliers == 1, "it is left aside");
    ok(fit.correction.held_out.judged == 5 && fit.correction.held_out.inside_after == 4,
       "and is judged all the same");
    fit = LEARN(40, 41, 40, 40, 700);
    ok(fit.verdict == FIT_DROPPED, "the newest answer is far off: dropped");
    fit = LEARN(40, 41, 40, 40, 700, 40, 41);
    ok(fit.verdict == FIT_DROPPED, "still, after two that agree");
    fit = LEARN(40, 41, 40, 40, 700, 40, 41, 40);
    ok(fit.verdict == FIT_USED && fit.correction.outliers == 1, "used again after three");
    fit = LEARN(40, 41, 40, 40, 223, 224, 223);
    ok(fit.verdict == FIT_USED && fit.correction.shift == 223 && fit.forgotten == 4,
       "three new ones agree on another frame: it counts");
    fit = LEARN(40, 41, 40, 40, 40, 40, 223, 500, 900);
    ok(fit.verdict == FIT_DROPPED, "three new ones that do not agree");
}

static void test_scales(void)
{
    for (int64_t i = 1; i <= 9; i++)
        observe(1000 * i, 200, 20 * i);
    ok(learn().verdict == FIT_SCALES, "2 % of every size is no frame");
    for (int64_t i = 1; i <= 9; i++)
        observe(1000 * i, 2, 40 + i % 2);
    ok(learn().verdict == FIT_USED, "40 tokens for every size are");
    for (int64_t i = 1; i <= 9; i++)
        observe(1000 * i, 200, -20 * i - i % 2);
    ok(learn().verdict == FIT_SCALES, "and so when there are fewer");
    for (int64_t i = 0; i < 3; i++)
        observe(500, 200, 20 * i);
    ok(learn().verdict != FIT_SCALES, "of one size nothing scales");
}

static void test_exact(void)
{
    struct fit fit = LEARN(0, 0, 0, 0);
    ok(fit.verdict == FIT_EXACT && !fit.correction.shift, "nothing to correct");
    fit = LEARN(-3, 2, 0, 5, -4, 0);
    ok(fit.verdict == FIT_EXACT, "nor where they lie around 0 within the band");
    fit = LEARN(-60, 55, 3, 70, -80, 20);
    ok(fit.verdict != FIT_USED ||
           fit.correction.held_out.inside_after >= fit.correction.held_out.inside_before,
       "never for less coverage");
}

/* Differences that are noise, and larger for larger requests: their median is nobody's frame. */
static void test_noise(void)
{
    static const int64_t percents[] = { 5, -3, 4, -6, 2, 7, -2, 3, -5, 6, 1, 4 };
    for (int64_t i = 0; i < 12; i++)
        observe(50 + 400 * (i * 7 % 12), 900, (50 + 400 * (i * 7 % 12)) * percents[i] / 100);
    ok(learn().verdict == FIT_NO_BETTER, "a median within the noise");
    for (int64_t i = 0; i < 12; i++) /* 30 more of the large half: a tenth more of the small one */
        observe(i % 3 ? 9000 + i : 20 + i, 900, i % 3 ? 30 + i % 2 : 0);
    const struct fit fit = learn();
    ok(fit.verdict != FIT_USED, "what is better for large requests and worse for small ones");
}

static struct count offline(int64_t low, int64_t tokens, int64_t high)
{
    return (struct count){ .low = low, .tokens = tokens, .high = high };
}

static bool is_band(const struct count *count, int64_t low, int64_t tokens, int64_t high)
{
    return count->low == low && count->tokens == tokens && count->high == high;
}

static void test_apply(void)
{
    struct correction correction = {
        .answers = 3, .shift = 41, .below = 2, .above = 30, .largest = 500
    };
    struct count count = offline(90, 100, 110);
    correction_apply(&correction, &count);
    ok(is_band(&count, 131, 141, 171), "the band moves, and grows to what was held out");
    correction.narrows = true;
    count = offline(90, 100, 110);
    correction_apply(&correction, &count);
    ok(is_band(&count, 139, 141, 171), "it narrows where it may");
    count = offline(491, 501, 511);
    correction_apply(&correction, &count);
    ok(is_band(&count, 532, 542, 572), "but not for a larger request than any seen");
    count = offline(1, 3, COUNT_UNBOUNDED);
    correction.shift = -9;
    correction_apply(&correction, &count);
    ok(is_band(&count, 1, 1, COUNT_UNBOUNDED), "at least one token, and no bound stays none");
}

/* Differences from -3 to 3 around 40, and a band of +-reach. */
static void observe_many(size_t len, int64_t reach)
{
    unsigned state = 5;
    for (size_t i = 0; i < len; i++) {
        state = state * 1664525u + 1013904223u;
        observe(1000 + (int64_t)(state >> 8) % 900, reach, 40 + (int64_t)(state >> 20) % 7 - 3);
    }
}

static void test_narrow(void)
{
    observe_many(198, 50);
    struct fit fit = learn();
    ok(fit.verdict == FIT_USED && !fit.correction.narrows && fit.width_after == 100,
       "198 answers do not make the band narrower");
    observe_many(199, 50);
    fit = learn();
    ok(fit.verdict == FIT_USED && fit.correction.narrows, "199 do");
    ok(fit.width_after == fit.correction.below + fit.correction.above && fit.width_after >= 6,
       "to what held-out answers needed");
    ok(fit.correction.held_out.inside_after == 199, "which all lie in it");
    for (int i = 0; i < 199; i++)
        observe(1000 + i, 50, 0);
    fit = learn();
    ok(fit.verdict == FIT_USED && !fit.correction.shift && !fit.width_after,
       "also where nothing is to be corrected");
    observe_many(MANY, 50);
    observations[7].actual += 500;
    fit = learn();
    ok(fit.correction.outliers == 1 && !fit.correction.narrows, "not with an outlier");
    observe_many(MANY, 1);
    fit = learn();
    ok(!fit.correction.narrows && fit.width_after >= 6, "a band that was too narrow grows");
}

/* Whatever comes: the band is no narrower than held-out answers need, nor than it was with few. */
static void test_never_narrower(void)
{
    unsigned state = 11;
    bool holds = true, covers = true;
    for (int run = 0; run < 3000; run++) {
        const unsigned scale = 1 + (state >> 9) % 60, len = 3 + (state >> 15) % 30;
        for (unsigned i = 0; i < len; i++) {
            state = state * 1664525u + 1013904223u;
            observe(100 + (state >> 8) % 5000, (state >> 12) % 20,
                    (int64_t)((state >> 16) % scale) - 9);
        }
        struct fit fit;
        fit_learn(&arena, observations, observations_len, &fit);
        for (size_t i = 0; i < observations_len && fit.verdict == FIT_USED; i++) {
            struct count count =
                offline(observations[i].low, observations[i].tokens, observations[i].high);
            const int64_t width = count.high - count.low;
            correction_apply(&fit.correction, &count);
            holds &= count.high - count.low >= width;
            holds &= count.high - count.low >= fit.correction.below + fit.correction.above;
        }
        covers &= fit.verdict != FIT_USED ||
                  fit.correction.held_out.inside_after >= fit.correction.held_out.inside_before;
        observations_len = 0;
        arena_reset(&arena);
    }
    ok(holds, "no band of few answers is narrower than it was");
    ok(covers, "no coverage, held out, is lower than it was");
}

static void test_bounded(void)
{
    for (int i = 0; i < 3 * MANY; i++)
        observe(1000 + i, 6, i < MANY / 2 ? 90 : 40);
    const struct fit fit = learn();
    ok(fit.observations == FIT_OBSERVATIONS_MAX && fit.correction.answers == FIT_OBSERVATIONS_MAX,
       "the newest thousand count");
    for (int i = 0; i < 5; i++)
        observe(((int64_t)1 << 53) - 9, 6, i);
    ok(learn().correction.shift == 2, "large numbers");
}

static void test_find(void)
{
    struct correction items[] = {
        { .model = STR_INIT("b"), .shape = { 2 }, .shift = 1 },
        { .model = STR_INIT("a"), .shape = { 9 }, .shift = 2 },
        { .model = STR_INIT("b"), .shape = { 1 }, .shift = 3 },
    };
    struct calibration calibration = { .items = items, .len = 3 };
    calibration_sort(&calibration);
    ok(calibration_find(&calibration, STR("b"), (struct shape){ 2 })->shift == 1 &&
           calibration_find(&calibration, STR("a"), (struct shape){ 9 })->shift == 2 &&
           calibration_find(&calibration, STR("b"), (struct shape){ 1 })->shift == 3,
       "each is found by model and shape");
    ok(!calibration_find(&calibration, STR("a"), (struct shape){ 1 }) &&
           !calibration_find(&(struct calibration){ 0 }, STR("a"), (struct shape){ 9 }),
       "and no other");
}

int main(void)
{
    test_median();
    test_too_few();
    test_same_body();
    test_outlier();
    test_scales();
    test_exact();
    test_noise();
    test_apply();
    test_narrow();
    test_never_narrower();
    test_bounded();
    test_find();
    arena_free(&arena);
    return tap_done();
}
