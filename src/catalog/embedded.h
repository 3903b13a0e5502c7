#ifndef TOKGATE_CATALOG_EMBEDDED_H
#define TOKGATE_CATALOG_EMBEDDED_H

#include <stddef.h>

/* Files inside the program (made by cmd/mkembed); a table ends with a NULL name. */
struct embedded_file {
    const char *name; /* without directory */
    const char *bytes;
    size_t size_bytes;
};

extern const struct embedded_file embedded_notices[]; /* LICENSE, THIRD_PARTY_NOTICES */
extern const struct embedded_file embedded_packs[];   /* rules/packs/ */
extern const struct embedded_file embedded_schemas[]; /* rules/schema/ */

#endif
