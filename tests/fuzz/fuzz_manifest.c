/* A source on its whole way but out: detect, split, parse, count offline, check. */
#include "fuzz.h"

#include <unistd.h>

#include "check/ruleset_read.h"
#include "cli/chunk.h"
#include "cli/correct.h"
#include "cli/judge.h"
#include "count/count_body.h"

static struct catalog catalog;
static struct ruleset ruleset;
static const struct settings *settings;

static void prepare(void)
{
    static struct arena arena;
    static const struct source source = { .path = STR_INIT("a"), .absolute = STR_INIT("/d/a") };
    struct error err = { 0 };
    struct json_problem problem = { 0 };
    const struct str text = STR("{\"extends\": \"tokgate:recommended\", \"tier\": \"start\","
                                "\"prompts\": [{\"files\": \"**\", \"rate\": \"9/s\","
                                "\"variables\": {\"x\": {\"max_tokens\": 9}}}],"
                                "\"rules\": [{\"rule\": \"max-tokens\"}]}");
    size_t alternatives = 0;
    struct config config = { .arena = &arena,
                             .path = STR("r"),
                             .directory = STR("/d"),
                             .text = text,
                             .alternatives = &alternatives };
    fuzz_expect(catalog_load(&arena, &catalog, &err), "the catalog loads");
    ruleset_init(&ruleset, &arena, &catalog, STR("/d"));
    fuzz_expect(ruleset_read(&ruleset, &config, json_parse(&arena, text, &problem), &err) &&
                    settings_of(&ruleset, &source, &settings, &err),
                err.text);
}

static void check_item(struct chunk *chunk, const struct item *item)
{
    const struct count *count = &item->count;
    const struct request *request = &item->request;
    for (size_t i = 0; i < request->faults.len; i++)
        fuzz_expect(request->faults.items[i].at <= request->entry.len, "a fault is in the entry");
    for (size_t i = 0; i < request->parts.len; i++)
        fuzz_expect(request->parts.items[i].at <= request->entry.len, "a part is in the entry");
    if (item->state == ITEM_UNREADABLE || item->state == ITEM_OTHER || item->state == ITEM_REMARK)
        return;
    fuzz_expect(count->low > 0 && count->low <= count->tokens && count->tokens <= count->high,
                "0 < low <= tokens <= high");
    fuzz_expect(count->prefix_share >= 0 && count->prefix_share <= 1, "a share is one");
    struct json_walk *walk = ARENA_NEW(&chunk->arena, struct json_walk);
    const struct count_body_form forms[] = {
        { .betas = STR("") },
        { .version = STR("v"), .model = STR("m\"") },
        { .version = STR("v"), .is_invocation = true },
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        json_walk_init(walk, count_body(&chunk->arena, &item->request, &forms[i]), &chunk->arena);
        fuzz_expect(json_finish(walk), "what would be sent is JSON");
    }
}

static void run_chunk(struct chunk *chunk)
{
    const struct checker checker = { &ruleset, &catalog, STR("2026-11-21"), false };
    static const atomic_bool is_interrupted;
    static struct offline *offline;       /* the counter, for all sources */
    struct correcting correcting = { 0 }; /* corrects nothing */
    struct workshop workshop = { .checker = &checker,
                                 .mode = COUNT_MODE_OFFLINE,
                                 .runs_rules = true,
                                 .correcting = &correcting,
                                 .is_interrupted = &is_interrupted,
                                 .offline = &offline };
    judge_chunk(chunk, 0, &workshop);
    for (size_t i = 0; i < chunk->items.len; i++)
        check_item(chunk, &chunk->items.items[i]);
    for (size_t i = 0; i < chunk->findings.len; i++)
        fuzz_expect(chunk->findings.items[i].place.line > 0, "a finding has a line");
    chunk_free(chunk);
}

static void run_source(int fd, const char *path, const struct reader *chosen)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct detection detection = { .reader = chosen };
    struct splitting splitting = { .stream = { .fd = dup(fd), .place = { 1, 1 } } };
    struct job_source from = { .source = { .path = str_from_c(path), .absolute = STR("/d/a") },
                               .settings = settings };
    struct chunk *chunk = chunk_new();
    struct entry entry;
    fuzz_expect(lseek(fd, 0, SEEK_SET) == 0, "the file starts anew");
    bool opened =
        chosen ? reader_begin(chosen, &splitting.stream, &err)
               : reader_detect(&arena, &splitting.stream, from.source.path, &detection, &err);
    fuzz_expect(opened, "reading works");
    from.reader = detection.reader;
    size_t offset = 0;
    if (detection.what == DETECTED_READER)
        while (from.reader->split(&splitting, &entry, &err)) {
            fuzz_expect(entry.offset >= offset, "entries come in order");
            offset = entry.offset;
            chunk_add(chunk, &from, &entry);
            if (chunk_is_full(chunk, false)) {
                run_chunk(chunk);
                chunk = chunk_new();
            }
        }
    fuzz_expect(!err.kind, "reading works to the end");
    run_chunk(chunk);
    stream_close(&splitting.stream);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *file;
    if (!file) {
        prepare();
        file = tmpfile();
        fuzz_expect(file, "there is room for a file");
    }
    int fd = fileno(file);
    fuzz_expect(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size,
                "the file can be written");
    run_source(fd, "a.json", NULL);
    run_source(fd, "a.md", NULL);
    run_source(fd, "a", &reader_batch);
    run_source(fd, "a", &reader_jsonl);
    run_source(fd, "a", &reader_array);
    run_source(fd, "a", &reader_bedrock);
    run_source(fd, "a", &reader_openai);
    run_source(fd, "a", &reader_vertex);
    return 0;
}
