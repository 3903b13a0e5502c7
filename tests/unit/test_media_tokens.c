/* Tokens of images: the vendor's figures, what the API counted, and what holds of all sizes. */
#include "input/media.h"
#include "tap.h"

static const struct {
    int64_t width_px, height_px;
    struct media_size seen[2]; /* by tier; { 0 }: as it is */
    int64_t tokens[2];
} seen[] = {
    /* build-with-claude/vision, 2026-08-22. For 2000 x 1500 it prints 1269 x 952, which is not what
     * the code in vision-coordinates gives. */
    { 200, 200, { { 0 }, { 0 } }, { 64, 64 } },
    { 1000, 1000, { { 0 }, { 0 } }, { 1296, 1296 } },
    { 1092, 1092, { { 0 }, { 0 } }, { 1521, 1521 } },
    { 1920, 1080, { { 1456, 819 }, { 0 } }, { 1560, 2691 } },
    { 2000, 1500, { { 1270, 952 }, { 0 } }, { 1564, 3888 } },
    { 3840, 2160, { { 1456, 819 }, { 2576, 1449 } }, { 1560, 4784 } },
    /* vision-coordinates, 2026-08-22: under the edge, over the tokens */
    { 1075, 1520, { { 924, 1307 }, { 0 } }, { 1551, 2145 } },
    /* exactly at the limits, and one over */
    { 1568, 784, { { 0 }, { 0 } }, { 1568, 1568 } },
    { 1569, 1, { { 1568, 1 }, { 0 } }, { 56, 57 } },
    { 1568, 785, { { 1567, 784 }, { 0 } }, { 1568, 1624 } },
    { 2576, 1456, { { 1456, 823 }, { 0 } }, { 1560, 4784 } },
    { 2577, 1, { { 1568, 1 }, { 2576, 1 } }, { 56, 92 } },
    /* extremes */
    { 1, 1, { { 0 }, { 0 } }, { 1, 1 } },
    { 28, 29, { { 0 }, { 0 } }, { 2, 2 } },
    { 8000, 1, { { 1568, 1 }, { 2576, 1 } }, { 56, 92 } },
    { 8000, 8000, { { 1092, 1092 }, { 1932, 1932 } }, { 1521, 4761 } },
    { INT32_MAX, 1, { { 1568, 1 }, { 2576, 1 } }, { 56, 92 } },
    { INT32_MAX, INT32_MAX, { { 1092, 1092 }, { 1932, 1932 } }, { 1521, 4761 } },
    /* a tie of the short edge that floating point decides */
    { 2354, 2017, { { 1176, 1008 }, { 2072, 1775 } }, { 1512, 4736 } },
};

static void test_seen(void)
{
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++)
        for (int tier = 0; tier < 2; tier++) {
            const struct media_size as_is = { seen[i].width_px, seen[i].height_px };
            struct media_size want = seen[i].seen[tier].width_px ? seen[i].seen[tier] : as_is;
            struct media_size size =
                media_resized(as_is.width_px, as_is.height_px, (enum media_tier)tier);
            int64_t tokens = media_tokens(as_is.width_px, as_is.height_px, (enum media_tier)tier);
            if (!ok(size.width_px == want.width_px && size.height_px == want.height_px &&
                        tokens == seen[i].tokens[tier],
                    "the size an image is seen in, and its tokens"))
                printf("# %lld x %lld in tier %d is seen as %lld x %lld, %lld tokens\n",
                       (long long)as_is.width_px, (long long)as_is.height_px, tier,
                       (long long)size.width_px, (long long)size.height_px, (long long)tokens);
        }
}

/* What count_tokens said beside the text on 2026-07-05 (diegosouzapw/OmniGlyph, billing-sweep),
 * less what each image costs beside its patches: 4 on claude-sonnet-4-5, 3 on claude-fable-5. */
static void test_counted(void)
{
    static const struct {
        int64_t width_px, height_px;
        int64_t tokens[2]; /* by tier */
    } cases[] = {
        { 1092, 1092, { 1525 - 4, 1524 - 3 } }, { 1000, 1000, { 1300 - 4, 1299 - 3 } },
        { 1568, 728, { 1460 - 4, 1459 - 3 } },  { 1928, 1928, { 1525 - 4, 4764 - 3 } },
        { 1960, 1960, { 1525 - 4, 4764 - 3 } }, { 2576, 1204, { 1516 - 4, 3959 - 3 } },
        { 728, 728, { 680 - 4, 679 - 3 } },     { 1120, 560, { 804 - 4, 803 - 3 } },
        { 768, 1932, { 1292 - 4, 1935 - 3 } },  { 2800, 600, { 676 - 4, 1843 - 3 } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ok(media_tokens(cases[i].width_px, cases[i].height_px, MEDIA_TIER_STANDARD) ==
                   cases[i].tokens[MEDIA_TIER_STANDARD] &&
               media_tokens(cases[i].width_px, cases[i].height_px, MEDIA_TIER_HIGH) ==
                   cases[i].tokens[MEDIA_TIER_HIGH],
           "tokens as the API counted them");
}

static unsigned next_random(unsigned *state, unsigned below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

static bool is_same_size(struct media_size a, struct media_size b)
{
    return a.width_px == b.width_px && a.height_px == b.height_px;
}

static int64_t patches(struct media_size size)
{
    return ((size.width_px + 27) / 28) * ((size.height_px + 27) / 28);
}

/* Whether the next larger size of the same shape does not fit, however its short edge is rounded.
 */
static bool is_largest(struct media_size size, struct media_size from, enum media_tier tier)
{
    if (is_same_size(size, from))
        return true;
    bool is_wide = from.width_px >= from.height_px;
    struct media_size next = { size.width_px + is_wide, size.height_px + !is_wide };
    double grown = is_wide ? (double)next.width_px / (double)from.width_px
                           : (double)next.height_px / (double)from.height_px;
    int64_t edge_max = tier == MEDIA_TIER_HIGH ? 2576 : 1568;
    if (is_wide)
        next.height_px = (int64_t)(grown * (double)from.height_px + 1);
    else
        next.width_px = (int64_t)(grown * (double)from.width_px + 1);
    return (is_wide ? next.width_px : next.height_px) > edge_max ||
           patches(next) > media_tokens_max(tier);
}

/* Two thirds of the sizes are up to what the API takes, the others anything. */
static void test_properties(void)
{
    bool bounded = true, fits = true, steady = true, turned = true, grows = true, largest = true;
    unsigned state = 3;
    for (int i = 0; i < 30000; i++) {
        unsigned most = i % 3 ? 8000 : 1u << (1 + next_random(&state, 23));
        struct media_size from = { 1 + next_random(&state, most), 1 + next_random(&state, most) };
        int64_t standard_tokens = media_tokens(from.width_px, from.height_px, MEDIA_TIER_STANDARD);
        for (int t = 0; t < 2; t++) {
            enum media_tier tier = (enum media_tier)t;
            struct media_size size = media_resized(from.width_px, from.height_px, tier);
            int64_t tokens = media_tokens(from.width_px, from.height_px, tier);
            bounded &= tokens >= 1 && tokens <= media_tokens_max(tier) && tokens == patches(size);
            fits &= size.width_px <= from.width_px && size.height_px <= from.height_px;
            steady &= is_same_size(media_resized(size.width_px, size.height_px, tier), size);
            turned &= media_tokens(from.height_px, from.width_px, tier) == tokens;
            grows &= tier == MEDIA_TIER_STANDARD || tokens >= standard_tokens;
            largest &= is_largest(size, from, tier);
        }
    }
    ok(bounded, "tokens are those of the size that is seen, and at most the tier's");
    ok(fits, "no image is enlarged");
    ok(steady, "an image that was resized is so no more");
    ok(turned, "turning an image keeps its tokens");
    ok(grows, "the higher tier costs no less");
    ok(largest, "there is no larger size that fits");
    ok(media_tokens_max(MEDIA_TIER_STANDARD) == 1568 && media_tokens_max(MEDIA_TIER_HIGH) == 4784,
       "the tiers' most");
}

int main(void)
{
    test_seen();
    test_counted();
    test_properties();
    return tap_done();
}
