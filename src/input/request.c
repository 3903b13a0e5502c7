#include "input/request.h"

#include "base/list.h"

bool request_fault_is_enough(struct request *request)
{
    const bool is_enough = request->faults.len == REQUEST_FAULTS_MAX;
    request->more_faults += is_enough;
    return is_enough;
}

void request_fault(struct request *request, size_t at, const char *format, ...)
{
    va_list args;
    if (request_fault_is_enough(request))
        return;
    va_start(args, format);
    struct str text = str_format_va(request->faults.arena, format, args);
    va_end(args);
    *LIST_PUSH(&request->faults) = (struct fault){ at, text };
}

void request_doubt(struct request *request, size_t at, const char *format, ...)
{
    va_list args;
    if (request->doubts.len == REQUEST_FAULTS_MAX)
        return;
    request->doubts.arena = request->faults.arena;
    va_start(args, format);
    struct str text = str_format_va(request->faults.arena, format, args);
    va_end(args);
    *LIST_PUSH(&request->doubts) = (struct fault){ at, text };
}

void request_add_stray(struct arena *arena, struct request *request, const struct stray *stray)
{
    request->strays.arena = arena;
    if (request->strays.len == STRAYS_MAX)
        request->strays.more++;
    else
        *LIST_PUSH(&request->strays) = *stray;
}

const struct request_member *request_member(const struct request *request, struct str name)
{
    for (size_t i = 0; i < request->members.len; i++)
        if (str_equal(request->members.items[i].name, name))
            return &request->members.items[i];
    return NULL;
}

size_t request_faults_len(const struct request *request)
{
    return request->faults.len + request->more_faults;
}

struct part *request_add_part(struct request *request, enum part_kind kind, struct str text,
                              size_t at)
{
    struct part *part = LIST_PUSH_MANY(&request->parts);
    *part = (struct part){ .kind = kind, .text = text, .at = at };
    return part;
}

enum request_section request_section(const struct request *request, size_t part)
{
    if (part >= request->messages_from && part < request->messages_to)
        return REQUEST_MESSAGES;
    return request->parts.items[part].kind == PART_SYSTEM ? REQUEST_SYSTEM : REQUEST_TOOLS;
}

struct place request_place(const struct request *request, size_t at)
{
    return locate(request->start, request->entry, at);
}
