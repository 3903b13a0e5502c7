/* Chunks of manifests: groups, limits, sources that change, files that are there as a whole. */
#include <fcntl.h>

#include "base/fingerprint.h"
#include "base/whole_file.h"
#include "plan/split.h"
#include "scratch.h"
#include "tap.h"

static struct arena arena;
static atomic_bool interrupted;

/* A manifest of so many requests, a line each, of which every few share a prefix. */
enum { REQUESTS = 60, LINE = 100 };

static void line_of(size_t i, char line[LINE + 1])
{
    snprintf(line, LINE + 1, "{\"custom_id\":\"r-%zu\",\"params\":{\"model\":\"m%zu\",\"x\":\"", i,
             i % 2);
    for (size_t at = strlen(line); at < LINE - 4; at++)
        line[at] = 'x';
    memcpy(line + LINE - 4, "\"}}\n", 5);
}

static void write_manifest(const char *path)
{
    static char text[REQUESTS * LINE + 1];
    for (size_t i = 0; i < REQUESTS; i++)
        line_of(i, text + i * LINE);
    scratch_write(path, text);
}

/* groups: every so many-th request has the same prefix; 0: none has one. */
static bool fill(struct split *split, const struct split_limits *limits, size_t groups,
                 struct error *err)
{
    bool is_good = true;
    split_init(split, &arena, limits);
    for (size_t i = 0; i < REQUESTS && is_good; i++) {
        char line[LINE + 1];
        line_of(i, line);
        const struct str text = { line, LINE - 1 };
        const struct plan_record record = {
            .source = STR("m.jsonl"),
            .index = i,
            .place = { i + 1, 1 },
            .offset = i * LINE,
            .size = LINE - 1,
            .custom_id = str_format(&arena, "r-%zu", i),
            .model = i % 2 ? STR("m1") : STR("m0"),
            .low = 10,
            .tokens = 20,
            .high = i == 7 ? COUNT_UNBOUNDED : 30,
            .prefixes = { { .hash = groups ? 100 + i % groups : 0, .tokens = 5 } },
            .prefixes_len = groups && i % groups ? 1 : 0,
        };
        is_good = split_add(split, &record, false, fingerprint(text), &split_message_batches, err);
    }
    split_cut(split);
    return is_good;
}

static bool write_to(struct split *split, const char *directory, struct error *err)
{
    const struct split_writing writing = {
        .directory = str_from_c(directory),
        .threads = 2,
        .is_interrupted = &interrupted,
    };
    *err = (struct error){ 0 };
    return split_write(split, &writing, err);
}

static void test_limits(void)
{
    struct split split;
    struct error err = { 0 };
    fill(&split, &(struct split_limits){ 0 }, 0, &err);
    ok(split.chunks.len == 1 && split.chunks.items[0].requests == REQUESTS &&
           split.chunks.items[0].size_bytes == 18 + REQUESTS * (LINE - 1) + (REQUESTS - 1) * 2 &&
           split.chunks.items[0].tokens == REQUESTS * 20 &&
           split.chunks.items[0].high == REQUESTS * 30 - 10,
       "all in one");
    split_free(&split);
    const int64_t ten = 18 + 10 * (LINE - 1) + 9 * 2;
    fill(&split, &(struct split_limits){ .bytes_max = ten }, 0, &err);
    ok(split.chunks.len == 6 && split.chunks.items[0].size_bytes == ten, "exactly at the bytes");
    split_free(&split);
    fill(&split, &(struct split_limits){ .bytes_max = ten - 1 }, 0, &err);
    ok(split.chunks.len == 7 && split.chunks.items[0].requests == 9, "and one below");
    split_free(&split);
    fill(&split, &(struct split_limits){ .bytes_max = 10 * LINE, .format = SPLIT_JSONL }, 0, &err);
    ok(split.chunks.len == 6 && split.chunks.items[5].size_bytes == 10 * LINE, "as JSON lines");
    split_free(&split);
    fill(&split, &(struct split_limits){ .tokens_max = 29 }, 0, &err);
    ok(split.chunks.len == 1 && split.lefts.len == REQUESTS - 1 && split.reasons.len == 1,
       "what fits no chunk is left out");
    split_free(&split);
    fill(&split, &(struct split_limits){ .by_model = true }, 0, &err);
    ok(split.chunks.len == 2 && split.chunks.items[0].requests == REQUESTS / 2, "by model");
    split_free(&split);
}

/* Whether the requests of a kind (of three) stand together in one chunk, in order. */
static bool are_together(const struct split *split, uint32_t kind)
{
    for (size_t i = 0; i < split->chunks.len; i++) {
        uint32_t number = split->chunks.items[i].first;
        int64_t left = split->chunks.items[i].requests;
        uint32_t seen = 0, last = 0;
        for (; left > 0; left--, number = split_entry_at(split, number)->next) {
            const uint32_t index = split_entry_at(split, number)->index;
            if (index % 3 != kind)
                continue;
            if (seen++ && index != last + 3)
                return false;
            last = index;
        }
        if (seen)
            return seen == REQUESTS / 3;
    }
    return false;
}

static void test_groups(void)
{
    struct split split;
    struct error err = { 0 };
    fill(&split, &(struct split_limits){ .requests_max = 25 }, 3, &err);
    const struct split_chunk *chunks = split.chunks.items;
    ok(split.chunks.len == 3 && chunks[0].requests == 21 && chunks[1].requests == 25 &&
           chunks[2].requests == 14,
       "a group that does not fit any more begins a chunk");
    ok(are_together(&split, 1) && are_together(&split, 2), "and is not cut");
    split_free(&split);
    fill(&split, &(struct split_limits){ .requests_max = 7 }, 2, &err);
    ok(split.chunks.len == 9 && split.chunks.items[8].requests == 4,
       "groups that fit no chunk are");
    split_free(&split);
}

static void test_duplicates(void)
{
    struct split split;
    struct error err = { 0 };
    fill(&split, &(struct split_limits){ 0 }, 0, &err);
    char line[LINE + 1];
    line_of(3, line);
    struct plan_record record = {
        .source = STR("m.jsonl"),
        .index = 60,
        .place = { 4, 1 },
        .offset = 3 * LINE,
        .size = LINE - 1,
        .custom_id = STR("r-3"),
    };
    ok(split_add(&split, &record, false, 0, &split_message_batches, &err) &&
           split.len == REQUESTS && split.lefts.len == 1,
       "a second one of an id is left out");
    is_str(split.reasons.items[0], "the same custom_id as m.jsonl:4:1", "and it is said why");
    record.source = STR("none.jsonl");
    ok(!split_add(&split, &record, false, 0, &split_message_batches, &err),
       "a source that is not there");
    ok(sizeof(struct split_entry) <= 64, "64 bytes a request");
    split_free(&split);
}

static void test_changed(void)
{
    struct split split;
    struct error err = { 0 };
    fill(&split, &(struct split_limits){ 0 }, 0, &err);
    int fd = open("m.jsonl", O_WRONLY);
    ok(fd >= 0 && pwrite(fd, "y", 1, 20 * LINE + 60) == 1 && close(fd) == 0, "one byte changes");
    ok(!write_to(&split, "changed", &err) && strstr(err.text, "m.jsonl changed while it was read"),
       "an entry that changed is no entry of a chunk");
    split_free(&split);
    write_manifest("m.jsonl");
    fill(&split, &(struct split_limits){ 0 }, 0, &err);
    ok(truncate("m.jsonl", 10 * LINE) == 0 && !write_to(&split, "changed", &err) &&
           strstr(err.text, "changed while it was read"),
       "a source that is shorter now");
    split_free(&split);
    write_manifest("m.jsonl");
    fill(&split, &(struct split_limits){ 0 }, 0, &err);
    fd = open("m.jsonl", O_WRONLY | O_APPEND);
    ok(fd >= 0 && write(fd, "\n", 1) == 1 && close(fd) == 0 && !write_to(&split, "changed", &err) &&
           strstr(err.text, "changed while it was read"),
       "or longer");
    split_free(&split);
    ok(access("changed/chunk-00001.json.part", F_OK) != 0 && access("changed/plan.json", F_OK) != 0,
       "leaves no plan");
    write_manifest("m.jsonl");
    fill(&split, &(struct split_limits){ 0 }, 0, &err);
    atomic_store(&interrupted, true);
    ok(!write_to(&split, "stopped", &err) && access("stopped/chunk-00001.json", F_OK) != 0,
       "an interrupted run leaves no half chunk");
    atomic_store(&interrupted, false);
    ok(write_to(&split, "stopped", &err) && access("stopped/plan.json", F_OK) == 0 &&
           access("stopped/.tokgate-split", F_OK) != 0,
       "and the next one ends it");
    split_free(&split);
}

static void test_replace(void)
{
    struct whole_file file;
    struct error err = { 0 };
    int here = open(".", O_RDONLY | O_DIRECTORY);
    ok(whole_file_begin(&file, here, "file", &err) && whole_file_write(&file, STR("abc"), &err) &&
           access("file", F_OK) != 0 && access(".file.part", F_OK) == 0,
       "a part has another name");
    ok(whole_file_finish(&file, &err) && whole_file_commit(&file, &err) &&
           access("file", F_OK) == 0 && access(".file.part", F_OK) != 0,
       "until it is whole");
    ok(whole_file_begin(&file, here, "file", &err) && whole_file_write(&file, STR("d"), &err),
       "a second one");
    whole_file_abandon(&file);
    struct stat status;
    ok(stat("file", &status) == 0 && status.st_size == 3 && access(".file.part", F_OK) != 0,
       "that is given up leaves the first");
    ok(!whole_file_begin(&file, -1, "file", &err) && err.kind == ERROR_FAILED,
       "no directory to write in");
    ok(whole_file_is_part(STR(".chunk-1.json.part"), STR("chunk-")) &&
           !whole_file_is_part(STR("chunk-1.json.part"), STR("chunk-")) &&
           !whole_file_is_part(STR(".other.part"), STR("chunk-")),
       "names of parts");
    close(here);
}

int main(void)
{
    struct scratch scratch;
    scratch_make(&scratch);
    write_manifest("m.jsonl");
    test_limits();
    test_groups();
    test_duplicates();
    test_changed();
    test_replace();
    scratch_remove(&scratch);
    arena_free(&arena);
    return tap_done();
}
