#include "count/offline/tiling.h"

#include <assert.h>
#include <string.h>

#include "count/offline/lanes.h"

/* More than the tokens of any window can differ. */
enum { UNREACHED = INT32_MAX / 2 };

void tiling_init(struct tiling *tiling, const struct vocab *vocab, enum vocab_family family)
{
    tiling->vocab = vocab;
    tiling->family = family;
    tiling->settled = 0;
    tiling->len = 0;
    tiling->reached_len = 1;
    tiling->best[0] = 0;
    memset(tiling->recent, 0, sizeof tiling->recent);
}

/* Bytes of the character or marker that starts with first. */
static size_t character_size(uint8_t first)
{
    return first < 0xc0 || first >= VOCAB_BOW ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* A character that is no piece: its longest known byte prefix is one token, so is each byte after.
 */
static int32_t price_by_bytes(const struct vocab *vocab, enum vocab_family family,
                              const uint8_t *bytes, size_t len)
{
    size_t longest = 1;
    uint32_t unit = vocab_step(vocab, vocab->trie[0], VOCAB_PREFIX);
    for (size_t i = 0; unit && i < len; i++) {
        unit = vocab_step(vocab, unit, bytes[i]);
        if (unit && vocab_ends(unit, family))
            longest = i + 1;
    }
    return (int32_t)(len - longest + 1);
}

int32_t tiling_character(const struct vocab *vocab, enum vocab_family family, const uint8_t *bytes,
                         size_t len)
{
    uint32_t unit = vocab->trie[0];
    for (size_t i = 0; i < len; i++) {
        unit = vocab_step(vocab, unit, bytes[i]);
        if (!unit)
            return price_by_bytes(vocab, family, bytes, len);
    }
    return vocab_ends(unit, family) ? 1 : price_by_bytes(vocab, family, bytes, len);
}

struct tiling_step tiling_bytewise(const struct tiling_text *text, size_t at)
{
    const size_t size = character_size(text->bytes[at]);
    return (struct tiling_step){
        .end = at + size,
        .tokens = price_by_bytes(text->vocab, text->family, text->bytes + at, size),
    };
}

/* Always stores: whether a price is lower cannot be foretold, and there may be many. */
static inline void lower(int32_t *best, int32_t price)
{
    *best = price < *best ? price : *best;
}

/* Every tile that starts at this byte lowers the price of where it ends. */
static inline void relax(struct tiling *tiling, size_t at)
{
    const uint32_t *trie = tiling->vocab->trie;
    const unsigned end_bit = VOCAB_END_SHIFT + (unsigned)tiling->family;
    const uint8_t *bytes = tiling->bytes;
    int32_t *best = tiling->best;
    const int32_t cost = best[at] + 1;
    const size_t end = tiling->len - at < TILING_PIECE_MAX ? tiling->len : at + TILING_PIECE_MAX;
    uint32_t unit = trie[0];
    for (size_t i = at; i < end;) {
        const uint8_t byte = bytes[i];
        unit = trie[unit >> VOCAB_BASE_SHIFT ^ byte];
        if ((uint8_t)unit != byte)
            break;
        i++;
        const int32_t no_end = (int32_t)(unit >> end_bit & 1) - 1;
        lower(best + i, cost | (no_end & UNREACHED));
    }
    const size_t whole = at + character_size(bytes[at]);
    if (best[whole] <= cost) /* it is a piece, or part of others as cheap */
        return;
    const int32_t bytewise =
        cost - 1 + price_by_bytes(tiling->vocab, tiling->family, bytes + at, whole - at);
    if (bytewise < best[whole])
        best[whole] = bytewise;
}

/* A character again and again, and the pieces of nothing else. */
struct repeat {
    size_t end;     /* where another byte follows, or none */
    size_t period;  /* bytes of the character */
    int32_t price;  /* of the character alone */
    size_t depth;   /* characters that begin some piece */
    size_t longest; /* bytes of the longest piece, or of the character */
    size_t coins_len;
    uint16_t coins[TILING_PIECE_MAX];     /* bytes of the pieces, the shortest first */
    uint32_t units[TILING_PIECE_MAX + 1]; /* of the trie, by characters from the root */
};

/* Bytes that are worth a look at the pieces of one character. */
enum { REPEAT_MIN = 24 };

static inline bool starts_repeat(const struct tiling *tiling, size_t at)
{
    const uint8_t *bytes = tiling->bytes + at;
    const size_t period = character_size(*bytes);
    return tiling->len - at >= REPEAT_MIN && *bytes == bytes[period] &&
           memcmp(bytes, bytes + period, REPEAT_MIN - period) == 0;
}

/* One walk for all the places in it. */
static void explore_repeat(const struct tiling *tiling, size_t at, struct repeat *repeat)
{
    const uint8_t *bytes = tiling->bytes;
    const size_t period = character_size(bytes[at]);
    size_t end = at + period;
    while (end < tiling->len && bytes[end] == bytes[end - period])
        end++;
    end -= (end - at) % period;
    repeat->end = end;
    repeat->period = period;
    repeat->depth = 0;
    repeat->coins_len = 0;
    repeat->price = tiling_character(tiling->vocab, tiling->family, bytes + at, period);
    repeat->units[0] = tiling->vocab->trie[0];
    repeat->longest = period;
    uint32_t unit = repeat->units[0];
    for (size_t i = at; i < end && i - at < TILING_PIECE_MAX;) {
        unit = vocab_step(tiling->vocab, unit, bytes[i++]);
        if (!unit)
            return;
        if ((i - at) % period)
            continue;
        repeat->units[++repeat->depth] = unit;
        if (!vocab_ends(unit, tiling->family))
            continue;
        repeat->longest = i - at;
        repeat->coins[repeat->coins_len++] = (uint16_t)(i - at);
    }
}

/* Tiles that start in the repeat and end behind it. */
static void relax_over_end(struct tiling *tiling, const struct repeat *repeat, size_t at)
{
    const size_t inside = (repeat->end - at) / repeat->period;
    const size_t end = tiling->len - at < TILING_PIECE_MAX ? tiling->len : at + TILING_PIECE_MAX;
    uint32_t unit = inside <= repeat->depth ? repeat->units[inside] : 0;
    for (size_t i = repeat->end; unit && i < end;) {
        unit = vocab_step(tiling->vocab, unit, tiling->bytes[i++]);
        if (unit && vocab_ends(unit, tiling->family))
            lower(tiling->best + i, tiling->best[at] + 1);
    }
}

/* The tiles that start at a place of the repeat. */
static inline void relax_place(struct tiling *tiling, const struct repeat *repeat, size_t at)
{
    int32_t *best = tiling->best + at;
    const int32_t cost = *best + 1;
    const size_t room = repeat->end - at;
    size_t coins_len = repeat->coins_len;
    lower(best + repeat->period, cost - 1 + repeat->price);
    while (coins_len && repeat->coins[coins_len - 1] > room)
        coins_len--;
    for (size_t i = 0; i < coins_len; i++)
        lower(best + repeat->coins[i], cost);
    if (room <= repeat->depth * repeat->period)
        relax_over_end(tiling, repeat, at);
}

/* Whether each place of a longest coin's length, up to at, costs one more than the place a longest
 * coin before it. Out of reach of what stands before the repeat, all that follow do then too: what
 * a place costs is a matter of the places a coin before it. */
static bool is_regular(const struct tiling *tiling, const struct repeat *repeat, size_t at)
{
    const int32_t *best = tiling->best;
    for (size_t i = 0; i < repeat->longest; i += repeat->period)
        if (best[at - i] != best[at - i - repeat->longest] + 1)
            return false;
    return true;
}

/* From a place where it is regular: gives all places what they cost, up to the reach of the place
 * it returns, at or before to, from which on tiles may end behind the repeat. */
static size_t skip_repeat(struct tiling *tiling, const struct repeat *repeat, size_t at, size_t to)
{
    const size_t room = repeat->end - at, reach = (repeat->depth + 1) * repeat->period;
    int32_t *best = tiling->best;
    if (room <= reach)
        return at;
    const size_t left = room - reach < to - at ? room - reach : to - at;
    const size_t last = at + left - left % repeat->period;
    for (size_t i = at; i <= last + repeat->longest; i += repeat->period)
        best[i] = best[i - repeat->longest] + 1;
    return last;
}

/* As relax() for every place of the repeat before to, but without a walk for each. Returns the
 * first place that is left. */
static size_t relax_repeat(struct tiling *tiling, size_t at, size_t to)
{
    struct repeat repeat;
    explore_repeat(tiling, at, &repeat);
    size_t look = at + TILING_PIECE_MAX + repeat.longest;
    for (; at < to && at < repeat.end; at += repeat.period) {
        if (at >= look) {
            look = at + repeat.longest;
            if (is_regular(tiling, &repeat, at))
                at = skip_repeat(tiling, &repeat, at, to);
        }
        relax_place(tiling, &repeat, at);
    }
    return at;
}

static void settle(struct tiling *tiling, size_t to)
{
    while (tiling->reached_len <= tiling->len)
        tiling->best[tiling->reached_len++] = UNREACHED;
    for (size_t at = 0; at < to;) {
        if (tiling->best[at] >= UNREACHED) /* inside a character */
            at++;
        else if (starts_repeat(tiling, at))
            at = relax_repeat(tiling, at, to);
        else
            relax(tiling, at++);
    }
}

/* The ends of the tiles that start at a byte, as bits; a character that is no piece goes to where
 * its bytes are paid. */
static inline uint64_t tile_ends(const struct tiling_text *text, size_t at, uint64_t *levels)
{
    const uint32_t *trie = text->vocab->trie;
    const uint32_t ends_here = (uint32_t)1 << (VOCAB_END_SHIFT + (unsigned)text->family);
    const uint8_t *bytes = text->bytes;
    uint64_t ends = 0;
    uint32_t unit = trie[0];
    for (size_t i = at; i < text->len;) {
        const uint8_t byte = bytes[i];
        unit = trie[unit >> VOCAB_BASE_SHIFT ^ byte];
        if ((uint8_t)unit != byte)
            break;
        i++;
        ends |= (uint64_t)((unit & ends_here) != 0) << i;
    }
    if (!(ends >> (at + character_size(bytes[at])) & 1)) {
        const struct tiling_step character = tiling_bytewise(text, at);
        levels[character.tokens] |= (uint64_t)1 << character.end;
    }
    return ends;
}

/* A short stream: places reached with one token, with two, and so on, the farthest first, until
 * the end is among them. Few starts are looked at that lead nowhere. */
int64_t tiling_short(const struct tiling_text *text)
{
    uint64_t levels[TILING_SHORT + 8];
    uint64_t seen = 0;
    const uint64_t whole = (uint64_t)1 << text->len;
    levels[0] = 1;
    levels[1] = levels[2] = levels[3] = levels[4] = 0; /* a character costs no more */
    for (int64_t tokens = 0;; tokens++) {
        levels[tokens + 5] = 0;
        uint64_t left = levels[tokens] & ~seen;
        seen |= left;
        if (left & whole)
            return tokens;
        while (left) {
            const unsigned at = lanes_last(left);
            left ^= (uint64_t)1 << at;
            levels[tokens + 1] |= tile_ends(text, at, levels + tokens);
            if (levels[tokens + 1] & whole)
                return tokens + 1;
        }
    }
}

/* Makes room: what starts in the first part of the window is settled, the rest moves to the front.
 */
static void slide(struct tiling *tiling)
{
    size_t to = tiling->len - TILING_PIECE_MAX;
    settle(tiling, to);
    while (tiling->best[to] >= UNREACHED) /* inside a character */
        to++;
    const int32_t base = tiling->best[to];
    tiling->settled += base;
    tiling->len -= to;
    memmove(tiling->bytes, tiling->bytes + to, tiling->len);
    for (size_t i = 0; i <= tiling->len; i++) {
        const int32_t best = tiling->best[to + i];
        tiling->best[i] = best >= UNREACHED ? UNREACHED : best - base;
    }
    tiling->reached_len = tiling->len + 1;
}

void tiling_put(struct tiling *tiling, const uint8_t *bytes, size_t len)
{
    while (len) {
        if (tiling->len == TILING_SIZE)
            slide(tiling);
        const size_t room = TILING_SIZE - tiling->len;
        const size_t size = len < room ? len : room;
        memcpy(tiling->bytes + tiling->len, bytes, size);
        tiling->len += size;
        bytes += size;
        len -= size;
    }
}

int64_t tiling_finish(struct tiling *tiling)
{
    int64_t tokens;
    if (tiling_is_short(tiling)) {
        const struct tiling_text text = { tiling->vocab, tiling->family, tiling->bytes,
                                          tiling->len };
        tokens = tiling_short(&text);
    } else {
        settle(tiling, tiling->len);
        tokens = tiling->settled + tiling->best[tiling->len];
        assert(tiling->best[tiling->len] < UNREACHED);
    }
    tiling->settled = 0;
    tiling->len = 0;
    tiling->reached_len = 1;
    tiling->best[0] = 0;
    return tokens;
}
