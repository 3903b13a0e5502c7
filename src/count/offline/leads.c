#include "count/offline/leads.h"

#include <string.h>

enum { CALM = 1, LETTER = 2, HARD = 4 };

static unsigned kinds_of(const struct char_traits *traits)
{
    const unsigned changing =
        CHAR_NFC | CHAR_DROPPED | CHAR_AS_SPACE | CHAR_SARA_AA | CHAR_CURLY_QUOTE;
    const bool is_calm = !(traits->flags & changing) && !traits->combining_class;
    const bool is_letter = traits->class == CHAR_WORDY && !(traits->flags & CHAR_BORDER);
    const bool is_hard = traits->class == CHAR_HARD && traits->kind == CHAR_LETTER &&
                         !(traits->flags & LEADS_HARD_MARKED);
    return (is_calm ? CALM : 0U) | (is_letter ? LETTER : 0U) | (is_hard ? HARD : 0U);
}

/* What all of so many characters are. */
static unsigned common_kinds(const struct vocab *vocab, uint32_t first, uint32_t len)
{
    unsigned kinds = CALM | LETTER | HARD;
    for (uint32_t i = 0; kinds && i < len; i++)
        kinds &= kinds_of(vocab_traits(vocab, first + i));
    return kinds;
}

/* The same of those that begin with a byte of three, a block of 256 at a time: most are one. */
static unsigned common_kinds_long(const struct vocab *vocab, unsigned lead)
{
    const uint32_t first = (lead & 0x0fU) << 12;
    unsigned kinds = CALM | LETTER | HARD;
    for (uint32_t i = 0; kinds && i < 0x1000; i += 0x100)
        if (!i || vocab->index[(first + i) >> 8] != vocab->index[(first + i - 1) >> 8])
            kinds &= common_kinds(vocab, first + i, 0x100);
    return kinds;
}

static void add(struct leads *leads, unsigned lead, unsigned kinds)
{
    const uint8_t bit = (uint8_t)(1U << ((lead >> 4) - 0x0c));
    leads->calm.rows[lead & 0x0f] |= kinds & CALM ? bit : 0;
    leads->letters.rows[lead & 0x0f] |= kinds & LETTER && lead < 0xe0 ? bit : 0;
    leads->hards.rows[lead & 0x0f] |= kinds & HARD && lead >= 0xe0 ? bit : 0;
}

void leads_learn(struct leads *leads, const struct vocab *vocab)
{
    memset(leads, 0, sizeof *leads);
    for (unsigned lead = 0xc2; lead < 0xe0; lead++)
        add(leads, lead, common_kinds(vocab, (lead & 0x1fU) << 6, 0x40));
    for (unsigned lead = 0xe1; lead < 0xf0; lead++) /* 0xe0 has overlong forms */
        if (lead != 0xed)                           /* and this one surrogates */
            add(leads, lead, common_kinds_long(vocab, lead));
    leads->are_known = true;
}
