#include "cli/count_parts.h"

#include <stdlib.h>

/* A part, and its offset in the entry. */
struct mark {
    size_t at;
    struct count_part *part;
};

struct marks {
    struct mark *items;
    size_t len;
};

static int by_offset(const void *a, const void *b)
{
    const struct mark *first = a, *second = b;
    return (first->at > second->at) - (first->at < second->at);
}

/* In one pass, whatever their order: the tools that results refer to come at the end. */
static void find_places(struct marks *marks, const struct request *request)
{
    struct place place = request->start;
    size_t at = 0;
    qsort(marks->items, marks->len, sizeof *marks->items, by_offset);
    for (size_t i = 0; i < marks->len; i++) {
        const struct mark *mark = &marks->items[i];
        place = locate(place, str_slice(request->entry, at, request->entry.len), mark->at - at);
        at = mark->at;
        mark->part->place = place;
    }
}

const struct count_part *count_parts(struct arena *arena, const struct item *item, size_t *len)
{
    const struct count_shares *shares = &item->count.shares;
    struct count_part *parts = ARENA_ARRAY(arena, struct count_part, shares->len + 1);
    struct marks marks = { ARENA_ARRAY(arena, struct mark, shares->len), 0 };
    size_t message = 0;
    int64_t rest = item->count.tokens;
    *len = 1; /* the frame comes first */
    parts[0].label = STR("frame");
    for (size_t i = 0; i < shares->len; i++) {
        const struct count_share *share = &shares->items[i];
        if (share->kind == COUNT_SHARE_FRAME)
            continue;
        message = share->kind == COUNT_SHARE_MESSAGE ? share->index : message;
        rest -= share->kind == COUNT_SHARE_BLOCK ? 0 : share->tokens;
        marks.items[marks.len++] = (struct mark){ share->at, &parts[*len] };
        parts[(*len)++] = (struct count_part){
            .label = count_share_label(arena, &item->request, share, message),
            .tokens = share->tokens,
            .is_block = share->kind == COUNT_SHARE_BLOCK,
        };
    }
    parts[0].tokens = rest;
    find_places(&marks, &item->request);
    return parts;
}
