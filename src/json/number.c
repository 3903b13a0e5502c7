#include "json/walk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_TEXT_LEN = 64 };

double json_double(struct str raw)
{
    char text[NUMBER_TEXT_LEN];
    struct arena scratch = { 0 };
    const char *c_text = text;
    if (raw.len < sizeof text) {
        memcpy(text, raw.ptr, raw.len);
        text[raw.len] = '\0';
    } else {
        c_text = str_to_c(&scratch, raw);
    }
    double value = strtod(c_text, NULL);
    arena_free(&scratch);
    return value;
}

bool json_integer(struct str raw, int64_t *value)
{
    const int64_t max = (int64_t)1 << 53;
    if (str_to_int64(raw, max, value))
        return true;
    if (raw.len && raw.ptr[0] == '-') {
        int64_t digits;
        if (str_to_int64(str_slice(raw, 1, raw.len), max, &digits)) {
            *value = -digits;
            return true;
        }
    }
    bool is_plain = str_find(raw, '.', 0) == raw.len && str_find(raw, 'e', 0) == raw.len &&
                    str_find(raw, 'E', 0) == raw.len;
    double number = json_double(raw);
    if (is_plain || !(fabs(number) <= (double)max) || floor(number) != number)
        return false;
    *value = (int64_t)number;
    return true;
}
