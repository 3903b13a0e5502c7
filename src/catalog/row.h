#ifndef TOKGATE_CATALOG_ROW_H
#define TOKGATE_CATALOG_ROW_H

#include "catalog/catalog.h"

/*
 * Rows of the catalog files as structs. What a row does not give: of a profile stays as it is, of a
 * model is CATALOG_UNKNOWN or empty. Which profile a profile extends and a model has are names of
 * other rows, and left to the catalog.
 */
void row_read_profile(const struct fact *row, struct profile *profile);
void row_read_model(const struct fact *row, struct model *model);

/* All rows of the list of bands. Fails (ERROR_FAILED) unless each is there, with a share of at
 * least 0 and less than 1. */
bool row_read_bands(const struct fact *rows, struct bands *bands, struct error *err);

#endif
