#ifndef TOKGATE_BASE_DATABASE_SCHEMA_H
#define TOKGATE_BASE_DATABASE_SCHEMA_H

#include "base/database.h"

/* Compares an open file with the schema: OK, EMPTY, or DAMAGED with what is different. For
 * database_open. */
enum database_state database_check_schema(const struct database *db,
                                          const struct database_schema *schema, struct error *err);

#endif
