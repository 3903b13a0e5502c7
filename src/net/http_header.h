#ifndef TOKGATE_NET_HTTP_HEADER_H
#define TOKGATE_NET_HTTP_HEADER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "net/transport.h"

/* Whether the line can be sent as "name: value": a line end in it would start a header of its own.
 */
bool http_header_is_line(struct str line);

/*
 * Takes one line of an answer's head into the response, as far as that keeps it, in the arena; a
 * value that is absurdly long is left out. A status line starts the response anew, since what came
 * before was of a proxy or of 100 Continue: true for that alone.
 */
bool http_header_read(struct arena *arena, struct http_response *response, struct str line);

#endif
