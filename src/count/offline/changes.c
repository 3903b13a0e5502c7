#include "count/offline/changes.h"

#include "base/utf8.h"
#include "count/offline/lanes.h"
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

size_t changes_next(const struct tokenizer *tokenizer, struct str text, size_t at)
{
    const unsigned changing =
        CHAR_NFC | CHAR_DROPPED | CHAR_AS_SPACE | CHAR_SARA_AA |
        (tokenizer->vocab->families[tokenizer->family].folds_quotes ? CHAR_CURLY_QUOTE : 0);
    const uint8_t *bytes = (const uint8_t *)text.ptr;
    unsigned class_before = 0;
    while (at < text.len) {
        if (bytes[at] < 0x80) {
            const size_t to = plain_end(text, at);
            if (to == at)
                return at;
            class_before = 0;
            at = to;
            continue;
        }
        struct character character = changes_common(bytes + at, text.len - at);
        if (!character.size) {
            if (!utf8_char_len(text, at))
                return at;
            character = character_at(bytes + at);
        }
        const struct char_traits *traits = vocab_traits(tokenizer->vocab, character.value);
        const unsigned class = traits->combining_class;
        if (traits->flags & changing || (class && class < class_before))
            return at;
        class_before = class;
        at += character.size;
    }
    return at;
}
