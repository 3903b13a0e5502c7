#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

/* The loader's own words for the last failure; it has none when there was none. */
static const char *reason(void)
{
    const char *text = dlerror();
    return text ? text : "unknown error";
}

static void *open_first(const char *const *names, struct error *err)
{
    for (const char *const *name = names; *name; name++) {
        /* NOW: a library that lacks one of its own is found out here, not by a crash in a call */
        void *library = dlopen(*name, RTLD_NOW | RTLD_LOCAL);
        if (library)
            return library;
        if (name == names)
            error_set(err, "%s", reason());
    }
    return NULL;
}

bool library_load(const char *const *names, const struct library_function *functions,
                  void *pointers, struct error *err)
{
    struct error cause = { 0 };
    void *library = open_first(names, &cause);
    if (!library)
        return error_set(err, "%s", cause.text);
    for (const struct library_function *function = functions; function->name; function++) {
        void *found = dlsym(library, function->name);
        if (!found)
            return error_set(err, "%s", reason());
        /* C knows no cast from void * to a function; POSIX promises that the bytes are the same */
        memcpy((char *)pointers + function->offset, &found, sizeof found);
    }
    return true;
}
