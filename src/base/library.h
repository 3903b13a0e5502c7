#ifndef TOKGATE_BASE_LIBRARY_H
#define TOKGATE_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Declares a pointer to a function; for lists of the functions wanted. */
#define LIBRARY_POINTER(name, result, arguments) result(*name) arguments /* NOLINT: of types */

/* A function wanted of a shared library, and where its pointer goes in the caller's struct. */
struct library_function {
    const char *name;
    size_t offset;
};

/*
 * Opens the first of the shared libraries that is there and fills the struct at pointers with the
 * functions listed. Both lists end with a NULL name; there is at least one library. The library
 * stays open to the end of the process. Fails (ERROR_FAILED) when none can be opened, saying why
 * the first cannot, and when a function is missing; the struct is then half filled.
 */
bool library_load(const char *const *names, const struct library_function *functions,
                  void *pointers, struct error *err);

#endif
