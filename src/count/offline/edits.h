#ifndef TOKGATE_COUNT_OFFLINE_EDITS_H
#define TOKGATE_COUNT_OFFLINE_EDITS_H

/*
 * context_management: the API counts a request after its edits were applied
 * (build-with-claude/context-editing, early 2026), so that its true count may be lower than that of
 * all it says. When an edit applies is documented by thresholds of tokens, which are only known
 * within a band here, and not to the last detail: so what an edit may clear is not in the lower
 * bound, and all of it is in the upper one. An edit is known not to apply when the upper bound is
 * under its trigger, when there are fewer tool uses than its trigger, or no more than it keeps. The
 * text that stands in for a cleared result is not counted, for it is not documented. A compaction
 * reads all of the request first. Nothing here allocates but prompt_names_of().
 */

#include "count/offline/prompt.h"

/* Makes the prompt, before it is written, one without all that the edits may clear. high: the upper
 * bound of the request. False when they clear nothing. */
bool edits_clear(struct prompt *prompt, int64_t high);

/* Whether an edit keeps thinking that the model would not see without it. */
bool edits_keep_thinking(const struct prompt *prompt);

/* Whether the content of a result is cleared, or the input of a call; index is of their part. */
bool edits_clear_result(struct prompt *prompt, size_t index);
bool edits_clear_input(const struct prompt *prompt, size_t index);

#endif
