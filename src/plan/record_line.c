#include "plan/record_line.h"

#include <math.h>
#include <stdio.h>

#include "plan/record_member.h"

uint64_t record_hash(uint64_t hash, struct str line)
{
    return str_hash(line, hash);
}

bool record_header_read(struct arena *arena, struct str line, struct record_header *header,
                        struct record_problem *problem)
{
    static const struct member members[] = {
        MEMBER(record_header, "version", MEMBER_INTEGER, version, true),
        MEMBER(record_header, "part", MEMBER_TEXT, part, true),
        MEMBER(record_header, "catalog", MEMBER_TEXT, catalog, true),
        MEMBER(record_header, "vocabulary", MEMBER_TEXT, vocabulary, true),
    };
    *header = (struct record_header){ 0 };
    return record_members_read(arena, line, members, sizeof members / sizeof members[0], header,
                               problem);
}

bool record_trailer_read(struct arena *arena, struct str line, struct record_trailer *trailer,
                         struct record_problem *problem)
{
    static const struct member members[] = {
        MEMBER(record_trailer, "requests", MEMBER_INTEGER, requests, true),
        MEMBER(record_trailer, "findings", MEMBER_INTEGER, findings, false),
        MEMBER(record_trailer, "failed", MEMBER_INTEGER, failed, true),
        MEMBER(record_trailer, "faulty", MEMBER_INTEGER, faulty, true),
        MEMBER(record_trailer, "waived", MEMBER_INTEGER, waived, false),
        MEMBER(record_trailer, "hash", MEMBER_HASH, hash, true),
    };
    *trailer = (struct record_trailer){ 0 };
    return record_members_read(arena, line, members, sizeof members / sizeof members[0], trailer,
                               problem);
}

bool record_line_read(struct arena *arena, struct str line, struct plan_record *record,
                      struct record_problem *problem)
{
    static const struct member members[] = {
        MEMBER(plan_record, "index", MEMBER_NUMBER, index, true),
        MEMBER(plan_record, "path", MEMBER_TEXT, source, false),
        MEMBER(plan_record, "line", MEMBER_ORDINAL, place.line, true),
        MEMBER(plan_record, "column", MEMBER_ORDINAL, place.column, true),
        MEMBER(plan_record, "custom_id", MEMBER_TEXT, custom_id, false),
        MEMBER(plan_record, "model", MEMBER_TEXT, model, true),
        MEMBER(plan_record, "tokens", MEMBER_COUNT, tokens, true),
        MEMBER(plan_record, "low", MEMBER_COUNT, low, false),
        MEMBER(plan_record, "high", MEMBER_COUNT, high, false),
        MEMBER(plan_record, "origin", MEMBER_ORIGIN, origin, true),
        MEMBER(plan_record, "max_tokens", MEMBER_COUNT, max_tokens, false),
        MEMBER(plan_record, "entry_bytes", MEMBER_COUNT, entry_bytes, true),
        { 0, STR_INIT("prefixes"), MEMBER_PREFIXES, false },
        MEMBER(plan_record, "us", MEMBER_FLAG, is_us, false),
        MEMBER(plan_record, "fast", MEMBER_FLAG, is_fast, false),
        MEMBER(plan_record, "web_search", MEMBER_FLAG, searches_web, false),
        MEMBER(plan_record, "faulty", MEMBER_FLAG, is_faulty, false),
        MEMBER(plan_record, "other_batch", MEMBER_FLAG, is_other_batch, false),
    };
    *record = (struct plan_record){ .low = -1, .high = -1, .max_tokens = REQUEST_UNSET };
    if (!record_members_read(arena, line, members, sizeof members / sizeof members[0], record,
                             problem))
        return false;
    record->low = record->low < 0 ? record->tokens : record->low;
    record->high = record->high < 0 ? record->tokens : record->high;
    if (record->low <= record->tokens && record->tokens <= record->high &&
        record->tokens != COUNT_UNBOUNDED && record->max_tokens != COUNT_UNBOUNDED &&
        record->entry_bytes != COUNT_UNBOUNDED)
        return true;
    snprintf(problem->text, sizeof problem->text, "low, tokens and high must be in this order");
    problem->at = 0;
    return false;
}

bool record_finding_read(struct arena *arena, struct str line, struct finding *finding,
                         struct record_problem *problem)
{
    static const struct member members[] = {
        MEMBER(finding, "finding", MEMBER_RULE, rule, true),
        MEMBER(finding, "severity", MEMBER_SEVERITY, severity, true),
        MEMBER(finding, "verdict", MEMBER_VERDICT, verdict, true),
        MEMBER(finding, "path", MEMBER_TEXT, path, false),
        MEMBER(finding, "line", MEMBER_ORDINAL, place.line, true),
        MEMBER(finding, "column", MEMBER_ORDINAL, place.column, true),
        MEMBER(finding, "custom_id", MEMBER_TEXT, custom_id, false),
        MEMBER(finding, "message", MEMBER_TEXT, message, true),
        MEMBER(finding, "value", MEMBER_REAL, value, false),
        MEMBER(finding, "limit", MEMBER_REAL, limit, false),
    };
    *finding = (struct finding){ .value = NAN, .limit = NAN };
    if (!record_members_read(arena, line, members, sizeof members / sizeof members[0], finding,
                             problem))
        return false;
    finding->has_numbers = !isnan(finding->value) && !isnan(finding->limit);
    return true;
}
