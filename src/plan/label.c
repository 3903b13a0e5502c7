#include "plan/label.h"

#include <stdbool.h>

enum { HASH_MIN = 6, RANDOM_MIN = 16, UUID_LEN = 36 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
}

static bool is_uuid(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash ? text.ptr[i] != '-' : !is_hex(text.ptr[i]))
            return false;
    }
    return text.len == UUID_LEN;
}

/* Whether the word is there to be unique. */
static bool is_random(struct str word)
{
    size_t digits = 0, hex = 0;
    for (size_t i = 0; i < word.len; i++) {
        digits += is_digit(word.ptr[i]);
        hex += is_hex(word.ptr[i]);
    }
    return (digits && digits == word.len) || (digits && hex == word.len && hex >= HASH_MIN) ||
           (digits >= 2 && word.len >= RANDOM_MIN);
}

/* The id without one thing at its end; the id itself when there is none. */
static struct str without_tail(struct str id)
{
    size_t end = id.len, start;
    while (end && !is_word(id.ptr[end - 1]))
        end--;
    if (end >= UUID_LEN && is_uuid(str_slice(id, end - UUID_LEN, end)))
        return str_slice(id, 0, end - UUID_LEN);
    for (start = end; start && is_word(id.ptr[start - 1]);)
        start--;
    if (is_random(str_slice(id, start, end)))
        return str_slice(id, 0, start);
    while (end > start && is_digit(id.ptr[end - 1]))
        end--;
    return str_slice(id, 0, end);
}

struct str label_of(struct str id)
{
    for (;;) {
        struct str shorter = without_tail(id);
        if (shorter.len == id.len)
            return id;
        id = shorter;
    }
}
