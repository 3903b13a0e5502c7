#include "input/extent.h"

#include <stdint.h>
#include <string.h>

/* Offset of the next byte that matters outside of strings, or window.len. */
static size_t next_structural(struct str window, size_t pos, bool stop_at_newline)
{
    for (; pos < window.len; pos++)
        switch (window.ptr[pos]) {
        case '"':
        case '{':
        case '}':
        case '[':
        case ']':
            return pos;
        case '\n':
            if (stop_at_newline)
                return pos;
            break;
        default:
            break;
        }
    return pos;
}

/* How many of eight bytes stand before one that can end a string, escape what follows or end a
 * line.
 */
static unsigned plain_len(const char *bytes)
{
    const uint64_t low_bits = 0x0101010101010101u;
    const char special[] = { '"', '\\', '\n' };
    uint64_t eight, found = 0;
    memcpy(&eight, bytes, sizeof eight);
    for (size_t i = 0; i < sizeof special; i++) {
        const uint64_t zeros = eight ^ low_bits * (unsigned char)special[i];
        found |= (zeros - low_bits) & ~zeros;
    }
    found &= low_bits << 7; /* of bytes after the first, it may say too much */
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return found ? (unsigned)__builtin_ctzll(found) / 8 : 8;
#else
    return found ? 0 : 8;
#endif
}

bool extent_leave_string(struct extent *extent, struct str window, bool stop_at_newline)
{
    for (; extent->pos < window.len; extent->pos++) {
        unsigned plain = 8;
        while (plain == 8 && !extent->escaped && window.len - extent->pos > 8) {
            plain = plain_len(window.ptr + extent->pos);
            extent->pos += plain;
        }
        char c = window.ptr[extent->pos];
        if (c == '\n' && stop_at_newline)
            return false;
        if (extent->escaped) {
            extent->escaped = false;
        } else if (c == '\\') {
            extent->escaped = true;
        } else if (c == '"') {
            extent->in_string = false;
            extent->pos++;
            return true;
        }
    }
    return false;
}

bool extent_find(struct extent *extent, struct str window, bool stop_at_newline)
{
    for (;;) {
        if (extent->in_string && !extent_leave_string(extent, window, stop_at_newline))
            return false;
        extent->pos = next_structural(window, extent->pos, stop_at_newline);
        if (extent->pos == window.len || window.ptr[extent->pos] == '\n')
            return false;
        char c = window.ptr[extent->pos++];
        if (c == '"')
            extent->in_string = true;
        else if (c == '{' || c == '[')
            extent->depth++;
        else if (--extent->depth == 0)
            return true;
    }
}
