#include "count/offline/tokenizer.h"

#include "base/wide.h"
#include "count/offline/blocks.h"
#include "count/offline/changes.h"
#include "count/offline/lanes.h"
#include "count/offline/normalize.h"
#include "count/offline/reading.h"

/* A long text is counted in pieces of about this size, which stay in the processor's cache. */
enum { PIECE_SIZE = 32 * 1024 };

/* A text so long is worth a look at all characters of the vocabulary. */
enum { LEARN_SIZE = 16 * 1024 };

blocks_reader *blocks_choose(void)
{
    return blocks_wide && WIDE_CAN_RUN ? blocks_wide : blocks_read;
}

void tokenizer_init(struct tokenizer *tokenizer, const struct vocab *vocab,
                    enum vocab_family family, struct arena *arena)
{
    *tokenizer = (struct tokenizer){
        .vocab = vocab,
        .family = family,
        .arena = arena,
        .read_blocks = blocks_choose(),
        .next_change = changes_wide && WIDE_CAN_RUN ? changes_wide : changes_next,
    };
    prices_init(&tokenizer->prices, arena);
    tiling_init(&tokenizer->tiling, vocab, family);
    newcomers_init(&tokenizer->newcomers);
    if (tiling_group_wide && WIDE_CAN_RUN)
        tokenizer->newcomers.count = tiling_group_wide;
}

/* Before a visible ASCII character after a newline: what stands there is counted without a look at
 * what stands before. */
size_t tokenizer_cut(struct str text, size_t from)
{
    for (size_t at = from; at < text.len; at++) {
        at = str_find(text, '\n', at);
        if (at + 1 < text.len && text.ptr[at + 1] > ' ' && text.ptr[at + 1] <= '~')
            return at + 1;
    }
    return text.len;
}

static int64_t count_piece(struct tokenizer *tokenizer, struct str text, bool head_is_space)
{
    struct reading reading = {
        .tokenizer = tokenizer,
        .start = (const uint8_t *)text.ptr,
        .head_is_space = head_is_space,
        .has_replacements = tokenizer->replacement.state == REPLACEMENT_ALONE,
    };
    reading.end = reading.start + text.len;
    reading.space_is_pending = head_is_space && !(text.len && *text.ptr == ' ');
    blocks_reader *read_blocks = tokenizer->read_blocks;
    const uint8_t *next = reading.start; /* place for blocks */
    for (const uint8_t *at = reading.start, *to; at < reading.end; at = to) {
        to = at;
        if (read_blocks && at >= next && reading.end - at >= BLOCKS_SIZE_MIN &&
            blocks_may_start(at))
            to = read_blocks(&reading, at, &next);
        if (to == at)
            to = reading_run(&reading, at);
    }
    reading_finish(&reading);
    return reading.tokens;
}

static size_t newlines_at_end(struct str text)
{
    size_t len = 0;
    while (len < text.len && text.ptr[text.len - 1 - len] == '\n')
        len++;
    return len;
}

/* What newlines at the end cost beside the two of the frame, which are a token already. */
static int64_t tail_tokens(const struct tokenizer *tokenizer, size_t newlines)
{
    if (!newlines)
        return 0;
    return vocab_ladder_tokens(
               &tokenizer->vocab->families[tokenizer->family].ladders[VOCAB_NEWLINES],
               newlines + 2) -
           1;
}

static struct str without_white_space_at_end(struct str text)
{
    while (text.len) {
        const char last = text.ptr[text.len - 1];
        if (last != ' ' && (last < '\t' || last > '\r'))
            break;
        text.len--;
    }
    return text;
}

static int64_t count_pieces(struct tokenizer *tokenizer, struct str text, struct text_edges edges)
{
    int64_t tokens = 0;
    bool is_head = true;
    do {
        const size_t size = tokenizer_cut(text, PIECE_SIZE);
        const bool is_last = size == text.len;
        struct str piece = normalize(tokenizer, str_slice(text, 0, size));
        const bool takes_space = is_head && edges.after_word_begin;
        if (takes_space && text.len && text.ptr[0] == ' ' && piece.len && piece.ptr[0] == ' ' &&
            (piece.len == 1 || piece.ptr[1] != ' '))
            piece = str_slice(piece, 1, piece.len);
        if (is_last && edges.tail == TEXT_TAIL_NEWLINES) {
            const size_t newlines = newlines_at_end(piece);
            piece.len -= newlines;
            tokens += tail_tokens(tokenizer, newlines);
        }
        tokens += count_piece(tokenizer, piece, takes_space);
        text = str_slice(text, size, text.len);
        is_head = false;
    } while (text.len);
    return tokens;
}

static const struct text_edges inside = { .tail = TEXT_TAIL_INSIDE };

static int64_t count_part(struct tokenizer *tokenizer, struct str text, size_t from, size_t to)
{
    return from < to ? count_pieces(tokenizer, str_slice(text, from, to), inside) : 0;
}

/* So many passages are on their way from memory together. */
enum { PASSAGES_AT_ONCE = 32 };

/* Passages of a text, one after another; one that is too long to be remembered has no size. */
struct row {
    size_t len;
    size_t ends[PASSAGES_AT_ONCE];
    struct passage_id ids[PASSAGES_AT_ONCE];
};

/* Those from a place on. */
static void find_passages(const struct tokenizer *tokenizer, struct str text, size_t from,
                          struct row *row)
{
    row->len = 0;
    for (size_t i = 0; i < PASSAGES_AT_ONCE && from < text.len; from = row->ends[i++]) {
        const size_t end = tokenizer_cut(text, from + PASSAGE_SIZE_MIN);
        row->ends[row->len++] = end;
        row->ids[i].size = 0;
        if (end - from <= PASSAGE_SIZE_MAX)
            row->ids[i] = passages_id(tokenizer->passages->passages, str_slice(text, from, end));
    }
}

/* The tokens of a passage that was met before. */
static int64_t count_passage(struct tokenizer *tokenizer, struct str passage,
                             const struct passage_id *id, uint16_t known)
{
    if (known)
        return known;
    const int64_t tokens = count_pieces(tokenizer, passage, inside);
    passages_keep(tokenizer->passages->passages, tokenizer->family, id, tokens);
    return tokens;
}

/* What was not met before is counted together, as it comes. */
static int64_t count_passages(struct tokenizer *tokenizer, struct str text)
{
    struct row row;
    size_t counted = 0; /* all before this place */
    int64_t tokens = 0;
    for (size_t at = 0; at < text.len;) {
        find_passages(tokenizer, text, at, &row);
        for (size_t i = 0; i < row.len; at = row.ends[i++]) {
            struct passage_known known = { 0 };
            if (row.ids[i].size)
                known = passages_meet(tokenizer->passages, tokenizer->family, &row.ids[i]);
            if (!known.is_met)
                continue;
            tokens += count_part(tokenizer, text, counted, at) +
                      count_passage(tokenizer, str_slice(text, at, row.ends[i]), &row.ids[i],
                                    known.tokens);
            counted = row.ends[i];
        }
    }
    return tokens + count_part(tokenizer, text, counted, text.len);
}

int64_t tokenizer_count(struct tokenizer *tokenizer, struct str text, struct text_edges edges)
{
    if (edges.tail == TEXT_TAIL_FREE)
        text = without_white_space_at_end(text);
    if (text.len >= LEARN_SIZE && !tokenizer->leads.are_known)
        leads_learn(&tokenizer->leads, tokenizer->vocab);
    const bool is_inside = edges.tail == TEXT_TAIL_INSIDE && !edges.after_word_begin;
    if (is_inside && tokenizer->passages && passages_start(tokenizer->passages, text))
        return count_passages(tokenizer, text);
    return count_pieces(tokenizer, text, edges);
}
