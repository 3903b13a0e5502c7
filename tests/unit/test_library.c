/* What loading a shared library gives, and how it fails. */
#include "base/library.h"

#include "base/str.h"
#include "tap.h"

struct functions {
    size_t (*length)(const char *);
    int (*compare)(const char *, const char *);
};

static const char *const here[] = { "libnothing.so.9", "libc.so.6", "libc.so", NULL };
static const char *const nowhere[] = { "libnothing.so.9", "libnobody.so.9", NULL };

int main(void)
{
    static const struct library_function good[] = {
        { "strlen", offsetof(struct functions, length) },
        { "strcmp", offsetof(struct functions, compare) },
        { 0 },
    };
    static const struct library_function bad[] = {
        { "strlen", offsetof(struct functions, length) },
        { "no_such_function", offsetof(struct functions, compare) },
        { 0 },
    };
    struct functions functions = { 0 };
    struct error err = { 0 };
    ok(library_load(here, good, &functions, &err) && !err.kind, "the first that is there is taken");
    ok(functions.length && functions.length("four") == 4, "a function is in its place");
    ok(functions.compare && functions.compare("a", "b") < 0, "so is another");
    ok(!library_load(nowhere, good, &functions, &err), "none is there");
    ok(err.kind == ERROR_FAILED && strstr(err.text, "libnothing.so.9"), "the first is named");
    err = (struct error){ 0 };
    ok(!library_load(here, bad, &functions, &err), "a function is missing");
    ok(err.kind == ERROR_FAILED && strstr(err.text, "no_such_function"), "it is named");
    return tap_done();
}
