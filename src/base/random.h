#ifndef TOKGATE_BASE_RANDOM_H
#define TOKGATE_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

/* Fills the bytes with random numbers of the system, which nobody can foretell. False when it has
 * none to give; the bytes are then not to be used. */
bool random_fill(void *to, size_t size);

#endif
