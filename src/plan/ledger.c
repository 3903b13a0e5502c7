#include "plan/ledger.h"

#include <inttypes.h>
#include <string.h>

#include "base/list.h"

enum { TEXT_BYTES = 64 * 1024, SLOTS_MIN = 1024, KEY_BEGINNING = 64 };

struct str ledger_key(struct arena *arena, struct str id)
{
    if (id.len <= LEDGER_ID_MAX)
        return id;
    return str_format(arena, "%.*s...%016" PRIx64 "%016" PRIx64,
                      STR_ARGS(str_slice(id, 0, KEY_BEGINNING)), str_hash(id, 1), str_hash(id, 2));
}

struct ledger_entry *ledger_at(const struct ledger *ledger, size_t index)
{
    return &ledger->pages.items[index / LEDGER_PAGE_LEN][index % LEDGER_PAGE_LEN];
}

/* The slot of the key, or the free one where it belongs. */
static uint32_t *slot_of(const struct ledger *ledger, struct str key)
{
    size_t at = (size_t)str_hash(key, 0) & (ledger->slots_len - 1);
    for (;; at = (at + 1) & (ledger->slots_len - 1)) {
        if (!ledger->slots[at])
            return &ledger->slots[at];
        const struct ledger_entry *entry = ledger_at(ledger, ledger->slots[at] - 1);
        if (entry->id_len == key.len && memcmp(entry->id, key.ptr, key.len) == 0)
            return &ledger->slots[at];
    }
}

/* Keeps at least half of the slots free. */
static void make_room(struct ledger *ledger)
{
    if (ledger->len < ledger->slots_len / 2)
        return;
    ledger->slots_len = ledger->slots_len ? ledger->slots_len * 2 : SLOTS_MIN;
    arena_free(&ledger->slots_arena);
    ledger->slots = ARENA_ARRAY(&ledger->slots_arena, uint32_t, ledger->slots_len);
    for (size_t i = 0; i < ledger->len; i++) {
        const struct ledger_entry *entry = ledger_at(ledger, i);
        *slot_of(ledger, (struct str){ entry->id, entry->id_len }) = (uint32_t)i + 1;
    }
}

static const char *keep_text(struct ledger *ledger, struct str text)
{
    if (ledger->text_left < text.len) {
        ledger->text = ARENA_ARRAY(ledger->arena, char, TEXT_BYTES);
        ledger->text_left = TEXT_BYTES;
    }
    char *kept = ledger->text;
    if (text.len)
        memcpy(kept, text.ptr, text.len);
    ledger->text += text.len;
    ledger->text_left -= text.len;
    return kept;
}

bool ledger_add(struct ledger *ledger, struct str key, const struct ledger_entry *entry,
                struct ledger_entry **first, struct error *err)
{
    *first = NULL;
    if (ledger->len >= UINT32_MAX - 1)
        return error_set(err, "more than %" PRIu32 " requests", UINT32_MAX - 1);
    make_room(ledger);
    uint32_t *slot = slot_of(ledger, key);
    if (*slot) {
        *first = ledger_at(ledger, *slot - 1);
        return true;
    }
    ledger->pages.arena = ledger->arena;
    if (ledger->len == ledger->pages.len * LEDGER_PAGE_LEN)
        *LIST_PUSH(&ledger->pages) =
            ARENA_ARRAY(ledger->arena, struct ledger_entry, LEDGER_PAGE_LEN);
    *slot = (uint32_t)++ledger->len;
    struct ledger_entry *added = ledger_at(ledger, ledger->len - 1);
    *added = *entry;
    added->id = keep_text(ledger, key);
    added->id_len = (uint8_t)key.len;
    added->number = (uint32_t)(ledger->len - 1);
    return true;
}

struct ledger_entry *ledger_find(const struct ledger *ledger, struct str key)
{
    if (!ledger->slots_len)
        return NULL;
    uint32_t number = *slot_of(ledger, key);
    return number ? ledger_at(ledger, number - 1) : NULL;
}

uint32_t ledger_tokens(int64_t tokens)
{
    return tokens < 0 || tokens >= (int64_t)UINT32_MAX ? UINT32_MAX : (uint32_t)tokens;
}

void ledger_free(struct ledger *ledger)
{
    arena_free(&ledger->slots_arena);
}
