#ifndef TOKGATE_CHECK_CALIBRATION_FILE_H
#define TOKGATE_CHECK_CALIBRATION_FILE_H

#include "base/error.h"
#include "catalog/catalog.h"
#include "count/calibration.h"

/* What a calibration file is called beside the cache. */
#define CALIBRATION_FILE_NAME "calibration.json"

enum { CALIBRATION_VERSION = 1 };

/*
 * Reads a calibration file (rules/schema/calibration.schema.json; JSON, with comments), all of it:
 * also corrections that were learned with something else (calibration_keep drops these). Everything
 * lives in the arena. A file that cannot be read is an error with the cause alone; whatever is
 * wrong with what is in it is a usage error with file:line:column.
 */
bool calibration_file_read(struct arena *arena, const struct catalog *catalog, struct str path,
                           struct calibration *calibration, struct error *err);

#endif
