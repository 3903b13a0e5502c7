#include "input/mapped.h"

#include "base/list.h"

void mapped_init(struct mapped *mapped, struct str origin, size_t size_bytes, struct arena *arena)
{
    *mapped = (struct mapped){ .origin = origin, .text.arena = arena, .pieces.arena = arena };
    mapped->text.cap = size_bytes;
    mapped->text.ptr = ARENA_ARRAY(arena, char, size_bytes);
}

static void add_piece(struct mapped *mapped, size_t at, bool is_copy)
{
    const struct mapped_piece *items = mapped->pieces.items;
    const size_t len = mapped->pieces.len;
    if (len && !is_copy && !items[len - 1].is_copy && items[len - 1].at == at)
        return; /* it goes on */
    *LIST_PUSH_MANY(&mapped->pieces) = (struct mapped_piece){ mapped->text.len, at, is_copy };
}

void mapped_copy(struct mapped *mapped, struct str slice)
{
    if (!slice.len)
        return;
    add_piece(mapped, (size_t)(slice.ptr - mapped->origin.ptr), true);
    buf_add(&mapped->text, slice);
}

void mapped_add(struct mapped *mapped, size_t at, struct str text)
{
    add_piece(mapped, at, false);
    buf_add(&mapped->text, text);
}

size_t mapped_at(const struct mapped *mapped, size_t offset)
{
    size_t low = 0, high = mapped->pieces.len;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (mapped->pieces.items[middle].from <= offset)
            low = middle;
        else
            high = middle;
    }
    if (low == high)
        return 0;
    const struct mapped_piece *piece = &mapped->pieces.items[low];
    return piece->is_copy ? piece->at + (offset - piece->from) : piece->at;
}
