#include "plan/split_copy.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/fingerprint.h"
#include "base/pool.h"

/* Bytes read and written at once, few enough to stay in a processor's cache while they are checked,
 * copied and hashed; what may lie between entries that are read together; and from where on a chunk
 * is hashed beside its copying: it is most of the work, and often there is but one large chunk. */
enum { BLOCK_BYTES = 256 * 1024, GAP_BYTES = 4096, BESIDE_BYTES = 4 * 1024 * 1024 };

/* What is written at once. While one is filled, two are hashed. */
enum { BLOCKS_LEN = 3 };
struct block {
    char *bytes;
    size_t len;
};

/* A chunk while it is written. */
struct copying {
    const struct split *split;
    struct arena arena;
    struct sha256 sha;
    struct whole_file *part;
    char *in;
    size_t in_cap;
    struct block blocks[BLOCKS_LEN];
    struct block *block;  /* the one that is filled */
    struct pool *hashing; /* of blocks; NULL: at once */
    bool is_jsonl;
    const atomic_bool *is_interrupted;
};

static bool read_fully(int fd, char *bytes, size_t size, off_t at, struct error *err)
{
    while (size) {
        ssize_t got = pread(fd, bytes, size, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set(err, "%s", strerror(errno));
        if (got == 0)
            return error_set(err, "changed while it was read");
        bytes += got;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

static void hash_block(void *job, size_t worker, void *context)
{
    const struct block *block = job;
    (void)worker;
    sha256_add(context, (struct str){ block->bytes, block->len });
}

/* Hands the block over, and chooses the next. */
static void hash(struct copying *copying)
{
    struct block *block = copying->block;
    if (!copying->hashing) {
        hash_block(block, 0, &copying->sha);
        return;
    }
    while (pool_len(copying->hashing) == BLOCKS_LEN - 1)
        pool_take(copying->hashing);
    pool_put(copying->hashing, block);
    copying->block = block + 1 < copying->blocks + BLOCKS_LEN ? block + 1 : copying->blocks;
}

static bool flush(struct copying *copying, struct error *err)
{
    const struct str bytes = { copying->block->bytes, copying->block->len };
    hash(copying);
    copying->block->len = 0;
    if (atomic_load(copying->is_interrupted))
        return error_set(err, "interrupted");
    return whole_file_write(copying->part, bytes, err);
}

static bool put(struct copying *copying, struct str bytes, struct error *err)
{
    while (bytes.len) {
        struct block *block = copying->block;
        size_t room = BLOCK_BYTES - block->len;
        size_t len = bytes.len < room ? bytes.len : room;
        memcpy(block->bytes + block->len, bytes.ptr, len);
        block->len += len;
        bytes = str_slice(bytes, len, bytes.len);
        if (block->len == BLOCK_BYTES && !flush(copying, err))
            return false;
    }
    return true;
}

/* In JSON lines an entry is one line: a line break in it, which is only white space, becomes a
 * space. */
static void straighten(char *bytes, size_t len)
{
    for (char *at = bytes; (at = memchr(at, '\n', (size_t)(bytes + len - at)));)
        *at = ' ';
    for (char *at = bytes; (at = memchr(at, '\r', (size_t)(bytes + len - at)));)
        *at = ' ';
}

static bool put_entry(struct copying *copying, const struct split_entry *entry, char *bytes,
                      bool is_last, struct error *err)
{
    const struct str text = { bytes, entry->size };
    const struct split_source *source = &copying->split->sources.items[entry->source];
    if (fingerprint(text) != entry->hash)
        return error_set(err, "%.*s changed while it was read", STR_ARGS(source->path));
    if (copying->is_jsonl)
        straighten(bytes, entry->size);
    return put(copying, text, err) && put(copying,
                                          copying->is_jsonl ? STR("\n")
                                          : is_last         ? STR("")
                                                            : STR(",\n"),
                                          err);
}

/* How many of the entries from this one on lie near enough to be read together, and their bytes. */
static int64_t near_entries(const struct split *split, const struct split_entry *first,
                            int64_t left, size_t *size)
{
    const struct split_entry *entry = first;
    int64_t len = 1;
    *size = first->size;
    for (; len < left; len++) {
        const struct split_entry *next = split_entry_at(split, entry->next);
        const uint64_t end = entry->offset + entry->size;
        if (next->source != first->source || next->offset < end || next->offset - end > GAP_BYTES ||
            next->offset + next->size - first->offset > BLOCK_BYTES)
            break;
        *size = (size_t)(next->offset + next->size - first->offset);
        entry = next;
    }
    return len;
}

static bool read_entries(struct copying *copying, const struct split_entry *first, size_t size,
                         struct error *err)
{
    const struct split_source *source = &copying->split->sources.items[first->source];
    struct error cause = { 0 };
    if (size > copying->in_cap) {
        copying->in_cap = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        copying->in = ARENA_ARRAY(&copying->arena, char, copying->in_cap);
    }
    return read_fully(source->fd, copying->in, size, source->start + (off_t)first->offset,
                      &cause) ||
           error_set(err, "%.*s: %s", STR_ARGS(source->path), cause.text);
}

static bool copy_entries(struct copying *copying, const struct split_chunk *chunk,
                         struct error *err)
{
    const struct split_entry *entry = split_entry_at(copying->split, chunk->first);
    for (int64_t left = chunk->requests; left > 0;) {
        size_t size;
        const uint64_t start = entry->offset;
        int64_t len = near_entries(copying->split, entry, left, &size);
        if (!read_entries(copying, entry, size, err))
            return false;
        for (; len > 0; len--, left--) {
            if (!put_entry(copying, entry, copying->in + (entry->offset - start), left == 1, err))
                return false;
            if (left > 1)
                entry = split_entry_at(copying->split, entry->next);
        }
    }
    return true;
}

/* Blocks, and who hashes them. */
static void begin_blocks(struct copying *copying, bool is_beside)
{
    struct error ignored = { 0 }; /* it goes without */
    copying->hashing = is_beside ? pool_open(1, hash_block, &copying->sha, &ignored) : NULL;
    if (copying->hashing)
        pool_beside(copying->hashing);
    for (size_t i = 0; i < (copying->hashing ? BLOCKS_LEN : 1); i++)
        copying->blocks[i].bytes = ARENA_ARRAY(&copying->arena, char, BLOCK_BYTES);
    copying->block = copying->blocks;
}

static void end_blocks(struct copying *copying)
{
    if (!copying->hashing)
        return;
    while (pool_len(copying->hashing))
        pool_take(copying->hashing);
    pool_close(copying->hashing);
}

bool split_copy(const struct split *split, struct split_chunk *chunk, struct whole_file *part,
                const struct split_writing *writing, struct error *err)
{
    struct copying copying = {
        .split = split,
        .part = part,
        .is_jsonl = chunk->is_jsonl,
        .is_interrupted = writing->is_interrupted,
    };
    struct error ignored = { 0 };
    if (!sha256_begin(&copying.sha, err))
        return false;
    begin_blocks(&copying, writing->threads > 1 && chunk->size_bytes >= BESIDE_BYTES);
    bool is_good = (chunk->is_jsonl || put(&copying, STR("{\"requests\":[\n"), err)) &&
                   copy_entries(&copying, chunk, err) &&
                   (chunk->is_jsonl || put(&copying, STR("\n]}\n"), err)) && flush(&copying, err);
    end_blocks(&copying);
    bool is_hashed = sha256_end(&copying.sha, chunk->sha256, is_good ? err : &ignored);
    arena_free(&copying.arena);
    return is_good && is_hashed;
}

bool split_hash(int fd, off_t start, off_t size, const atomic_bool *is_interrupted,
                uint8_t hash[SHA256_SIZE], struct error *err)
{
    struct arena arena = { 0 };
    struct sha256 sha;
    struct error ignored = { 0 };
    bool is_good = true;
    if (!sha256_begin(&sha, err))
        return false;
    char *block = ARENA_ARRAY(&arena, char, BLOCK_BYTES);
    for (off_t at = 0; is_good && at < size; at += BLOCK_BYTES) {
        size_t len = size - at < BLOCK_BYTES ? (size_t)(size - at) : BLOCK_BYTES;
        is_good = !atomic_load(is_interrupted) ? read_fully(fd, block, len, start + at, err)
                                               : error_set(err, "interrupted");
        if (is_good)
            sha256_add(&sha, (struct str){ block, len });
    }
    bool is_hashed = sha256_end(&sha, hash, is_good ? err : &ignored);
    arena_free(&arena);
    return is_good && is_hashed;
}
