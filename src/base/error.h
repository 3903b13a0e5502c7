#ifndef TOKGATE_BASE_ERROR_H
#define TOKGATE_BASE_ERROR_H

#include <stdbool.h>

/* What kept tokgate from deciding; the kind chooses the exit status. */
enum error_kind {
    ERROR_NONE,
    ERROR_USAGE,  /* bad usage or bad configuration: exit 2 */
    ERROR_FAILED, /* unreadable file, network, auth, write error: exit 3 */
};

enum { ERROR_TEXT_LEN = 1024 };

/* One sentence, lower case, no full stop, no newline. Initialize with { 0 }. */
struct error {
    enum error_kind kind;
    char text[ERROR_TEXT_LEN];
};

/* They set the text (cut at ERROR_TEXT_LEN) and return false, so that a function can fail with
 * return error_set(err, ...). */
bool error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool error_usage(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for who knows the context of another error: it stays of the kind that its cause is. */
bool error_because(struct error *err, const struct error *cause, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
