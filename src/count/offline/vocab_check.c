#include "count/offline/vocab_check.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

enum { PLANE_LEN = 0x10000, CODE_POINTS_LEN = 0x110000, PUNCT_COST_MAX = 16 };

bool vocab_check_texts(const struct vocab *vocab, struct error *err)
{
    const struct vocab_header *header = vocab->header;
    const size_t size = sizeof header->package;
    size_t len = 0;
    while (len < size && header->package[len] > ' ' && header->package[len] < 0x7f)
        len++;
    bool is_padded = len > 0;
    for (size_t i = len; i < size; i++)
        is_padded &= header->package[i] == '\0';
    if (!is_padded || header->unicode >> 24)
        return error_usage(err, "damaged: no version of the package or of Unicode");
    bool is_text = utf8_invalid_at(vocab->licence, 0) == vocab->licence.len;
    for (size_t i = 0; is_text && i < vocab->licence.len; i++)
        is_text = vocab->licence.ptr[i] == '\n' || utf8_unsafe_at(vocab->licence, i) < 0;
    return is_text || error_usage(err, "damaged: the licence is no text");
}

static bool check_numbers(const struct vocab *vocab, struct error *err)
{
    const size_t traits_len = vocab->header->traits.size / sizeof(struct char_traits);
    const size_t blocks_size = vocab->header->blocks.size;
    for (size_t i = 0; i < VOCAB_INDEX_LEN; i++)
        if (vocab->index[i] >= blocks_size / 256)
            return error_usage(err, "damaged: no block %d of code points", vocab->index[i]);
    for (size_t i = 0; i < blocks_size; i++)
        if (vocab->blocks[i] >= traits_len)
            return error_usage(err, "damaged: no traits %d", vocab->blocks[i]);
    for (size_t i = 0; i < traits_len; i++) {
        const struct char_traits *traits = &vocab->traits[i];
        if (traits->class > CHAR_HARD || traits->kind > CHAR_SYMBOL || traits->reserved ||
            traits->reserved_too)
            return error_usage(err, "damaged: traits %zu are none", i);
    }
    return true;
}

/* The fast path knows ASCII without the table. */
static bool is_ascii_as_known(unsigned c, const struct char_traits *traits)
{
    const unsigned removed = CHAR_DROPPED | CHAR_AS_SPACE;
    const bool is_upper = c >= 'A' && c <= 'Z', is_lower = c >= 'a' && c <= 'z';
    if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7f)
        return traits->flags & removed;
    enum char_class class = c <= ' '               ? CHAR_SPACE
                            : is_upper || is_lower ? CHAR_WORDY
                            : c >= '0' && c <= '9' ? CHAR_DIGIT
                                                   : CHAR_PUNCT;
    return traits->class == class && !(traits->flags & (removed | CHAR_NFC | CHAR_CURLY_QUOTE)) &&
           !(traits->flags & CHAR_UPPER) == !is_upper &&
           !(traits->flags & CHAR_LOWER) == !is_lower &&
           traits->lower_delta == (is_upper ? 'a' - 'A' : 0);
}

/* Flags that are about single characters are on no other one. */
static bool are_flags_in_place(uint32_t c, unsigned flags)
{
    const bool is_quote = c == 0x2018 || c == 0x2019 || c == 0x201c || c == 0x201d;
    return (c == 0x1e9e || !(flags & CHAR_KEEPS_CASE)) &&
           (c == 0x0130 || !(flags & CHAR_NO_CAPITAL)) &&
           (c == 0x0e32 || !(flags & CHAR_SARA_AA)) && (is_quote || !(flags & CHAR_CURLY_QUOTE));
}

/* Lower case stays in the first plane. */
static bool is_lower_in_plane(uint32_t c, const struct char_traits *traits)
{
    const int64_t lower = (int64_t)c + traits->lower_delta;
    return !traits->lower_delta ||
           (lower > ' ' && lower < PLANE_LEN && (lower < 0xd800 || lower > 0xdfff));
}

/* Beyond the first plane there are no words, only hard characters. */
static bool is_block_beyond(const struct vocab *vocab, size_t block)
{
    bool holds = true;
    for (size_t i = 0; holds && i < 256; i++) {
        const struct char_traits *traits = &vocab->traits[vocab->blocks[block << 8 | i]];
        holds = traits->class == CHAR_HARD && !traits->lower_delta &&
                are_flags_in_place(UINT32_MAX, traits->flags);
    }
    return holds;
}

bool vocab_check_characters(const struct vocab *vocab, struct error *err)
{
    uint32_t c = 0;
    size_t block_beyond = SIZE_MAX; /* the last one that was looked at: most are the same */
    if (!check_numbers(vocab, err))
        return false;
    for (; c < PLANE_LEN; c++) {
        const struct char_traits *traits = vocab_traits(vocab, c);
        if ((c < 0x80 && !is_ascii_as_known(c, traits)) || !are_flags_in_place(c, traits->flags) ||
            !is_lower_in_plane(c, traits))
            break;
    }
    for (; c >= PLANE_LEN && c < CODE_POINTS_LEN; c += 256) {
        const size_t block = vocab->index[c >> 8];
        if (block != block_beyond && !is_block_beyond(vocab, block))
            break;
        block_beyond = block;
    }
    return c == CODE_POINTS_LEN ||
           error_usage(err, "damaged: U+%04" PRIX32 " cannot have such traits", c);
}

static bool is_ladder(const struct vocab_ladder *ladder)
{
    const size_t period = ladder->period;
    bool holds = period && period <= VOCAB_LADDER_LEN && ladder->cost[0] == 0;
    for (size_t len = 1; holds && len < VOCAB_LADDER_LEN; len++) {
        holds = ladder->cost[len] >= 1 && ladder->cost[len] <= len;
        if (len >= period && len >= VOCAB_LADDER_LEN - period)
            holds &= ladder->cost[len] == ladder->cost[len - period] + 1;
    }
    return holds;
}

static bool is_punct_row(const struct vocab *vocab, const uint8_t *costs)
{
    bool holds = true;
    for (uint32_t c = 0; c < 128; c++)
        holds &= vocab_traits(vocab, c)->class == CHAR_PUNCT
                     ? costs[c] >= 1 && costs[c] <= PUNCT_COST_MAX
                     : costs[c] == 0;
    return holds;
}

bool vocab_check_families(const struct vocab *vocab, struct error *err)
{
    for (size_t i = 0; i < VOCAB_FAMILIES_LEN; i++) {
        const struct vocab_family_traits *family = &vocab->families[i];
        if (family->folds_quotes > 1 || family->reserved[0] || family->reserved[1])
            return error_usage(err, "damaged: family %zu is none", i);
        for (size_t run = 0; run < VOCAB_RUNS_LEN; run++)
            if (!is_ladder(&family->ladders[run]))
                return error_usage(err, "damaged: costs of runs, %zu of family %zu", run, i);
        for (size_t sides = 0; sides < VOCAB_SIDES_LEN; sides++)
            if (!is_punct_row(vocab, family->punct[sides]))
                return error_usage(err, "damaged: costs of punctuation marks of family %zu", i);
    }
    return true;
}

/* Whether an edge leads to a row and to slots of the automaton. */
static bool leads_on(const struct vocab_automaton *automaton, uint32_t edge)
{
    const uint32_t base = edge & (VOCAB_SLOTS_MAX - 1);
    const uint32_t row = edge >> VOCAB_EDGE_ROW_SHIFT & (VOCAB_ROWS_MAX - 1);
    return base < automaton->slots_len && row < automaton->rows_len;
}

/* Slots are there by the row, in which all of a state lie: base ^ symbol is in it where base is. */
static bool is_in_bounds(const struct vocab *vocab, const struct vocab_automaton *automaton)
{
    const size_t rows_len = vocab->header->rows.size / sizeof(vocab_row);
    const size_t slots_len = vocab->header->labels.size;
    return (size_t)automaton->rows_at + automaton->rows_len <= rows_len &&
           (size_t)automaton->slots_at + automaton->slots_len <= slots_len &&
           vocab->header->slots.size == slots_len * sizeof(uint32_t) &&
           automaton->slots_len % VOCAB_ROW_LEN == 0;
}

static bool is_automaton(const struct vocab *vocab, const struct vocab_automaton *automaton)
{
    if (!automaton->rows_len)
        return true; /* nothing is asked of it */
    bool holds = is_in_bounds(vocab, automaton) && !automaton->reserved;
    for (size_t i = 0; i < VOCAB_OPENINGS_LEN; i++)
        holds &= leads_on(automaton, automaton->openings[i]);
    for (size_t row = 0; holds && row < automaton->rows_len; row++)
        for (size_t symbol = 0; symbol < VOCAB_ROW_LEN; symbol++)
            holds &= leads_on(automaton, vocab->rows[automaton->rows_at + row][symbol]);
    for (size_t slot = 0; holds && slot < automaton->slots_len; slot++)
        holds = leads_on(automaton, vocab->slots[automaton->slots_at + slot]);
    return holds;
}

bool vocab_check_automata(const struct vocab *vocab, struct error *err)
{
    for (size_t i = 0; i < VOCAB_FAMILIES_LEN; i++)
        if (!is_automaton(vocab, &vocab->automata[i]))
            return error_usage(err, "damaged: the automaton of family %zu leads nowhere", i);
    return true;
}

/* A trie as its children see it: 1 + the unit that has this base, and 1 + its depth; 0: unknown. */
struct ancestry {
    const uint32_t *trie;
    size_t len;
    uint32_t *parents;
    uint16_t *depths;
};

static uint32_t parent_of(const struct ancestry *ancestry, uint32_t unit)
{
    return ancestry->parents[unit ^ (ancestry->trie[unit] & 0xff)];
}

static bool find_parents(struct ancestry *ancestry, struct error *err)
{
    for (uint32_t i = 0; i < ancestry->len; i++) {
        const uint32_t base = ancestry->trie[i] >> VOCAB_BASE_SHIFT;
        if (base >= ancestry->len)
            return error_usage(err, "damaged: unit %" PRIu32 " leads out of the trie", i);
        if (base && ancestry->parents[base])
            return error_usage(err, "damaged: units %" PRIu32 " and %" PRIu32 " share children",
                               ancestry->parents[base] - 1, i);
        if (base)
            ancestry->parents[base] = i + 1;
    }
    return true;
}

/* Walks up to a unit whose depth is known, then again to note those on the way: linear in all. */
static bool find_depth(struct ancestry *ancestry, uint32_t unit, struct error *err)
{
    uint32_t steps = 0, at = unit;
    for (; !ancestry->depths[at]; steps++) {
        const uint32_t parent = parent_of(ancestry, at);
        if (!parent || !(ancestry->trie[at] & 0xff))
            return error_usage(err, "damaged: unit %" PRIu32 " of the trie has no parent", at);
        if (steps > VOCAB_PIECE_MAX)
            break;
        at = parent - 1;
    }
    uint32_t depth = ancestry->depths[at] + steps;
    if (steps > VOCAB_PIECE_MAX || depth > VOCAB_PIECE_MAX + 1)
        return error_usage(err, "damaged: a piece at unit %" PRIu32 " is too long", unit);
    for (at = unit; !ancestry->depths[at]; at = parent_of(ancestry, at) - 1)
        ancestry->depths[at] = (uint16_t)depth--;
    return true;
}

bool vocab_check_trie(const struct vocab *vocab, struct error *err)
{
    struct arena scratch = { 0 };
    struct ancestry ancestry = {
        .trie = vocab->trie,
        .len = vocab->trie_len,
        .parents = ARENA_ARRAY(&scratch, uint32_t, vocab->trie_len),
        .depths = ARENA_ARRAY(&scratch, uint16_t, vocab->trie_len),
    };
    bool holds =
        vocab->trie[0] >> VOCAB_BASE_SHIFT || error_usage(err, "damaged: the trie has no root");
    holds = holds && find_parents(&ancestry, err);
    ancestry.depths[0] = 1;
    for (uint32_t i = 1; holds && i < ancestry.len; i++)
        holds = !ancestry.trie[i] || find_depth(&ancestry, i, err);
    arena_free(&scratch);
    return holds;
}
