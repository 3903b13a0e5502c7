#include "check/rule.h"

#include <inttypes.h>

#include "check/settings.h"

#define RULE_KIND_ENTRY(id) &rule_kind_##id,
const struct rule_kind *const rule_kinds[] = { RULE_KIND_LIST(RULE_KIND_ENTRY) NULL };
#undef RULE_KIND_ENTRY

const struct rule_kind *rule_kind_find(struct str name)
{
    for (const struct rule_kind *const *kind = rule_kinds; *kind; kind++)
        if (str_equal_c(name, (*kind)->name))
            return *kind;
    return NULL;
}

struct str rule_kind_nearest(struct str name)
{
    struct str names[sizeof rule_kinds / sizeof rule_kinds[0]];
    size_t len = 0;
    for (const struct rule_kind *const *kind = rule_kinds; *kind; kind++)
        names[len++] = str_from_c((*kind)->name);
    return str_nearest(name, names, len);
}

struct str rule_value_text(struct arena *arena, enum option_type type,
                           const struct rule_value *value)
{
    if (type == OPTION_BOOL)
        return value->flag ? STR("true") : STR("false");
    if (type == OPTION_PERCENT)
        return str_format(arena, "\"%.15g%%\"", value->number);
    if (type == OPTION_USD)
        return str_format(arena, "%.15g", value->number);
    if (type == OPTION_DURATION)
        return str_format(arena, "\"%.15gs\"", value->number);
    return str_format(arena, "%.0f", value->number);
}

struct str rule_count_text(struct arena *arena, const struct count *count)
{
    if (count->low == count->high)
        return str_format(arena, "%" PRId64 " tokens", count->tokens);
    if (count->high == COUNT_UNBOUNDED)
        return str_format(arena, "at least %" PRId64 " tokens, and what %.*s adds", count->low,
                          STR_ARGS(count->uncountable));
    return str_format(arena, "about %" PRId64 " tokens (%" PRId64 " to %" PRId64 "%s)",
                      count->tokens, count->low, count->high,
                      count->may_be_cleared ? "; context_management may clear some" : "");
}

uint64_t rule_pack_place(struct place place)
{
    uint64_t line = place.line < UINT32_MAX ? place.line : UINT32_MAX;
    return line << 32 | (place.column < UINT32_MAX ? place.column : UINT32_MAX);
}

struct place rule_unpack_place(uint64_t packed)
{
    return (struct place){ packed >> 32, packed & UINT32_MAX };
}

struct str rule_place_text(struct arena *arena, struct place place, struct place here)
{
    if (place.line == here.line)
        return str_format(arena, "at column %zu of this line", place.column);
    return str_format(arena, "in line %zu", place.line);
}

struct rule rule_softened(const struct rule *rule)
{
    struct rule softer = *rule;
    if (!rule->severity_origin.path.len && softer.severity > SEVERITY_WARNING)
        softer.severity = SEVERITY_WARNING;
    return softer;
}

enum severity rule_severity(const struct rule *rule, enum verdict verdict)
{
    bool is_softened = verdict == VERDICT_UNDECIDED && rule->severity > SEVERITY_WARNING;
    return is_softened ? SEVERITY_WARNING : rule->severity;
}

const struct model *rule_named_model(const struct subject *subject)
{
    const struct request *request = subject->request;
    const bool is_named = (request->model_at != REQUEST_NOWHERE && !request->has_no_model) ||
                          subject->settings->defaults.model_declared;
    return is_named ? subject->model : NULL;
}

/* Bytes of a part, or what an image has in place of them: four for a token, as text has about. */
static int64_t weight_of(const struct part *part)
{
    enum { TOKEN_BYTES = 4 };
    if (part->kind != PART_IMAGE)
        return (int64_t)part->text.len;
    return !part->image ? 0
                        : TOKEN_BYTES * media_tokens(part->image->width_px, part->image->height_px,
                                                     MEDIA_TIER_HIGH);
}

/* Where the largest block stands among the parts; at where there are not several. */
static size_t largest_block(const struct request *request, size_t from, size_t to, size_t at)
{
    size_t blocks_len = 0, block_at = at, found = at;
    int64_t weight = 0, most = -1;
    for (size_t i = from; i < to; i++) {
        const struct part *part = &request->parts.items[i];
        if (i == from || part->block != part[-1].block) {
            weight = 0;
            block_at = part->at;
            blocks_len++;
        }
        weight += weight_of(part);
        found = weight > most ? block_at : found;
        most = weight > most ? weight : most;
    }
    return blocks_len > 1 ? found : at;
}

/* Where the largest block of a share stands, which is a message or the system prompt; share NULL:
 * the one message. */
static size_t largest_of(const struct request *request, const struct count_share *share)
{
    const struct part *parts = request->parts.items;
    const bool is_system = share && share->kind == COUNT_SHARE_SYSTEM;
    const enum part_kind end = is_system ? PART_SYSTEM : PART_MESSAGE;
    size_t from = is_system ? 0 : request->messages_from;
    const size_t to = is_system ? request->parts.len : request->messages_to;
    while (from < to && !(parts[from].kind == end && (!share || parts[from].at == share->at)))
        from++;
    size_t last = from += !is_system;
    while (last < to && (parts[last].kind == PART_SYSTEM) == is_system &&
           parts[last].kind != PART_MESSAGE)
        last++;
    return largest_block(request, from, last, share ? share->at : 0);
}

size_t rule_costliest(const struct subject *subject, struct str *text)
{
    const struct count_share *share = count_costliest(subject->count);
    *text = (struct str){ 0 };
    if (subject->request->is_prompt)
        return 0;
    if (!share)
        return subject->request->messages_len == 1 ? largest_of(subject->request, NULL) : 0;
    struct str label = count_share_label(subject->arena, subject->request, share, 0);
    *text = str_format(subject->arena, ", %.*s has %" PRId64 " of them", STR_ARGS(label),
                       share->tokens);
    const bool has_blocks = share->kind == COUNT_SHARE_MESSAGE || share->kind == COUNT_SHARE_SYSTEM;
    return has_blocks ? largest_of(subject->request, share) : share->at;
}

void rule_report(const struct subject *subject, const struct rule *rule, struct findings *findings,
                 struct report report, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct str message = str_format_va(subject->arena, format, args);
    va_end(args);
    struct finding finding = {
        .path = subject->request->source->path,
        .place = request_place(subject->request, report.at),
        .rule = rule->kind->name,
        .severity = rule_severity(rule, report.verdict),
        .verdict = report.verdict,
        .message = message,
        .has_numbers = report.has_numbers,
        .value = report.value,
        .limit = report.limit,
        .custom_id = subject->request->custom_id,
    };
    findings_add(findings, &finding);
}

void rule_report_all(const struct rule *rule, struct findings *findings, struct report report,
                     struct str message)
{
    const bool is_undecided = report.verdict == VERDICT_UNDECIDED;
    const struct finding finding = {
        .path = rule->origin.path,
        .place = rule->origin.place,
        .rule = rule->kind->name,
        .severity =
            is_undecided && rule->severity > SEVERITY_WARNING ? SEVERITY_WARNING : rule->severity,
        .verdict = report.verdict,
        .message = message,
        .has_numbers = report.has_numbers,
        .value = report.value,
        .limit = report.limit,
    };
    findings_add(findings, &finding);
}
