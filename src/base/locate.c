#include "base/locate.h"

#include "base/utf8.h"

struct place locate(struct place start, struct str text, size_t offset)
{
    struct str before = str_slice(text, 0, offset < text.len ? offset : text.len);
    size_t line_start = 0;
    for (;;) {
        size_t newline = str_find(before, '\n', line_start);
        if (newline == before.len)
            break;
        start = (struct place){ start.line + 1, 1 };
        line_start = newline + 1;
    }
    start.column += utf8_len(str_slice(before, line_start, before.len));
    return start;
}
