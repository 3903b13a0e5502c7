#include "report/html.h"

#include "base/utf8.h"

static const char *const escapes[128] = {
    ['"'] = "&quot;", ['&'] = "&amp;", ['\''] = "&#39;", ['<'] = "&lt;", ['>'] = "&gt;",
};

/* Offset after so many characters. */
static size_t offset_of(struct str text, size_t characters)
{
    size_t at = 0;
    while (at < text.len && characters--)
        at += utf8_char_len(text, at) ? utf8_char_len(text, at) : 1;
    return at;
}

void html_text(const struct html *html, struct str text, size_t characters_max)
{
    const struct str shown = utf8_printable(html->arena, text, text.len);
    const bool is_cut = offset_of(shown, characters_max) < shown.len;
    const size_t len = is_cut ? offset_of(shown, characters_max - 1) : shown.len;
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)shown.ptr[i];
        const char *escape = c < 128 ? escapes[c] : NULL;
        if (escape)
            fputs(escape, html->out);
        else
            fputc(c, html->out);
    }
    if (is_cut)
        fputs("…", html->out);
}

void html_print(const struct html *html, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(html->out, format, args);
    va_end(args);
}

struct str html_short_number(struct arena *arena, double number)
{
    static const char *const names[] = { "", "k", "M", "G", "T" };
    size_t i = 0;
    while (i < 4 && number >= 999.5) {
        number /= 1000;
        i++;
    }
    const int digits = number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2;
    struct str text = str_format(arena, "%.*f", i ? digits : 0, number);
    while (str_find(text, '.', 0) < text.len &&
           (text.ptr[text.len - 1] == '0' || text.ptr[text.len - 1] == '.')) {
        const bool is_point = text.ptr[text.len - 1] == '.';
        text.len--;
        if (is_point)
            break;
    }
    return str_format(arena, "%.*s%s", STR_ARGS(text), names[i]);
}
