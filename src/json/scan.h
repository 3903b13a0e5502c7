#ifndef TOKGATE_JSON_SCAN_H
#define TOKGATE_JSON_SCAN_H

#include "json/walk.h"

/* One string of a JSON text: the part of the walk that sees most bytes. */
struct json_scan {
    struct str text;
    size_t pos;          /* in: the opening quote; out: after the closing one, or the problem */
    const char *problem; /* set on failure */
    bool not_closed;     /* the problem is that the text ends inside the string */
    size_t lone_surrogate_at; /* as in struct json_walk; kept when it is set already */
};

/* Takes the string at scan->pos. False when it is not closed, has a control character, a bad escape
 * or bytes that are not UTF-8. */
bool json_scan_string(struct json_scan *scan, struct json_text *text);

#endif
