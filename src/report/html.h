#ifndef TOKGATE_REPORT_HTML_H
#define TOKGATE_REPORT_HTML_H

#include <stdint.h>
#include <stdio.h>

#include "base/str.h"

/* Writing HTML and SVG: what comes from files goes through html_text, whatever it is. */
struct html {
    FILE *out;
    struct arena *arena; /* scratch */
};

/* Text as content or as a quoted attribute: markup is escaped, and what would hide, reorder or
 * break text is shown as \xHH or \u{HHHH}. At most characters_max characters, then "…". */
void html_text(const struct html *html, struct str text, size_t characters_max);

/* printf for text that is the program's own: nothing is escaped. */
void html_print(const struct html *html, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "0", "950", "12k", "1.5M": what stands at an axis; at most three digits that count. */
struct str html_short_number(struct arena *arena, double number);

#endif
