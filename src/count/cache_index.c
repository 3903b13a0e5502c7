#include "count/cache_index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fingerprint.h"
#include "count/cache_file.h"

/* The file: head, then for each bucket which of the rows is its first, and twice their number; then
 * the rows, bucket by bucket. */
struct head {
    char magic[8];
    uint32_t order; /* of the bytes of a number */
    uint32_t bits;
    uint32_t len;
    uint32_t guard; /* of what is before it */
};

struct row {
    struct cache_key key;
    int64_t tokens;
    uint32_t mark;
    uint32_t guard; /* of what is before it */
};

enum {
    BITS_MAX = 24,
    ROWS_EACH = 4, /* of a bucket, about */
    ROWS_AT_ONCE = 8,
    ROWS_MOST = 256, /* of a bucket that is not broken: keys are as good as random */
    ORDER = 0x01020304,
    /* Reading all of them takes as long as looking up such a part of them, one by one. */
    ALL_PART = 32,
};

static const char magic[8] = { 't', 'o', 'k', 'g', 'a', 't', 'e', '1' };

_Static_assert(sizeof(struct head) == 24 && sizeof(struct row) == 48, "no byte of them is unset");

static uint32_t guard_of(const void *bytes, size_t size)
{
    return (uint32_t)fingerprint((struct str){ bytes, size });
}

static size_t starts_size(unsigned bits)
{
    return (((size_t)1 << bits) + 2) * sizeof(uint32_t); /* one to spare: rows are aligned */
}

static size_t rows_at(unsigned bits)
{
    return sizeof(struct head) + starts_size(bits);
}

static size_t bucket_of(const struct cache_key *key, unsigned bits)
{
    const uint8_t *b = key->bytes;
    const uint32_t first = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    return first >> (32 - bits);
}

struct str cache_index_path(struct arena *arena, struct str dir)
{
    const char *slash = str_ends(dir, STR("/")) ? "" : "/";
    return str_format(arena, "%.*s%scounts.index", STR_ARGS(dir), slash);
}

/* --- reading */

static bool read_exactly(int fd, void *bytes, size_t size, size_t at)
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
    return read_exactly(index->fd, room, size, at) ? room : NULL;
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
    struct head head;
    struct stat status;
    if (fstat(index->fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        !read_exactly(index->fd, &head, sizeof head, 0) ||
        memcmp(head.magic, magic, sizeof magic) != 0 || head.order != ORDER ||
        head.guard != guard_of(&head, offsetof(struct head, guard)) || !head.bits ||
        head.bits > BITS_MAX || head.len > CACHE_INDEX_LEN_MAX)
        return false;
    index->size = rows_at(head.bits) + head.len * sizeof(struct row);
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
        if (read_exactly(index->fd, bytes, index->size, 0))
            atomic_store(&index->all, bytes);
        else
            arena_free(&index->arena);
    }
    pthread_mutex_unlock(&index->mutex);
}

static bool is_sound(const struct row *row)
{
    return row->guard == guard_of(row, offsetof(struct row, guard)) && row->tokens > 0 &&
           row->tokens <= CACHE_TOKENS_MAX;
}

/* The row of the key among those from first to end, in the room if it is not in memory. */
static const struct row *find_row(const struct cache_index *index, const struct cache_key *key,
                                  uint32_t first, uint32_t end, struct row *room)
{
    while (first < end) {
        const uint32_t len = end - first < ROWS_AT_ONCE ? end - first : ROWS_AT_ONCE;
        const size_t at = rows_at(index->bits) + first * sizeof(struct row);
        const struct row *rows = view(index, at, len * sizeof(struct row), room);
        for (uint32_t i = 0; rows && i < len; i++)
            if (memcmp(&rows[i].key, key, sizeof *key) == 0)
                return is_sound(&rows[i]) ? &rows[i] : NULL;
        first += len;
    }
    return NULL;
}

bool cache_index_get(struct cache_index *index, const struct cache_key *key, int64_t *tokens,
                     uint32_t *mark)
{
    uint32_t pair[2];
    struct row room[ROWS_AT_ONCE];
    if (index->fd < 0)
        return false;
    if (!atomic_load(&index->all) &&
        atomic_fetch_add(&index->lookups, 1) == index->len / ALL_PART + 1)
        read_all(index);
    const size_t at = sizeof(struct head) + bucket_of(key, index->bits) * sizeof(uint32_t);
    const uint32_t *starts = view(index, at, sizeof pair, pair);
    if (!starts || starts[0] > starts[1] || starts[1] > index->len ||
        starts[1] - starts[0] > ROWS_MOST)
        return false;
    const struct row *row = find_row(index, key, starts[0], starts[1], room);
    if (!row)
        return false;
    *tokens = row->tokens;
    *mark = row->mark;
    return true;
}

/* --- writing */

static struct row row_of(const struct cache_row *known)
{
    struct row row = { .key = known->key, .tokens = known->tokens, .mark = known->mark };
    row.guard = guard_of(&row, offsetof(struct row, guard));
    return row;
}

/* The new ones that were not forgotten meanwhile, then those of the old index that are not among
 * them, as many as there is room for. */
static uint32_t gather(struct row *rows, const struct cache_table *fresh, struct cache_index *old,
                       cache_index_is_kept *is_kept, void *context)
{
    uint32_t len = 0, mark;
    int64_t tokens;
    if (old->fd >= 0)
        read_all(old);
    for (size_t i = 0; i < fresh->len && len < CACHE_INDEX_LEN_MAX; i++) {
        const struct cache_row *row = &fresh->rows[i];
        if (cache_index_get(old, &row->key, &tokens, &mark) || is_kept(context, &row->key))
            rows[len++] = row_of(row);
    }
    const char *all = atomic_load(&old->all);
    for (uint32_t i = 0; all && i < old->len && len < CACHE_INDEX_LEN_MAX; i++) {
        struct row row;
        int64_t ignored;
        memcpy(&row, all + rows_at(old->bits) + i * sizeof row, sizeof row);
        if (is_sound(&row) && !cache_table_get(fresh, &row.key, &ignored))
            rows[len++] = row;
    }
    return len;
}

static struct str lay_out(struct arena *arena, const struct row *rows, uint32_t len)
{
    unsigned bits = 1;
    while (((uint32_t)ROWS_EACH << bits) < len)
        bits++;
    const size_t size = rows_at(bits) + len * sizeof *rows, buckets = (size_t)1 << bits;
    char *file = ARENA_ARRAY(arena, char, size);
    struct head head = { .order = ORDER, .bits = bits, .len = len };
    memcpy(head.magic, magic, sizeof magic);
    head.guard = guard_of(&head, offsetof(struct head, guard));
    memcpy(file, &head, sizeof head);
    uint32_t *starts = ARENA_ARRAY(arena, uint32_t, buckets + 2);
    for (uint32_t i = 0; i < len; i++)
        starts[bucket_of(&rows[i].key, bits) + 1]++;
    for (size_t i = 0; i < buckets; i++)
        starts[i + 1] += starts[i];
    starts[buckets + 1] = len;
    memcpy(file + sizeof head, starts, starts_size(bits));
    for (uint32_t i = 0; i < len; i++) {
        const size_t at = starts[bucket_of(&rows[i].key, bits)]++;
        memcpy(file + rows_at(bits) + at * sizeof *rows, &rows[i], sizeof *rows);
    }
    return (struct str){ file, size };
}

static bool write_file(const char *name, struct str bytes)
{
    if (unlink(name) != 0)
        (void)0; /* of a run that was killed; mostly there is none */
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written = fd >= 0;
    for (size_t done = 0; is_written && done < bytes.len;) {
        ssize_t len = write(fd, bytes.ptr + done, bytes.len - done);
        is_written = len > 0;
        done += len > 0 ? (size_t)len : 0;
    }
    if (fd >= 0 && close(fd) != 0)
        is_written = false;
    return is_written;
}

void cache_index_add(struct str dir, const struct cache_table *rows, cache_index_is_kept *is_kept,
                     void *context)
{
    struct arena arena = { 0 };
    struct cache_index old;
    const char *name = str_to_c(&arena, cache_index_path(&arena, dir));
    const char *fresh = str_to_c(&arena, str_format(&arena, "%s.new", name));
    int lock = cache_file_try_lock(dir);
    if (lock >= 0) {
        cache_index_open(&old, dir);
        struct row *all = ARENA_ARRAY(&arena, struct row, rows->len + old.len);
        const uint32_t len = gather(all, rows, &old, is_kept, context);
        const struct str bytes = lay_out(&arena, all, len);
        cache_index_close(&old);
        if (!write_file(fresh, bytes) || rename(fresh, name) != 0)
            unlink(fresh);
    }
    cache_file_unlock(lock);
    arena_free(&arena);
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
