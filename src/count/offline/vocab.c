#include "count/offline/vocab.h"

#include <inttypes.h>
#include <string.h>

#include "base/stream.h"
#include "count/offline/vocab_check.h"

enum { FILE_BYTES_MAX = 16 << 20, ALIGNMENT = 8, LICENCE_BYTES_MAX = 1 << 16 };

static const char magic[] = "tokvocab";

/* The sections in the order of the header: what they are made of. */
static const struct section_kind {
    const char *name;
    size_t item_bytes;
    uint32_t len_min, len_max;
} section_kinds[VOCAB_SECTIONS_LEN] = {
    { "trie", 256 * sizeof(uint32_t), 1, 1 << (32 - VOCAB_BASE_SHIFT - 8) },
    { "index", 1, VOCAB_INDEX_LEN, VOCAB_INDEX_LEN },
    { "blocks", 256, 1, 256 },
    { "traits", sizeof(struct char_traits), 1, 256 },
    { "families", sizeof(struct vocab_family_traits), VOCAB_FAMILIES_LEN, VOCAB_FAMILIES_LEN },
    { "automata", sizeof(struct vocab_automaton), VOCAB_FAMILIES_LEN, VOCAB_FAMILIES_LEN },
    { "rows", sizeof(vocab_row), 0, VOCAB_FAMILIES_LEN *VOCAB_ROWS_MAX },
    { "slots", sizeof(uint32_t), 0, VOCAB_FAMILIES_LEN *VOCAB_SLOTS_MAX },
    { "labels", 1, 0, VOCAB_FAMILIES_LEN *VOCAB_SLOTS_MAX },
    { "licence", 1, 1, LICENCE_BYTES_MAX },
};

static bool is_little_endian(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 1;
}

/* FNV-1a, 64 bits. */
static uint64_t checksum_of(const char *bytes, size_t size)
{
    uint64_t value = 0xcbf29ce484222325U;
    for (size_t i = 0; i < size; i++)
        value = (value ^ (unsigned char)bytes[i]) * 0x100000001b3U;
    return value;
}

static bool check_header(struct str bytes, const struct vocab_header *header, struct error *err)
{
    const size_t summed_from = offsetof(struct vocab_header, unicode);
    if (header->format != VOCAB_FORMAT)
        return error_usage(err, "a vocabulary of format %" PRIu32 ", but this tokgate reads %d",
                           header->format, VOCAB_FORMAT);
    if (header->size != bytes.len)
        return error_usage(err, "damaged: %zu bytes, but %" PRIu32 " by its header", bytes.len,
                           header->size);
    if (header->checksum != checksum_of(bytes.ptr + summed_from, bytes.len - summed_from))
        return error_usage(err, "damaged: the checksum is wrong");
    if (header->sections_len != VOCAB_SECTIONS_LEN || header->reserved)
        return error_usage(err, "damaged: %" PRIu32 " sections, not %d", header->sections_len,
                           VOCAB_SECTIONS_LEN);
    return true;
}

static bool check_section(const struct vocab_header *header, const struct vocab_section *sections,
                          size_t number, struct error *err)
{
    const struct section_kind *kind = &section_kinds[number];
    const struct vocab_section section = sections[number];
    const size_t len = section.size / kind->item_bytes;
    if (section.at % ALIGNMENT || section.at < sizeof *header || section.at > header->size ||
        section.size > header->size - section.at)
        return error_usage(err, "damaged: the section %s is out of place", kind->name);
    if (section.size % kind->item_bytes || len < kind->len_min || len > kind->len_max)
        return error_usage(err, "damaged: the section %s has %" PRIu32 " bytes", kind->name,
                           section.size);
    for (size_t i = 0; i < number; i++)
        if (section.at < sections[i].at + sections[i].size &&
            sections[i].at < section.at + section.size)
            return error_usage(err, "damaged: the sections %s and %s overlap",
                               section_kinds[i].name, kind->name);
    return true;
}

bool vocab_from_bytes(struct str bytes, struct vocab *vocab, struct error *err)
{
    const char *ptr = bytes.ptr;
    const struct vocab_header *header = (const void *)ptr;
    if (!is_little_endian())
        return error_usage(err, "this machine's byte order is not that of vocabulary files");
    if (bytes.len < sizeof *header || memcmp(ptr, magic, sizeof header->magic) != 0)
        return error_usage(err, "not a vocabulary of tokgate");
    if (!check_header(bytes, header, err))
        return false;
    const struct vocab_section sections[VOCAB_SECTIONS_LEN] = {
        header->trie,     header->index, header->blocks, header->traits, header->families,
        header->automata, header->rows,  header->slots,  header->labels, header->licence,
    };
    for (size_t i = 0; i < VOCAB_SECTIONS_LEN; i++)
        if (!check_section(header, sections, i, err))
            return false;
    *vocab = (struct vocab){
        .header = header,
        .trie = (const void *)(ptr + header->trie.at),
        .trie_len = header->trie.size / sizeof(uint32_t),
        .index = (const void *)(ptr + header->index.at),
        .blocks = (const void *)(ptr + header->blocks.at),
        .traits = (const void *)(ptr + header->traits.at),
        .families = (const void *)(ptr + header->families.at),
        .automata = (const void *)(ptr + header->automata.at),
        .rows = (const vocab_row *)(const void *)(ptr + header->rows.at),
        .slots = (const void *)(ptr + header->slots.at),
        .labels = (const void *)(ptr + header->labels.at),
        .licence = { ptr + header->licence.at, header->licence.size },
    };
    return vocab_check_texts(vocab, err) && vocab_check_characters(vocab, err) &&
           vocab_check_families(vocab, err) && vocab_check_automata(vocab, err) &&
           vocab_check_trie(vocab, err);
}

bool vocab_read(struct arena *arena, struct str path, struct vocab *vocab, struct error *err)
{
    struct str bytes;
    struct error cause = { 0 };
    return (file_read(arena, str_to_c(arena, path), FILE_BYTES_MAX, &bytes, &cause) &&
            vocab_from_bytes(bytes, vocab, &cause)) ||
           error_usage(err, "%.*s: %s", STR_ARGS(path), cause.text);
}

struct str vocab_name(struct arena *arena, const struct vocab *vocab)
{
    const struct vocab_header *header = vocab->header;
    const unsigned patch = header->unicode & 0xff;
    struct buf name = { .arena = arena };
    buf_format(&name, "ctok %.*s, Unicode %u.%u", (int)sizeof header->package, header->package,
               header->unicode >> 16, header->unicode >> 8 & 0xff);
    if (patch)
        buf_format(&name, ".%u", patch);
    return buf_str(&name);
}
