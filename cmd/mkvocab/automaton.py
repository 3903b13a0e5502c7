"""Words of ASCII letters as an automaton: one step a letter instead of a shortest path.

While a stream is covered from its start on, all that matters of what was read is which pieces are
under way, and for each the least tokens before it. Only the differences matter: what all have in
common is taken off and stands on the edge. There are few such states, and fewer that differ in
what may still come (weights are pushed to the front, then states of equal edges are merged). The
sum over the edges is the price of the word; src/count/offline/ALGORITHM.md has the idea.

The result is the same as that of a shortest path, for every word, by construction; the tests of the
C counter compare.
"""

import struct
from operator import itemgetter

LOWER, UPPER = range(ord("a"), ord("z") + 1), range(ord("A"), ord("Z") + 1)
LETTERS = [*LOWER, *UPPER]

# What a row of src/count/offline/vocab.h has room for.
ROW_LEN, END, CAPITALS = 32, 0, 27
STATES_MAX, TOKENS_MAX, TOKENS_SHIFT = 1 << 12, 15, 12

# So many states cannot be merged to few enough.
FOUND_MAX = 2 * STATES_MAX


class Pieces:
    """Pieces as a trie: children and end of each node, and how deep it goes on from there."""

    def __init__(self, pieces):
        self.children, self.ends = [{}], [False]
        for piece in sorted(pieces):
            node = 0
            for byte in piece:
                if byte not in self.children[node]:
                    self.children[node][byte] = len(self.children)
                    self.children.append({})
                    self.ends.append(False)
                node = self.children[node][byte]
            self.ends[node] = True
        self.depth = [0] * len(self.children)
        for node in range(len(self.children) - 1, -1, -1):
            for child in self.children[node].values():
                self.depth[node] = max(self.depth[node], self.depth[child] + 1)


def steps(pieces, state):
    """Of each byte that a piece under way goes on with: the state after it, and the tokens all in it
    have in common. A state has the least tokens before each piece under way, by its node; node 0 is
    the piece that would start now. A byte alone is at most a token: any other byte leads to node 0
    alone, for one more."""
    by_byte, children, ends, depth = {}, pieces.children, pieces.ends, pieces.depth
    for node, tokens in state.items():
        for byte, child in children[node].items():
            by_byte.setdefault(byte, []).append((child, tokens))
    alone, found = state[0] + 1, {}
    for byte, under_way in by_byte.items():
        here = alone
        for child, tokens in under_way:
            if ends[child] and tokens < here:
                here = tokens + 1
        after = {0: here}
        for child, tokens in under_way:
            # what can save nothing any more is dropped: the rest byte by byte is as good
            if tokens + 1 < here + depth[child]:
                after[child] = tokens
        common = min(after.values())
        if common:
            after = {node: tokens - common for node, tokens in after.items()}
        found[byte] = after, common
    return found


def step(pieces, state, byte):
    """The state after a byte, and the tokens all in it have in common."""
    return steps(pieces, state).get(byte, ({0: 0}, state[0] + 1))


def explore(pieces, openings, end):
    """All states after an opening and letters: edges [(state, tokens)] by letter, tokens at the
    end of a word there, and (state, tokens) of each opening. None where there are too many."""
    numbers, found = {}, []

    def number(state):
        key = frozenset(state.items())
        if key not in numbers:
            numbers[key] = len(found)
            found.append(state)
        return numbers[key]

    starts = []
    for opening in openings:
        state, tokens = {0: 0}, 0
        for byte in opening:
            state, common = step(pieces, state, byte)
            tokens += common
        starts.append((number(state), tokens))
    edges, ends = [], []
    for state in found:  # which grows on the way
        if len(found) > FOUND_MAX:
            return None
        after, other = steps(pieces, state), ({0: 0}, state[0] + 1)
        row = [after.get(letter, other) for letter in LETTERS]
        edges.append([(number(to), common) for to, common in row])
        last, common = after.get(end, other)
        ends.append(common + last[0])
    return edges, ends, starts


def push(edges, ends, starts):
    """The same sums with what is certain to come moved to the front of every word."""
    least, changed = list(ends), True
    while changed:
        changed = False
        for state, row in enumerate(edges):
            tokens = min([tokens + least[after] for after, tokens in row])
            if tokens < least[state]:
                least[state], changed = tokens, True
    edges = [[(after, tokens + least[after] - least[state]) for after, tokens in row]
             for state, row in enumerate(edges)]
    ends = [tokens - least[state] for state, tokens in enumerate(ends)]
    return edges, ends, [(state, tokens + least[state]) for state, tokens in starts]


def merge(edges, ends, starts):
    """States with the same sums for all that may come become one, numbered as they were found."""
    def number(keys):
        numbers = {}
        return [numbers.setdefault(key, len(numbers)) for key in keys], len(numbers)

    # first those apart whose own sums differ, then those whose edges lead to some that are apart
    classes, count = number((last, *(tokens for _, tokens in row)) for row, last in zip(edges, ends))
    before, pick = 0, [itemgetter(state, *(to for to, _ in row)) for state, row in enumerate(edges)]
    while count != before:
        before = count
        classes, count = number(of(classes) for of in pick)
    first = {}
    for state, number_of in enumerate(classes):
        first.setdefault(number_of, state)
    return ([[(classes[to], tokens) for to, tokens in edges[state]] for state in first.values()],
            [ends[state] for state in first.values()],
            [(classes[state], tokens) for state, tokens in starts])


def pack_edge(edge):
    state, tokens = edge
    return state | tokens << TOKENS_SHIFT


def pack_row(numbers):
    row = [0] * ROW_LEN
    for at, value in numbers.items():
        row[at] = value
    return struct.pack(f"<{ROW_LEN}H", *row)


def automaton(pieces, openings, end):
    """Rows of the states, rows of the capitals they share, and the edges the openings lead to. None
    where it has more states than a row can point to."""
    found = explore(Pieces(pieces), openings, end)
    if not found:
        return None
    edges, ends, starts = merge(*push(*found))
    most = max(ends + [tokens for row in [*edges, starts] for _, tokens in row])
    if len(edges) > STATES_MAX or most > TOKENS_MAX:
        return None
    capitals, rows = {}, []
    for row, last in zip(edges, ends):
        by_letter = {letter & 31: pack_edge(edge) for letter, edge in zip(LETTERS, row)
                     if letter in LOWER}
        upper = pack_row({letter & 31: pack_edge(edge) for letter, edge in zip(LETTERS, row)
                          if letter in UPPER})
        rows.append(pack_row({**by_letter, END: last,
                              CAPITALS: capitals.setdefault(upper, len(capitals))}))
    return rows, list(capitals), [pack_edge(start) for start in starts]
