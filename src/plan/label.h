#ifndef TOKGATE_PLAN_LABEL_H
#define TOKGATE_PLAN_LABEL_H

#include "base/str.h"

/*
 * What requests of one kind have in common in their custom_ids: the id without what makes it
 * unique, which is taken off its end: numbers ("ticket-2026-11-0042" is "ticket", "page12" is
 * "page"), hexadecimal hashes of six digits and more ("doc_3f2a9c1b" is "doc"), UUIDs, other random
 * words of sixteen letters and digits and more, and the separators before them. A slice of the id;
 * empty when nothing is left.
 */
struct str label_of(struct str id);

#endif
