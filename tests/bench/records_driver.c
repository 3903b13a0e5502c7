/*
 * For tests/conformance/records.py: records_driver PARTS REQUESTS writes parts of so many made-up
 * records each (plan/record_line.h), and last what they add up to on standard error. The second
 * part comes once more at the end, as if its run had been done again, before it the beginning of
 * the third, as if its run had been killed; and one custom_id is used in the first and last part.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "report/records.h"

struct writing {
    FILE *line;
    char *text;
    size_t size;
    uint64_t hash;
};

static void print_line(struct writing *writing)
{
    fflush(writing->line);
    const struct str line = { writing->text, (size_t)ftell(writing->line) };
    writing->hash = record_hash(writing->hash, line);
    fwrite(line.ptr, 1, line.len, stdout);
    putchar('\n');
    rewind(writing->line);
}

static int64_t tokens_of(long part, long index)
{
    return 5000 + (part * 7919 + index * 31) % 3000;
}

static int64_t write_part(struct writing *writing, long part, long requests, bool is_whole,
                          bool repeats_id)
{
    char name[32], id[64];
    int64_t tokens = 0;
    const int name_len = snprintf(name, sizeof name, "part-%ld", part);
    writing->hash = 0;
    records_header(writing->line, &(struct record_header){
                                      .part = { name, (size_t)name_len },
                                      .catalog = STR("2026-11-20"),
                                  });
    print_line(writing);
    for (long i = 0; i < requests; i++) {
        const int id_len =
            snprintf(id, sizeof id, "request-%ld-%ld", repeats_id && i == 0 ? 0 : part, i);
        const struct plan_record record = {
            .source = { name, (size_t)name_len },
            .index = (size_t)i,
            .place = { (size_t)i + 1, 1 },
            .custom_id = { id, (size_t)id_len },
            .model = i % 2 ? STR("claude-sonnet-5-5") : STR("claude-haiku-4-5"),
            .low = tokens_of(part, i),
            .tokens = tokens_of(part, i),
            .high = tokens_of(part, i),
            .max_tokens = 10,
            .entry_bytes = 1000,
            .prefixes = { { .hash = (uint64_t)(i % 50) + 1, .tokens = 4500 } },
            .prefixes_len = 1,
        };
        records_line(writing->line, &record, record.source);
        print_line(writing);
        tokens += record.tokens;
    }
    if (is_whole) {
        records_trailer(stdout,
                        &(struct record_trailer){ .requests = requests, .hash = writing->hash });
        putchar('\n');
    }
    return tokens;
}

int main(int argc, char **argv)
{
    const long parts = argc == 3 ? atol(argv[1]) : 0, requests = argc == 3 ? atol(argv[2]) : 0;
    struct writing writing = { 0 };
    int64_t tokens = 0;
    if (parts < 3 || requests < 2)
        return 2;
    writing.line = open_memstream(&writing.text, &writing.size);
    if (!writing.line)
        return 3;
    for (long part = 0; part < parts; part++) {
        if (part == 2)
            write_part(&writing, part, requests / 2, false, false);
        tokens += write_part(&writing, part, requests, true, part == parts - 1);
    }
    write_part(&writing, 1, requests, true, false);
    fprintf(stderr, "{\"requests\": %ld, \"tokens\": %" PRId64 "}\n", parts * requests, tokens);
    fclose(writing.line);
    free(writing.text);
    return fflush(stdout) != 0;
}
