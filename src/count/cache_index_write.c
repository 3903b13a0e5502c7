/* Leaving an index: the rows of a run over those of the index that is there. Neither is copied as a
 * whole, for it is written when a run has the most in memory. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count/cache_file.h"
#include "count/cache_index_file.h"

enum {
    ROWS_EACH = 4, /* of a bucket, about */
    ROWS_READ = 256,
    BYTES_WRITTEN = 16 * 1024,
};

/* A row that will be in the file. */
struct pick {
    uint32_t place;
    uint32_t number; /* of the row: those of the run come first, then those of the old index */
};

struct picks {
    struct pick *items; /* with room for all rows that there are */
    size_t len;
};

struct writing {
    const struct cache_table *rows; /* of the run */
    const struct cache_index *old;
    uint32_t read_from, read_len; /* rows of it that are in memory */
    struct index_row read[ROWS_READ];

    int fd;
    size_t len;
    char bytes[BYTES_WRITTEN];
};

/* A row of the old index; NULL when it cannot be read. They are wanted in about their order. */
static const struct index_row *old_row(struct writing *writing, uint32_t at)
{
    const struct cache_index *old = writing->old;
    if (at < writing->read_from || at - writing->read_from >= writing->read_len) {
        const uint32_t from = at / ROWS_READ * ROWS_READ, left = old->len - from;
        writing->read_from = from;
        writing->read_len = left < ROWS_READ ? left : ROWS_READ;
        if (!index_read_exactly(old->fd, writing->read, writing->read_len * sizeof writing->read[0],
                                index_rows_at(old->bits) + from * sizeof writing->read[0])) {
            writing->read_len = 0;
            return NULL;
        }
    }
    return &writing->read[at - writing->read_from];
}

static void pick(struct picks *picks, const struct cache_key *key, size_t number)
{
    picks->items[picks->len++] = (struct pick){ index_place_of(key), (uint32_t)number };
}

/* The rows of the old index that the run has not; is_known: by number, those of the run that the
 * old index has. */
static void pick_old(struct writing *writing, struct picks *picks, bool *is_known)
{
    const struct cache_table *rows = writing->rows;
    for (uint32_t i = 0; i < writing->old->len; i++) {
        const struct index_row *row = old_row(writing, i);
        if (!row || !index_is_sound(row))
            continue;
        const struct cache_row *newer = cache_table_find(rows, &row->key);
        if (newer)
            is_known[newer - rows->rows] = true;
        else
            pick(picks, &row->key, rows->len + i);
    }
}

static int by_place(const void *left, const void *right)
{
    const struct pick *a = left, *b = right;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Those of the run that were not forgotten meanwhile, and of the others as many as there is room
 * for. */
static struct picks pick_rows(struct writing *writing, struct arena *arena,
                              cache_index_is_kept *is_kept, void *context)
{
    const struct cache_table *rows = writing->rows;
    struct picks picks = { ARENA_ARRAY(arena, struct pick, rows->len + writing->old->len), 0 };
    bool *is_known = ARENA_ARRAY(arena, bool, rows->len);
    pick_old(writing, &picks, is_known);
    const size_t old_len = picks.len;
    for (size_t i = 0; i < rows->len; i++)
        if (is_known[i] || is_kept(context, &rows->rows[i].key))
            pick(&picks, &rows->rows[i].key, i);
    const size_t len = picks.len - old_len, room = CACHE_INDEX_LEN_MAX - len;
    if (old_len > room) {
        memmove(&picks.items[room], &picks.items[old_len], len * sizeof picks.items[0]);
        picks.len = room + len;
    }
    if (picks.len)
        qsort(picks.items, picks.len, sizeof picks.items[0], by_place);
    return picks;
}

static bool flush(struct writing *writing)
{
    for (size_t done = 0; done < writing->len;) {
        const ssize_t len = write(writing->fd, writing->bytes + done, writing->len - done);
        if (len <= 0)
            return false;
        done += (size_t)len;
    }
    writing->len = 0;
    return true;
}

static bool put(struct writing *writing, const void *bytes, size_t size)
{
    if (size > sizeof writing->bytes - writing->len && !flush(writing))
        return false;
    memcpy(writing->bytes + writing->len, bytes, size);
    writing->len += size;
    return true;
}

static bool put_head(struct writing *writing, unsigned bits, size_t len)
{
    struct index_head head = { .order = INDEX_ORDER, .bits = bits, .len = (uint32_t)len };
    memcpy(head.magic, INDEX_MAGIC, sizeof head.magic);
    head.guard = index_guard_of(&head, offsetof(struct index_head, guard));
    return put(writing, &head, sizeof head);
}

/* Which row is the first of each bucket, and twice their number. */
static bool put_starts(struct writing *writing, const struct picks *picks, unsigned bits)
{
    const uint32_t buckets = UINT32_C(1) << bits;
    uint32_t at = 0;
    for (uint32_t bucket = 0; bucket < buckets + 2; bucket++) {
        while (at < picks->len && picks->items[at].place >> (32 - bits) < bucket)
            at++;
        if (!put(writing, &at, sizeof at))
            return false;
    }
    return true;
}

static bool put_row(struct writing *writing, uint32_t number)
{
    const struct cache_table *rows = writing->rows;
    if (number >= rows->len) {
        const struct index_row *row = old_row(writing, number - (uint32_t)rows->len);
        return row && put(writing, row, sizeof *row);
    }
    const struct cache_row *known = &rows->rows[number];
    struct index_row row = { .key = known->key, .tokens = known->tokens, .mark = known->mark };
    row.guard = index_guard_of(&row, offsetof(struct index_row, guard));
    return put(writing, &row, sizeof row);
}

static bool put_all(struct writing *writing, const struct picks *picks)
{
    unsigned bits = 1;
    while (((size_t)ROWS_EACH << bits) < picks->len)
        bits++;
    if (!put_head(writing, bits, picks->len) || !put_starts(writing, picks, bits))
        return false;
    for (size_t i = 0; i < picks->len; i++)
        if (!put_row(writing, picks->items[i].number))
            return false;
    return flush(writing);
}

static bool write_file(struct writing *writing, const char *name, const struct picks *picks)
{
    if (unlink(name) != 0)
        (void)0; /* of a run that was killed; mostly there is none */
    writing->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (writing->fd < 0)
        return false;
    const bool is_written = put_all(writing, picks);
    return close(writing->fd) == 0 && is_written;
}

bool cache_index_add(struct str dir, const struct cache_table *rows, cache_index_is_kept *is_kept,
                     void *context)
{
    struct arena arena = { 0 };
    struct cache_index old;
    const char *name = str_to_c(&arena, cache_index_path(&arena, dir));
    const char *fresh = str_to_c(&arena, str_format(&arena, "%s.new", name));
    const int lock = cache_file_try_lock(dir);
    if (lock >= 0) {
        struct writing *writing = ARENA_NEW(&arena, struct writing);
        cache_index_open(&old, dir);
        writing->rows = rows;
        writing->old = &old;
        const struct picks picks = pick_rows(writing, &arena, is_kept, context);
        if (!write_file(writing, fresh, &picks) || rename(fresh, name) != 0)
            unlink(fresh);
        cache_index_close(&old);
    }
    cache_file_unlock(lock);
    arena_free(&arena);
    return lock >= 0;
}
