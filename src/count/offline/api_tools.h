#ifndef TOKGATE_COUNT_OFFLINE_API_TOOLS_H
#define TOKGATE_COUNT_OFFLINE_API_TOOLS_H

/*
 * Tools that a request names by a type, and whose definitions the API adds to the prompt. What they
 * add is a term of the model's profile (rules/catalog/profiles.json), which says what it rests on:
 * the pricing page of 2026-08-22 for bash, the text editor of 20250429, the computer tools and the
 * two toolsets; one recorded count for memory. Where that page names the model, the band is some
 * percent around its figure; where it does not, it reaches from under the least figure to above the
 * largest. None of them but memory was held against a count. Nothing here allocates.
 */

#include <stdbool.h>

#include "catalog/catalog.h"
#include "input/request.h"

/* The term of the tools of this type. False: none is known, and the tool can only be bounded by 0
 * from below. */
bool api_tool_term(struct str type, enum profile_term *term);

/* Whether what the tool adds is known within a band: its type is, and its definition has nothing
 * that could change it. part is a PART_API_TOOL. */
bool api_tool_is_known(const struct part *part);

#endif
