#ifndef TOKGATE_JSON_WRITE_H
#define TOKGATE_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/str.h"

/*
 * Writes one JSON value to a stream, commas and escapes included. Bytes that are not UTF-8 become
 * U+FFFD, so the output always parses. Write errors stay in the stream: the caller asks ferror.
 */
enum { JSON_WRITE_DEPTH_MAX = 32 };

struct json_write {
    FILE *out;
    bool pretty; /* one member a line, two spaces an indent; else all on one line */
    bool has_items[JSON_WRITE_DEPTH_MAX];
    int depth;
    bool after_key;
};

void json_write_begin(struct json_write *json, char bracket); /* '{' or '[' */
void json_write_end(struct json_write *json, char bracket);   /* '}' or ']' */
void json_write_key(struct json_write *json, const char *name);
void json_write_text(struct json_write *json, struct str text);
void json_write_integer(struct json_write *json, int64_t value);
void json_write_bool(struct json_write *json, bool value);
void json_write_null(struct json_write *json);

/* A number with so many digits after the point. */
void json_write_decimal(struct json_write *json, double value, int digits);

/* A number that reads back as the same one; it must be finite. */
void json_write_real(struct json_write *json, double value);

/* Key and value at once. An empty text is written as null, a negative integer too. */
void json_write_text_member(struct json_write *json, const char *name, struct str text);
void json_write_integer_member(struct json_write *json, const char *name, int64_t value);

#endif
