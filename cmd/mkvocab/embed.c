/*
 * Build tool: the table of mkvocab.py as C source, so that it is read-only data of the program and
 * nothing is done at start-up. Usage: embed TABLE > vocab.c
 * Each section becomes an array of its own type; whatever the byte order of the machine, the
 * numbers are the same. An empty TABLE, or none, gives a program without a vocabulary.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count/offline/vocab.h"

enum { TABLE_BYTES_MAX = 1536 * 1024 };

struct table {
    uint8_t *bytes;
    size_t size;
};

static _Noreturn void refuse(const char *what)
{
    fprintf(stderr, "embed: %s\n", what);
    exit(1);
}

/* A number of so many bytes, lowest first. */
static uint32_t number_at(const struct table *table, size_t at, size_t size)
{
    uint32_t number = 0;
    if (at > table->size || size > table->size - at)
        refuse("the table ends too early");
    for (size_t i = size; i-- > 0;)
        number = number << 8 | table->bytes[at + i];
    return number;
}

static struct vocab_section section_at(const struct table *table, size_t member)
{
    return (struct vocab_section){ number_at(table, member, 4), number_at(table, member + 4, 4) };
}

static struct table read_table(const char *path)
{
    struct table table = { .bytes = malloc(TABLE_BYTES_MAX + 1) };
    FILE *in = fopen(path, "rb");
    if (!table.bytes || !in)
        refuse(path);
    table.size = fread(table.bytes, 1, TABLE_BYTES_MAX + 1, in);
    if (ferror(in) || fclose(in) != 0)
        refuse(path);
    if (table.size > TABLE_BYTES_MAX)
        refuse("the table is over 1.5 MB");
    return table;
}

/* Numbers of so many bytes each in braces. */
static void print_numbers(const struct table *table, size_t at, size_t len, size_t size)
{
    printf("{");
    for (size_t i = 0; i < len; i++)
        printf("%s%" PRIu32 ",", i % 16 ? "" : "\n    ", number_at(table, at + i * size, size));
    printf("\n}");
}

static void print_array(const struct table *table, const char *type, const char *name,
                        struct vocab_section section, size_t size)
{
    printf("static const %s %s[] = ", type, name);
    print_numbers(table, section.at, section.size / size, size);
    printf(";\n\n");
}

static void print_traits(const struct table *table, struct vocab_section section)
{
    printf("static const struct char_traits traits[] = {\n");
    const size_t size = sizeof(struct char_traits);
    for (size_t at = section.at; at + size <= section.at + section.size; at += size) {
        const int64_t delta = number_at(table, at + 8, 4);
        printf("    { %" PRIu32 ", %" PRIu32 ", %" PRIu32 ", %" PRIu32 ", %" PRIu32 ", %" PRIu32
               ", %" PRId64 " },\n",
               number_at(table, at, 1), number_at(table, at + 1, 1), number_at(table, at + 2, 1),
               number_at(table, at + 3, 1), number_at(table, at + 4, 2),
               number_at(table, at + 6, 2), delta > INT32_MAX ? delta - (INT64_C(1) << 32) : delta);
    }
    printf("};\n\n");
}

static size_t print_ladder(const struct table *table, size_t at)
{
    printf("{ %" PRIu32 ", ", number_at(table, at, 2));
    print_numbers(table, at + 2, VOCAB_LADDER_LEN, 1);
    printf("},\n");
    return at + 2 + VOCAB_LADDER_LEN;
}

static size_t print_family(const struct table *table, size_t at)
{
    printf("{ %" PRIu32 ", %" PRIu32 ", { %" PRIu32 ", %" PRIu32 " }, {\n", number_at(table, at, 1),
           number_at(table, at + 1, 1), number_at(table, at + 2, 1), number_at(table, at + 3, 1));
    at += 4;
    for (size_t i = 0; i < VOCAB_RUNS_LEN; i++)
        at = print_ladder(table, at);
    printf("}, {\n");
    for (size_t i = 0; i < VOCAB_SIDES_LEN; i++, at += 128) {
        print_numbers(table, at, 128, 1);
        printf(",\n");
    }
    printf("} },\n");
    return at;
}

static void print_families(const struct table *table, struct vocab_section section)
{
    size_t at = section.at;
    printf("static const struct vocab_family_traits families[VOCAB_FAMILIES_LEN] = {\n");
    for (size_t i = 0; i < VOCAB_FAMILIES_LEN; i++)
        at = print_family(table, at);
    printf("};\n\n");
    if (at != section.at + (size_t)section.size)
        refuse("the families have another size");
}

static void print_automata(const struct table *table, struct vocab_section section)
{
    printf("static const struct vocab_automaton automata[VOCAB_FAMILIES_LEN] = {\n");
    const size_t size = sizeof(struct vocab_automaton);
    for (size_t at = section.at; at + size <= section.at + section.size; at += size) {
        printf("    { ");
        for (size_t i = 0; i < 4; i++)
            printf("%" PRIu32 ", ", number_at(table, at + 4 * i, 4));
        print_numbers(table, at + offsetof(struct vocab_automaton, openings), VOCAB_OPENINGS_LEN,
                      4);
        printf(", 0 },\n");
    }
    printf("};\n\n");
}

static void print_rows(const struct table *table, struct vocab_section section)
{
    printf("static const _Alignas(64) vocab_row rows[] = {\n");
    for (size_t at = section.at; at < section.at + section.size; at += sizeof(vocab_row)) {
        print_numbers(table, at, VOCAB_ROW_LEN, 4);
        printf(",\n");
    }
    printf("%s};\n\n", section.size ? "" : "    { 0 },\n");
}

struct member {
    const char *name;
    size_t at;
};

#define AT(name) offsetof(struct vocab_header, name)

static const struct member numbers[] = {
    { "format", AT(format) },
    { "sections_len", AT(sections_len) },
    { "size", AT(size) },
    { "unicode", AT(unicode) },
    { NULL, 0 },
};

static const struct member sections[] = {
    { "automata", AT(automata) },
    { "blocks", AT(blocks) },
    { "families", AT(families) },
    { "index", AT(index) },
    { "licence", AT(licence) },
    { "rows", AT(rows) },
    { "slots", AT(slots) },
    { "labels", AT(labels) },
    { "traits", AT(traits) },
    { "trie", AT(trie) },
    { NULL, 0 },
};

static void print_header(const struct table *table)
{
    const size_t sum = AT(checksum);
    printf("static const struct vocab_header header = {\n    .magic = ");
    print_numbers(table, AT(magic), 8, 1);
    printf(",\n    .package = ");
    print_numbers(table, AT(package), 20, 1);
    printf(",\n    .checksum = (uint64_t)%" PRIu32 "U << 32 | %" PRIu32 "U,\n",
           number_at(table, sum + 4, 4), number_at(table, sum, 4));
    for (const struct member *member = numbers; member->name; member++)
        printf("    .%s = %" PRIu32 ",\n", member->name, number_at(table, member->at, 4));
    for (const struct member *member = sections; member->name; member++) {
        const struct vocab_section section = section_at(table, member->at);
        printf("    .%s = { %" PRIu32 ", %" PRIu32 " },\n", member->name, section.at, section.size);
    }
    printf("};\n\n");
}

static void print_table(const struct table *table)
{
    if (table->size < sizeof(struct vocab_header) || memcmp(table->bytes, "tokvocab", 8) != 0 ||
        number_at(table, AT(format), 4) != VOCAB_FORMAT)
        refuse("not a table of this format");
    print_header(table);
    print_array(table, "uint32_t", "trie", section_at(table, AT(trie)), 4);
    print_array(table, "uint8_t", "indexes", section_at(table, AT(index)), 1);
    print_array(table, "uint8_t", "blocks", section_at(table, AT(blocks)), 1);
    print_traits(table, section_at(table, AT(traits)));
    print_families(table, section_at(table, AT(families)));
    print_automata(table, section_at(table, AT(automata)));
    print_rows(table, section_at(table, AT(rows)));
    print_array(table, "_Alignas(64) uint32_t", "slots", section_at(table, AT(slots)), 4);
    print_array(table, "_Alignas(64) uint8_t", "labels", section_at(table, AT(labels)), 1);
    print_array(table, "unsigned char", "licence", section_at(table, AT(licence)), 1);
    printf("static const struct vocab embedded = {\n    .header = &header,\n    .trie = trie,\n"
           "    .trie_len = sizeof trie / sizeof *trie,\n    .index = indexes,\n"
           "    .blocks = blocks,\n    .traits = traits,\n    .families = families,\n"
           "    .automata = automata,\n    .rows = rows,\n"
           "    .slots = slots,\n    .labels = labels,\n"
           "    .licence = { (const char *)licence, sizeof licence },\n};\n\n");
}

int main(int argc, char **argv)
{
    const struct table table = argc > 1 ? read_table(argv[1]) : (struct table){ 0 };
    printf("/* Generated by cmd/mkvocab/embed.c: do not edit. */\n"
           "#include \"count/offline/vocab.h\"\n\n");
    if (table.size)
        print_table(&table);
    printf("const struct vocab *vocab_embedded(void)\n{\n    return %s;\n}\n",
           table.size ? "&embedded" : "NULL");
    free(table.bytes);
    return fflush(stdout) != 0 || ferror(stdout) ? 1 : 0;
}
