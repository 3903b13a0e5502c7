#ifndef TOKGATE_INPUT_MANIFEST_H
#define TOKGATE_INPUT_MANIFEST_H

#include "input/reader.h"
#include "json/walk.h"

/* What the readers of manifests share. */

/* Makes the request of an entry {"custom_id": ..., "params": {...}} (Message Batches,
 * build-with-claude/batch-processing, 2026-08-22). */
void manifest_parse(struct arena *arena, const struct request_defaults *defaults,
                    struct request *request);

/* What an object with a member of that name is, when it is none that it stands among: "an entry of
 * an OpenAI batch"; NULL: nothing that is known. */
const char *manifest_other(struct json_text member);

/* The shapes of such entries (shape.h). */
extern const char *const manifest_entries[];

#endif
