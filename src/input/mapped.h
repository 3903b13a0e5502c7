#ifndef TOKGATE_INPUT_MAPPED_H
#define TOKGATE_INPUT_MAPPED_H

#include "base/str.h"

/*
 * A text that is made out of another one, and remembers where its pieces came from: a fault found
 * in the text that was made is shown where its cause is.
 */
struct mapped_piece {
    size_t from; /* offset in the text that is made */
    size_t at;   /* offset in the origin */
    bool is_copy;
};

struct mapped {
    struct str origin;
    struct buf text;
    struct {
        struct arena *arena;
        struct mapped_piece *items;
        size_t len, cap;
    } pieces;
};

/* size_bytes: room for a text of that size is made at once. */
void mapped_init(struct mapped *mapped, struct str origin, size_t size_bytes, struct arena *arena);

/* Adds a slice of the origin. */
void mapped_copy(struct mapped *mapped, struct str slice);

/* Adds text that stands for what is at an offset of the origin. */
void mapped_add(struct mapped *mapped, size_t at, struct str text);

/* The offset in the origin of what stands at an offset of the text that was made. */
size_t mapped_at(const struct mapped *mapped, size_t offset);

#endif
