#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

static void fill(struct error *err, enum error_kind kind, const char *format, va_list args)
{
    err->kind = kind;
    if (vsnprintf(err->text, sizeof err->text, format, args) < 0)
        err->text[0] = '\0';
}

bool error_set(struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, ERROR_FAILED, format, args);
    va_end(args);
    return false;
}

bool error_usage(struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, ERROR_USAGE, format, args);
    va_end(args);
    return false;
}

bool error_because(struct error *err, const struct error *cause, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(err, cause->kind, format, args);
    va_end(args);
    return false;
}
