#include "count/offline/changes.h"

#include "base/utf8.h"
#include "count/offline/lanes_high.h"
#include "count/offline/replacement.h"

struct character changes_character(struct str text, size_t at)
{
    const uint8_t *bytes = (const uint8_t *)text.ptr + at;
    const struct character common = changes_common(bytes, text.len - at);
    if (common.size)
        return common;
    if (utf8_char_len(text, at))
        return character_at(bytes);
    return (struct character){ REPLACEMENT, (unsigned)utf8_invalid_len(text, at) };
}

/* Where plain ASCII ends that stays as it is. */
static inline size_t plain_end(struct str text, size_t at)
{
    const uint8_t *bytes = (const uint8_t *)text.ptr;
    if (text.len - at > 1 && bytes[at + 1] >= 0x80) /* a space between words of other scripts */
        return at + (lane_classes[bytes[at]] & LANE_PLAIN ? 1 : 0);
    while (text.len - at >= BLOCK && lanes_all_plain(bytes + at))
        at += BLOCK;
    while (text.len - at >= LANES) {
        const unsigned plain = lanes_run(lanes_plain(bytes + at));
        at += plain;
        if (plain < LANES)
            return at;
    }
    while (at < text.len && lane_classes[bytes[at]] & LANE_PLAIN)
        at++;
    return at;
}

/* A text on its way, and where the last mark ended that the next may have to be sorted with. */
struct looking {
    const struct tokenizer *tokenizer;
    struct str text;
    unsigned changing; /* flags */
    unsigned class_before;
    size_t class_end;
};

/* The size of the character at a place if it stays as it is, or 0. */
static inline size_t staying_size(struct looking *looking, size_t at)
{
    const uint8_t *bytes = (const uint8_t *)looking->text.ptr + at;
    struct character character = changes_common(bytes, looking->text.len - at);
    if (!character.size) {
        if (!utf8_char_len(looking->text, at))
            return 0;
        character = character_at(bytes);
    }
    const struct char_traits *traits = vocab_traits(looking->tokenizer->vocab, character.value);
    const unsigned class = traits->combining_class;
    const unsigned class_before = looking->class_before & -(unsigned)(at == looking->class_end);
    const bool is_sorted = !class | (class >= class_before); /* whether a mark is next cannot be */
    const bool is_changing = traits->flags & looking->changing; /* foretold */
    looking->class_before = class;
    looking->class_end = at + character.size;
    return is_changing || !is_sorted ? 0 : character.size;
}

#ifdef LANES_AVX2
/* How many of sixty-four bytes, in whole characters, stay as they are; *is_change says whether what
 * comes next does not. */
static inline size_t staying_len(struct looking *looking, size_t from, bool *is_change)
{
    const uint8_t *bytes = (const uint8_t *)looking->text.ptr + from;
    const struct lanes_utf8 lanes = lanes_utf8(bytes);
    const uint64_t calm = lanes_in_set(bytes, &looking->tokenizer->leads.calm);
    const uint64_t last = lanes.leads >> (BLOCK - 3); /* may reach into the next block */
    unsigned len = last ? BLOCK - 3 + lanes_first(last) : BLOCK;
    uint64_t inside = UINT64_MAX >> (BLOCK - 1 - (last ? len : BLOCK - 1));
    /* and what comes next, where the last character may lack a byte */
    uint64_t rests = calm << 1 | (calm & lanes.long_leads) << 2;
    *is_change = false;
    for (uint64_t left = lanes.leads & ~calm & UINT64_MAX >> (BLOCK - len); left;
         left &= left - 1) {
        const unsigned place = lanes_first(left);
        const size_t size = staying_size(looking, from + place);
        if (!size) {
            *is_change = true;
            inside = UINT64_MAX >> (BLOCK - 1 - place);
            len = place;
            break;
        }
        rests |= (((uint64_t)1 << size) - 2) << place;
    }
    const uint64_t wrong = ((rests ^ lanes.rests) | lanes.others) & inside;
    if (!wrong)
        return len;
    const unsigned place = lanes_first(wrong); /* what lacks there, or is too much */
    *is_change = true;
    return rests >> place & 1 ? lanes_last(lanes.leads & (((uint64_t)1 << place) - 1)) : place;
}

/* Where the last whole block ends that stays as it is; *is_change says whether something changes
 * there. */
static size_t staying_end(struct looking *looking, size_t at, bool *is_change)
{
    *is_change = false;
    while (!*is_change && looking->text.len - at >= BLOCK) {
        const uint8_t *bytes = (const uint8_t *)looking->text.ptr + at;
        at += lanes_all_plain(bytes) ? BLOCK : staying_len(looking, at, is_change);
    }
    return at;
}
#endif

size_t changes_next(const struct tokenizer *tokenizer, struct str text, size_t at)
{
    struct looking looking = { .tokenizer = tokenizer, .text = text, .class_end = SIZE_MAX };
    looking.changing =
        CHAR_NFC | CHAR_DROPPED | CHAR_AS_SPACE | CHAR_SARA_AA |
        (tokenizer->vocab->families[tokenizer->family].folds_quotes ? CHAR_CURLY_QUOTE : 0);
#ifdef LANES_AVX2
    bool is_change;
    at = staying_end(&looking, at, &is_change);
    if (is_change)
        return at;
#endif
    while (at < text.len) {
        const bool is_ascii = (uint8_t)text.ptr[at] < 0x80;
        const size_t to = is_ascii ? plain_end(text, at) : at + staying_size(&looking, at);
        if (to == at)
            return at;
        at = to;
    }
    return at;
}
