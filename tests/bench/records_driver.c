/*
 * For tests/conformance/records.py: records_driver PARTS REQUESTS writes parts of so many made-up
 * records each (plan/record_line.h), and last what they add up to on standard error. The second
 * part comes once more at the end, as if its run had been done again, before it the beginning of
 * the third, as if its run had been killed; and one custom_id is used in the first and last part.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/records.h"

struct writing {
    FILE *line;
    char *text;
    size_t size;
    uint64_t hash;
    int64_t tokens; /* of whole parts */
};

static void write_line(struct writing *writing, struct str line)
{
    writing->hash = record_hash(writing->hash, line);
    fwrite(line.ptr, 1, line.len, stdout);
    putchar('\n');
}

/* What was printed to writing->line. */
static struct str take_line(struct writing *writing)
{
    fflush(writing->line);
    const struct str line = { writing->text, (size_t)ftell(writing->line) };
    rewind(writing->line);
    return line;
}

struct made {
    char name[32], id[64], text[512];
    struct plan_record record;
};

/* A line that is put together. */
struct piece {
    char *text;
    size_t len;
};

static void make_record(struct made *made, long part, long id_part, long i)
{
    const int name_len = snprintf(made->name, sizeof made->name, "part-%ld", part);
    const int id_len = snprintf(made->id, sizeof made->id, "request-%ld-%ld", id_part, i);
    const int64_t tokens = 5000 + (part * 7919 + i * 31) % 3000;
    made->record = (struct plan_record){
        .source = { made->name, (size_t)name_len },
        .index = (size_t)i,
        .place = { (size_t)i + 1, 1 },
        .custom_id = { made->id, (size_t)id_len },
        .model = i % 2 ? STR("claude-sonnet-5-5") : STR("claude-haiku-4-5"),
        .low = tokens,
        .tokens = tokens,
        .high = tokens,
        .max_tokens = 10,
        .entry_bytes = 1000,
        .prefixes = { { .hash = (uint64_t)(i % 50) + 1, .tokens = 4500 } },
        .prefixes_len = 1,
    };
}

static void put(struct piece *line, struct str text)
{
    memcpy(line->text + line->len, text.ptr, text.len);
    line->len += text.len;
}

static void put_number(struct piece *line, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    put(line, (struct str){ digits + at, sizeof digits - at });
}

static void put_hash(struct piece *line, uint64_t hash)
{
    char digits[16];
    for (int i = 15; i >= 0; i--, hash /= 16)
        digits[i] = "0123456789abcdef"[hash % 16];
    put(line, (struct str){ digits, sizeof digits });
}

/* As records_line writes it, in a tenth of the time. */
static struct str print_record(struct made *made)
{
    const struct plan_record *record = &made->record;
    struct piece line = { .text = made->text };
    put(&line, STR("{\"index\": "));
    put_number(&line, record->index);
    put(&line, STR(", \"line\": "));
    put_number(&line, record->place.line);
    put(&line, STR(", \"column\": 1, \"custom_id\": \""));
    put(&line, record->custom_id);
    put(&line, STR("\", \"model\": \""));
    put(&line, record->model);
    put(&line, STR("\", \"tokens\": "));
    put_number(&line, (uint64_t)record->tokens);
    put(&line, STR(", \"origin\": \"offline\", \"max_tokens\": 10, \"entry_bytes\": 1000, "
                   "\"prefixes\": [[\""));
    put_hash(&line, record->prefixes[0].hash);
    put(&line, STR("\", 4500, \"5m\"]]}"));
    return (struct str){ line.text, line.len };
}

/* False when print_record and records_line differ. */
static bool write_part(struct writing *writing, long part, long requests, bool is_whole,
                       bool repeats_id)
{
    struct made made;
    char name[32];
    const int name_len = snprintf(name, sizeof name, "part-%ld", part);
    writing->hash = 0;
    records_header(writing->line, &(struct record_header){
                                      .part = { name, (size_t)name_len },
                                      .catalog = STR("2026-11-20"),
                                  });
    write_line(writing, take_line(writing));
    for (long i = 0; i < requests; i++) {
        make_record(&made, part, repeats_id && i == 0 ? 0 : part, i);
        const struct str line = print_record(&made);
        if (i < 100) {
            records_line(writing->line, &made.record, made.record.source);
            if (!str_equal(take_line(writing), line))
                return false;
        }
        write_line(writing, line);
        writing->tokens += is_whole ? made.record.tokens : 0;
    }
    if (is_whole)
        records_trailer(stdout,
                        &(struct record_trailer){ .requests = requests, .hash = writing->hash });
    if (is_whole)
        putchar('\n');
    return true;
}

int main(int argc, char **argv)
{
    const long parts = argc == 3 ? atol(argv[1]) : 0, requests = argc == 3 ? atol(argv[2]) : 0;
    struct writing writing = { 0 };
    bool is_same = true;
    if (parts < 3 || requests < 2 || setvbuf(stdout, NULL, _IOFBF, 1 << 20) != 0)
        return 2;
    writing.line = open_memstream(&writing.text, &writing.size);
    if (!writing.line)
        return 3;
    for (long part = 0; is_same && part < parts; part++) {
        if (part == 2)
            write_part(&writing, part, requests / 2, false, false);
        is_same = write_part(&writing, part, requests, true, part == parts - 1);
    }
    const int64_t tokens = writing.tokens;
    write_part(&writing, 1, requests, true, false);
    if (is_same)
        fprintf(stderr, "{\"requests\": %ld, \"tokens\": %" PRId64 "}\n", parts * requests, tokens);
    fclose(writing.line);
    free(writing.text);
    return fflush(stdout) != 0 || !is_same;
}
