#include "states.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* Pieces as a trie: node 0 is the root, which is no child. */
struct node {
    uint32_t children[SYMBOLS_LEN];
    bool ends;
    int depth; /* symbols of the longest way on */
};

struct trie {
    struct node *nodes;
    size_t len;
};

/* A piece under way: where it is, and tokens before it, less those of all that was read. */
struct under_way {
    uint32_t node;
    int32_t tokens;
};

/* Sorted by node; the piece that would begin now is left out, for it is in all of them. */
enum { UNDER_WAY_MAX = 128 };
struct state {
    size_t len;
    struct under_way items[UNDER_WAY_MAX];
};

/* All states that were found, one behind another, and a table of their numbers by their hash. */
struct found {
    struct trie trie;
    struct under_way *items;
    size_t items_len, items_cap;
    size_t *starts; /* len + 1 of them */
    size_t len, cap;
    uint32_t *table; /* number + 1 */
    size_t table_len;
};

static void add_piece(struct trie *trie, struct symbols piece)
{
    uint32_t node = 0;
    for (size_t i = 0; i < piece.len; i++) {
        uint32_t *child = &trie->nodes[node].children[piece.items[i]];
        if (!*child)
            *child = (uint32_t)trie->len++;
        const int depth = (int)(piece.len - i);
        if (trie->nodes[node].depth < depth)
            trie->nodes[node].depth = depth;
        node = *child;
    }
    trie->nodes[node].ends = true;
}

static struct trie make_trie(const struct symbols *pieces, size_t len)
{
    size_t nodes_max = 1;
    for (size_t i = 0; i < len; i++)
        nodes_max += pieces[i].len;
    struct trie trie = { .nodes = memory_new(nodes_max, sizeof *trie.nodes), .len = 1 };
    for (size_t i = 0; i < len; i++)
        add_piece(&trie, pieces[i]);
    return trie;
}

static void insert(struct state *state, struct under_way item)
{
    if (state->len == UNDER_WAY_MAX)
        memory_refuse("too many pieces are under way");
    size_t at = state->len++;
    for (; at && state->items[at - 1].node > item.node; at--)
        state->items[at] = state->items[at - 1];
    state->items[at] = item;
}

/* The state after a symbol, and by how much the least tokens change: by one more, for a token of
 * its own, where no piece that ends here costs less. What is under way is dropped where it can save
 * nothing any more, for the rest symbol by symbol is as good. */
static int step(const struct trie *trie, const struct state *state, uint8_t symbol,
                struct state *after)
{
    struct under_way on[UNDER_WAY_MAX + 1];
    size_t len = 0;
    int here = 1;
    for (size_t i = 0; i <= state->len; i++) {
        const struct under_way item = i < state->len ? state->items[i] : (struct under_way){ 0 };
        const uint32_t child = trie->nodes[item.node].children[symbol];
        if (!child)
            continue;
        on[len++] = (struct under_way){ child, item.tokens };
        if (trie->nodes[child].ends && item.tokens + 1 < here)
            here = item.tokens + 1;
    }
    after->len = 0;
    for (size_t i = 0; i < len; i++)
        if (on[i].tokens + 1 < here + trie->nodes[on[i].node].depth)
            insert(after, (struct under_way){ on[i].node, on[i].tokens - here });
    return here;
}

static size_t place_of(const struct found *found, const struct state *state)
{
    const size_t size = state->len * sizeof *state->items;
    size_t place = memory_hash(state->items, size) & (found->table_len - 1);
    for (; found->table[place]; place = (place + 1) & (found->table_len - 1)) {
        const size_t number = found->table[place] - 1, start = found->starts[number];
        if (found->starts[number + 1] - start == state->len &&
            memcmp(found->items + start, state->items, size) == 0)
            break;
    }
    return place;
}

static void append(struct found *found, const struct state *state)
{
    if (found->items_cap - found->items_len < state->len) {
        found->items_cap = 2 * found->items_cap;
        found->items = memory_more(found->items, found->items_cap, sizeof *found->items);
    }
    if (found->len + 1 >= found->cap) {
        found->cap *= 2;
        found->starts = memory_more(found->starts, found->cap, sizeof *found->starts);
    }
    memcpy(found->items + found->items_len, state->items, state->len * sizeof *state->items);
    found->items_len += state->len;
    found->starts[++found->len] = found->items_len;
}

static uint32_t number_of(struct found *found, const struct state *state)
{
    const size_t place = place_of(found, state);
    if (!found->table[place]) {
        append(found, state);
        found->table[place] = (uint32_t)found->len;
        if (found->len > found->table_len / 2)
            memory_refuse("there are too many states");
    }
    return found->table[place] - 1;
}

static uint32_t edge_to(struct found *found, const struct state *state, int tokens)
{
    if (tokens < -EDGE_NO_TOKENS || tokens >= EDGE_NO_TOKENS)
        memory_refuse("a letter changes the tokens by too many");
    return edge_of(number_of(found, state), tokens);
}

static uint32_t open(struct found *found, struct symbols opening)
{
    struct state state = { 0 }, after;
    int tokens = 0;
    for (size_t i = 0; i < opening.len; i++, state = after)
        tokens += step(&found->trie, &state, opening.items[i], &after);
    return edge_to(found, &state, tokens);
}

static void find_edges(struct found *found, size_t number, state_edges edges)
{
    struct state state, after;
    const size_t start = found->starts[number];
    state.len = found->starts[number + 1] - start;
    memcpy(state.items, found->items + start, state.len * sizeof *state.items);
    memset(edges, 0, sizeof(state_edges));
    for (unsigned letter = 1; letter <= 26; letter++)
        for (unsigned symbol = letter; symbol < SYMBOLS_LEN; symbol += 32) {
            const int tokens = step(&found->trie, &state, (uint8_t)symbol, &after);
            edges[symbol] = edge_to(found, &after, tokens);
        }
    edges[SYMBOL_END] = edge_of(0, step(&found->trie, &state, SYMBOL_END, &after));
}

/* Classes of states by what is in a row for each; returns how many there are. */
static size_t classify(const state_edges *rows, size_t len, uint32_t *classes)
{
    size_t table_len = 1, count = 0;
    while (table_len < 4 * len)
        table_len *= 2;
    uint32_t *table = memory_new(table_len, sizeof *table);
    for (size_t i = 0; i < len; i++) {
        size_t place = memory_hash(rows[i], sizeof *rows) & (table_len - 1);
        while (table[place] && memcmp(rows[table[place] - 1], rows[i], sizeof *rows) != 0)
            place = (place + 1) & (table_len - 1);
        classes[i] = table[place] ? classes[table[place] - 1] : (uint32_t)count++;
        table[place] = table[place] ? table[place] : (uint32_t)i + 1;
    }
    free(table);
    return count;
}

static uint32_t to_class(uint32_t edge, const uint32_t *classes)
{
    const uint32_t tokens = edge & ((1U << EDGE_TOKENS_BITS) - 1);
    return classes[edge >> EDGE_TOKENS_BITS] << EDGE_TOKENS_BITS | tokens;
}

static void set_classes(const struct states *states, const uint32_t *classes, state_edges *rows)
{
    for (size_t i = 0; i < states->len; i++)
        for (unsigned symbol = 0; symbol < SYMBOLS_LEN; symbol++)
            rows[i][symbol] = to_class(states->edges[i][symbol], classes);
}

/* States whose edges have the same tokens, and lead to states of which that is true in turn, become
 * one: at first all are taken to be one, and those that are not are told apart, again and again. */
static void merge(struct states *states)
{
    uint32_t *classes = memory_new(states->len, sizeof *classes);
    state_edges *rows = memory_new(states->len, sizeof *rows);
    size_t count = 1, before = 0;
    while (count != before) {
        before = count;
        set_classes(states, classes, rows);
        count = classify((const state_edges *)rows, states->len, classes);
    }
    for (size_t i = states->len; i-- > 0;) /* classes are numbered as their first states are */
        memcpy(states->edges[classes[i]], rows[i], sizeof *rows);
    for (size_t i = 0; i < states->openings_len; i++)
        states->openings[i] = to_class(states->openings[i], classes);
    states->len = count;
    free(classes);
    free(rows);
}

struct states states_make(const struct symbols *pieces, size_t pieces_len,
                          const struct symbols *openings, size_t openings_len)
{
    enum { TABLE_LEN = 1 << 20, CAP = 1 << 10 };
    struct found found = { .trie = make_trie(pieces, pieces_len), .items_cap = CAP, .cap = CAP };
    found.items = memory_new(CAP, sizeof *found.items);
    found.starts = memory_new(CAP, sizeof *found.starts);
    found.table = memory_new(TABLE_LEN, sizeof *found.table);
    found.table_len = TABLE_LEN;
    struct states states = { .openings_len = openings_len };
    for (size_t i = 0; i < openings_len; i++)
        states.openings[i] = open(&found, openings[i]);
    for (size_t cap = 0; states.len < found.len; states.len++) { /* which grows on the way */
        if (states.len == cap) {
            cap = 2 * cap + CAP;
            states.edges = memory_more(states.edges, cap, sizeof *states.edges);
        }
        find_edges(&found, states.len, states.edges[states.len]);
    }
    merge(&states);
    free(found.trie.nodes);
    free(found.items);
    free(found.starts);
    free(found.table);
    return states;
}
