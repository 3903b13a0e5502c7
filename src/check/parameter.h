#ifndef TOKGATE_CHECK_PARAMETER_H
#define TOKGATE_CHECK_PARAMETER_H

#include "check/rule.h"

/* A value in the body of a request as it stands there. */
struct parameter {
    enum json_type type; /* JSON_ERROR: there is none */
    struct str raw;      /* its JSON */
    struct str text;     /* of a string, decoded */
    size_t at;           /* offset in the entry */
};

/* The value of a member of the body ("thinking"), or of a member of an object that is one
 * ("thinking", "type"); inner may be empty. False when it is not there, or null. What is decoded is
 * in the arena of the subject. */
bool parameter_find(const struct subject *subject, struct str name, struct str inner,
                    struct parameter *parameter);

/* Whether it is that string. */
bool parameter_is(const struct parameter *parameter, struct str text);

/* "x.y" for messages: the text of a string as it may be printed, cut where it is long. */
struct str parameter_shown(const struct subject *subject, const struct parameter *parameter);

#endif
