#include "input/extent.h"

#include "base/stops.h"

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

bool extent_leave_string(struct extent *extent, struct str window, bool stop_at_newline)
{
    for (; extent->pos < window.len; extent->pos++) {
        if (!extent->escaped)
            extent->pos = stops_find_string(window, extent->pos);
        if (extent->pos == window.len)
            return false;
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
