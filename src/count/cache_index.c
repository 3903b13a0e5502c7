#include "count/cache_index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count/cache_file.h"
#include "count/cache_index_file.h"

enum {
    BITS_MAX = 24,
    ROWS_AT_ONCE = 8,
    ROWS_MOST = 256, /* of a bucket that is not broken: keys are as good as random */
    /* Reading all of them takes as long as looking up such a part of them, one by one. */
    ALL_PART = 32,
};

struct str cache_index_path(struct arena *arena, struct str dir)
{
    const char *slash = str_ends(dir, STR("/")) ? "" : "/";
    return str_format(arena, "%.*s%scounts.index", STR_ARGS(dir), slash);
}

bool index_read_exactly(int fd, void *bytes, size_t size, size_t at)
{
    for (size_t got = 0; got < size;) {
        ssize_t len = pread(fd, (char *)bytes + got, size - got, (off_t)(at + got));
        if (len <= 0)
            return false;
        got += (size_t)len;
    }
    return true;
}

/* The bytes there: in memory, or in the room given. NULL when they cannot be read. */
static const void *view(const struct cache_index *index, size_t at, size_t size, void *room)
{
    const char *all = atomic_load(&index->all);
    if (all)
        return all + at;
    return index_read_exactly(index->fd, room, size, at) ? room : NULL;
}

/* Takes from group and others what whoever carried the file here has given them. Who may not do it
 * is not the owner. */
static void restrict_mode(int fd, const struct stat *status)
{
    if ((status->st_mode & 077) && fchmod(fd, 0600) != 0)
        errno = 0;
}

static bool read_head(struct cache_index *index)
{
    struct index_head head;
    struct stat status;
    if (fstat(index->fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        !index_read_exactly(index->fd, &head, sizeof head, 0) ||
        memcmp(head.magic, INDEX_MAGIC, sizeof head.magic) != 0 || head.order != INDEX_ORDER ||
        head.guard != index_guard_of(&head, offsetof(struct index_head, guard)) || !head.bits ||
        head.bits > BITS_MAX || head.len > CACHE_INDEX_LEN_MAX)
        return false;
    index->size = index_rows_at(head.bits) + head.len * sizeof(struct index_row);
    index->bits = head.bits;
    index->len = head.len;
    restrict_mode(index->fd, &status);
    return status.st_size == (off_t)index->size;
}

bool cache_index_open(struct cache_index *index, struct str dir)
{
    struct arena arena = { 0 };
    *index = (struct cache_index){ .fd = -1 };
    int fd = open(str_to_c(&arena, cache_index_path(&arena, dir)),
                  O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    arena_free(&arena);
    index->fd = fd;
    if (fd >= 0 && read_head(index) && pthread_mutex_init(&index->mutex, NULL) == 0)
        return true;
    if (fd >= 0)
        close(fd);
    *index = (struct cache_index){ .fd = -1 };
    return false;
}

void cache_index_close(struct cache_index *index)
{
    if (index->fd < 0)
        return;
    close(index->fd);
    pthread_mutex_destroy(&index->mutex);
    arena_free(&index->arena);
    *index = (struct cache_index){ .fd = -1 };
}

static void read_all(struct cache_index *index)
{
    pthread_mutex_lock(&index->mutex);
    if (!atomic_load(&index->all)) {
        char *bytes = ARENA_ARRAY(&index->arena, char, index->size);
        if (index_read_exactly(index->fd, bytes, index->size, 0))
            atomic_store(&index->all, bytes);
        else
            arena_free(&index->arena);
    }
    pthread_mutex_unlock(&index->mutex);
}

/* The row of the key among those from first to end, in the room if it is not in memory. */
static const struct index_row *find_row(const struct cache_index *index,
                                        const struct cache_key *key, uint32_t first, uint32_t end,
                                        struct index_row *room)
{
    while (first < end) {
        const uint32_t len = end - first < ROWS_AT_ONCE ? end - first : ROWS_AT_ONCE;
        const size_t at = index_rows_at(index->bits) + first * sizeof(struct index_row);
        const struct index_row *rows = view(index, at, len * sizeof(struct index_row), room);
        for (uint32_t i = 0; rows && i < len; i++)
            if (memcmp(&rows[i].key, key, sizeof *key) == 0)
                return index_is_sound(&rows[i]) ? &rows[i] : NULL;
        first += len;
    }
    return NULL;
}

bool cache_index_get(struct cache_index *index, const struct cache_key *key, int64_t *tokens,
                     uint32_t *mark)
{
    uint32_t pair[2];
    struct index_row room[ROWS_AT_ONCE] = { 0 };
    if (index->fd < 0)
        return false;
    if (!atomic_load(&index->all) &&
        atomic_fetch_add(&index->lookups, 1) == index->len / ALL_PART + 1)
        read_all(index);
    const size_t at =
        sizeof(struct index_head) + (index_place_of(key) >> (32 - index->bits)) * sizeof(uint32_t);
    const uint32_t *starts = view(index, at, sizeof pair, pair);
    if (!starts || starts[0] > starts[1] || starts[1] > index->len ||
        starts[1] - starts[0] > ROWS_MOST)
        return false;
    const struct index_row *row = find_row(index, key, starts[0], starts[1], room);
    if (!row)
        return false;
    *tokens = row->tokens;
    *mark = row->mark;
    return true;
}

bool cache_index_remove(struct str dir, struct error *err)
{
    struct arena arena = { 0 };
    const struct str path = cache_index_path(&arena, dir);
    const bool is_gone = unlink(str_to_c(&arena, path)) == 0;
    const int cause = errno;
    const bool is_none =
        is_gone || cache_file_look(path).kind != CACHE_FILE_REGULAR ||
        error_set(err, "%.*s cannot be removed: %s", STR_ARGS(path), strerror(cause));
    arena_free(&arena);
    return is_none;
}
