#include "rows.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* Rows are made better so often before there are twice as many. */
enum { ROUNDS = 2 };

unsigned rows_differ(const state_edges a, const state_edges b)
{
    unsigned count = 0;
    for (unsigned symbol = 0; symbol < SYMBOLS_LEN; symbol++)
        count += a[symbol] != b[symbol];
    return count;
}

/* To each state the row that is nearest, the first of several. */
static void assign(const struct states *states, struct rows *rows)
{
    rows->differing = 0;
    for (size_t i = 0; i < states->len; i++) {
        unsigned least = SYMBOLS_LEN + 1;
        for (size_t row = 0; row < rows->len; row++) {
            const unsigned count = rows_differ(states->edges[i], rows->items[row]);
            rows->of_states[i] = count < least ? (uint32_t)row : rows->of_states[i];
            least = count < least ? count : least;
        }
        rows->differing += least;
    }
}

/* A row becomes what most of its states have, edge by edge: whatever more than half of them have
 * outlives the others, when every two that are not the same go together (Boyer, Moore, "MJRTY: A
 * Fast Majority Vote Algorithm", 1981). */
static void improve(const struct states *states, struct rows *rows)
{
    state_edges *left = memory_new(rows->len, sizeof *left);
    for (size_t i = 0; i < states->len; i++) {
        uint32_t *row = rows->items[rows->of_states[i]], *votes = left[rows->of_states[i]];
        for (unsigned symbol = 0; symbol < SYMBOLS_LEN; symbol++) {
            const uint32_t edge = states->edges[i][symbol];
            if (!votes[symbol])
                row[symbol] = edge;
            votes[symbol] += row[symbol] == edge ? 1 : UINT32_MAX;
        }
    }
    free(left);
}

/* Any number below a limit, the same ones in every run (Marsaglia, "Xorshift RNGs", 2003). */
static uint64_t draw(uint64_t *seed, uint64_t limit)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed % limit;
}

/* One row more: the edges of some state, the likelier the more they differ from all rows (Arthur,
 * Vassilvitskii, "k-means++: The Advantages of Careful Seeding", 2007). */
static void add_row(const struct states *states, struct rows *rows, unsigned *nearest,
                    uint64_t *seed)
{
    uint64_t sum = 1;
    for (size_t i = 0; i < states->len; i++)
        sum += (uint64_t)nearest[i] * nearest[i];
    uint64_t left = draw(seed, sum);
    size_t chosen = 0;
    for (; chosen + 1 < states->len; chosen++) {
        const uint64_t weight = (uint64_t)nearest[chosen] * nearest[chosen];
        if (left < weight)
            break;
        left -= weight;
    }
    uint32_t *row = memcpy(rows->items[rows->len++], states->edges[chosen], sizeof *rows->items);
    for (size_t i = 0; i < states->len; i++) {
        const unsigned count = rows_differ(states->edges[i], row);
        nearest[i] = count < nearest[i] ? count : nearest[i];
    }
}

static void split(const struct states *states, struct rows *rows, uint64_t *seed)
{
    unsigned *nearest = memory_new(states->len, sizeof *nearest);
    for (size_t i = 0; i < states->len; i++)
        nearest[i] = rows_differ(states->edges[i], rows->items[rows->of_states[i]]);
    for (size_t len = rows->len; len; len--)
        add_row(states, rows, nearest, seed);
    free(nearest);
}

static void keep(struct rows *best, const struct rows *rows, size_t states_len)
{
    memcpy(best->items, rows->items, rows->len * sizeof *rows->items);
    memcpy(best->of_states, rows->of_states, states_len * sizeof *rows->of_states);
    best->len = rows->len;
    best->differing = rows->differing;
}

static struct rows make_rows(const struct states *states, size_t len)
{
    return (struct rows){
        .items = memory_new(len, sizeof(state_edges)),
        .len = 1,
        .of_states = memory_new(states->len, sizeof(uint32_t)),
    };
}

struct rows rows_choose(const struct states *states, size_t rows_max, size_t row_bytes,
                        size_t edge_bytes)
{
    struct rows best = make_rows(states, rows_max), rows = make_rows(states, rows_max);
    size_t least = SIZE_MAX;
    uint64_t seed = 1;
    for (;; split(states, &rows, &seed)) {
        for (unsigned i = 0; i < ROUNDS; i++) {
            assign(states, &rows);
            improve(states, &rows);
        }
        assign(states, &rows);
        const size_t bytes = rows.len * row_bytes + rows.differing * edge_bytes;
        if (bytes < least) {
            least = bytes;
            keep(&best, &rows, states->len);
        }
        if (2 * rows.len > rows_max)
            break;
    }
    rows_free(&rows);
    return best;
}

void rows_free(struct rows *rows)
{
    free(rows->items);
    free(rows->of_states);
}
