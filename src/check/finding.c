#include "check/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"

static const char *const severity_names[] = {
    [SEVERITY_OFF] = "off",
    [SEVERITY_NOTE] = "note",
    [SEVERITY_WARNING] = "warning",
    [SEVERITY_ERROR] = "error",
};

void findings_add(struct findings *findings, const struct finding *finding)
{
    struct finding *item = LIST_PUSH(findings);
    const bool has_last = findings->len > 1;
    *item = *finding;
    if (has_last && str_equal(item[-1].path, finding->path)) /* as mostly */
        item->path = item[-1].path;
    else
        item->path = str_copy(findings->arena, finding->path);
    item->message = str_copy(findings->arena, finding->message);
    item->custom_id = str_copy(findings->arena, finding->custom_id);
}

static int by_place(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    int order = str_compare(a->path, b->path);
    if (order)
        return order;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column)
        return a->place.column < b->place.column ? -1 : 1;
    order = strcmp(a->rule, b->rule);
    return order ? order : str_compare(a->message, b->message);
}

void findings_sort(struct findings *findings)
{
    if (findings->len)
        qsort(findings->items, findings->len, sizeof *findings->items, by_place);
}

size_t unlisted_severity_len(const struct unlisted *unlisted, enum severity severity)
{
    size_t len = 0;
    for (int verdict = VERDICT_PASS; verdict <= VERDICT_FAIL; verdict++)
        len += unlisted->len[verdict][severity];
    return len;
}

size_t unlisted_len(const struct unlisted *unlisted)
{
    size_t len = 0;
    for (int severity = SEVERITY_OFF; severity <= SEVERITY_ERROR; severity++)
        len += unlisted_severity_len(unlisted, (enum severity)severity);
    return len;
}

const char *severity_name(enum severity severity)
{
    return severity_names[severity];
}

bool severity_find(struct str name, enum severity *severity)
{
    for (size_t i = 0; i < sizeof severity_names / sizeof severity_names[0]; i++)
        if (str_equal_c(name, severity_names[i])) {
            *severity = (enum severity)i;
            return true;
        }
    return false;
}
